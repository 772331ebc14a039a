"""One attempt's account, from the moment its endpoint is called to its end.

Opened by `allocator`; kept by an `Answer` until it is closed. Measures how long it took.
Never waits, never raises.
"""

from __future__ import annotations

import time
from typing import Protocol

from key_server.usage.attempt import Attempt


class Accounts(Protocol):
    """`book.Book`, as far as calls know it."""

    def begin(self, attempt: Attempt) -> None: ...

    def end(self, attempt_id: str, *, failed: bool, spent: bool, milliseconds: int) -> None: ...


class Account:
    def __init__(self, accounts: Accounts, attempt: Attempt) -> None:
        """The request counts from here on, whatever becomes of it."""
        self._accounts = accounts
        self._attempt_id = attempt.attempt_id
        self._began = time.monotonic()
        accounts.begin(attempt)

    def end(self, *, failed: bool, spent: bool) -> None:
        """`failed`: not answered, or not to the end. `spent`: tokens were used up, which a report may still count."""
        taken_ms = int((time.monotonic() - self._began) * 1000)
        self._accounts.end(self._attempt_id, failed=failed, spent=spent, milliseconds=taken_ms)
