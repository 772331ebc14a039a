"""Two people with values of many kinds, shielded in one style, and answers restored at every cut.

For the tests of restoration: what stood in a request is known here, value by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.query import Delta

ANNA = {
    "Anna Kowalska": kinds.PERSON,
    "anna.kowalska7@firma.test": kinds.EMAIL_ADDRESS,
    "+48 600 123 456": kinds.PHONE_NUMBER,
    "DE89 3704 0044 0532 0130 00": kinds.IBAN_CODE,
    'Rue "du Bac" 12\n75007 Bad M\u00fcnder': kinds.STREET_ADDRESS,
    "Kowalska (Bau) & S\u00f6hne GmbH": kinds.ORGANIZATION,
    "2 May 1980": kinds.DATE_OF_BIRTH,
}
PIOTR = {
    "Piotr Baker": kinds.PERSON,
    "p.baker@inna.test": kinds.EMAIL_ADDRESS,
    "4111 1111 1111 1111": kinds.CREDIT_CARD,
    "a+b*c?(d)[e]$^\\|.{2}": kinds.ORGANIZATION,
    "not-a-key\\with\"quote'and\ttab": kinds.SECRET,
}
STYLES = (Treatment.SURROGATE, Treatment.TAG)
FOREIGN = {"anna": ("piotr", "baker", "inna", "4111", "not-a-key"), "piotr": ("anna", "kowalska", "firma", "600123456")}


def shielded(style: Treatment, text: str = "", seed: bytes = b"a seed of sixteen bytes or more") -> Ledger:
    """A ledger that holds both; `text` stands in the request, too."""
    ledger = Ledger(seed)
    ledger.meet(["\n".join([*ANNA, *PIOTR, text])], ["wiki.firma.test"], [])
    for value, kind in (ANNA | PIOTR).items():
        ledger.assign(kind, value, style)
    return ledger


def sent(ledger: Ledger, style: Treatment, value: str) -> str:
    """What was sent for a value."""
    return ledger.assign((ANNA | PIOTR)[value], value, style)


def restored(ledger: Ledger, pieces: Iterable[str], channel: str = "content") -> str:
    """The pieces of an answer, restored and joined."""
    restorer = Restorer(ledger)
    made = [d.text for piece in pieces for d in restorer.feed(Delta(channel=channel, text=piece))]  # type: ignore[arg-type]  # one of the channels
    return "".join([*made, *(delta.text for delta in restorer.close())])


def cuts(text: str) -> Iterator[list[str]]:
    """The text whole, one character at a time, and in two pieces at every place."""
    yield [text]
    yield list(text)
    yield from ([text[:at], text[at:]] for at in range(1, len(text)))


def everywhere(ledger: Ledger, text: str, channel: str = "content") -> set[str]:
    """What an answer comes back as, wherever it is cut: one text, if all is well."""
    return {restored(ledger, pieces, channel) for pieces in cuts(text)}
