"""A closed-loop load generator: each caller sends its next request when the last one is answered.

Called by the benchmarks. Plain sockets, because an HTTP library costs more than the thing that is measured.
Speaks just enough HTTP/1.1: keep-alive, `Content-Length` and chunked answers.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Target:
    """Where a row's requests go, and how a prompt becomes a body."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    body: Callable[[str], bytes]

    def request(self, prompt: str) -> bytes:
        body = self.body(prompt)
        lines = [f"POST {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\nContent-Type: application/json\r\n\r\n" + body


@dataclass
class Sample:
    """What one round of one row at one number of callers took. Times in milliseconds."""

    whole: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.whole) / self.seconds if self.seconds else 0.0


def quantile(values: list[float], q: float) -> float:
    """The q-quantile, 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


async def run(
    target: Target, prompts: Iterator[str], callers: int, seconds: float, *, most: float = float("inf")
) -> Sample:
    """`callers` closed loops against `target` for `seconds`, or until `most` answers have come."""
    sample = Sample()
    began = time.perf_counter()
    await asyncio.gather(*(_caller(target, prompts, began + seconds, most, sample) for _ in range(callers)))
    sample.seconds = time.perf_counter() - began
    return sample


async def _caller(target: Target, prompts: Iterator[str], until: float, most: float, sample: Sample) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=1 << 20)
    try:
        while time.perf_counter() < until and len(sample.whole) < most:
            request = target.request(next(prompts))
            sent = time.perf_counter()
            writer.write(request)
            if not await _answer(reader, sample, sent):
                sample.errors += 1
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=1 << 20)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, sample: Sample, sent: float) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    good = head.startswith(b"http/1.1 200")
    if b"transfer-encoding: chunked" not in head:
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        if good:
            sample.whole.append((time.perf_counter() - sent) * 1000)
        return good
    last = 0.0
    first = 0.0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        now = time.perf_counter()
        if first:
            sample.gaps.append((now - last) * 1000)
        else:
            first = now
        last = now
    await reader.readline()
    if good:
        sample.first.append((first - sent) * 1000)
        sample.whole.append((time.perf_counter() - sent) * 1000)
    return good
