"""What `Forward` adds to a call, and how fast it streams: a real key server before a tiny provider, by turns with it.

Called by `bench.keys`. One process asks both: by plain sockets the provider, by grpc.aio the key server. What grpc.aio
costs its client is therefore part of what `Forward` is said to add. On two cores, more callers than one measure queues.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import repeat

from bench.load import Sample, Target, quantile, run
from bench.tiny_provider import EVENTS
from key_server.__main__ import loop
from protos import router_pb2
from tests.support.key_server import ROOT, KeyServer, connected, key_server_process, place
from tests.support.redis_server import redis_server

ROUNDS = 6


@dataclass
class Forwarding:
    """Whole answers, and streams of EVENTS events; times in ms."""

    direct: Sample = field(default_factory=Sample)
    through: Sample = field(default_factory=Sample)
    direct_streams: Sample = field(default_factory=Sample)
    through_streams: Sample = field(default_factory=Sample)
    messages: int = 0

    @property
    def added_p50_ms(self) -> float:
        return quantile(self.through.whole, 0.5) - quantile(self.direct.whole, 0.5)

    @property
    def added_p99_ms(self) -> float:
        return quantile(self.through.whole, 0.99) - quantile(self.direct.whole, 0.99)

    def __str__(self) -> str:
        events = [each.per_second * EVENTS for each in (self.direct_streams, self.through_streams)]
        return (
            f"adds {self.added_p50_ms:5.2f} ms p50, {self.added_p99_ms:5.2f} ms p99; "
            f"{self.through.per_second:6,.0f} calls/s (direct {self.direct.per_second:6,.0f}); "
            f"{events[1]:8,.0f} stream events/s in {self.messages / max(1e-9, self.through_streams.seconds):6,.0f} "
            f"messages/s (direct {events[0]:8,.0f}); errors {self.through.errors + self.through_streams.errors}"
        )


def measured(*, callers: int, seconds: float) -> Forwarding:
    provider = subprocess.Popen(
        [sys.executable, "-m", "bench.tiny_provider"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert provider.stdout is not None
        port = int(provider.stdout.readline())
        with redis_server() as url, place(url) as at:
            name = at.providers(url=f"http://127.0.0.1:{port}", more="    max_parallel: 256\n")
            at.keys(name, *(f"sk-test-not-a-key-{number:02}" for number in range(10)))
            with key_server_process(at), asyncio.Runner(loop_factory=loop) as runner:

                async def measuring() -> Forwarding:
                    async with connected(at) as server:
                        return await _by_turns(server, name, port, callers, seconds)

                return runner.run(measuring())
    finally:
        provider.terminate()
        provider.communicate()


async def _by_turns(server: KeyServer, name: str, port: int, callers: int, seconds: float) -> Forwarding:
    found = Forwarding()
    for number in range(ROUNDS + 1):
        if number == 1:
            found = Forwarding()  # the first round only warmed up
        for stream in (False, True):
            body = json.dumps({"model": "test-model", "stream": stream}).encode()
            target = Target("direct", port, "/v1/chat/completions", {}, lambda _, body=body: body)  # type: ignore[misc]
            _add(
                found.direct_streams if stream else found.direct,
                await run(target, repeat(""), callers, seconds / ROUNDS),
            )
            sample = Sample()
            began = time.perf_counter()
            asking = [_caller(server, name, body, stream, began + seconds / ROUNDS, sample) for _ in range(callers)]
            messages = sum(await asyncio.gather(*asking))
            sample.seconds = time.perf_counter() - began
            _add(found.through_streams if stream else found.through, sample)
            found.messages += messages if stream else 0
    return found


async def _caller(server: KeyServer, name: str, body: bytes, stream: bool, until: float, sample: Sample) -> int:
    messages = 0
    while (sent := time.perf_counter()) < until:
        request = router_pb2.ForwardRequest(
            call_id=secrets.token_hex(8),
            provider=name,
            model="test-model",
            operation="chat",
            stream=stream,
            token_estimate=100,
            body=body,
        )
        tail = False
        async for reply in server.router.Forward(request, metadata=server.metadata):
            messages += 1
            tail = reply.HasField("tail")
        sample.errors += not tail
        sample.whole.append((time.perf_counter() - sent) * 1000)
    return messages


def _add(to: Sample, more: Sample) -> None:
    to.whole += more.whole
    to.errors += more.errors
    to.seconds += more.seconds
