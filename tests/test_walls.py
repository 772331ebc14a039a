"""The walls of the house: import contracts, and what only certain files may do. Read from the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from key_server import config

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("key_server", "web_server", "mirror_provider", "launcher")


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        yield from parsed(package)


@cache
def parsed(package: str) -> list[tuple[str, ast.Module]]:
    files = sorted((ROOT / package).rglob("*.py"))
    return [(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


def names_called(tree: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {func.id if isinstance(func, ast.Name) else getattr(func, "attr", "") for func in calls}


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_the_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_only_the_privacy_room_builds_a_query_that_may_be_sent():
    builders = {file for file, tree in modules(*PACKAGES) if "ScrubbedQuery" in names_called(tree)}
    assert builders and all(file.startswith("web_server/privacy/") for file in builders)


ENVIRONMENT = frozenset({"environ", "getenv", "environb", "putenv"})


def test_only_config_reads_the_environment_and_only_what_keeps_models_offline_writes_it():
    def reaches(tree: ast.AST) -> bool:
        return any(
            (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
            or (isinstance(node, ast.Name) and node.id in ENVIRONMENT and isinstance(node.ctx, ast.Load))
            for node in ast.walk(tree)
        )

    def writes_alone(tree: ast.AST) -> bool:
        uses = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and reaches(node)]
        return set(uses) == {"os.environ", "os.environ.update"}

    reaching = {file: writes_alone(tree) for file, tree in modules("key_server", "web_server") if reaches(tree)}
    assert reaching == {
        "key_server/config.py": False,
        "web_server/config.py": False,
        "web_server/privacy/offline.py": True,
    }


def test_only_store_and_state_speak_redis():
    speakers = {file for file, tree in modules("key_server", "web_server") if "redis" in imports(tree)}
    assert {each for each in speakers if not each.startswith("key_server/store/")} == {"web_server/state.py"}


def test_only_egress_dials_and_nothing_that_a_caller_says_goes_through_another_client():
    clients = {"httpx", "requests", "urllib3", "aiohttp", "httpcore"}
    speakers = {file for file, tree in modules("key_server", "web_server") if imports(tree) & clients}
    # The issuer's address is set by the operator, and no word of a caller goes there.
    assert speakers == {"web_server/auth/key_source.py"}
    dialling = {"open_connection", "create_connection", "open_unix_connection", "create_unix_connection", "start_tls"}
    dialers = {file for file, tree in modules("key_server", "web_server") if names_called(tree) & dialling}
    # The store's own line goes to the operator's Redis.
    assert dialers == {"key_server/egress/dial.py", "key_server/store/line.py"}


def test_every_module_says_what_it_is():
    silent = [file for file, tree in modules(*PACKAGES) if not ast.get_docstring(tree)]
    assert silent == []


ACTS = frozenset({"create_app", "load", "configure", "basicConfig", "open", "read_text", "read_bytes"}) | frozenset(
    {"from_url", "insecure_channel", "server", "main", "run", "start"}
)
"""Calls that do something in the world; a module may define what makes them, and must not make them itself."""


def test_nothing_but_asgi_acts_when_it_is_imported():
    def statements(tree: ast.Module) -> Iterator[ast.stmt]:
        for node in tree.body:
            is_program = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
            if not is_program and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node

    acting = {file for file, tree in modules(*PACKAGES) for node in statements(tree) if names_called(node) & ACTS}
    assert acting == {"web_server/asgi.py"}


def test_no_file_has_outgrown_its_noun():
    long = {
        file: lines
        for file, _ in modules(*PACKAGES)
        if (lines := (ROOT / file).read_text(encoding="utf-8").count("\n")) > 400
    }
    assert long == {}


def test_what_a_key_server_started_in_the_checkout_writes_there_is_not_committed() -> None:
    settings = config.read({})
    written = (settings.store_file, settings.journal, settings.cipher_key_file, *settings.key_files)
    here = {path.parts[0] for path in written if not path.is_absolute()} | {f"{settings.journal}.lock"}
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()}
    assert here and here <= ignored
