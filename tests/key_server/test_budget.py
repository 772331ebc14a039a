"""What a key may be used for: its provider's models, and so many requests and tokens a minute."""

from __future__ import annotations

import time
from collections.abc import Callable

import grpc.aio
import pytest

from key_server.bodies import Bodies
from key_server.errors import PoolBusy
from protos import router_pb2
from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import Upstream

REQUESTS, TOKENS = 5, 1_000
PROMPT = {"messages": [{"role": "user", "content": "x" * 4_000}]}


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


async def test_who_says_that_calls_cost_nothing_is_held_to_their_size(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    keys(at, name, "*,sk-test-not-a-key-limited,,3000")
    sent = 0
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            for sent in range(40):
                call_id = f"call-{sent}"
                await server.forward(name, PROMPT, token_estimate=0, call_id=call_id)
                report = router_pb2.UsageReport(call_id=call_id, prompt_tokens=0, completion_tokens=0)
                await server.router.ReportUsage(report, metadata=server.metadata)
    assert caught.value.code == "POOL_LIMITED" and 2 < sent < 20


async def test_bodies_that_do_not_fit_beside_the_others_are_told_to_come_back() -> None:
    bodies = Bodies(most=10)
    with bodies.held(99), pytest.raises(PoolBusy), bodies.held(1):
        pass
    with bodies.held(6), bodies.held(4):
        pass
    with bodies.held(10):
        pass


async def test_slots_are_kept_for_minutes_and_a_session_for_a_day(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    keys(at, name, "*,sk-test-not-a-key,,")
    async with key_server(at) as server:

        async def bind(**fields: int) -> grpc.StatusCode | None:
            asked = router_pb2.BindRequest(binding_id="b", provider=name, model="test-model", **fields)
            try:
                await server.router.Bind(asked, metadata=server.metadata)
            except grpc.aio.AioRpcError as error:
                return error.code()
            return None

        assert await bind(slots=2, ttl_seconds=601) is grpc.StatusCode.INVALID_ARGUMENT
        assert await bind(slots=2, ttl_seconds=600) is None
        assert await bind(ttl_seconds=86_400) is None
