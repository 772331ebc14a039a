"""A surrogate for an identity number passes its scheme and is nobody's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import ean, luhn, verhoeff
from stdnum.au import tfn
from stdnum.bitcoin import is_valid as is_bitcoin
from stdnum.br import cpf
from stdnum.de import vat
from stdnum.es import dni, nie
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.tr import tckimlik

from web_server.privacy import kinds
from web_server.privacy.checksums import BECH32, BECH32_SUM, BECH32M_SUM, bech32_sum
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment

SEEDS = st.integers(0, 255)


def surrogate(kind: str, value: str, seed: int) -> str:
    return Ledger(bytes([seed]) * 16).assign(kind, value, Treatment.SURROGATE)


@pytest.mark.parametrize(
    ("kind", "value", "never_issued", "is_valid"),
    [
        (kinds.US_ITIN, "912-70-1234", r"9\d\d-6[6-9]-\d{4}", None),
        (kinds.UK_NINO, "AB 12 34 56 C", r"QQ \d\d \d\d \d\d [A-D]", None),
        (kinds.UK_NHS, "943 476 5919", r"999 \d{3} \d{4}", None),
        (kinds.FR_NIR, "2 85 05 78 006 084 36", r"2 \d\d 1[3-9] \d\d \d{3} \d{3} \d\d", None),
        (kinds.DE_TAX_ID, "36 574 261 809", r"0\d \d{3} \d{3} \d{3}", mod_11_10.is_valid),
        (kinds.ES_NIF, "12345678-Z", r"99\d{6}-[A-Z]", dni.is_valid),
        (kinds.ES_NIE, "X1234567L", r"Z9\d{6}[A-Z]", nie.is_valid),
        (kinds.NL_BSN, "1112.22.333", r"999\d\.\d\d\.\d{3}", bsn.is_valid),
        (kinds.BE_NN, "85.07.30-033.28", r"\d\d\.1[3-9]\.\d\d-\d{3}\.\d\d", None),
        (kinds.SE_PERSONNUMMER, "811228-9874", r"\d{6}-9[89]\d\d", luhn.is_valid),
        (kinds.FI_PERSONAL_IDENTITY_CODE, "131052-308T", r"\d{6}-9\d\d\w", None),
        (kinds.CH_AHV, "756.9217.0769.85", r"756\.9999\.\d{4}\.\d\d", ean.is_valid),
        (kinds.PT_NIF, "501 964 843", r"40\d \d{3} \d{3}", nif.is_valid),
        (kinds.TR_NATIONAL_ID, "10000000146", r"99\d{9}", tckimlik.is_valid),
        (kinds.BR_CPF, "390.533.447-05", r"999\.\d{3}\.\d{3}-\d\d", cpf.is_valid),
        (kinds.CA_SIN, "046 454 286", r"0\d\d \d{3} \d{3}", luhn.is_valid),
        (kinds.AU_TFN, "123 456 782", r"99\d \d{3} \d{3}", tfn.is_valid),
        (kinds.IN_AADHAAR, "2341 2341 2346", r"[01]\d{3} \d{4} \d{4}", verhoeff.is_valid),
        (kinds.IN_PAN, "AAPFU0939F", r"[A-Z]{3}Z[A-Z]\d{4}[A-Z]", None),
        (kinds.VAT, "DE136695976", r"DE\d{9}", vat.is_valid),
        (kinds.CRYPTO, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", r"1\w+", is_bitcoin),
        (kinds.CRYPTO, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", r"bc1q\w+", is_bitcoin),
    ],
)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_number_passes_its_checksum_and_is_of_a_range_that_nobody_is_given(
    kind: str, value: str, never_issued: str, is_valid: object, seed: int
) -> None:
    made = surrogate(kind, value, seed)
    assert re.fullmatch(never_issued, made)
    if callable(is_valid):
        assert is_valid("".join(filter(str.isalnum, made)))


@pytest.mark.parametrize("right", [BECH32_SUM, BECH32M_SUM])
@pytest.mark.parametrize("prefix", ["bc", "stake", "cosmos", "celestia"])
def test_a_wallet_of_any_chain_keeps_its_sort_of_checksum(prefix: str, right: int) -> None:
    body = [3, *range(31)]
    rest = bech32_sum(prefix, [*body, 0, 0, 0, 0, 0, 0]) ^ right
    digits = [*body, *(rest >> 5 * (5 - place) & 31 for place in range(6))]
    value = f"{prefix}1{''.join(BECH32[digit] for digit in digits)}"
    made = surrogate(kinds.CRYPTO, value, 1)
    assert made.startswith(f"{prefix}1") and len(made) == len(value) and made != value
    assert bech32_sum(prefix, map(BECH32.index, made.removeprefix(f"{prefix}1"))) == right


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_birth_date_inside_a_number_is_one_that_cannot_be(seed: int) -> None:
    fiscal = surrogate(kinds.IT_FISCAL_CODE, "RSSMRA80A01H501U", seed)
    assert codicefiscale.calc_check_digit(fiscal[:-1]) == fiscal[-1]
    assert int(fiscal[9:11]) in {*range(32, 40), *range(72, 80)}
    polish = surrogate(kinds.PL_PESEL, "44051401359", seed)
    assert pesel.calc_check_digit(polish[:-1]) == polish[-1]
    assert 13 <= int(polish[2:4]) <= 19
    french = surrogate(kinds.FR_NIR, "285057800608436", seed)
    assert (int(french[:13]) + int(french[13:])) % 97 == 0
    belgian = surrogate(kinds.BE_NN, "85073003328", seed)
    assert (int(belgian[:9]) + int(belgian[9:])) % 97 == 0


def test_a_number_of_another_shape_than_its_scheme_s_is_like_the_value() -> None:
    assert re.fullmatch(r"\d{4}-[A-Z]{2}", surrogate(kinds.DE_TAX_ID, "1234-AB", 1))


def test_dates_that_are_to_be_dates_all_move_by_the_same_number_of_days() -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    made = [ledger.assign(kinds.DATE_TIME, value, Treatment.SURROGATE) for value in ("1981-03-14", "15.03.1981")]
    moved = datetime.strptime(made[1], "%d.%m.%Y") - datetime.strptime(made[0], "%Y-%m-%d")
    assert moved == timedelta(days=1)
    for value, shape in (
        ("3 March 1981", r"\d\d? [A-Z][a-z]+ 19\d\d"), ("March 3, 1981", r"[A-Z][a-z]+ \d\d?, 19\d\d"),
        ("3. März 1981", r"\d\d?\. \w+ 19\d\d"), ("3 de marzo de 1981", r"\d\d? de [a-z]+ de 19\d\d"),
        ("at 10:30 on 03/30/1981", r"at 10:30 on \d\d/\d\d/19\d\d"), ("3 mars 1981", r"\d\d? \w+ 19\d\d"),
    ):  # fmt: skip
        assert re.fullmatch(shape, ledger.assign(kinds.DATE_TIME, value, Treatment.SURROGATE))


def test_a_date_that_a_model_writes_otherwise_comes_back_written_so() -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    made = ledger.assign(kinds.DATE_OF_BIRTH, "14 March 1981", Treatment.SURROGATE)
    day, month, year = made.split()
    back = {hit.form.value for hit in ledger.surrogates.all(f"{month} {day}, {year}")}
    assert back == {"March 14, 1981"}


def test_an_age_stays_within_its_ten_years() -> None:
    for seed in range(20):
        assert re.fullmatch(r"4\d years old", made := surrogate(kinds.AGE, "42 years old", seed))
        assert made != "42 years old"


@pytest.mark.parametrize(
    ("kind", "value", "shape"),
    [
        (kinds.STREET_ADDRESS, "12 rue de la Paix, 75002 Paris", r"\d\d rue de la \w+, \d{5} \w+"),
        (kinds.STREET_ADDRESS, "Lindenallee 5b", r"\w+allee \d[a-z]"),
        (kinds.STREET_ADDRESS, "Calle Mayor 7", r"Calle \w+ \d"),
        (kinds.STREET_ADDRESS, "Keizersgracht 12", r"\w+gracht \d\d"),
        (kinds.ORGANIZATION, "Müller Bau GmbH & Co. KG", r"\w+ \w+ GmbH & Co\. KG"),
        (kinds.ORGANIZATION, "Transports Dubois SARL", r"\w+ \w+ SARL"),
        (kinds.GPS, "48\u00b051'29\"N", r"\d\d\u00b0[0-5]\d'[0-5]\d\"N"),
        (kinds.USERNAME, "@john_doe92", r"@[a-z]+_[a-z]+\d\d"),
        (kinds.MEDICAL_RECORD, "MRN-0048213", r"MRN-\d{7}"),
        (kinds.SWIFT, "DEUTDEFF500", r"ZZ[A-Z]{2}DE[A-Z]{2}\d{3}"),
    ],
)
def test_what_a_value_is_can_still_be_read(kind: str, value: str, shape: str) -> None:
    for seed in range(5):
        made = surrogate(kind, value, seed)
        assert re.fullmatch(shape, made)
        assert made != value
