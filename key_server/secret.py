"""The type every key lives in while it is in memory.

Made where a key or a setting comes in: `config`, `key_list`, `admin`, `keyring`. Opened where it is used: in
`credentials`, in `vault_access`, and by `keyring` and `holdings` to seal it and to compare it.
Never shows its value in a `repr`, a log, a traceback or a pickle.
"""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A value that is shown only by `reveal()`. Equality takes constant time."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a hash table of secrets would compare them out of constant time

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")
