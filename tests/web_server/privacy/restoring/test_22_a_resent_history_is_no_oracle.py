"""Item 22: a guess in the provider's own turn is not confirmed by what is resent."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.recall import Recall
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import Delta, ModelRef, Query

VALUES = {"Anna Kowalska": kinds.PERSON, "Anna": kinds.PERSON, 'Rue "du Bac" 12': kinds.STREET_ADDRESS}
SEED = b"a seed of sixteen bytes or more"
SHIELD = Shield(Planted(VALUES), DEFAULT)
USER = {"role": "user", "content": 'I am Anna Kowalska, Rue "du Bac" 12'}


class Conversation:
    """A caller and a provider, a fresh ledger of the same seed for each turn, one memory."""

    def __init__(self, recall: Recall) -> None:
        self.recall = recall

    def sent(self, *messages: dict[str, Any], caller: str = "caller", provider: str = "p") -> tuple[Ledger, list[Any]]:
        ledger = Ledger(SEED)
        ledger.recollection = self.recall.of(caller, provider)
        payload = SHIELD.protect(Query(ModelRef(provider, "m"), {"messages": [*messages]}), ledger).payload
        last_look(ledger, json.dumps(payload).encode())
        messages_sent = payload["messages"]
        assert isinstance(messages_sent, list)
        return ledger, messages_sent

    def answered(self, ledger: Ledger, said: str, channel: str = "content", piece: int = 3) -> str:
        restorer = Restorer(ledger)
        pieces = [said[at : at + piece] for at in range(0, len(said), piece)]
        made = [d.text for text in pieces for d in restorer.feed(Delta(channel=channel, text=text))]  # type: ignore[arg-type]  # one of the channels
        made += [delta.text for delta in restorer.close()]
        restorer.keep()
        return "".join(made)


def assistant(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


@given(st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_a_guess_goes_back_as_it_was_written_and_what_was_put_in_is_taken_out_again(piece: int) -> None:
    conversation = Conversation(Recall())
    ledger, (user,) = conversation.sent(USER)
    first = user["content"].split()[2]
    guess = f"Hello {first}! Is your real name Anna Kowalska? Or {first.upper()}?"
    came = conversation.answered(ledger, guess, piece=piece)
    assert came == "Hello Anna! Is your real name Anna Kowalska? Or ANNA?"
    _, (user_again, again, _) = conversation.sent(USER, assistant(came), {"role": "user", "content": "yes"})
    assert again["content"] == guess
    assert user_again == user


def test_a_guess_made_before_the_name_was_said_is_not_confirmed_either() -> None:
    conversation = Conversation(Recall())
    ledger, _ = conversation.sent({"role": "user", "content": "hi"})
    came = conversation.answered(ledger, "Are you Anna?")
    _, (_, again, user) = conversation.sent({"role": "user", "content": "hi"}, assistant(came), USER)
    assert again["content"] == "Are you Anna?"
    assert "Anna" not in user["content"]


def test_tool_arguments_are_recognised_as_they_stand() -> None:
    conversation = Conversation(Recall())
    ledger, (user,) = conversation.sent(USER)
    name, street = user["content"].removeprefix("I am ").split(", ")
    said = json.dumps({"to": name, "at": street, "guess": "Anna"})
    came = conversation.answered(ledger, said, "tool")
    assert json.loads(came) == {"to": "Anna Kowalska", "at": 'Rue "du Bac" 12', "guess": "Anna"}
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": came}}
    _, (_, again) = conversation.sent(USER, {"role": "assistant", "content": None, "tool_calls": [call]})
    assert again["tool_calls"][0]["function"]["arguments"] == said


def test_what_is_changed_or_another_s_is_hidden_like_any_text() -> None:
    conversation = Conversation(Recall())
    ledger, _ = conversation.sent(USER)
    came = conversation.answered(ledger, "Is it Anna?")
    for text, caller, provider in (
        (f"{came} ", "caller", "p"),
        (came, "somebody else", "p"),
        (came, "caller", "another provider"),
    ):
        _, (_, again) = conversation.sent(USER, assistant(text), caller=caller, provider=provider)
        assert "Anna" not in again["content"]
    _, (_, again) = Conversation(Recall()).sent(USER, assistant(came))  # another process
    assert "Anna" not in again["content"]


def test_a_caller_cannot_let_his_own_words_pass_by_putting_them_into_the_provider_s_mouth() -> None:
    conversation = Conversation(Recall())
    ledger, _ = conversation.sent(USER)
    came = conversation.answered(ledger, "Anna?")
    _, (_, again) = conversation.sent(USER, {"role": "user", "content": came})
    assert "Anna" not in again["content"]


def test_the_memory_is_bounded_and_shows_nothing() -> None:
    recall = Recall(most=6)
    conversation = Conversation(recall)
    for number in range(9):
        ledger, (user,) = conversation.sent(USER)
        first = user["content"].split()[2]
        conversation.answered(ledger, f"{number}: {first}")
    assert repr(recall) == "Recall(3 texts)"
    _, (_, again) = conversation.sent(USER, assistant("8: Anna"))
    assert again["content"] == f"8: {first}"
