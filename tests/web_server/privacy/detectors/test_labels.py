"""What forms call their fields is no name and no organisation, even for who hides every proper name."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server import policies

_STRICT = policies.read("strict")


@pytest.mark.parametrize(
    "text",
    [
        "Inventory: 12 units", "Returns: a list", "IBAN: unknown", "DOB: unknown", "IP-Adresse: keine", "BIC: keine",
        "Meine Telefonnummer ist geheim", "Kfz-Kennzeichen B AB 1234", "Account Holder is unclear",
        "Passport Number: none",
        "Meine Adresse ist hier. Deine Rechnung kommt morgen.", "Bitte Überweisung an IBAN senden",
        "Driver's License:",
    ],
)  # fmt: skip
def test_a_field_is_no_name(text: str) -> None:
    assert {kind for kind, _ in found(text, _STRICT)} <= {"LICENSE_PLATE"}


def test_a_type_is_no_value() -> None:
    assert found("    password: OAuthFlowPassword | None = None\n") == []
    assert found("    password: (bool, optional): Hide what is typed.\n") == []


def test_what_stands_in_the_field_is_found_all_the_same() -> None:
    assert ("PERSON", "Anna Berg") in found("Account Holder: Anna Berg", _STRICT)
    assert ("ORGANIZATION", "Merrow AB") in found("I work for Merrow AB in Lund.", _STRICT)
