"""A provider that streams the answers of a file, token by token, at a model's uneven pace.

Started by `bench.traffic` as `python -m bench.traffic.provider FILE GAP_MS`; prints its port. A question names its
answer by number.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
from pathlib import Path

_NUMBER = re.compile(rb"answer (\d+)\.")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
WAIT_SECONDS = (0.15, 0.6)
"""Before the first token."""


class Provider:
    def __init__(self, answers: list[list[str]], gap_seconds: float) -> None:
        self._answers = answers
        self._gap_seconds = gap_seconds

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                number = _NUMBER.search(body)
                await self._answer(writer, int(number[1]) if number else 0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(_HEAD)
        await asyncio.sleep(random.uniform(*WAIT_SECONDS))
        for token in self._answers[number]:
            _say(writer, {"delta": {"content": token}, "finish_reason": None})
            # Many gaps are short and some are long: tokens come in the bursts of a batch of requests.
            await asyncio.sleep(self._gap_seconds * random.lognormvariate(-0.3, 0.8))
        _say(writer, {"delta": {}, "finish_reason": "stop"})
        done = b"data: [DONE]\n\n"
        writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(done), done))
        await writer.drain()


def _say(writer: asyncio.StreamWriter, choice: dict[str, object]) -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, **choice}]}
    event = b"data: " + json.dumps(chunk).encode() + b"\n\n"
    writer.write(b"%x\r\n%s\r\n" % (len(event), event))


async def main(provider: Provider) -> None:
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Provider(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2]) / 1000)))
