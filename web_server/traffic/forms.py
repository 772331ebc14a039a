"""What means nothing in each kind of answer, so that it may be longer than what it says.

A comment is a line of every stream of events (WHATWG HTML, 9.2.5), blanks before a value are of every JSON text (RFC
8259, section 2): clients that know nothing of padding drop both. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from web_server.traffic.frames import Filler

Headers = list[tuple[bytes, bytes]]

HEAD_BYTES = 256
"""An answer's head comes to a multiple of it."""
PADDING = b"x-padding"


def comment(count: int) -> bytes:
    """`count` bytes between two events. A block of its own, so that who splits at blank lines sees no event changed."""
    return b"\n" * count if count < 3 else b":" + b" " * (count - 3) + b"\n\n"


def spaces(count: int) -> bytes:
    """`count` bytes before a line of JSON. No line of their own: a blank one is no JSON."""
    return b" " * count


STREAMS: Mapping[str, Filler] = {"text/event-stream": comment, "application/x-ndjson": spaces}
"""Fillers by media type."""

JSON = "application/json"


def media_type(headers: Headers) -> str:
    """Without its parameters; empty where none is said."""
    said = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return said.decode("latin-1").partition(";")[0].strip().lower()


def head(headers: Headers, length: int | None = None) -> Headers:
    """The headers of a padded answer: no proxy may shrink it again, and they come to a bucket of bytes themselves.

    `length` is that of the body, where it is known.
    """
    kept = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"cache-control")]
    kept += [(b"cache-control", b"no-store, no-transform"), (b"x-privacy", b"padded=on")]
    if length is not None:
        kept.append((b"content-length", b"%d" % length))
    bytes_now = sum(len(name) + len(value) + 4 for name, value in [*kept, (PADDING, b"")])
    return [*kept, (PADDING, b"." * (-bytes_now % HEAD_BYTES))]
