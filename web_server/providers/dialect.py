"""What every wire dialect can do, and what goes wrong while reading one.

Called by `exchange`, which picks a dialect by name from `DIALECTS`. Pure: bytes and the common language, no I/O.
Never: a key, a URL, a real value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from web_server.query import Delta, ScrubbedQuery


class DialectError(Exception):
    """The provider's bytes are not what its dialect promises."""


class Unsayable(Exception):
    """The query holds something this dialect cannot say. The message names the field, never its content."""


class ProviderFault(Exception):
    """The provider reported a failure inside a stream. `message` is the provider's own, still scrubbed."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__("the provider reported a failure")


class StreamReader(Protocol):
    """Reads one streamed answer."""

    def feed(self, read: bytes) -> Iterator[Delta]:
        """Deltas completed by `read`, one after the other. Raises DialectError or ProviderFault behind those before."""
        ...

    def close(self) -> None:
        """The bytes have ended. Raises DialectError if the answer had not."""
        ...


class Dialect(Protocol):
    """One provider wire format."""

    operation: str
    """The operation name the key server renders to a path."""

    headers: Mapping[str, str]
    """What the API wants to be told beside the body; the key server lets a few names through."""

    opens_arguments: bool
    """Whether a tool's arguments, one text in the common language, leave as the JSON they are."""

    def write(self, query: ScrubbedQuery) -> bytes:
        """The provider's request body. Raises Unsayable."""
        ...

    def read(self, body: bytes) -> list[Delta]:
        """The deltas of a whole, unstreamed answer. Raises DialectError or ProviderFault."""
        ...

    def reader(self) -> StreamReader:
        """A fresh reader for one streamed answer."""
        ...

    def complaint(self, body: bytes) -> str | None:
        """The provider's own sentence in a rejected call's body, if there is one."""
        ...
