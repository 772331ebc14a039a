"""A provider's own turns: for it as it wrote them, for the caller restored, for another provider hidden anew."""

from __future__ import annotations

import json

from tests.support.shielded import MODEL, Planted, new_ledger
from web_server import own_turns
from web_server.conversations import Said
from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.query import Delta, Query

VALUES = {"Anna Kowalska": kinds.PERSON, "Will Baker": kinds.PERSON}


def scrubbed(said: list[Said], ledger: Ledger, provider: str) -> list[dict[str, object]]:
    ledger.recollection = own_turns.recollection(provider, said)
    payload = {"messages": [*own_turns.messages_for(provider, said, ledger)]}
    return list(Shield(Planted(VALUES), DEFAULT).protect(Query(MODEL, payload), ledger).payload["messages"])


def begun(ledger: Ledger) -> tuple[list[Said], str]:
    """A caller named two people's names; the surrogate of the first."""
    said = [Said({"role": "user", "content": "Anna Kowalska"})]
    return said, str(scrubbed(said, ledger, "p")[0]["content"])


def test_a_guess_goes_back_as_it_was_to_whom_guessed_and_hidden_to_another():
    ledger = new_ledger()
    said, _ = begun(ledger)
    said += [
        Said({"role": "assistant", "content": "Are you Will Baker?"}, by="p"),
        Said({"role": "user", "content": "Yes, Will Baker."}),
    ]
    own = scrubbed(said, ledger, "p")
    assert own[1]["content"] == "Are you Will Baker?"
    assert "Will" not in str(own[2]["content"])
    assert "Will" not in str(scrubbed(said, ledger, "q"))


def test_what_it_said_of_a_surrogate_is_restored_for_the_caller_and_kept_for_it():
    ledger = new_ledger()
    said, surrogate = begun(ledger)
    message = {"role": "assistant", "content": f"Dear {surrogate}"}
    said.append(Said(message, by="p"))
    assert own_turns.restored(message, ledger) == {"role": "assistant", "content": "Dear Anna Kowalska"}
    assert scrubbed(said, ledger, "p")[1] == message
    assert scrubbed(said, ledger, "q")[1] == message


def test_tool_calls_keep_their_shape_and_their_json():
    ledger = new_ledger()
    said, surrogate = begun(ledger)
    arguments = json.dumps({"to": surrogate, "note": 'say "hi"'})
    deltas = [
        Delta(text="I call."),
        Delta(channel="tool", tool_index=0, tool_id="c1", tool_name="send", text=arguments[:9]),
        Delta(channel="tool", tool_index=0, text=arguments[9:]),
        Delta(channel="tool", tool_index=1, tool_id="c2", tool_name="stop", text=""),
        Delta(finish_reason="tool_calls"),
    ]
    message = own_turns.written(deltas)
    assert [call["id"] for call in message["tool_calls"]] == ["c1", "c2"]
    said.append(Said(message, by="p"))
    assert scrubbed(said, ledger, "p")[1] == message
    shown = own_turns.restored(message, ledger)
    assert json.loads(shown["tool_calls"][0]["function"]["arguments"]) == {"to": "Anna Kowalska", "note": 'say "hi"'}
    assert shown["tool_calls"][1] == message["tool_calls"][1]
