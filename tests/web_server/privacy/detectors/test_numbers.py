"""Accounts, cards, wallets, national numbers, papers: checksums and words, hits and near-misses."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.bank import BankDetector
from web_server.privacy.detectors.calendar import BirthDetector, CalendarDetector
from web_server.privacy.detectors.crypto import CryptoDetector
from web_server.privacy.detectors.national import NationalIdDetector
from web_server.privacy.detectors.papers import PaperDetector


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("pay to DE89 3704 0044 0532 0130 00 today", "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432.", "IBAN_CODE", "GB82WEST12345698765432"),
        ("fr14 2004 1010 0505 0001 3m02 606", "IBAN_CODE", "fr14 2004 1010 0505 0001 3m02 606"),
        ("my IBAN: DE00 1234 5678 9012 3456 78", "IBAN_CODE", "DE00 1234 5678 9012 3456 78"),
        ("4111 1111 1111 1111", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("5555-5555-5555-4444 ok", "CREDIT_CARD", "5555-5555-5555-4444"),
        ("4111.1111.1111.1111", "CREDIT_CARD", "4111.1111.1111.1111"),
        ("DE89.3704.0044.0532.0130.00", "IBAN_CODE", "DE89.3704.0044.0532.0130.00"),
        ("DE89-3704-0044-0532-0130-00", "IBAN_CODE", "DE89-3704-0044-0532-0130-00"),
        ("378282246310005", "CREDIT_CARD", "378282246310005"),
        ("my card 4111 1111 1111 1112", "CREDIT_CARD", "4111 1111 1111 1112"),
        ("BIC: COBADEFFXXX", "SWIFT", "COBADEFFXXX"),
        ("account number 12345678", "BANK_ACCOUNT", "12345678"),
        ("USt-IdNr. DE136695976", "VAT", "DE136695976"),
    ],
)
def test_money_is_found_by_checksum_or_by_word(text: str, kind: str, value: str) -> None:
    assert spans_of(BankDetector(), text) == {(kind, value)}


@pytest.mark.parametrize(
    "text",
    ["DE00 1234 5678 9012 3456 78", "4111 1111 1111 1112", "1234567890123456", "0000 0000 0000 0000", "1700000000000",
     "4111.1111.1111.1112", "1.4111.1111.1111.1111",
     "account balance 12.50", "a swift answer", "SWIFT KEYBOARD"],
)  # fmt: skip
def test_numbers_that_fail_their_checksum_are_no_money(text: str) -> None:
    assert spans_of(BankDetector(), text) == set()


def test_wallets_are_found_by_checksum() -> None:
    genesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert spans_of(CryptoDetector(), f"to {genesis}") == {("CRYPTO", genesis)}
    assert spans_of(CryptoDetector(), f"to {genesis[:-1]}b") == set()
    assert spans_of(CryptoDetector(), "0x" + "ab" * 20) == {("CRYPTO", "0x" + "ab" * 20)}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("SSN 123-45-6789", "US_SSN", "123-45-6789"),
        ("my social is 123/45/6789", "US_SSN", "123/45/6789"),
        ("my social is 123 45 6789", "US_SSN", "123 45 6789"),
        ("AB 12 34 56 C", "UK_NINO", "AB 12 34 56 C"),
        ("12345678Z", "ES_NIF", "12345678Z"),
        ("X1234567L", "ES_NIE", "X1234567L"),
        ("RSSMRA85T10A562S", "IT_FISCAL_CODE", "RSSMRA85T10A562S"),
        ("BSN 111222333", "NL_BSN", "111222333"),
        ("Steuer-ID 36 574 261 809", "DE_TAX_ID", "36 574 261 809"),
        ("PESEL 44051401359", "PL_PESEL", "44051401359"),
        ("ABCPE1234F", "IN_PAN", "ABCPE1234F"),
        ("131052-308T", "FI_PERSONAL_IDENTITY_CODE", "131052-308T"),
        ("756.9217.0769.85", "CH_AHV", "756.9217.0769.85"),
        ("390.533.447-05", "BR_CPF", "390.533.447-05"),
        ("NHS number 943 476 5919", "UK_NHS", "943 476 5919"),
        ("2 95 10 99 126 111 93", "FR_NIR", "2 95 10 99 126 111 93"),
    ],
)
def test_national_numbers_are_told_apart(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    ["123/45/6789", "000-12-3456", "666-12-3456", "123-00-4567", "12345678A", "111222333", "44051401359", "BG123456A"],
)
def test_numbers_with_a_wrong_checksum_or_no_word_are_nobodys(text: str) -> None:
    assert spans_of(NationalIdDetector(), text) == set()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("passport number X1234567", "PASSPORT", "X1234567"),
        ('"passport": "C01X00T47"', "PASSPORT", "C01X00T47"),
        ("Reisepass: C01X00T47", "PASSPORT", "C01X00T47"),
        ("driver's license D123-4567-8901", "DRIVER_LICENSE", "D123-4567-8901"),
        ("license plate: 7ABC123", "LICENSE_PLATE", "7ABC123"),
        ("Kennzeichen B-AB 1234", "LICENSE_PLATE", "B-AB 1234"),
        ("MRN 00123456", "MEDICAL_RECORD", "00123456"),
        ("medical record number: A-99812", "MEDICAL_RECORD", "A-99812"),
    ],
)
def test_papers_are_found_behind_their_word(text: str, kind: str, value: str) -> None:
    assert (kind, value) in spans_of(PaperDetector(), text)


@pytest.mark.parametrize(
    "text", ["a passport is required", "MIT license 2024 text", "plate of food", "the chart above"]
)
def test_the_word_alone_is_no_paper(text: str) -> None:
    assert spans_of(PaperDetector(), text) == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DOB: 03/04/1985", "03/04/1985"),
        ("I was born on March 3rd, 1985", "March 3rd, 1985"),
        ("geboren am 3. März 1985", "3. März 1985"),
        ("née le 12 juin 1990", "12 juin 1990"),
        ("fecha de nacimiento: 1990-06-12", "1990-06-12"),
    ],
)
def test_a_date_of_birth_is_a_date_behind_a_word_of_birth(text: str, value: str) -> None:
    assert spans_of(BirthDetector(), text) == {("DATE_OF_BIRTH", value)}


def test_other_dates_and_ages_are_their_own_kinds() -> None:
    assert spans_of(BirthDetector(), "due on 03/04/2025") == set()
    assert spans_of(CalendarDetector(), "a 34 year old, seen on 2024-05-06") == {
        ("AGE", "34"),
        ("DATE_TIME", "2024-05-06"),
    }


@pytest.mark.parametrize(
    "value",
    ["4111 1111\n1111 1111", "4111-1111-\n1111-1111", "4111  1111  1111  1111", "4111_1111_1111_1111",
     "4111/1111/1111/1111", "3782 822463 10005", "3056 930902 5904", "6759 6498 2643 8453", "6304000000000000",
     "30569309025904"],
)  # fmt: skip
def test_a_card_is_found_however_its_groups_are_parted(value: str) -> None:
    assert spans_of(BankDetector(), f"see {value} there") == {("CREDIT_CARD", value)}


@pytest.mark.parametrize(
    "text",
    ["charge 576770000007 please", "Kaartnummer: 501800000009", "my card 6759 7404 8562"],
)  # fmt: skip
def test_short_debit_cards_are_found_where_they_are_paid_with(text: str) -> None:
    assert {kind for kind, _ in spans_of(BankDetector(), text)} == {"CREDIT_CARD"}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("DE89 3704 0044\n0532 0130 00", "IBAN_CODE", "DE89 3704 0044\n0532 0130 00"),
        ("sort code 12-34-56 12345678", "BANK_ACCOUNT", "12-34-56 12345678"),
        ("acct no: ABCD12345678901234", "BANK_ACCOUNT", "ABCD12345678901234"),
        ("routing number 021000021", "BANK_ACCOUNT", "021000021"),
        ("Kto-Nr. 1234567", "BANK_ACCOUNT", "1234567"),
        ("BIC DEUTDEFF500.", "SWIFT", "DEUTDEFF500"),
        ("our bank DEUTDEFF swift", "SWIFT", "DEUTDEFF"),
    ],
)
def test_accounts_are_found_in_other_countries_writing(text: str, kind: str, value: str) -> None:
    assert spans_of(BankDetector(), text) == {(kind, value)}


@pytest.mark.parametrize("text", ["576770000007", "+43 265596481166", "501800000000000", "4111\n1111\n1111\n1112"])
def test_a_number_of_no_brand_or_a_wrong_digit_is_no_card(text: str) -> None:
    assert spans_of(BankDetector(), text) == set()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("RVNR 65 170839 J 003", "NATIONAL_ID", "65 170839 J 003"),
        ("S1234567D", "NATIONAL_ID", "S1234567D"),
        ("RUT 12.345.678-5 ok", "NATIONAL_ID", "12.345.678-5"),
        ("CUIT 20-12345678-6", "NATIONAL_ID", "20-12345678-6"),
        ("ID 11010519491231002X", "NATIONAL_ID", "11010519491231002X"),
        ("CNPJ 11.222.333/0001-81", "NATIONAL_ID", "11.222.333/0001-81"),
        ("NUSS 281234567840", "NATIONAL_ID", "281234567840"),
        ("my ID is A1239987", "NATIONAL_ID", "A1239987"),
        ("NINO: QQ 12 34 56 C", "UK_NINO", "QQ 12 34 56 C"),
        ("12345678Z AND MORE", "ES_NIF", "12345678Z"),
        ("123-45-\n6789", "US_SSN", "123-45-\n6789"),
        ("1 43 08 2B 033 811 49", "FR_NIR", "1 43 08 2B 033 811 49"),
        ("passeport n° 12AB34567", "PASSPORT", "12AB34567"),
    ],
)
def test_the_worlds_numbers_are_found_as_written(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text", ["S1234567A", "12.345.678-9", "20-12345678-9", "65 170839 J 004", "my id is required", "900101-1234567"]
)
def test_the_worlds_numbers_with_another_digit_are_nobodys(text: str) -> None:
    assert spans_of(NationalIdDetector(), text) == set()


@pytest.mark.parametrize(
    "date",
    ["3.4.1985", "03/04/85", "1985-04-03", "3rd of April, 1985", "April 3rd, '85", "3-Apr-85", "1er avril 1985",
     "3 de abril de 1985", "1° aprile 1985", "3. April 1985", "03. 04. 1985", "19850403", "03 04 1985", "April 1985",
     "3rd day of April, 1985", "1985年4月3日", "3 avr. 1985", "1985 Apr 3"],
)  # fmt: skip
@pytest.mark.parametrize("text", ["I was born on {}, you know", "geb. {} in Bonn", "D.O.B. {}"])
def test_a_birthday_is_found_in_the_ways_people_write_it(text: str, date: str) -> None:
    assert spans_of(BirthDetector(), text.format(date)) == {("DATE_OF_BIRTH", date)}


@pytest.mark.parametrize(
    ("text", "value"),
    [("on 2024-05-06T14:30:00Z", "2024-05-06T14:30:00Z"), ("May 6, 2024 at 2:30 pm", "May 6, 2024 at 2:30 pm"),
     ("am 6. Mai 2024 um 14 Uhr", "6. Mai 2024 um 14 Uhr"), ("in May 2024", "May 2024")],
)  # fmt: skip
def test_a_date_keeps_its_time(text: str, value: str) -> None:
    assert spans_of(CalendarDetector(), text) == {("DATE_TIME", value)}


@pytest.mark.parametrize("text", ["version 3.4.1985.2", "you may 10x it", "1.2.3", "march on", "19850403"])
def test_other_figures_are_no_dates(text: str) -> None:
    assert spans_of(CalendarDetector(), text) == set()


@pytest.mark.parametrize(
    "address",
    ["bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
     "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
     "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"],
)  # fmt: skip
def test_wallets_of_many_coins_are_found_by_checksum(address: str) -> None:
    assert spans_of(CryptoDetector(), f"to {address}.") == {("CRYPTO", address)}
    assert spans_of(CryptoDetector(), f"to {address[:-1]}{'2' if address[-1] != '2' else '3'}.") == set()


def test_a_wallet_without_a_checksum_needs_its_word() -> None:
    address = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"
    assert spans_of(CryptoDetector(), f"my Solana wallet {address}") == {("CRYPTO", address)}
    assert spans_of(CryptoDetector(), f"commit {address}") == set()
