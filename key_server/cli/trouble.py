"""What ends a command early: one sentence that says what to do, and an exit status.

Raised by every command, printed once by `__main__`. Never holds a secret, nor a word that was typed: it may be one.
"""

from __future__ import annotations

OK, PROBLEM, UNUSABLE = 0, 1, 2


class Trouble(Exception):
    """`status`: PROBLEM where the server refused or is not there, UNUSABLE where the command makes no sense."""

    def __init__(self, sentence: str, status: int = PROBLEM) -> None:
        super().__init__(sentence)
        self.status = status
