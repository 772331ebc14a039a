"""What is started, with which settings, for which configuration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from launcher import banner, parts
from launcher.config import Config
from launcher.errors import StartError
from launcher.key_lists import model_to_try


def config(short: Path, **given: str) -> Config:
    return Config(given, short, short / "logs", "127.0.0.1", 8000, [], 8001, True)


def started(short: Path, **given: str) -> tuple[dict[str, str], dict[str, parts.Part]]:
    chosen = config(short, **given)
    settled = parts.settings(chosen, short)
    return settled, {part.name: part for stage in parts.stages(chosen, settled, short) for part in stage}


def test_redis_comes_first_and_the_web_server_is_the_first_to_stop(short: Path) -> None:
    _, by_name = started(short)
    assert list(by_name) == ["redis", "mirror_provider", "key_server", "web_server"]


def test_no_child_sees_a_setting_of_another(short: Path) -> None:
    _, by_name = started(short, VAULT_TOKEN="not-a-token", AWS_SECRET_ACCESS_KEY="not-a-key")
    web, keys = by_name["web_server"].environment, by_name["key_server"].environment
    assert not [name for name in web if name.startswith(("VAULT_", "AWS_", "KEY_STORE", "KEY_CONFIG"))]
    assert "KEY_SERVER_CIPHER_KEY_FILE" not in web
    assert "KEY_SERVER_REDIS_URL" not in web
    assert not [name for name in keys if name.startswith("WEB_SERVER_")]
    assert keys["VAULT_TOKEN"] == "not-a-token"
    assert web["LLMVPN_DOTENV"] == keys["LLMVPN_DOTENV"] == "off", "the file holds everybody's"
    assert dict(by_name["mirror_provider"].environment) == dict(by_name["redis"].environment) == {}


def test_what_the_user_gave_wins(short: Path) -> None:
    settled, _ = started(short, WEB_SERVER_JWT_SECRET="not-a-secret" * 4, KEY_STORE_FILE="elsewhere.sealed")
    assert settled["WEB_SERVER_JWT_SECRET"] == "not-a-secret" * 4
    assert settled["KEY_STORE_FILE"] == "elsewhere.sealed"
    assert not (short / "jwt.secret").exists()


def test_secrets_are_the_same_at_the_next_start(short: Path) -> None:
    assert started(short)[0]["WEB_SERVER_STATE_SECRET"] == started(short)[0]["WEB_SERVER_STATE_SECRET"]


def test_the_mirror_is_one_more_provider_with_a_key_that_is_none(short: Path) -> None:
    settled, _ = started(short, PROVIDER_FILE="mine.yaml")
    assert settled["PROVIDER_FILE"] == f"mine.yaml:{short / 'mirror.yaml'}"
    assert settled["KEY_CONFIG_FILE"] == f"api_keys.csv:{short / 'mirror_keys.csv'}"
    row = yaml.safe_load((short / "mirror.yaml").read_text())["providers"]["mirror"]
    assert row["base_url"] == "http://127.0.0.1:8001/v1"
    assert row["allow_private"] is True
    dialects = {model["id"]: model.get("dialect", row["dialect"]) for model in row["models"]}
    assert dialects["openai"] == dialects["*"] == "openai"
    for name in ("azure", "anthropic", "gemini", "bedrock"):
        assert dialects[name] == dialects[f"{name}-slow"] == dialects[f"{name}-edit"] == name
    assert stat.S_IMODE((short / "mirror_keys.csv").stat().st_mode) == 0o600


def test_no_part_shows_a_secret_in_its_repr(short: Path) -> None:
    settled, by_name = started(short)
    assert settled["WEB_SERVER_JWT_SECRET"] not in repr(by_name)


def test_the_block_says_where_what_and_how_to_stop(short: Path) -> None:
    block = banner.banner(config(short), {}, "a.made.up-token", 1.2)
    page, mirror = "http://127.0.0.1:8000/", "http://127.0.0.1:8001/"
    for part in (f"{page}\n", f"{page}docs", mirror, "Bearer a.made.up-token", "Ctrl-C"):
        assert part in block
    assert "One user: not isolated" in block
    assert '"model": "mirror/openai"' in block
    assert "'" not in banner.PROMPT, "it stands between single quotes in a shell"


@pytest.mark.parametrize("kind", ["Erika Mustermann", "@example.com", "+44", "IBAN DE", "4111", "sk-test-not-a-real"])
def test_the_letter_to_try_holds_each_kind_of_private_thing(kind: str) -> None:
    assert kind in banner.PROMPT


def test_the_model_to_try_is_one_that_there_is_a_key_for(tmp_path: Path) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {one: {models: [{id: '*'}]}, two: {models: [{id: a}, {id: b}]}}")
    assert model_to_try([("one", "x"), ("two", "*")], [file]) == "one/x"
    assert model_to_try([("one", "*"), ("two", "*")], [file]) == "two/a"
    assert model_to_try([("one", "*")], [file]) == "provider/model"
    assert model_to_try([("two", "*")], [tmp_path / "nowhere"]) == "provider/model"


def test_a_state_directory_that_would_split_a_list_of_files_is_refused(short: Path) -> None:
    (short / "a:b").mkdir()
    with pytest.raises(StartError, match="choose another LLMVPN_STATE_DIR"):
        started(short / "a:b")


def test_with_an_issuers_key_set_no_secret_is_made_and_no_token_promised(short: Path) -> None:
    chosen = config(short, WEB_SERVER_JWKS_URL="https://issuer.test/certs")
    settled = parts.settings(chosen, short)
    assert "WEB_SERVER_JWT_SECRET" not in settled and not (short / "jwt.secret").exists()
    said = banner.banner(chosen, settled, banner.token(settled), 1.0)
    assert "Bearer TOKEN_OF_YOUR_ISSUER" in said and "hours" not in said
