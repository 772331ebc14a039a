"""Where a call goes is this side's to say: whatever a web server that was taken over may ask for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.key_server import Place, Refused, key_server
from tests.support.upstream import Request, Upstream, upstream

KEY = "sk-test-not-a-key-wanted-elsewhere"
GEMINI = """\
    dialect: gemini
    auth: bearer
"""
NAMES = (
    "../v1/x",
    "..",
    "a/../../b",
    "%2e%2e%2f",
    "x?key=1",
    "x#y",
    "x\r\nHost: trap",
    "//trap",
    "http://trap/",
    "é",
    "",
)
ODD = ("a/b", "@trap", "trap:80", "arn:aws:bedrock:eu:0:x/y", "models/x:generateContent")  # may be sent, as one segment


def wishes(name: str, trap: str) -> list[dict[str, Any]]:
    """One request each: fields of ForwardRequest that try to lead the key somewhere else."""
    headers = [
        {"host": trap}, {"Host": trap}, {"x-forwarded-host": trap}, {"location": trap}, {"authorization": "Bearer x"},
        {":authority": trap}, {"accept": f"x\r\nHost: {trap}"}, {"connection": "upgrade"}, {"proxy-authorization": "x"},
    ]  # fmt: skip
    others = [f"http://{trap}", trap, f"{name}@{trap}", f"{name}/../{trap}", f"{name}\r\n", "169.254.169.254", ""]
    return [
        *({"headers": each} for each in headers),
        *({"provider": each} for each in others),
        *({"operation": each} for each in ("../chat", "http://" + trap, "chat?x", "chat.stream.stream", "delete", "")),
        *({"model": each} for each in (*NAMES, *ODD, "")),
        *({"endpoint_id": each} for each in (trap, f"ep_{'0' * 16}", "../")),
        *({"binding_id": each} for each in (trap, "../", "x" * 65)),
    ]


@pytest.mark.promise(7)
async def test_no_field_of_a_request_leads_the_key_elsewhere(
    at: Place, provider: Upstream, record_property: Callable[[str, object], None]
) -> None:
    async with upstream() as trap:
        name = at.providers(url=provider.url, more=GEMINI)
        yaml = at.directory / "providers.yaml"
        yaml.write_text(yaml.read_text().replace("{id: other-model}", "{id: '*'}"))
        at.keys(name, KEY)
        outcomes: list[str] = []
        async with key_server(at) as server:
            asked = wishes(name, f"127.0.0.1:{trap.port}")
            for fields, stream in itertools.product(asked, (False, True)):
                wanted = {"provider": name, "model": "test-model"} | fields
                try:
                    await server.forward(wanted.pop("provider"), {"model": wanted["model"]}, stream=stream, **wanted)
                except Refused as refused:
                    outcomes.append(refused.code)
                else:
                    outcomes.append("sent")
    assert trap.requests == [] and trap.connections == 0
    assert all(is_where_it_belongs(request, provider) for request in provider.requests)
    assert outcomes.count("sent") == len(provider.requests) == 2 * len(ODD)
    assert set(outcomes) <= {
        *("sent", "BAD_REQUEST", "UNKNOWN_PROVIDER", "UNKNOWN_MODEL", "UNKNOWN_OPERATION", "UNKNOWN_ENDPOINT"),
        "UNKNOWN_BINDING",
    }
    record_property(
        "measured",
        f"{len(outcomes)} hostile requests: 0 reached the trap, {outcomes.count('sent')} went where they belong",
    )


def is_where_it_belongs(request: Request, provider: Upstream) -> bool:
    path, _, query = request.target.partition("?")
    rest = path.removeprefix("/v1/models/")
    return (
        request.method == "POST"
        and request.headers["host"] == f"127.0.0.1:{provider.port}"
        and rest != path
        and "/" not in rest
        and rest.endswith((":generateContent", ":streamGenerateContent"))
        and query in ("", "alt=sse")
    )
