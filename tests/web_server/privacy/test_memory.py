"""A history that is sent again is not read again; what is remembered is bounded, and each caller's own."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.memory import Memory
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import Json, ModelRef, Query


class Counting:
    """A finder that counts the characters it was asked to read."""

    def __init__(self) -> None:
        self.read = 0
        self._finder = PatternFinder(DEFAULT)

    def find(self, text: str) -> Sequence[Span]:
        self.read += len(text)
        return self._finder.find(text)


def turn(number: int) -> dict[str, Json]:
    role = "assistant" if number % 2 else "user"
    return {"role": role, "content": f"Turn {number}: please call Anna Kowalska at +1 212 555 01{number:02}, today."}


def asked(turns: int) -> Query:
    return Query(ModelRef("mirror", "openai"), {"messages": [turn(number) for number in range(turns)]})


def test_a_conversation_of_sixty_turns_reads_each_turn_once() -> None:
    finder = Counting()
    shield = Shield(finder, DEFAULT)
    for turns in range(1, 61):
        before = finder.read
        shield.protect(asked(turns), Ledger(bytes(32)), "anna")
        new = len(str(turn(turns - 1)["content"]))
        assert finder.read - before <= new + len("assistant")


def test_what_is_sent_is_the_same_whether_it_was_read_or_remembered() -> None:
    shield = Shield(PatternFinder(DEFAULT), DEFAULT)
    first, again = (shield.protect(asked(9), Ledger(bytes(32)), "anna").payload for _ in range(2))
    assert first == again == shield.protect(asked(9), Ledger(bytes(32)), None).payload


def test_another_caller_and_one_who_wants_nothing_kept_are_read_anew() -> None:
    finder = Counting()
    memory = Memory(finder)
    text = "the mail of anna@example.com is here"
    for owner, reads in (("anna", 1), ("anna", 1), ("ben", 2), (None, 3), (None, 4), ("anna", 4)):
        memory.find(text, owner)
        assert finder.read == reads * len(text)


def test_where_nothing_is_to_be_remembered_a_history_is_read_anew() -> None:
    finder = Counting()
    memory = Memory(finder, 0)
    text = str(turn(0)["content"])
    assert [*memory.find(text, "caller")] == [*memory.find(text, "caller")]
    assert finder.read == 2 * len(text) and repr(memory) == "Memory(0 texts)"


@settings(max_examples=40)
@given(st.lists(st.text(min_size=24, max_size=40), max_size=60), st.integers(1, 20))
def test_it_never_grows_beyond_its_bound_and_answers_as_the_finder_does(texts: list[str], most: int) -> None:
    finder = PatternFinder(DEFAULT)
    memory = Memory(finder, most)
    for text in texts:
        assert list(memory.find(text, "anna")) == list(finder.find(text))
        assert int(repr(memory).split("(")[1].split()[0]) <= most


def test_it_shows_no_text() -> None:
    memory = Memory(PatternFinder(DEFAULT))
    memory.find("the mail of anna@example.com is here", "anna")
    assert "anna" not in repr(memory) + repr(vars(memory))
