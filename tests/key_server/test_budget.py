"""What a key may be used for: its provider's models, and so many requests and tokens a minute."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import Upstream

REQUESTS, TOKENS = 5, 1_000


def keys(at: Place, name: str, *rows: str) -> None:
    path = at.directory / "api_keys.csv"
    path.write_text("provider,model,api_key,rpm,tpm\n" + "".join(f"{name},{row}\n" for row in rows))
    path.chmod(0o600)


async def refusal(server: KeyServer, name: str, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await server.forward(name, {"model": fields.get("model", "test-model")}, **fields)
    return caught.value


@pytest.mark.promise(8)
async def test_a_model_off_the_list_is_refused_and_nothing_is_sent(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    keys(at, name, "test-model,sk-test-not-a-key-narrow,,")
    async with key_server(at) as server:
        assert (await refusal(server, name, model="unlisted-model")).code == "UNKNOWN_MODEL"
        assert (await refusal(server, name, model="other-model")).code == "NO_KEYS"
        assert provider.requests == []
        assert (await server.forward(name)).tail is not None


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    ("limits", "estimate", "most"), [(f"{REQUESTS},", 0, REQUESTS), (f",{TOKENS}", 200, TOKENS // 200)]
)
async def test_a_budget_that_is_spent_is_a_429_at_the_very_next_call(
    at: Place,
    provider: Upstream,
    record_property: Callable[[str, object], None],
    limits: str,
    estimate: int,
    most: int,
) -> None:
    name = at.providers(url=provider.url)
    keys(at, name, f"*,sk-test-not-a-key-limited,{limits}")
    began = time.monotonic()
    async with key_server(at) as server:
        for _ in range(most):
            await server.forward(name, token_estimate=estimate)
        found = await refusal(server, name, token_estimate=estimate)
    assert found.code == "POOL_LIMITED" and len(provider.requests) == most
    spent_ms = (time.monotonic() - began) * 1000
    assert 60_000 - spent_ms - 1_000 <= found.retry_after_ms <= 61_000, "the first of them leaves the minute then"
    record_property(
        "measured", f"{most} calls answered, call {most + 1} refused for {found.retry_after_ms / 1000:.0f} s"
    )
