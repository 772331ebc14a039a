"""Every bad token of RFC 8725's table is refused where an issuer's key set checks them; what issuers write is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.support import issuers
from tests.support.issuers import AUDIENCE, ISSUER, jwk, key_set, private_key, signed
from web_server.auth.key_set import KeySet, KeySetError, parse
from web_server.auth.tokens import Tokens
from web_server.errors import ApiError

pytestmark = pytest.mark.promise(20)

KINDS = {"RS256": "an-rsa", "PS256": "an-rsa", "ES256": "a-curve", "EdDSA": "an-edwards"}
SET = key_set(jwk("an-rsa"), jwk("a-curve", "ES256"), jwk("an-edwards", "EdDSA"), jwk("fake-key-1"))


class Known:
    """A key set that is simply there."""

    def __init__(self, raw: bytes) -> None:
        self.current: KeySet | None = parse(raw)
        self.away = False
        self.asked: list[tuple[str, object]] = []

    async def look_for(self, algorithm: str, kid: str | None) -> None:
        self.asked.append((algorithm, kid))

    async def watch(self) -> None: ...


def tokens(raw: bytes = SET, **more: Any) -> Tokens:
    return Tokens("", ISSUER, AUDIENCE, keys=Known(raw), **more)


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 60, "scope": "query"}
    return {key: value for key, value in {**good, **changed}.items() if value is not None}


def refusal(token: str, reader: Tokens | None = None) -> str:
    with pytest.raises(ApiError) as refused:
        (reader or tokens()).read(f"Bearer {token}", scope="query")
    assert "ann" not in refused.value.message.split()
    return refused.value.code


def reads(token: str, reader: Tokens | None = None) -> bool:
    return (reader or tokens()).read(f"Bearer {token}", scope="query").subject != ""


def b64(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(("algorithm", "kid"), KINDS.items())
def test_a_key_of_each_kind_signs(algorithm: str, kid: str):
    assert reads(signed(claims(), kid, algorithm))


# 2.1 and 3.1: algorithms


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_a_public_key_is_no_secret(form: PublicFormat, encoding: Encoding, algorithm: str):
    public = private_key("an-rsa").public_key().public_bytes(encoding, form)
    secrets = [public, public.strip(), json.dumps(jwk("an-rsa")).encode(), jwk("an-rsa")["n"].encode()]
    for secret in secrets:
        signing = f"{b64({'alg': algorithm, 'typ': 'JWT', 'kid': 'an-rsa'})}.{b64(claims())}"
        mac = hmac.digest(secret, signing.encode(), hashlib.sha256)
        assert refusal(f"{signing}.{b64(mac)}") == "UNAUTHORIZED"


def test_a_key_set_cannot_be_taken_for_a_secret_where_a_secret_is_in_force():
    ours = Tokens("s" * 32, ISSUER, AUDIENCE)
    assert refusal(signed(claims(), "an-rsa"), ours) == "UNAUTHORIZED"
    assert refusal(signed(claims(), "a-curve", "ES256"), ours) == "UNAUTHORIZED"
    assert refusal(jwt.encode(claims(), "s" * 32, headers={"kid": "an-rsa"})) == "UNAUTHORIZED"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "nOnE", "", "RS1", "HS256", "RS256 ", "rs256", 7, None, []]
)
def test_no_algorithm_opens_without_a_signature(algorithm: object):
    for signature in ("", "AAAA"):
        token = f"{b64({'alg': algorithm, 'typ': 'JWT', 'kid': 'an-rsa'})}.{b64(claims())}.{signature}"
        assert refusal(token) == "UNAUTHORIZED"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS384", "PS512"])
def test_an_algorithm_that_is_not_pinned_is_refused_though_the_key_is_right(algorithm: str):
    assert refusal(signed(claims(), "an-rsa", algorithm)) == "UNAUTHORIZED"


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "a-curve"), ("ES256", "an-rsa"), ("EdDSA", "a-curve")])
def test_a_key_is_used_with_its_own_kind_of_algorithm_alone(algorithm: str, kid: str):
    right = {"RS256": "an-rsa", "ES256": "a-curve", "EdDSA": "an-edwards"}[algorithm]
    assert refusal(signed(claims(), right, algorithm, kid=kid)) == "UNAUTHORIZED"


def test_a_key_that_names_its_algorithm_is_used_with_that_one_alone():
    pinned = tokens(key_set(jwk("an-rsa", alg="PS256")))
    assert reads(signed(claims(), "an-rsa", "PS256"), pinned)
    assert refusal(signed(claims(), "an-rsa", "RS256"), pinned) == "UNAUTHORIZED"


# 2.3 and 3.3: signatures


@pytest.mark.parametrize(("algorithm", "kid"), KINDS.items())
def test_a_forged_or_damaged_signature_is_refused(algorithm: str, kid: str):
    head, body, signature = signed(claims(), kid, algorithm).split(".")
    other = signed(claims(sub="bob"), kid, algorithm).split(".")[2]
    forged = ["", other, "AAAA", signature[:-4], signature[4:], b64(bytes(64)), b64(b"\xff" * 64), b64(bytes(256))]
    for wrong in forged:
        assert refusal(f"{head}.{body}.{wrong}") == "UNAUTHORIZED"
    assert refusal(f"{head}.{b64(claims(sub='admin'))}.{signature}") == "UNAUTHORIZED"
    assert refusal(signed(claims(), "of-another-issuer", algorithm, kid=kid)) == "UNAUTHORIZED"


# 3.4 and 3.5: keys


def test_keys_that_are_not_for_checking_tokens_are_passed_over():
    small = {**jwk("an-rsa"), "n": b64((1 << 1023 | 1).to_bytes(128, "big")), "kid": "small"}
    secret = {"kty": "oct", "k": b64(b"k" * 32), "kid": "secret", "alg": "HS256", "use": "sig"}
    private = {**jwk("an-rsa"), "d": "AQAB", "kid": "private"}
    wrong = [
        jwk("an-rsa", kid="for-encryption", use="enc", alg="RSA-OAEP"),
        jwk("an-rsa", kid="wraps", key_ops=["wrapKey"]),
        jwk("an-rsa", kid=7),
        jwk("an-rsa", kid="broken", n="!"),
        jwk("an-rsa", kid="half", n=None),
        {**jwk("a-curve", "ES256"), "kid": "off-the-curve", "x": b64(bytes(32))},
        {**jwk("a-curve", "ES256"), "kid": "another-curve", "crv": "secp256k1"},
        {**jwk("an-rsa"), "kid": "strange", "kty": ["RSA"]},
        *(small, secret, private, {}, None, "key", []),
    ]  # fmt: skip
    raw = json.dumps({"keys": [*wrong, jwk("an-rsa")]}).encode()
    assert [key.kid for key in parse(raw).keys] == ["an-rsa"]
    assert refusal(jwt.encode(claims(), "k" * 32, headers={"kid": "secret"}), tokens(raw)) == "UNAUTHORIZED"
    with pytest.raises(KeySetError):
        parse(json.dumps({"keys": wrong}).encode())


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b'{"keys": {}}', b'{"keys": []}', b"<html>", b"\xff", b"[" * 100_000]
)
def test_what_is_no_key_set_is_said_to_be_none(raw: bytes):
    with pytest.raises(KeySetError) as wrong:
        parse(raw)
    assert "\n" not in str(wrong.value)


# 3.8 and 3.9: who wrote it, for whom


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "iat", "exp"])
def test_a_token_without_a_required_claim_is_refused(missing: str):
    assert refusal(signed(claims(**{missing: None}), "an-rsa")) == "UNAUTHORIZED"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://issuer.test/realms/other"},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER]},
        {"aud": "another-service"},
        {"aud": ["another-service", "account"]},
        {"aud": []},
        {"aud": AUDIENCE + "/"},
        {"aud": {AUDIENCE: 1}},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"exp": "soon"},
        {"exp": []},
        {"exp": float("inf")},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["ann"]},
        {"jti": 7},
    ],
)
def test_a_token_meant_for_another_place_or_time_is_refused(changed: dict[str, Any]):
    assert refusal(signed(claims(**changed), "an-rsa")) == "UNAUTHORIZED"


def test_an_expired_token_says_so():
    assert refusal(signed(claims(exp=int(time.time()) - 60), "an-rsa")) == "TOKEN_EXPIRED"


def test_the_audience_is_a_word_or_a_list():
    assert reads(signed(claims(aud=AUDIENCE), "an-rsa"))
    assert reads(signed(claims(aud=["account", AUDIENCE]), "an-rsa"))


# 2.9 and 3.10: what a token brings along is not believed


@pytest.mark.parametrize(
    "kid", ["../../etc/passwd", "' OR 1=1 --", "", "AN-RSA", "an-rsa ", "x" * 4000, "http://127.0.0.1/"]
)
def test_a_key_that_is_not_in_the_set_is_refused(kid: str):
    assert refusal(signed(claims(), "an-rsa", kid=kid)) == "UNAUTHORIZED"


def test_a_key_or_address_in_the_token_is_not_looked_at():
    stranger = jwk("of-a-stranger", kid="an-rsa")
    with issuers.key_set_server(key_set(stranger)) as served:
        for header in ({"jwk": stranger}, {"jku": served.url}, {"x5u": served.url}, {"x5c": ["AAAA"]}):
            assert refusal(signed(claims(), "of-a-stranger", kid="an-rsa", **header)) == "UNAUTHORIZED"
        assert served.asked == 0


def test_a_token_that_names_no_key_is_read_where_there_is_only_one_for_it():
    one = tokens(key_set(jwk("an-rsa"), jwk("a-curve", "ES256")))
    nameless = jwt.encode(claims(), private_key("an-rsa"), "RS256")
    assert reads(nameless, one)
    assert refusal(nameless) == "UNAUTHORIZED"


def test_an_unknown_critical_header_is_refused():
    assert refusal(signed(claims(), "an-rsa", crit=["x"], x=1)) == "UNAUTHORIZED"
    assert refusal(signed(claims(), "an-rsa", crit=["b64"], b64=False)) == "UNAUTHORIZED"


def test_while_no_set_has_been_read_or_a_key_may_be_missing_nobody_is_called_a_forger():
    reader = tokens()
    assert isinstance(reader.keys, Known)
    reader.keys.away = True
    assert reads(signed(claims(), "an-rsa"), reader)
    assert refusal(signed(claims(), "a-new-one"), reader) == "TOKEN_KEYS_UNAVAILABLE"
    assert refusal(signed(claims(), "of-a-stranger", kid="an-rsa"), reader) == "UNAUTHORIZED"
    reader.keys.away, reader.keys.current = False, None
    assert refusal(signed(claims(), "an-rsa"), reader) == "TOKEN_KEYS_UNAVAILABLE"


# 2.8, 3.11 and 3.12: tokens of another kind


@pytest.mark.parametrize("typ", ["at+ld", "dpop+jwt", "logout+jwt", "secevent+jwt", "id+jwt", "JOSE", "", None])
def test_a_token_of_another_type_is_refused(typ: str | None):
    assert refusal(signed(claims(), "an-rsa", typ=typ)) == "UNAUTHORIZED"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"])
def test_the_types_that_issuers_write_are_read(typ: str):
    assert reads(signed(claims(), "an-rsa", typ=typ))


@pytest.mark.parametrize(
    "changed", [{"typ": "ID"}, {"typ": "Refresh"}, {"typ": "Offline"}, {"typ": "Logout"}, {"typ": 7}]
)
def test_keycloaks_other_tokens_are_refused(changed: dict[str, Any]):
    assert refusal(issuers.keycloak(**changed)) == "UNAUTHORIZED"


@pytest.mark.parametrize("claim", ["at_hash", "c_hash", "s_hash", "events", "cnf"])
def test_id_and_logout_tokens_and_tokens_bound_to_a_key_are_refused(claim: str):
    assert refusal(signed(claims(**{claim: "x"}), "an-rsa")) == "UNAUTHORIZED"


@pytest.mark.parametrize(
    "token", ["a.b", "a.b.c.d.e", "...", "..", "{}", "ä.b.c", "\x00.\x00.\x00", "YQ.YQ.YQ", "x" * 9000]
)
async def test_what_is_no_token_is_refused(token: str):
    reader = tokens()
    await reader.ready_for(f"Bearer {token}")
    assert refusal(token, reader) == "UNAUTHORIZED"


@given(st.data())
def test_a_token_that_was_changed_anywhere_is_refused_or_is_still_the_same_one(data: st.DataObject):
    good = signed(claims(), "a-curve", "ES256")
    at = data.draw(st.integers(0, len(good) - 1))
    changed = good[:at] + data.draw(st.sampled_from("AZaz09-_.=ä{")) + good[at + data.draw(st.integers(0, 2)) :]
    try:
        caller = tokens().read(f"Bearer {changed}", scope="query")
    except ApiError as refused:
        assert refused.code == "UNAUTHORIZED"
    else:
        assert (caller.subject, caller.scopes) == ("ann", {"query"}), "a last letter may have idle bits"


@given(st.text(max_size=300))
def test_no_header_breaks_the_reader(text: str):
    for given_header in (text, f"Bearer {text}", f"Bearer {b64(text.encode())}.{b64(text.encode())}.{text}"):
        with pytest.raises(ApiError):
            tokens().read(given_header, scope="query")


async def test_a_header_without_end_or_of_no_text_is_refused():
    reader = tokens()
    for head in (
        b"[" * 4000,
        b'{"alg":"RS256","kid":' + b'{"a":' * 1000,
        b"\xff\xfe",
        b'{"alg":"RS256","kid":{}}',
        b"7",
    ):
        token = f"{b64(head)}.{b64(claims())}.AAAA"
        await reader.ready_for(f"Bearer {token}")
        assert refusal(token, reader) == "UNAUTHORIZED"


# what issuers write


@pytest.mark.parametrize(
    "token",
    [
        issuers.keycloak,
        lambda: issuers.keycloak(scope="profile", resource_access={AUDIENCE: {"roles": ["query"]}}),
        issuers.entra,
        lambda: issuers.entra(scp=None, roles=["query"], idtyp="app"),
        lambda: issuers.entra(scp=["other", "query"]),
        issuers.auth0,
        lambda: issuers.auth0(typ="at+jwt"),
        lambda: issuers.auth0(permissions=None, scope="query"),
    ],
)
def test_keycloak_entra_and_auth0_say_scopes_each_in_their_way(token: Any):
    caller = tokens().read(f"Bearer {token()}", scope="query")
    assert caller.subject.startswith(("f0000000", "fake-pairwise", "auth0|"))
    assert "query" in caller.scopes and "ops" not in caller.scopes


@pytest.mark.parametrize(
    "token",
    [
        lambda: issuers.keycloak(scope="profile"),
        lambda: issuers.keycloak(scope="profile", realm_access={"roles": ["query"]}),
        lambda: issuers.keycloak(scope="profile", resource_access={"account": {"roles": ["query"]}}),
        lambda: issuers.keycloak(scope="profile", resource_access=["query"]),
        lambda: issuers.entra(scp="query.read"),
        lambda: issuers.entra(scp={"query": True}),
        lambda: issuers.auth0(permissions="query"),
        lambda: issuers.auth0(permissions=[["query"]]),
    ],
)
def test_a_token_that_grants_nothing_is_forbidden(token: Any):
    assert refusal(token()) == "FORBIDDEN"
