from __future__ import annotations

from pathlib import Path

import pytest

from launcher.config import Config, parser, read
from launcher.errors import StartError

NO_KEYS = {"KEY_CONFIG_FILE": "/nonexistent/api_keys.csv"}


def config(*flags: str, **given: str) -> Config:
    return read(parser().parse_args(flags), {**NO_KEYS, **given})


def test_a_flag_wins_over_the_environment() -> None:
    assert config(WEB_SERVER_PORT="8100", MIRROR_PORT="8101").port == 8100
    assert config("--port", "8200", WEB_SERVER_PORT="8100").port == 8200
    assert config("--mirror-port", "8201", MIRROR_PORT="8101").mirror_port == 8201


def test_the_defaults_are_those_of_the_contract() -> None:
    plain = config()
    assert (plain.host, plain.port, plain.mirror_port, plain.embedded_redis) == ("127.0.0.1", 8000, 8001, True)
    assert (plain.state.name, plain.logs.name) == (".llmvpn", "logs")


def test_an_empty_setting_counts_as_unset() -> None:
    assert config(WEB_SERVER_PORT="", KEY_SERVER_REDIS_URL="").port == 8000


def test_what_the_launcher_must_know_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not-a-secret" * 4 + "\n")
    given = config(WEB_SERVER_JWT_SECRET_FILE=str(tmp_path / "secret")).given
    assert given["WEB_SERVER_JWT_SECRET"] == "not-a-secret" * 4
    assert "WEB_SERVER_JWT_SECRET_FILE" not in given
    with pytest.raises(StartError, match="WEB_SERVER_STATE_SECRET_FILE"):
        config(WEB_SERVER_STATE_SECRET_FILE=str(tmp_path / "nowhere"))


def test_port_zero_becomes_a_free_one() -> None:
    assert config("--port", "0").port > 1023


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8000.5", "²"])
def test_what_is_no_port_is_named_by_its_setting(port: str) -> None:
    with pytest.raises(StartError, match="WEB_SERVER_PORT"):
        config(WEB_SERVER_PORT=port)


def test_a_key_list_or_a_flag_leaves_the_mirror_out(tmp_path: Path) -> None:
    keys = tmp_path / "api_keys.csv"
    assert config(KEY_CONFIG_FILE=str(keys)).mirror_port == 8001
    keys.write_text("provider,model,api_key\nopenai,*,sk-REPLACE-ME\n")
    assert config(KEY_CONFIG_FILE=str(keys)).mirror_port == 8001  # the example, copied and not yet filled in
    keys.write_text("provider,model,api_key\nopenai,*,sk-test-not-a-key-0123\n")
    assert config(KEY_CONFIG_FILE=str(keys)).mirror_port is None
    assert config("--no-mirror").mirror_port is None


def test_one_redis_url_alone_is_refused() -> None:
    with pytest.raises(StartError, match="WEB_SERVER_REDIS_URL is not"):
        config(KEY_SERVER_REDIS_URL="redis://localhost/1")
    both = config(KEY_SERVER_REDIS_URL="redis://localhost/1", WEB_SERVER_REDIS_URL="redis://localhost/0")
    assert both.embedded_redis is False


def test_its_repr_shows_no_setting() -> None:
    assert "hunter" not in repr(config(WEB_SERVER_JWT_SECRET="hunter-hunter"))
