"""Long texts are read in windows, and nothing is lost between two of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.counting import calls
from tests.support.finding import found
from web_server.privacy.detectors import read_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.finder import PatternFinder
from web_server.privacy.windows import BEFORE, BEHIND, CORE, NEAR, windows

_FILLER = "nothing to see here, only words that go on and on\n"


@settings(max_examples=60)
@given(st.integers(0, 4 * CORE), st.sampled_from(["a", "a ", "line of text\n", "-----BEGIN "]))
def test_windows_cover_a_text_once_and_see_something_around(size: int, piece: str) -> None:
    text = (piece * (size // len(piece) + 1))[:size]
    at = 0
    for window in windows(text):
        assert window.start == at
        assert text[window.offset : window.offset + len(window.text)] == window.text
        assert window.start - window.offset == min(BEFORE, window.start)
        assert window.end - window.start <= CORE + BEHIND
        seen = window.offset + len(window.text)
        assert seen >= min(size, window.end + BEHIND) or (seen >= window.end + NEAR and text[seen] == " ")
        at = window.end
    assert at == size


@pytest.mark.parametrize("where", [CORE - 900, CORE - 10, CORE, CORE + BEHIND - 5, 2 * CORE - 20, 2 * CORE + 700])
@pytest.mark.parametrize("filler", [_FILLER, "x" * 50])
def test_a_value_is_found_once_wherever_a_window_is_cut(where: int, filler: str) -> None:
    before = (filler * (where // len(filler) + 1))[:where] + " "
    text = f"{before}write to anna.berg@example.com today\n" + _FILLER * 700
    assert found(text) == [("EMAIL_ADDRESS", "anna.berg@example.com")]


def test_a_private_key_is_found_whole_wherever_a_window_is_cut() -> None:
    body = "\n".join("MIIJ" + "k3yb0dy9" * 7 for _ in range(200))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    for before in range(CORE - 14_000, CORE + 1_000, 2_900):
        text = f"{'x ' * (before // 2)}\n{key}\n" + _FILLER * 600
        assert found(text) == [("SECRET", key)]


def test_a_table_is_read_under_its_header_however_long_it_is() -> None:
    rows = 4 * CORE // 15
    text = "id,surname,city\n" + "".join(f"{row},Vrablox,Metz\n" for row in range(rows))
    assert found(text).count(("PERSON", "Vrablox")) == rows


def test_the_work_of_tables_grows_with_the_text_and_not_faster() -> None:
    finder = PatternFinder()

    def spent(size: int) -> int:
        return calls(lambda: finder.find("name,nothing\n" * (size // 13)))

    assert spent(8 * CORE) < 5 * spent(2 * CORE)


@pytest.mark.parametrize(
    "name",
    ["references (Thandeka Oyelaran, 2019), ", "et al. (Berg, 2019) says Remedios Etxeberria, "],
    ids=["cited", "beside a citation"],
)
def test_the_work_of_names_grows_with_the_text_and_not_faster(name: str) -> None:
    finder = PatternFinder()

    def spent(size: int) -> int:
        return calls(lambda: finder.find(name * (size // len(name))))

    assert spent(CORE) < 5 * spent(CORE // 4)


def test_whether_a_text_asks_is_looked_at_once_however_many_names_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def asks(_: Reading) -> bool:
        nonlocal looked
        looked += 1
        return False

    monkeypatch.setattr(read_names, "asks", asks)
    found("Today Einstein, Kafka and Mozart met Picasso.\n" * 50)
    assert looked == 1
