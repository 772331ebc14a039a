"""A request that is answered with an error, as Vault writes it: `{"errors": [...]}`."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """`body` stands in place of the errors where a refusal carries data (a deleted secret, a batch)."""

    def __init__(self, status: int, *errors: str, body: dict[str, Any] | None = None) -> None:
        super().__init__(status, *errors)
        self.status = status
        self.body = {"errors": list(errors)} if body is None else body


def denied() -> Refused:
    return Refused(403, "1 error occurred:\n\t* permission denied\n\n")


def invalid(sentence: str) -> Refused:
    return Refused(400, sentence)


def absent() -> Refused:
    return Refused(404)
