"""Numbers with a slip in them, numbers broken over lines, and versions that look like addresses."""

from __future__ import annotations

import pytest

from tests.support.finding import found

_SHORT = "GB97EKLK961189900661"
"""A digit is missing, and nothing adds up."""


@pytest.mark.parametrize(
    "text",
    [
        "transferencia a {}", "necesito transferir 150 euros a {} hoy", "ingrésalo en la cuenta {} por favor",
        "bitte die Überweisung an {} stornieren", "ich habe 200 Euro an {} überwiesen", "auf das Konto {} einzahlen",
        "je dois virer 300 euros sur {} demain", "le virement vers {} a échoué", "fare un bonifico a {} entro venerdì",
        "geld overmaken naar {} lukt niet", "de overschrijving naar {} is mislukt", "please transfer $400 to {} today",
        "the wire to {} was rejected", "IBAN of the supplier, as they wrote it: {}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [_SHORT, "BE37 7893 4028 836", "CH59 2321 4632 2891 5632 0", "NL46BMRA38393059"])
def test_behind_a_word_of_payments_an_iban_needs_no_checksum(text: str, number: str) -> None:
    assert found(text.format(number)) == [("IBAN_CODE", number)]


@pytest.mark.parametrize("number", ["DE70218252665884332219", "ES91 2100 0418 4502 0005 1333", "NL91ABNA0417164301"])
def test_an_iban_of_its_states_shape_is_found_with_a_wrong_digit(number: str) -> None:
    assert found(f"ref {number}, thanks") == [("IBAN_CODE", number)]


@pytest.mark.parametrize(
    "text",
    [
        "SKU AB12CD34EF56GH78",
        "transfer to gate AB12",
        "commit de45abcdef12345678901234",
        "pay for model XQ12ABCD34567890",
    ],
)
def test_other_codes_are_no_iban(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "versions like 2.31.1.2",
        "numpy==6.1.0.144",
        "kernel 6.1.0.144",
        "driver 31.0.15.46",
    ],
)
def test_versions_of_four_parts_are_no_addresses(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["the kernel panicked, server {} is down", "ssh ubuntu@{}", "version 2 runs on host {}"]
)
def test_an_address_of_a_machine_is_none_of_its_versions(text: str) -> None:
    assert found(text.format("198.51.100.4")) == [("IP_ADDRESS", "198.51.100.4")]
