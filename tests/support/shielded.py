"""Requests through a shield whose finder finds just what it was given: for tests of what is done with a find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT, Policy
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

MODEL = ModelRef("mirror", "openai")
VALUES = {
    "Anna Kowalska": kinds.PERSON,
    "Will Baker": kinds.PERSON,
    "anna.kowalska@firma.test": kinds.EMAIL_ADDRESS,
    "+48 600 123 456": kinds.PHONE_NUMBER,
    "4111111111111111": kinds.CREDIT_CARD,
    "sk-test-not-a-key-0000aaaa": kinds.SECRET,
    "Grünwald": kinds.LOCATION,
}


def new_ledger() -> Ledger:
    return Ledger(b"a seed of sixteen bytes or more")


def protect(
    payload: dict[str, Any], ledger: Ledger | None = None, policy: Policy = DEFAULT, values: Mapping[str, str] = VALUES
) -> dict[str, Any]:
    scrubbed = Shield(Planted(values), policy).protect(Query(MODEL, payload), ledger or new_ledger())
    return dict(scrubbed.payload)


def said(*texts: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for text in texts]}


def called(name: str, arguments: str) -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}


def texts_of(payload: dict[str, Any]) -> list[str]:
    return [message["content"] for message in payload["messages"]]
