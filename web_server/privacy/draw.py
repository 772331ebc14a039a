"""Choices that look random and are the same each time: a stream of numbers keyed by the ledger's seed.

Called by the ledger and the surrogates, so that a resent history meets the same surrogates on every turn and worker.
Never the source of a key or a token: whoever knows the seed knows every choice.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws for one purpose, named by `what`. Other purposes of the same seed share nothing with it."""

    __slots__ = ("_block", "_count", "_key")

    def __init__(self, seed: bytes, *what: str | int) -> None:
        text = "\x1f".join(map(str, what)).encode("utf-8", "surrogatepass")
        self._key = seed if len(seed) <= 64 else blake2b(seed).digest()
        self._key = blake2b(text, key=self._key).digest()
        self._block = self._key
        self._count = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit - 1`; 64 bits reduced, so the bias is below 2**-40 for all limits in use."""
        place = self._count % 8
        if place == 0:  # one digest is eight draws
            self._block = blake2b(self._count.to_bytes(8, "big"), key=self._key).digest()
        self._count += 1
        return int.from_bytes(self._block[8 * place : 8 * place + 8], "big") % limit

    def pick(self, from_: Sequence[T]) -> T:
        return from_[self.below(len(from_))]

    def digits(self, count: int) -> str:
        made = ""
        while len(made) < count:
            size = min(6, count - len(made))
            made += f"{self.below(10**size):0{size}d}"
        return made

    def letters(self, count: int) -> str:
        """Capital letters."""
        return "".join(self.pick(string.ascii_uppercase) for _ in range(count))

    def like(self, text: str) -> str:
        """Letters for letters, in their case, and digits for digits; all else stays."""
        return "".join(self._like(char) for char in text)

    def _like(self, char: str) -> str:
        if char.isdigit():
            return self.pick(string.digits)
        if char.isalpha():
            return self.pick(string.ascii_lowercase if char.islower() else string.ascii_uppercase)
        return char
