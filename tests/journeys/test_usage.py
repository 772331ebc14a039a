"""What an answer used reaches the key server, from plain and streamed answers, unseen by a caller who did not ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from protos import router_pb2
from tests.support.key_server import Place, connected, key_server_process, place
from tests.support.redis_server import redis_server
from tests.support.router import usage
from tests.support.sdks import openai_at
from tests.support.stack import Stack
from tests.support.upstream import upstream
from web_server.keys import KeyServer
from web_server.query import Usage

ASKED = [{"role": "user", "content": "Write to count.me@fjordmail.example, please."}]


def wait_for_tokens(stack: Stack, provider: str, tokens: int) -> router_pb2.UsageRow:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        row = usage(stack.state / "run", "provider").get(provider, router_pb2.UsageRow())
        if row.prompt_tokens + row.completion_tokens == tokens:
            return row
        time.sleep(0.05)
    raise AssertionError(f"{tokens} tokens were expected: {row}")


def test_plain_and_streamed_answers_are_counted_as_the_provider_counts_them(stack: Stack):
    provider = stack.spare()
    with openai_at(stack) as client:
        plain = client.chat.completions.create(model=f"{provider}/openai", messages=ASKED)
        assert plain.usage and plain.usage.total_tokens
        used = plain.usage.total_tokens
        row = wait_for_tokens(stack, provider, used)
        assert (row.requests, row.errors) == (1, 0)
        for wants_usage in (False, True):
            options = {"stream_options": {"include_usage": True}} if wants_usage else {}
            chunks = list(
                client.chat.completions.create(model=f"{provider}/openai", messages=ASKED, stream=True, **options)
            )
            assert any(chunk.usage for chunk in chunks) == wants_usage
            assert any(not chunk.choices for chunk in chunks) == wants_usage
            said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
            assert said == ASKED[0]["content"]
        row = wait_for_tokens(stack, provider, 3 * used)
        assert (row.requests, row.errors) == (3, 0)


@pytest.fixture
def at() -> Iterator[Place]:
    with redis_server() as url, place(url) as found:
        yield found


async def test_a_count_finds_a_key_server_that_was_killed_and_restarted(at: Place):
    async with upstream() as provider:
        name = at.providers(url=provider.url)
        at.keys(name, "sk-test-not-a-key-usage-journey")
        with key_server_process(at) as process:
            async with connected(at) as server:
                await server.forward(name, call_id="c1")
            hatch = KeyServer(at.directory / "k.sock", at.directory / "token")
            telling = asyncio.create_task(hatch.reports.run())
            hatch.report("unknown", Usage(1, 1))
            await hatch.reports.told()  # with the first token
            process.kill()
            process.wait()
        (at.directory / "a.sock").unlink()
        hatch.report("c1", Usage(70, 7))
        hatch.report("nonsense", Usage(-1, 10**12))
        with key_server_process(at):
            async with asyncio.timeout(5):
                await hatch.reports.told()
            async with connected(at) as server:
                asked = router_pb2.UsageQuery(by="provider")
                (row,) = (await server.router.GetUsage(asked, metadata=server.metadata)).rows
        telling.cancel()
        await hatch.aclose()
    assert (row.requests, row.errors, row.prompt_tokens, row.completion_tokens) == (1, 0, 70, 7)
