"""AWS' binary event streams, parsed incrementally: bytes in, messages out, wherever the network cut them.

Called by the dialect `bedrock`. Pure. Both checksums of a message are looked at before a word of it is believed; never
waits for more than the message's own last byte.
Source: "Event stream encoding" of the Smithy specification (`application/vnd.amazon.eventstream`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

PRELUDE = struct.Struct(">III")
"""Length of the message, length of its headers, and the checksum of the two."""
CHECKSUM = struct.Struct(">I")
LEAST: Final = PRELUDE.size + CHECKSUM.size

FIXED: Final[Mapping[int, int]] = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Bytes of a header's value, by its type: booleans, numbers, moments and uuids."""
BYTES, TEXT = 6, 7


class NotFrames(ValueError):
    """These bytes are no event stream, or are damaged; the stream cannot be read on."""


class Message(NamedTuple):
    """One message. `headers` has those whose values are texts."""

    headers: Mapping[str, str]
    payload: bytes


class FrameParser:
    """Feed it reads of any size; it keeps only the unfinished message."""

    def __init__(self, limit: int = 8 * 1024 * 1024) -> None:
        self._limit = limit
        self._parts: list[bytes] = []  # joined once a whole message is there: joining at each read is quadratic
        self._held = 0
        self._wanted = LEAST

    @property
    def is_between(self) -> bool:
        """Whether no message is unfinished."""
        return not self._held

    def feed(self, read: bytes) -> Iterator[Message]:
        """The messages that `read` completes, in order. Raises NotFrames behind them."""
        self._parts.append(read)
        self._held += len(read)
        if self._held < self._wanted:
            return
        buffer, at = b"".join(self._parts), 0
        while len(buffer) - at >= LEAST:
            size, headers = self._prelude(buffer, at)
            if len(buffer) - at < size:
                self._wanted = size
                break
            yield _message(buffer[at : at + size], headers)
            at += size
            self._wanted = LEAST
        self._parts, self._held = [buffer[at:]], len(buffer) - at

    def _prelude(self, buffer: bytes, at: int) -> tuple[int, int]:
        size, headers, told = PRELUDE.unpack_from(buffer, at)
        if zlib.crc32(buffer[at : at + 8]) != told:
            raise NotFrames("a message begins with a wrong checksum")
        if not LEAST + headers <= size <= self._limit:
            raise NotFrames("a message has an impossible length")
        return size, headers


def _message(whole: bytes, headers: int) -> Message:
    if CHECKSUM.unpack_from(whole, len(whole) - CHECKSUM.size)[0] != zlib.crc32(whole[: -CHECKSUM.size]):
        raise NotFrames("a message has a wrong checksum")
    begin = PRELUDE.size + headers
    try:
        return Message(_headers(whole[PRELUDE.size : begin]), whole[begin : -CHECKSUM.size])
    except (struct.error, IndexError, UnicodeDecodeError):
        raise NotFrames("the headers of a message cannot be read") from None


def _headers(raw: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(raw):
        name, at = _take(raw, at + 1, raw[at])
        kind = raw[at]
        at += 1
        if kind in (BYTES, TEXT):
            (length,) = struct.unpack_from(">H", raw, at)
            value, at = _take(raw, at + 2, length)
            if kind == TEXT:
                found[name.decode()] = value.decode()
        elif kind in FIXED:
            _, at = _take(raw, at, FIXED[kind])
        else:
            raise NotFrames("a header of a message has a type that there is not")
    return found


def _take(raw: bytes, at: int, length: int) -> tuple[bytes, int]:
    if at + length > len(raw):
        raise NotFrames("a header of a message is cut off")
    return raw[at : at + length], at + length
