"""Values written to be read by people and missed by patterns: found all the same, and exactly as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.finding import found

_CARD = "4111 1111 1111 1111"
_MARKS = st.sampled_from(["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\ufe0f", "\u202c", "\U000e0041", "\u0336"])
_ZEROS = st.sampled_from(["\u0660", "\u06f0", "\u0966", "\u09e6", "\uff10", "\U0001d7ce", "\U0001d7ec", "\U0001fbf0"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("EMAIL_ADDRESS", "jоhn@exаmple.com"),
        ("EMAIL_ADDRESS", "ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("EMAIL_ADDRESS", "𝓳𝓸𝓱𝓷@𝖊𝖝𝖆𝖒𝖕𝖑𝖊.com"),
        ("EMAIL_ADDRESS", "j̶o̶h̶n̶@example.com"),
        ("CREDIT_CARD", "4111😀1111😀1111😀1111"),
        ("CREDIT_CARD", "4111 🚀 1111 🚀 1111 🚀 1111"),
        ("CREDIT_CARD", "4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111"),
        ("CREDIT_CARD", "④①①① ①①①① ①①①① ①①①①"),
        ("CREDIT_CARD", "4111\n1111\n1111\n1111"),
        ("CREDIT_CARD", "4111–1111–1111–1111"),
        ("IBAN_CODE", "DЕ89\u00a03704\u202f0044 0532 0130 00"),
        ("PHONE_NUMBER", "+٤٩ ٣٠ ٩٠١٨٢٠"),
        ("PHONE_NUMBER", "555‑010‑4477"),
        ("IP_ADDRESS", "203․0․113․7"),
        ("US_SSN", "１２３-４５-６７８９"),
    ],
)
def test_a_disguised_value_is_found_whole(kind: str, value: str) -> None:
    assert (kind, value) in found(f"call: {value} now")


@settings(max_examples=40, deadline=None)
@given(st.lists(_MARKS, min_size=len(_CARD) - 1, max_size=len(_CARD) - 1))
def test_no_invisible_mark_hides_a_card(marks: list[str]) -> None:
    value = "".join(map("".join, zip(_CARD, [*marks, ""], strict=True)))
    assert found(f"pay {value} today") == [("CREDIT_CARD", value)]


@settings(max_examples=40, deadline=None)
@given(st.lists(_ZEROS, min_size=16, max_size=16))
def test_no_script_hides_a_card(zeros: list[str]) -> None:
    digits = _CARD.replace(" ", "")
    value = "".join(chr(ord(zero) + int(digit)) for zero, digit in zip(zeros, digits, strict=True))
    assert found(f"pay {value} today") == [("CREDIT_CARD", value)]


@pytest.mark.parametrize(
    "honest",
    [
        "Привет, как дела в 2024 году?",
        "Η ΑΒΓ εταιρεία",
        "H₂O and 10² m",
        "3 🍎 and 5 🍌",
        "1️⃣ Read 2️⃣ Write",
        "μm – Ωm",
        "中文，你好。",
    ],
)
def test_honest_writing_gives_nothing(honest: str) -> None:
    assert found(honest) == []
