from __future__ import annotations

import pytest

from launcher.environment import OWN, environment_for

NAMES = """
    PATH HOME LANG LC_ALL SSH_AUTH_SOCK LD_PRELOAD PYTHONPATH GRPC_TRACE
    HTTPS_PROXY https_proxy NO_PROXY SSL_CERT_FILE REQUESTS_CA_BUNDLE
    VAULT_ADDR VAULT_TOKEN VAULT_SECRET_ID KEY_VAULT_NAME AZURE_CLIENT_SECRET AWS_SECRET_ACCESS_KEY
    KEY_SERVER_SOCKET KEY_SERVER_TOKEN_FILE KEY_SERVER_ADMIN_SOCKET KEY_SERVER_CIPHER_KEY_FILE
    KEY_SERVER_REDIS_URL KEY_STORE_FILE KEY_CONFIG_FILE PROVIDER_FILE PRIVACY_FILE
    WEB_SERVER_REDIS_URL WEB_SERVER_JWT_SECRET WEB_SERVER_STATE_SECRET OPENAI_API_KEY
"""
EVERYTHING = dict.fromkeys(NAMES.split(), "x")
MACHINE = {"PATH", "HOME", "LANG", "LC_ALL"}


def test_the_web_server_is_never_told_where_the_keys_are() -> None:
    assert set(environment_for("web_server", EVERYTHING)) == MACHINE | {
        *("KEY_SERVER_SOCKET", "KEY_SERVER_TOKEN_FILE", "PROVIDER_FILE", "PRIVACY_FILE"),
        *("WEB_SERVER_REDIS_URL", "WEB_SERVER_JWT_SECRET", "WEB_SERVER_STATE_SECRET"),
    }


def test_the_key_server_is_never_told_who_may_ask() -> None:
    given = environment_for("key_server", EVERYTHING)
    assert not [name for name in given if name.startswith(("WEB_SERVER_", "PRIVACY_"))]
    assert {"HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "VAULT_TOKEN", "KEY_SERVER_CIPHER_KEY_FILE"} <= set(given)


@pytest.mark.parametrize("child", ["mirror", "redis"])
def test_the_others_get_nothing_but_the_machine(child: str) -> None:
    assert set(environment_for(child, EVERYTHING)) == MACHINE


@pytest.mark.parametrize("child", OWN)
def test_what_nobody_named_does_not_pass(child: str) -> None:
    passed = environment_for(child, EVERYTHING)
    assert not {"SSH_AUTH_SOCK", "LD_PRELOAD", "PYTHONPATH", "GRPC_TRACE", "OPENAI_API_KEY"} & set(passed)
