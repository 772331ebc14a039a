"""An answer as it crosses the network: how many bytes each write has, and when.

Used by `bench.traffic`. A write of the server's is one HTTP chunk, and would be one TLS record of that size and a
constant; what is read here is the chunks' sizes and times. When the first and the last text came is read beside it,
for the caller's sake.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trace:
    """Seconds since the request, and bytes. The eavesdropper gets `writes` alone."""

    writes: list[tuple[float, int]] = field(default_factory=list)
    bytes: int = 0
    first_text: float = 0.0
    last_text: float = 0.0
    end: float = 0.0


async def asked(port: int, token: str, model: str, number: int, *, pad: bool) -> Trace:
    """Ask for an answer by its number, at OpenAI's door."""
    question = {
        "model": model,
        "stream": True,
        "messages": [{"role": "user", "content": f"Please give answer {number}."}],
    }
    body = json.dumps(question).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
        f"x-privacy: pad={'on' if pad else 'off'}\r\n\r\n"
    )
    trace = Trace()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    try:
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((answer + await reader.read()).decode("utf-8", "replace")[:500])
        trace.bytes = len(answer)
        left = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            chunk = await reader.readexactly(size + 2)
            now = time.perf_counter() - began
            trace.writes.append((now, size))
            trace.bytes += len(b"%x\r\n" % size) + size + 2
            *lines, left = (left + chunk[:-2]).split(b"\n")
            if any(line.startswith(b"data: ") and b'"content":' in line for line in lines):
                trace.first_text = trace.first_text or now
                trace.last_text = now
        trace.end = trace.writes[-1][0]
    finally:
        writer.close()
    return trace
