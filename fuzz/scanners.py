"""`python -m fuzz.scanners [libFuzzer's options]`: texts mutated towards new branches of the privacy room.

Each text goes through the finder and the shield, and back through restoration. What must hold: spans in order and
inside the text; nothing raised but `PrivacyError`; no value that was given a surrogate is left in what would be sent.
Needs atheris (Linux, CPython 3.11 to 3.13). Keeps what it found interesting in the folder named, if one is.
"""

from __future__ import annotations

import json
import sys

import atheris

with atheris.instrument_imports(include=["web_server.privacy"]):
    from web_server.privacy.errors import PrivacyError, ShieldFailure
    from web_server.privacy.finder import PatternFinder
    from web_server.privacy.last_look import last_look
    from web_server.privacy.ledger import Ledger
    from web_server.privacy.policy import STRICT
    from web_server.privacy.restore import Restorer
    from web_server.privacy.shield import Shield
    from web_server.query import ModelRef, Query

_PIECES = (
    "Anna Example ", "anna@example.com", "+1 212 555 0187", "DE89 3704 0044 0532 0130 00", "password: ", "sk-proj-",
    "https://", "Authorization: Bearer ", '{"key": "', "\\u0041", "%40", "&#64;", "\u200b", "\u202e", "\ud800",
    "e\u0301", "-----BEGIN PRIVATE KEY-----", "kind: Secret\ndata:\n  a: ", "[PERSON_1_k7]", "42 Maple Street",
    "\\" * 40,
)  # fmt: skip
_LONGEST = 4096
_FINDER = PatternFinder(STRICT)
_SHIELD = Shield(_FINDER, STRICT)


def text_of(data: bytes) -> str:
    """Bytes as a text: some are pieces that open a branch, the rest are characters as they come."""
    provider = atheris.FuzzedDataProvider(data)
    made = []
    while provider.remaining_bytes() and len(made) < _LONGEST:
        if provider.ConsumeBool():
            made.append(_PIECES[provider.ConsumeIntInRange(0, len(_PIECES) - 1)])
        else:
            made.append(provider.ConsumeUnicode(provider.ConsumeIntInRange(1, 24)))
    return "".join(made)[:_LONGEST]


def one(data: bytes) -> None:
    """One text through everything."""
    text = text_of(data)
    end = 0
    for span in _FINDER.find(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end
    ledger = Ledger(b"s" * 32)
    try:
        sent = _SHIELD.protect(Query(ModelRef("a", "b"), {"messages": [{"role": "user", "content": text}]}), ledger)
    except ShieldFailure:
        raise
    except PrivacyError:
        return
    last_look(ledger, json.dumps(sent.payload).encode())
    Restorer(ledger).text(str(sent.payload))


def main() -> None:
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
