"""The compose files: they parse, and they keep the walls that they draw."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
OURS = {"key-server", "web-server"}


def compose(name: str) -> dict[str, Any]:
    """The file; read by Compose itself where it is installed, so that its syntax is checked, too."""
    path = DOCKER / f"docker-compose.{name}.yml"
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "version"], capture_output=True, check=False).returncode
        ):
            done = subprocess.run([*command, "-f", str(path), "config"], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return dict(yaml.safe_load(path.read_text()))


@pytest.fixture(scope="module")
def prod() -> dict[str, Any]:
    return compose("prod")


@pytest.fixture(scope="module")
def dev() -> dict[str, Any]:
    return compose("dev")


def published(service: dict[str, Any]) -> list[str]:
    return list(service.get("ports", []))


def test_only_the_ingress_has_a_port(prod: dict[str, Any]) -> None:
    assert [name for name, service in prod["services"].items() if published(service)] == ["ingress"]
    assert not any("network_mode" in service or "expose" in service for service in prod["services"].values())


def test_the_web_server_has_no_way_out(prod: dict[str, Any]) -> None:
    internal = {name for name, network in prod["networks"].items() if (network or {}).get("internal")}
    services = prod["services"]
    for name in ("web-server", "redis", "vault"):
        assert set(services[name]["networks"]) <= internal, name
    assert {name for name, each in services.items() if not set(each["networks"]) <= internal} == {
        "ingress",
        "key-server",
    }


def test_the_two_servers_share_no_network_and_only_the_socket(prod: dict[str, Any]) -> None:
    web, keys = prod["services"]["web-server"], prod["services"]["key-server"]
    assert not set(web["networks"]) & set(keys["networks"])
    assert not set(web["secrets"]) & set(keys["secrets"])
    mine, theirs = ({volume.split(":")[0] for volume in each["volumes"]} for each in (web, keys))
    assert mine & theirs == {"socket", "../providers.yaml"}
    assert "socket:/run/llmvpn:ro" in web["volumes"]


def test_nobody_but_the_key_server_meets_vault(prod: dict[str, Any]) -> None:
    there = {name for name, each in prod["services"].items() if "key-vault" in each["networks"]}
    assert there == {"key-server", "vault"}


def test_every_container_is_closed(prod: dict[str, Any]) -> None:
    for name, service in prod["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"] and "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["ulimits"]["core"] == 0, name
        assert "privileged" not in service and "pid" not in service and "ipc" not in service, name
        assert "healthcheck" in service or name in OURS, name


def test_every_container_has_a_user_of_its_own_and_none_is_root(prod: dict[str, Any]) -> None:
    users = [service["user"] for service in prod["services"].values()]
    assert len(set(users)) == len(users)
    assert not any(user.startswith(("0", "root")) for user in users)


def test_the_socket_is_in_memory_in_a_directory_for_the_two_alone(prod: dict[str, Any]) -> None:
    options = prod["volumes"]["socket"]["driver_opts"]
    assert options["type"] == "tmpfs"
    assert {"mode=2750", "uid=10001", "gid=10002"} <= set(options["o"].split(","))


SECRET = re.compile(r"(?i)(secret|password|token|role_id|_url)(_file)?$")


def test_secrets_come_by_file_alone(prod: dict[str, Any]) -> None:
    for service in prod["services"].values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert name.endswith("_FILE") and value.startswith("/run/secrets/"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    assert all(each["file"].startswith("./secrets/") for each in prod["secrets"].values())
    used = {secret for service in prod["services"].values() for secret in service.get("secrets", [])}
    assert used == set(prod["secrets"])


def test_the_secrets_are_ignored_by_git_and_by_the_builder() -> None:
    assert "docker/secrets/" in (ROOT / ".gitignore").read_text().split()
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "what is not named stays out"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert not any(rule.startswith((".git", "tests", "docker/secrets", "*", "docker/*")) for rule in allowed)
    assert {"**/__pycache__", "**/.env", "**/*.csv", "**/*.sealed"} <= set(rules)


def test_the_development_file_listens_on_loopback_alone(dev: dict[str, Any]) -> None:
    assert set(dev["services"]) == {"redis", "vault"}
    ports = [port for service in dev["services"].values() for port in published(service)]
    assert len(ports) == 2 and all(port.startswith("127.0.0.1:") for port in ports)


def test_the_servers_settings_are_real_ones(prod: dict[str, Any]) -> None:
    known = set(re.findall(r"^#([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name in OURS:
        asked = prod["services"][name]["environment"]
        assert {each if each in known else each.removesuffix("_FILE") for each in asked} <= known


def instructions(target: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions of one stage, its own alone."""
    text = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)
    stage = next(each for each in stages if each.splitlines()[0].endswith(f" AS {target}"))
    lines = [line for line in stage.splitlines()[1:] if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.mark.parametrize(("target", "user"), [("key-server", "10001:10001"), ("web-server", "10002:10002")])
def test_each_image_has_its_user_its_code_and_a_health_check(target: str, user: str) -> None:
    steps = instructions(target)
    words = [word for word, _ in steps]
    assert dict(steps)["USER"] == user
    assert "HEALTHCHECK" in words and "ADD" not in words
    copied = [rest.split()[-2] for word, rest in steps if word == "COPY"]
    assert copied == ["/opt/venv", target.replace("-", "_")], "nothing of the other one"
    assert all(json.loads(rest)[0] in ("python", "serve") for word, rest in steps if word in ("ENTRYPOINT", "CMD"))


def test_each_image_installs_what_its_process_imports_and_no_more() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCKER / "locks.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    keys, web = ((DOCKER / f"{name}.txt").read_text() for name in ("key-server", "web-server"))
    assert "\nhvac==" in keys and "\nhvac==" not in web and "\nbotocore==" not in web
    assert "\nfaker==" in web, "what is imported by a name put together while running counts, too"
    assert "\nfastapi==" in web and "\nfastapi==" not in keys and "\nspacy==" not in keys
    pinned = [line for text in (keys, web) for line in text.splitlines() if line and line[0] not in " #"]
    assert all("==" in line for line in pinned)
    assert (keys + web).count("--hash=sha256:") >= len(pinned)
