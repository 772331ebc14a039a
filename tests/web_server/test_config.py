"""The web server refuses to start unsafe, with one sentence that says what to set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web_server import config

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"WEB_SERVER_JWT_SECRET": "j" * 32, "WEB_SERVER_STATE_SECRET": "s" * 32}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and a clean environment: the settings under test are the only ones."""
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **settings: str) -> config.Settings:
    for name, value in {**SAFE, **settings}.items():
        monkeypatch.setenv(name, value)
    return config.load({**SAFE, **settings})


def test_safe_settings_are_taken(monkeypatch: pytest.MonkeyPatch):
    settings = load(monkeypatch, WEB_SERVER_PORT="9000", PROVIDER_FILE="a.yaml:b.yaml")
    assert settings.web_server_port == 9000
    assert settings.provider_files == (Path("a.yaml"), Path("b.yaml"))
    assert "jjjj" not in repr(settings)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"WEB_SERVER_JWT_SECRET": ""}, "WEB_SERVER_JWT_SECRET"),
        ({"WEB_SERVER_JWT_SECRET": "short"}, "WEB_SERVER_JWT_SECRET"),
        ({"WEB_SERVER_STATE_SECRET": "short"}, "WEB_SERVER_STATE_SECRET"),
        ({"WEB_SERVER_PORT": "eighty"}, "WEB_SERVER_PORT"),
        ({"WEB_SERVER_PORT": "70000"}, "WEB_SERVER_PORT"),
        ({"WEB_SERVER_WEB_ACCESS": "anyone"}, "WEB_SERVER_WEB_ACCESS"),
        ({"WEB_SERVER_WEB_ACCESS": "open", "WEB_SERVER_HOST": "0.0.0.0"}, "WEB_SERVER_HOST"),
        ({"WEB_SERVER_JWT_SECRET_PREVIOUS": "short"}, "WEB_SERVER_JWT_SECRET_PREVIOUS"),
        ({"WEB_SERVER_JWKS_URL": "https://issuer.test/certs"}, "WEB_SERVER_JWT_SECRET.*unset one"),
        ({"WEB_SERVER_JWKS_FILE": "keys.json"}, "WEB_SERVER_JWT_SECRET.*unset one"),
        ({"WEB_SERVER_JWKS_FILE": "keys.json", "WEB_SERVER_JWKS_URL": "https://issuer.test/"}, "both set"),
        (
            {"WEB_SERVER_JWT_SECRET": "", "WEB_SERVER_JWKS_URL": "http://issuer.test/certs"},
            "WEB_SERVER_JWKS_URL.*https",
        ),
        ({"WEB_SERVER_JWT_SECRET": "", "WEB_SERVER_JWKS_URL": "file:///etc/passwd"}, "WEB_SERVER_JWKS_URL.*https"),
        ({"WEB_SERVER_JWT_SECRET": "", "WEB_SERVER_JWKS_URL": "https://"}, "WEB_SERVER_JWKS_URL.*https"),
        ({"VAULT_TOKEN": "x"}, "VAULT_TOKEN"),
        ({"KEY_STORE_FILE": "x"}, "KEY_STORE_FILE"),
        ({"KEY_SERVER_ADMIN_SOCKET": "x"}, "KEY_SERVER_ADMIN_SOCKET"),
    ],
)
def test_unsafe_settings_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], says: str):
    with pytest.raises(config.ConfigError, match=says) as refused:
        load(monkeypatch, **settings)
    assert "\n" not in str(refused.value)
    assert "jjjj" not in str(refused.value)


def test_secrets_that_are_not_set_are_those_of_the_local_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "jwt.secret").write_text("k" * 40 + "\n")
    monkeypatch.setenv("LLMVPN_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("WEB_SERVER_STATE_SECRET", "s" * 32)
    assert config.load({}).web_server_jwt_secret.get_secret_value() == "k" * 40
    monkeypatch.setenv("WEB_SERVER_JWT_SECRET", "j" * 32)
    assert config.load({}).web_server_jwt_secret.get_secret_value() == "j" * 32


def test_with_a_key_set_no_secret_is_needed_nor_that_of_a_local_run_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "jwt.secret").write_text("k" * 40)
    for url in ("https://issuer.test/certs", "http://127.0.0.1:8080/certs", "http://[::1]/certs"):
        settings = load(monkeypatch, LLMVPN_STATE_DIR=str(tmp_path), WEB_SERVER_JWT_SECRET="", WEB_SERVER_JWKS_URL=url)
        assert settings.has_key_set and settings.web_server_jwt_secret.get_secret_value() == ""


def test_commands_find_the_redis_of_a_local_run_unless_another_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "web_redis.url").write_text("unix:///run/of/it/redis.sock\n")
    there = load(monkeypatch, LLMVPN_STATE_DIR=str(tmp_path)).web_server_redis_url
    assert there == "unix:///run/of/it/redis.sock"
    own = load(monkeypatch, LLMVPN_STATE_DIR=str(tmp_path), WEB_SERVER_REDIS_URL="redis://localhost:6379/0")
    assert own.web_server_redis_url == "redis://localhost:6379/0"


def test_a_setting_of_the_key_servers_in_the_dotenv_file_is_refused_too(tmp_path: Path):
    (tmp_path / ".env").write_text("VAULT_TOKEN=obviously-fake\n" + "".join(f"{k}={v}\n" for k, v in SAFE.items()))
    with pytest.raises(config.ConfigError, match="VAULT_TOKEN"):
        config.load({})


def test_every_setting_is_in_the_example_file():
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?\s*([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    missing = {name.upper() for name in config.Settings.model_fields} - named
    assert missing == set()
