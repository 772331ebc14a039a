"""What may be forwarded and what may not, and where the key is put: over the real socket."""

from __future__ import annotations

import json

import grpc
import pytest

from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import Upstream, ok

KEY = "sk-test-not-a-key-alpha"


async def refused(server: KeyServer, provider: str, *args: object, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await server.forward(provider, *args, **fields)
    return caught.value


@pytest.mark.parametrize(
    ("fields", "status_code", "code"),
    [
        ({"model": "no-such"}, grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL"),
        ({"operation": "files"}, grpc.StatusCode.NOT_FOUND, "UNKNOWN_OPERATION"),
        ({"operation": "../../admin"}, grpc.StatusCode.NOT_FOUND, "UNKNOWN_OPERATION"),
        ({"body": {"model": "other-model"}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b"not json"}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b""}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b"[" * 100_000}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": '{"model": "test-model"}'.encode("utf-16")}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b'{"model": "test-model", "x": "\xed\xa0\x80"}'}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b'{"model": "test-model", "x": NaN}'}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b'{"model": "other-model", "model": "test-model"}'}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": b'{"model": "test-model", "Model": "other-model"}'}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": {"models": ["other-model"]}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"body": {"fallbacks": ["other-model"]}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        *(
            ({"headers": {"content-type": other}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST")
            for other in ("application/x-www-form-urlencoded", "application/json; charset=utf-7")
        ),
        ({"headers": {"authorization": "Bearer mine"}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"headers": {"host": "elsewhere"}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"headers": {"accept": "a\r\nx-evil: 1"}}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"call_id": "a b"}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"call_id": ""}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
        ({"binding_id": "b"}, grpc.StatusCode.NOT_FOUND, "UNKNOWN_BINDING"),
        ({"binding_id": "a b"}, grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST"),
    ],
)
async def test_what_may_not_be_forwarded_is_refused_and_nothing_is_sent(
    at: Place, provider: Upstream, fields: dict[str, object], status_code: grpc.StatusCode, code: str
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        found = await refused(server, name, **fields)
    assert (found.status, found.code) == (status_code, code)
    assert provider.requests == []


async def test_an_unknown_provider_and_a_provider_without_keys_are_told_apart(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        assert (await refused(server, "nobody")).code == "UNKNOWN_PROVIDER"
        assert (await refused(server, name)).code == "NO_KEYS"


async def test_eight_mebibytes_may_be_sent_and_one_byte_more_may_not(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    frame = len(json.dumps({"model": "test-model", "x": ""}))
    async with key_server(at) as server:
        heard = await server.forward(name, {"x": "a" * (8 * 1024 * 1024 - frame)})
        found = await refused(server, name, {"x": "a" * (8 * 1024 * 1024 - frame + 1)})
    assert heard.head is not None and heard.head.status == 200
    assert found.code == "BAD_REQUEST"


@pytest.mark.parametrize("auth", ["bearer", "x-api-key", "api-key", "x-goog-api-key"])
async def test_each_scheme_puts_the_key_where_it_belongs(at: Place, provider: Upstream, auth: str) -> None:
    name = at.providers(url=provider.url, more=f"    auth: {auth}\n")
    at.keys(name, KEY)
    provider.otherwise = ok()
    async with key_server(at) as server:
        await server.forward(name)
    header = "authorization" if auth == "bearer" else auth
    assert provider.requests[0].headers[header] == (f"Bearer {KEY}" if auth == "bearer" else KEY)


async def test_a_provider_that_takes_no_key_is_sent_none(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url, more="    auth: none\n")
    async with key_server(at) as server:
        heard = await server.forward(name)
    assert heard.head is not None and heard.head.status == 200
    assert provider.requests[0].key == ""
