"""A surrogate has the shape of its value, and belongs to nobody."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from web_server.privacy import kinds
from web_server.privacy.draw import Draw
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.surrogates import shape_of


def surrogate(kind: str, value: str, seed: int = 0) -> str:
    return Ledger(bytes([seed]) * 16).assign(kind, value, Treatment.SURROGATE)


def skeleton(text: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", text))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.PHONE_NUMBER, "+48 600 123 456"),
        (kinds.PHONE_NUMBER, "(212) 736-5000"),
        (kinds.CREDIT_CARD, "4111-1111-1111-1111"),
        (kinds.IBAN_CODE, "DE89 3704 0044 0532 0130 00"),
        (kinds.US_SSN, "123-45-6789"),
        (kinds.MAC_ADDRESS, "00:1B:44:11:3A:B7"),
        (kinds.PASSPORT, "C01X00T47"),
        (kinds.NL_BSN, "111222333"),
        (kinds.POSTAL_CODE, "SW1A 1AA"),
        (kinds.VAT, "DE 136695976"),
        (kinds.MEDICAL_RECORD, "MRN-0048213"),
    ],
)
def test_a_number_keeps_its_length_and_separators(kind: str, value: str) -> None:
    made = surrogate(kind, value)
    assert made != value
    assert re.sub(r"\w", "x", made) == re.sub(r"\w", "x", value)
    if kind != kinds.MAC_ADDRESS:
        assert skeleton(made) == skeleton(value)


@pytest.mark.parametrize(
    ("value", "range_"),
    [
        ("+1 212 736 5000", r"\+1 \d{3} 555 01\d\d"),
        ("(212) 736-5000", r"\(\d{3}\) 555-01\d\d"),
        ("+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("020 7123 4567", r"020 7946 0\d{3}"),
        ("+49 30 1234567", r"\+49 \d\d \d{7}"),
        ("+49 30 12345678", r"\+49 30 23125\d{3}"),
        ("+33 6 12 34 56 78", r"\+33 6 39 98 \d\d \d\d"),
        ("+48 600 123 456", r"\+48 00\d \d{3} \d{3}"),
        ("0034 600 123 456", r"0034 00\d \d{3} \d{3}"),
    ],
)
def test_a_telephone_number_rings_nowhere(value: str, range_: str) -> None:
    assert re.fullmatch(range_, surrogate(kinds.PHONE_NUMBER, value))


@given(
    st.integers(0, 255), st.sampled_from(["4111111111111111", "378282246310005", "6011 0009 9013 9424", "5555-5555"])
)
@settings(max_examples=40, deadline=None)
def test_a_card_passes_luhn_and_is_of_a_test_range(seed: int, value: str) -> None:
    made = re.sub(r"\D", "", surrogate(kinds.CREDIT_CARD, value, seed))
    if len(made) > 8:
        assert luhn.is_valid(made)
        assert made[:6] in {"400000", "378282", "601111", "555555"}
        assert made[0] == value[0]


@given(
    st.integers(0, 255),
    st.sampled_from(["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "PL61109010140000071219812874"]),
)
@settings(max_examples=40, deadline=None)
def test_an_iban_passes_mod_97_and_is_of_no_bank(seed: int, value: str) -> None:
    made = surrogate(kinds.IBAN_CODE, value, seed).replace(" ", "")
    assert iban.is_valid(made, check_country=False)
    assert made[:2] == value[:2]
    assert set(made[4:8]) <= {"0", "X"}


@given(st.integers(0, 255), st.sampled_from(["10.1.2.3", "8.8.4.4", "fe80::1", "2a00:1450::8a", "1:2:3:4:5:6:7:8"]))
@settings(max_examples=40, deadline=None)
def test_an_address_of_a_machine_is_of_a_range_that_no_machine_on_the_internet_has(seed: int, value: str) -> None:
    given_, made = ipaddress.ip_address(value), ipaddress.ip_address(surrogate(kinds.IP_ADDRESS, value, seed))
    assert made.version == given_.version
    assert made.is_private  # documentation, benchmarks, inner networks
    if value.startswith("10."):
        assert str(made).startswith("10.")
    assert surrogate(kinds.IP_ADDRESS, "10.1.0.0/16", seed).endswith("/16")


def test_a_hardware_address_is_a_locally_administered_one() -> None:
    made = surrogate(kinds.MAC_ADDRESS, "00:1B:44:11:3A:B7")
    assert int(made[:2], 16) & 0b11 == 0b10
    assert made == made.upper()


def test_a_social_security_number_is_one_that_is_never_issued() -> None:
    assert re.fullmatch(r"9\d\d-[1-4]\d-\d{4}", surrogate(kinds.US_SSN, "123-45-6789"))


def test_a_mail_address_and_a_link_lead_to_example_hosts() -> None:
    assert re.fullmatch(
        r"[a-z]+\.[a-z]+\d\d@[a-z]+\.example\.(com|net|org)", surrogate(kinds.EMAIL_ADDRESS, "jo.doe77@firma.test")
    )
    link = surrogate(kinds.URL, "https://intranet.firma.test:8443/people/anna-kowalska.html?id=77")
    assert re.fullmatch(r"https://[a-z]+\.example\.(com|net|org):8443/people/[a-z]{4}-[a-z]{8}\.html\?id=\d\d", link)


def test_places_and_companies_keep_the_words_that_say_what_they_are() -> None:
    assert surrogate(kinds.ORGANIZATION, "Kowalska Bau GmbH").endswith(" GmbH")
    assert re.fullmatch(r"\w+straße [1-9]\d", surrogate(kinds.STREET_ADDRESS, "Hauptstraße 12"))
    assert re.fullmatch(r"[1-9]\d\d \w+ Street", surrogate(kinds.STREET_ADDRESS, "742 Evergreen Street"))


def test_a_secret_keeps_its_prefix_and_length_and_is_plainly_none() -> None:
    for value in ("sk-test-not-a-key-0000aaaaZZZZ1111", "sk-test-" + "a1" * 20):
        made = surrogate(kinds.SECRET, value)
        assert made.startswith("sk-test-")
        assert len(made) == len(value)
        assert "example" in made.lower()
        assert made != value


def test_a_connection_string_leads_to_an_example_host() -> None:
    made = surrogate(kinds.SECRET, "postgres://jo:not-a-word@db.firma.test:5432/x")
    assert re.fullmatch(r"postgres://[a-z]{2}:[a-z]{3}-[a-z]-[a-z]{4}@[a-z]+\.example\.com:\d{4}/[a-z]", made)


@pytest.mark.parametrize(("kind", "value"), [(kinds.AGE, "42"), (kinds.DATE_TIME, "noon"), (kinds.POSTAL_CODE, "17")])
def test_a_value_whose_fake_could_not_be_told_from_innocent_text_gets_a_tag(kind: str, value: str) -> None:
    assert re.fullmatch(r"\[[A-Z]+_1_[a-z]\d\]", surrogate(kind, value))


@given(st.sampled_from(sorted(kinds.ALL)), st.text(min_size=1, max_size=40), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_no_value_however_odd_breaks_a_shape(kind: str, value: str, seed: int) -> None:
    shape = shape_of(kind)
    assert shape is None or isinstance(shape(value, Draw(bytes([seed]), kind)), str)
    assert surrogate(kind, value, seed)
