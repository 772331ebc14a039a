"""An answer as `ForwardReply` messages: head, chunks, tail, or all of it in one.

Called by `servicer`. A message takes gRPC some 0.1 ms of each process, so that a short answer of which nobody reads the
beginning first is not sent in three.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from key_server.pool.allocator import Answer
from protos import router_pb2

LARGEST_WHOLE = 256 * 1024
"""Of a body: until its end all of it is held."""


async def gathered(chunks: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """As much of a body as one message may have, and a chunk; and whether that is all. Raises what `chunks` raises."""
    found: list[bytes] = []
    size = 0
    async for chunk in chunks:
        found.append(chunk)
        size += len(chunk)
        if size > LARGEST_WHOLE:
            return b"".join(found), False
    return b"".join(found), True


def head(answer: Answer) -> router_pb2.Head:
    """Who answered, and how it begins."""
    return router_pb2.Head(
        status=answer.status,
        headers=answer.headers,
        endpoint_id=answer.endpoint_id,
        attempts=answer.attempts,
        rebound=answer.rebound,
    )


def last(answer: Answer, whole: bytes | None, tail: router_pb2.Tail) -> router_pb2.ForwardReply:
    """The tail; with all that goes before it where that was not sent."""
    if whole is None:
        return router_pb2.ForwardReply(tail=tail)
    return router_pb2.ForwardReply(whole=router_pb2.Whole(head=head(answer), body=whole, tail=tail))
