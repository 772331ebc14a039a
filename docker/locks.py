"""What each image installs: the part of requirements.txt that one process imports, and what that needs in turn.

Run by `make lock` and, with --check, by the tests: `python docker/locks.py`. Writes docker/key-server.txt and
docker/web-server.txt, hashes included. What only the other process needs is not in an image, and cannot be used there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
IMAGES = {"key-server": ("key_server", "protos"), "web-server": ("web_server", "protos")}
UNSEEN = {"web-server": ("httptools", "uvloop")}
"""What is chosen while running and named by no import: uvicorn's fast halves."""

PYTHONS = ("3.11.2", "3.11.14", "3.12.9", "3.13.9", "3.14.0")
"""A requirement is kept where any of these asks for it; the lock's own markers choose while installing."""


def imported(packages: tuple[str, ...]) -> set[str]:
    """Top-level names that the packages import, anywhere in their code."""
    found: set[str] = set()
    for file in (file for package in packages for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
                found.add(_beginning(node.args[0]))
    return found


def _beginning(name: ast.expr) -> str:
    """Of a module's name that is put together while running: `faker.providers.` of f"faker.providers.{each}"."""
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    return str(first.value) if isinstance(first, ast.Constant) else ""


def distributions(modules: set[str]) -> set[str]:
    """The installed distributions that they come from. A shared namespace (`azure`, `google`) counts all its parts."""
    by_module = packages_distributions()
    tops = {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names)
    return {canonicalize_name(name) for top in tops for name in by_module.get(top, ())}


def closure(names: set[str]) -> set[str]:
    """With everything that they require on Linux."""
    found: set[str] = set()
    todo = [(name, frozenset[str]()) for name in names]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(name)
        todo += [(canonicalize_name(each.name), frozenset(each.extras)) for each in _required(name, extras)]
    return found


def _required(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    try:
        lines = requires(name) or ()
    except PackageNotFoundError:  # for another Python than this one
        return
    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or any(
            requirement.marker.evaluate(
                {
                    "extra": extra,
                    "python_full_version": version,
                    "python_version": version.rpartition(".")[0],
                    "sys_platform": "linux",
                    "platform_system": "Linux",
                }
            )
            for extra in (*extras, "")
            for version in PYTHONS
        ):
            yield requirement


def locked() -> dict[str, str]:
    """requirements.txt by distribution: its line and its hashes."""
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text().strip())
    found: dict[str, str] = {}
    for entry in entries:
        name = canonicalize_name(re.split(r"[=\[ ;]", entry, maxsplit=1)[0])
        found[name] = f"{found[name]}\n{entry}" if name in found else entry
    return found


def wanted(image: str) -> str:
    """The content of the image's lock file."""
    entries = locked()
    own = distributions(imported(IMAGES[image])) & set(entries) | set(UNSEEN.get(image, ()))
    kept = sorted(closure(own) & set(entries))
    return f"# Written by docker/locks.py from requirements.txt.\n{chr(10).join(entries[name] for name in kept)}\n"


def main() -> int:
    """Write both files; with --check only compare them."""
    stale = [image for image in IMAGES if _text(image) != wanted(image)]
    if "--check" in sys.argv[1:]:
        for image in stale:
            sys.stderr.write(f"docker/{image}.txt is not what requirements.txt and the code ask for: make lock\n")
        return 1 if stale else 0
    for image in IMAGES:
        (ROOT / "docker" / f"{image}.txt").write_text(wanted(image))
    return 0


def _text(image: str) -> str:
    path = ROOT / "docker" / f"{image}.txt"
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
