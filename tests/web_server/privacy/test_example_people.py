"""People called like a reserved domain: their ledger still finds a free host."""

from __future__ import annotations

import pytest

from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment


@pytest.mark.parametrize("name", ["Anna Example", "Anna Test"])
def test_a_mailbox_of_somebody_called_example_gets_a_host_without_that_name(name: str) -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    ledger.assign(kinds.PERSON, name, Treatment.SURROGATE)
    made = ledger.assign(kinds.EMAIL_ADDRESS, "anna@example.com", Treatment.SURROGATE)
    assert name.split()[1].lower() not in made
    assert "@" in made
