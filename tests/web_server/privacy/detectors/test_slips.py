"""Numbers with a slip in them, numbers broken over lines, and versions that look like addresses."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server.privacy.policy import STRICT

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


@pytest.mark.parametrize(
    "number", ["DE70218252665884332219", "ES91 2100 0418 4502 0005 1333", "NL91ABNA0417164301", "GB97EKLK9611899006613"]
)
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
        "bump to 2.31.1.2",
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


@pytest.mark.parametrize(
    "text",
    ["call me at {} please", "phone: {}", "meine Handynummer: {}", "> ring {}", "tél. {}"],
)
@pytest.mark.parametrize(
    "number", ["212-555-\n0187", "+49 30\n1234567", "0171\n1234567", "06 12 34\n56 78", "(212)\n555-0187"]
)
def test_a_phone_number_broken_over_two_lines_is_found_whole(text: str, number: str) -> None:
    assert found(text.format(number)) == [("PHONE_NUMBER", number)]


@pytest.mark.parametrize(
    "text",
    [
        "123 456\n789 012",
        "total 123\n45678901",
        "2024-01-02\n2024-01-03",
        "order 212-555\n0187 was sent",
        "12 34\n56 78",
    ],
)
def test_figures_on_two_lines_are_no_phone_number(text: str) -> None:
    assert found(text) == []


def test_two_numbers_on_two_lines_are_two() -> None:
    assert found("phones:\n2125550187\n2125550142") == [("PHONE_NUMBER", "2125550187"), ("PHONE_NUMBER", "2125550142")]


def test_figures_in_a_list_of_numbers_or_beside_a_mail_address_are_a_number() -> None:
    assert [value for _, value in found("I missed +1 212 555 0187, 2125550142 and 2125550143")][1:] == [
        "2125550142", "2125550143",
    ]  # fmt: skip
    assert ("PHONE_NUMBER", "2125550142") in found("<td>2125550142</td><td>anna@example.com</td>")
    assert found("order 2125550142 of anna@example.com") == [("EMAIL_ADDRESS", "anna@example.com")]


@pytest.mark.parametrize(
    "text",
    ["aged about 44 and well", "44F with chest pain", "Herr Berg, 44, aus Ulm", "mit 44 Jahren",
     "im Alter von 44 Jahren",
     "un 44enne", "a 44yr old woman"],
)  # fmt: skip
def test_an_age_is_found_however_it_is_said(text: str) -> None:
    assert ("AGE", "44") in found(text, STRICT)


@pytest.mark.parametrize("text", ["vor 44 Jahren", "rooms 12, 44, and 45", "44 f-strings with a bug", "page 44"])
def test_other_figures_are_no_age(text: str) -> None:
    assert "AGE" not in {kind for kind, _ in found(text, STRICT)}
