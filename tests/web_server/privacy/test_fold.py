"""Folding: what detectors see of a text that hides its letters, and the way back to the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_server.privacy.fold import fold

_PIECES = st.sampled_from([
    "anna", "4111", " ", "@", ".com", "é", "e\u0301", "\u0301", "\u200b", "\u00ad", "\ufeff", "\u202a", "\u202c",
    "\ufe0f", "\u20e3", "1\ufe0f\u20e3", "о", "и", "jоhn", "α", "٤", "४", "①", "⑫", "ﬁ", "№", "Ａ", "＠", "𝓪", "²",
    "⁴¹¹¹", "😀", "–", "‑", "。", "\u00a0", "\u2028", "\ud800", "\udfff", "\x00",
    "中", "한", "\u1112\u1161\u11ab", "ش", "İ", "\U000e0041",
])  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=25).map("".join))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("jоhn@exаmple.com", "john@example.com"),
        ("ЈOHN ѕmith", "JOHN smith"),
        ("αnna@exαmple.com", "anna@example.com"),
        ("an\u200bna@exam\u00adple.c\u2060om", "anna@example.com"),
        ("\u202a+49 30 901820\u202c", "+49 30 901820"),
        ("Ｃａｌｌ　０３０ー", "Call 030ー"),
        ("٤١١١ ۱۱۱۱ ११११", "4111 1111 1111"),
        ("4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3", "411"),
        ("4111😀1111 🚀 1111•1111", "4111 1111 1111 1111"),
        ("𝓪𝓷𝓷𝓪＠ⓔⓧ𝖺𝗆𝗉𝗅𝖾.𝚌𝚘𝚖", "anna@example.com"),
        ("①②❸ ⁴¹¹¹", "123 4111"),
        ("DE89\u00a03704\u202f0044", "DE89 3704 0044"),
        ("555‑01–00", "555-01-00"),
        ("j̶o̶h̶n̶ re\u0301ne\u0301", "john réné"),
        ("anna@example。com", "anna@example.com"),
        ("ᴀɴɴᴀ Goldﬁnch №", "anna Goldfinch No"),
    ],
)
def test_another_writing_reads_as_the_plain_one(written: str, read: str) -> None:
    assert fold(written).text == read


@pytest.mark.parametrize(
    "honest",
    ["Привет, Иван! Как дела в Москве?", "Η Μαρία μένει στην Αθήνα", "10² m³ – x₁", "Müller née Łódź, Åse", "中文",
     "μm and TNF", "😀 no numbers 🎉", "2 – 3", "שלום", "1990 года IP-адрес"],
)  # fmt: skip
def test_honest_writing_stays(honest: str) -> None:
    assert fold(honest).text == honest


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_itself(text: str) -> None:
    folded = fold(text)
    assert folded.text is text
    assert folded.stretch(0, len(text)) == (0, len(text))


@given(_TEXTS)
def test_every_stretch_is_in_range_and_in_order(text: str) -> None:
    folded = fold(text)
    end = 0
    for at in range(len(folded.text)):
        start, stop = folded.stretch(at, at + 1)
        assert 0 <= start < stop <= len(text)
        assert stop >= end
        end = stop
        assert folded.stretch(at, at) == (start, start)


@given(_TEXTS)
def test_what_is_found_reads_the_same_when_cut_out(text: str) -> None:
    """Words, not letters: a look-alike is one by its neighbours."""
    folded = fold(text)
    at = 0
    for word in folded.text.split():
        at = folded.text.index(word, at)
        start, end = folded.stretch(at, at + len(word))
        assert fold(text[start:end]).text == word
        at += len(word)


@given(_TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once
