"""Every bad token is refused, after the table of RFC 8725; a good one names its caller."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest

from web_server.auth.tokens import Tokens
from web_server.errors import ApiError

pytestmark = pytest.mark.promise(20)

SECRET = "a-secret-for-tests-that-is-long-enough-0123"
TOKENS = Tokens(SECRET, "llm-vpn", "llm-vpn")


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": "llm-vpn", "aud": "llm-vpn", "sub": "ann", "iat": now, "exp": now + 60, "scope": "query"}
    return {key: value for key, value in {**good, **changed}.items() if value is not None}


def refusal(token: str, scope: str = "query") -> str:
    with pytest.raises(ApiError) as refused:
        TOKENS.read(f"Bearer {token}", scope=scope)
    return refused.value.code


def b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_minted_token_names_its_caller_and_scopes():
    caller = TOKENS.read(f"Bearer {TOKENS.mint('ann', frozenset({'query', 'ops'}), 1)}", scope="ops")
    assert (caller.subject, caller.scopes) == ("ann", {"query", "ops"})
    assert "ann" not in repr(caller)


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "iat", "exp"])
def test_a_token_without_a_required_claim_is_refused(missing: str):
    assert refusal(jwt.encode(claims(**{missing: None}), SECRET)) == "UNAUTHORIZED"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "someone-else"},
        {"aud": "another-service"},
        {"aud": ["another-service"]},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": 7},
        {"exp": "soon"},
    ],
)
def test_a_token_meant_for_another_place_or_time_is_refused(changed: dict[str, Any]):
    assert refusal(jwt.encode(claims(**changed), SECRET)) == "UNAUTHORIZED"


def test_an_expired_token_says_so():
    assert refusal(jwt.encode(claims(exp=int(time.time()) - 60), SECRET)) == "TOKEN_EXPIRED"


def test_a_forged_token_is_refused():
    assert refusal(jwt.encode(claims(), "another-secret-that-is-long-enough-0123")) == "UNAUTHORIZED"
    head, body, signature = jwt.encode(claims(), SECRET).split(".")
    assert refusal(f"{head}.{b64(claims(sub='admin'))}.{signature}") == "UNAUTHORIZED"
    assert refusal(f"{head}.{body}.") == "UNAUTHORIZED"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384", "RS256"])
def test_the_algorithm_is_pinned(algorithm: str):
    if algorithm == "HS384":
        token = jwt.encode(claims(), SECRET + "0" * 16, algorithm="HS384")
    else:
        token = f"{b64({'alg': algorithm, 'typ': 'JWT'})}.{b64(claims())}."
    assert refusal(token) == "UNAUTHORIZED"


@pytest.mark.parametrize("kind", ["at+ld", "dpop+jwt", ""])
def test_a_token_of_another_type_is_refused(kind: str):
    assert refusal(jwt.encode(claims(), SECRET, headers={"typ": kind})) == "UNAUTHORIZED"


def test_while_one_secret_takes_over_from_another_both_read_and_the_new_one_mints():
    new = "a-new-secret-for-tests-that-is-long-enough-01"
    both = Tokens(new, "llm-vpn", "llm-vpn", previous=SECRET)
    for token in (jwt.encode(claims(), SECRET), jwt.encode(claims(), new)):
        assert both.read(f"Bearer {token}", scope="query").subject == "ann"
    minted = both.mint("ann", frozenset({"query"}), 1)
    assert refusal(minted) == "UNAUTHORIZED", "the old secret alone does not read it"
    with pytest.raises(ApiError) as refused:
        both.read(f"Bearer {jwt.encode(claims(), 'a-third-secret-that-is-long-enough-01234567')}", scope="query")
    assert refused.value.code == "UNAUTHORIZED"
    with pytest.raises(ApiError) as expired:
        both.read(f"Bearer {jwt.encode(claims(exp=int(time.time()) - 60), SECRET)}", scope="query")
    assert expired.value.code == "TOKEN_EXPIRED"
    assert new not in repr(both) and SECRET not in repr(both)


def test_an_empty_previous_secret_is_none():
    header, body = b64({"alg": "HS256", "typ": "JWT"}), b64(claims())
    mac = hmac.digest(b"", f"{header}.{body}".encode(), "sha256")
    assert refusal(f"{header}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}") == "UNAUTHORIZED"


def test_each_token_has_an_id_of_its_own_and_says_which_models_and_groups():
    one, two = (
        jwt.decode(
            TOKENS.mint("ann", frozenset({"query"}), 1, models=["a/*"], groups=["g"]),
            SECRET,
            ["HS256"],
            audience="llm-vpn",
        )
        for _ in range(2)
    )
    assert one["jti"] and one["jti"] != two["jti"]
    assert (one["models"], one["groups"]) == (["a/*"], ["g"])


def test_an_unknown_critical_header_is_refused():
    assert refusal(jwt.encode(claims(), SECRET, headers={"crit": ["x"], "x": 1})) == "UNAUTHORIZED"


@pytest.mark.parametrize("scope", ["", "ops", "queryx", None, ["query"]])
def test_a_token_without_the_scope_is_forbidden(scope: object):
    assert refusal(jwt.encode(claims(scope=scope), SECRET)) == "FORBIDDEN"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer a.b.c", "x" * 9000]
)
def test_what_is_not_a_token_is_refused(header: str | None):
    with pytest.raises(ApiError) as refused:
        TOKENS.read(header, scope="query")
    assert refused.value.code == "UNAUTHORIZED"


def test_the_secret_is_not_shown():
    assert SECRET not in repr(TOKENS)
