"""The least that a provider can be: one answer, whole or streamed. `python -m bench.tiny_provider` prints its port.

Started by `bench.keys_forward`, in a process of its own, so that it costs the measured ones nothing.
A request with `"stream": true` is answered with as many events as `EVENTS`, each written on its own.
"""

from __future__ import annotations

import asyncio

from key_server.__main__ import loop

EVENTS = 400
EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "word "}}]}\n\n'
WHOLE = b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n%s\r\n\r\n"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
        if b'"stream": true' in body:
            writer.write(HEAD % (b"text/event-stream", b"transfer-encoding: chunked"))
            for _ in range(EVENTS):
                writer.write(b"%x\r\n%s\r\n" % (len(EVENT), EVENT))
                await asyncio.sleep(0)
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(HEAD % (b"application/json", b"content-length: %d" % len(WHOLE)) + WHOLE)
        await writer.drain()
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main())
