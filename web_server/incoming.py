"""An answer on its way in: what the hatch hands to whoever reads it.

Made by `keys`, read by `reply`. A class of our own, because an HTTP client's request and response took a twentieth of
the processor time of a plain query, to carry a status, three headers and some bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field


def _nothing() -> None:
    pass


@dataclass(slots=True)
class Incoming:
    """Its head is here. Read `chunks` once, `close` always: where it is not read to its end, that ends it.

    `headers` are those that the key server lets in, by their names in small letters. `rebound`: the endpoint of the
    session could not serve any more, and this is another's answer.
    """

    status: int
    headers: Mapping[str, str]
    endpoint_id: str
    chunks: AsyncIterator[bytes] = field(repr=False)
    """The provider's bytes as they come. Raises ApiError where they end too early."""
    call_id: str = ""
    rebound: bool = False
    close: Callable[[], object] = field(default=_nothing, repr=False)
