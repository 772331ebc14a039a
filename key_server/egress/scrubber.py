"""Takes the injected credential out of a reply, wherever chunks break.

Made by `egress` for each reply. Bytes in, bytes out, no I/O. A provider's error may repeat the key ("Incorrect API key
provided: ..."), a hostile host may echo headers.
Never holds back more than the beginning of a possible match.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote_from_bytes

MASK = b"***"
ESCAPED = re.compile(rb"[\"&'+<>`]")  # what encoders that fear for HTML write as \u00xx


class Scrubber:
    def __init__(self, values: Iterable[bytes]) -> None:
        """`values`: what must not pass, as they are or as usual encoders write them."""
        forms = {form for value in values if value for form in _forms(value)}
        self._values = sorted(forms, key=len, reverse=True)
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What may pass now."""
        data = self._masked(self._held + chunk)
        keep = self._start_of_a_match(data)
        self._held = data[keep:]
        return data[:keep]

    def close(self) -> bytes:
        """What was held back and turned out to be nothing."""
        held, self._held = self._held, b""
        return held

    def whole(self, data: bytes) -> bytes:
        """A value that comes in one piece, such as a header."""
        return self._masked(data)

    def _masked(self, data: bytes) -> bytes:
        for value in self._values:
            if value in data:
                data = data.replace(value, MASK)
        return data

    def _start_of_a_match(self, data: bytes) -> int:
        """Where the longest tail starts that may grow into a value; the length if none does."""
        earliest = len(data)
        for value in self._values:
            at = data.find(value[:1], max(0, len(data) - len(value) + 1))
            while at != -1 and at < earliest:
                if value.startswith(data[at:]):
                    earliest = at
                at = data.find(value[:1], at + 1)
        return earliest

    def __repr__(self) -> str:
        return "Scrubber(***)"


def _forms(value: bytes) -> Iterable[bytes]:
    yield value
    yield value.replace(b"/", rb"\/")
    yield json.dumps(value.decode("latin-1"))[1:-1].encode()
    escaped = ESCAPED.sub(lambda found: b"\\u%04x" % ord(found[0]), value.replace(b"\\", rb"\\"))
    yield escaped
    yield escaped.replace(b"\\u002b", b"\\u002B").replace(b"\\u003c", b"\\u003C").replace(b"\\u003e", b"\\u003E")
    yield quote_from_bytes(value, safe="").encode()
