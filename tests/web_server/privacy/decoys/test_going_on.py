"""A cover's conversation beside the real one, in whichever messages and parts the client writes its history."""

from __future__ import annotations

from typing import Any

import pytest

from web_server.privacy.decoys.covers import Chosen
from web_server.privacy.decoys.going_on import continued, last_turns
from web_server.privacy.decoys.template import Template
from web_server.query import ModelRef, ScrubbedQuery

ASKED = "Which of the herbs in my garden grow in the shade behind the house?"
ANSWER = "Mint does, and so does woodruff. Parsley takes a little of it, if the soil is kept moist all summer long."
THEN = "And which of them come back?"
SAID: tuple[Any, ...] = (
    {"role": "user", "content": "Who repairs the clocks of the old towers in this part of the country?"},
    {"role": "assistant", "content": "There are two workshops left. Both of them have waiting lists of a year or so."},
)


def parts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": each} for each in texts]


HISTORIES: dict[str, list[dict[str, Any]]] = {
    "a text": [{"role": "user", "content": ASKED}, {"role": "assistant", "content": ANSWER}],
    "parts": [
        {"role": "user", "content": parts(ASKED[:20], ASKED[20:])},
        {"role": "assistant", "content": parts(ANSWER[:32], ANSWER[32:60], ANSWER[60:])},
    ],
    "an empty part": [
        {"role": "user", "content": parts("", ASKED)},
        {"role": "assistant", "content": parts(ANSWER, "")},
    ],
    "a short part": [
        {"role": "user", "content": parts("A", " ", ASKED)},
        {"role": "assistant", "content": parts(ANSWER, "B")},
    ],
    "messages": [
        {"role": "user", "content": ASKED[:20]},
        {"role": "user", "content": ASKED[20:], "name": ""},
        {"role": "assistant", "content": ANSWER[:32]},
        {"role": "assistant", "content": parts(ANSWER[32:])},
    ],
}


def form(messages: Any) -> Any:
    """Messages without their words; which texts are empty is of the form."""

    def silent(content: Any) -> Any:
        return [bool(part["text"].strip()) for part in content] if isinstance(content, list) else bool(content)

    return [{**each, "content": silent(each["content"])} for each in messages]


def words(messages: Any) -> list[str]:
    texts = [each["content"] for each in messages]
    flat = [part["text"] for text in texts if isinstance(text, list) for part in text]
    return " ".join([*flat, *(text for text in texts if isinstance(text, str))]).split()


@pytest.mark.parametrize("history", HISTORIES)
def test_a_cover_is_parted_as_the_real_history_is(history: str):
    real = ScrubbedQuery(
        ModelRef("p", "m"), {"messages": [*HISTORIES[history], {"role": "user", "content": THEN}]}, False, {}
    )
    chosen = Chosen(Template((("And what does one of them charge?",),)), "file")
    messages: Any = continued(SAID, (), chosen, real, bytes(32)).query.payload["messages"]
    assert form(messages) == form(real.payload["messages"])
    assert sorted(words(messages[:-1])) == sorted(words(SAID)), "no word is lost, or said twice"


def test_what_the_provider_says_before_the_first_turn_goes_on_too():
    greeting = {"role": "assistant", "content": "What can I do for you?"}
    assert last_turns((greeting, *SAID), 1) == (greeting, *SAID)
    assert last_turns((*SAID, *SAID), 1) == SAID
    assert last_turns(SAID, 0) == ()
