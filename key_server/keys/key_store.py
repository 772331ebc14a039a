"""Where the sealed list of keys is kept: the truth about keys.

Called by `holdings`. Implementations: `key_store_file`, `key_store_kv`; one file each. A write names the version that
it replaces, so that two hosts never undo each other's changes.
Never sees a key that is not sealed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

NOTHING = ""
"""The version of a store that holds nothing yet."""


class Conflict(Exception):
    """Somebody else wrote meanwhile. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Stored:
    content: bytes = field(repr=False)
    version: str


class KeyStore(Protocol):
    """Versions are opaque. `name` is what to call the store in an error.

    Each method may wait for a network or a disk. Each raises VaultUnavailable where the store is in a Vault that cannot
    be asked, and ConfigError where what is stored cannot be read or written.
    """

    name: str

    def version(self) -> str:
        """Of what is stored now."""
        ...

    def read(self) -> Stored | None:
        """None: nothing is stored."""
        ...

    def write(self, content: bytes, replaces: str) -> str:
        """The new version. Raises Conflict where another one than `replaces` is stored."""
        ...
