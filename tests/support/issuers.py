"""Issuers of tokens for tests: obviously fake keys, a key set at a loopback address, and tokens shaped as Keycloak,
Entra and Auth0 write them.

    with key_set_server(issuer.key_set()) as served:   # served.url, served.keys = ..., served.away = True
        token = keycloak(issuer)

Shapes: Keycloak 26 (access token of a client, `at+jwt` off), Entra v2.0 (application and delegated), Auth0 (RS256, both
token profiles).
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "https://llm-vpn.test"
ISSUER = "https://issuer.test/realms/fake"
READERS: dict[str, Any] = {"RS": RSAAlgorithm, "PS": RSAAlgorithm, "ES": ECAlgorithm, "Ed": OKPAlgorithm}


def private_key(name: str, algorithm: str = "RS256") -> Any:
    """A key of that name and of the kind that the algorithm needs, made once a run."""
    return _made(name, "RS" if algorithm[0] in "RP" else algorithm[:2])


@cache
def _made(_name: str, kind: str) -> Any:
    match kind:
        case "ES":
            return ec.generate_private_key(ec.SECP256R1())
        case "Ed":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(65537, 2048)


def jwk(name: str, algorithm: str = "RS256", **more: Any) -> dict[str, Any]:
    """The public half, as a key set has it. `more` adds members; None takes one away."""
    public = private_key(name, algorithm).public_key()
    row = json.loads(READERS[algorithm[:2]].to_jwk(public))
    row.pop("key_ops", None)
    return {key: value for key, value in {**row, "use": "sig", "kid": name, **more}.items() if value is not None}


def key_set(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"keys": rows}).encode()


def signed(
    claims: dict[str, Any], name: str = "fake-key-1", algorithm: str = "RS256", typ: str | None = "JWT", **header: Any
) -> str:
    """A token by the key of that name."""
    headers = {"typ": typ, "kid": name, **header}
    payload = json.dumps(claims).encode()  # by hand: PyJWT's own refuses to write what a test must show it
    return jwt.PyJWS().encode(payload, private_key(name, algorithm), algorithm=algorithm, headers=headers)


def _times(hours: float = 1.0) -> dict[str, int]:
    now = int(time.time())
    return {"iat": now, "exp": now + int(hours * 3600)}


def keycloak(name: str = "fake-key-1", **changed: Any) -> str:
    """What a Keycloak client gets: scopes in `scope`, roles nested, groups as paths, what it is for in the payload."""
    claims = {
        **_times(),
        "jti": "trrtcc:0f0f0f0f-fake-fake-fake-000000000001",
        "iss": ISSUER,
        "aud": [AUDIENCE, "account"],
        "sub": "f0000000-fake-fake-fake-000000000001",
        "typ": "Bearer",
        "azp": "fake-client",
        "sid": "fake-session",
        "acr": "1",
        "allowed-origins": ["https://page.test"],
        "realm_access": {"roles": ["offline_access", "uma_authorization"]},
        "resource_access": {"account": {"roles": ["view-profile"]}},
        "scope": "openid profile query",
        "groups": ["/research"],
        "preferred_username": "fake-user",
        **changed,
    }
    return signed({key: value for key, value in claims.items() if value is not None}, name)


def entra(name: str = "fake-key-1", **changed: Any) -> str:
    """What Entra gives for an API (v2.0): `scp` or `roles`, groups as ids, `uti` where others have `jti`."""
    now = _times()
    claims = {
        **now,
        "nbf": now["iat"],
        "aio": "fake-aio",
        "azp": "00000000-fake-fake-fake-0000000000a0",
        "azpacr": "1",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "fake-pairwise-subject-0000000000000000000000",
        "oid": "00000000-fake-fake-fake-0000000000b0",
        "tid": "00000000-fake-fake-fake-0000000000c0",
        "rh": "0.fake",
        "uti": "fakeutifakeutifakeutiAA",
        "ver": "2.0",
        "scp": "query",
        **changed,
    }
    return signed({key: value for key, value in claims.items() if value is not None}, name, x5t=name)


def auth0(name: str = "fake-key-1", typ: str = "JWT", **changed: Any) -> str:
    """What Auth0 gives for an API: several audiences, `permissions`, `at+jwt` under the RFC 9068 profile."""
    claims = {
        **_times(),
        "iss": ISSUER,
        "sub": "auth0|fake00000000000000000001",
        "aud": [AUDIENCE, "https://fake.eu.auth0.test/userinfo"],
        "azp": "fakeclientfakeclientfakeclient00",
        "scope": "openid profile",
        "permissions": ["query"],
        **({"jti": "fakeJti0000000000000", "client_id": "fakeclientfakeclientfakeclient00"} if typ != "JWT" else {}),
        **changed,
    }
    return signed({key: value for key, value in claims.items() if value is not None}, name, typ=typ)


@dataclass
class Served:
    """A key set at an address, which can change, break, and go away."""

    url: str
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0


@contextmanager
def key_set_server(body: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    served = Served("", body)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked += 1
            self.send_response(served.status)
            for name, value in {"content-type": "application/json", **served.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(served.body)))
            self.end_headers()
            self.wfile.write(served.body)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    served.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/certs"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
