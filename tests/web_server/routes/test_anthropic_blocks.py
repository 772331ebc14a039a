"""Blocks come one after the other, however an answer's lanes are mixed; and nothing of an answer is lost."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest

from web_server.answer import collect
from web_server.errors import ApiError
from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.query import Delta, ModelRef, Thought, Usage
from web_server.routes.anthropic_blocks import Events, message
from web_server.sealing import Sealing
from web_server.thoughts import Thoughts

THOUGHTS = Thoughts(Sealing(b"a secret of sixteen bytes or more"), "a-test", "p")
REPLY: Any = SimpleNamespace(model=ModelRef("p", "m"))


def words(text: str) -> Delta:
    return Delta(text=text)


def call(index: int, text: str = "", name: str | None = None) -> Delta:
    tool_id = f"call_{index}" if name else None
    return Delta(channel="tool", tool_index=index, text=text, tool_id=tool_id, tool_name=name)


END = Delta(finish_reason="stop")


def events(*batches: list[Delta], thoughts: Thoughts | None = THOUGHTS) -> list[dict[str, Any]]:
    """What the stream says, having checked that names and types agree."""
    made = Events("msg_1", REPLY, "req_1", thoughts)
    raw = b"".join([*(made.deltas(batch) for batch in batches), made.done()])
    told = []
    for event in raw.decode().removesuffix("\n\n").split("\n\n"):
        name, data = event.split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def content(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, having checked that they come one after the other, each opened and closed once."""
    assert [told[0]["type"], told[-2]["type"], told[-1]["type"]] == ["message_start", "message_delta", "message_stop"]
    blocks: list[dict[str, Any]] = []
    is_open = False
    for event in told[1:-2]:
        match event["type"]:
            case "content_block_start":
                assert not is_open and event["index"] == len(blocks)
                is_open = True
                blocks.append({**event["content_block"], "said": ""})
            case "content_block_delta":
                assert is_open and event["index"] == len(blocks) - 1
                delta, last = event["delta"], blocks[-1]
                if delta["type"] == "signature_delta":
                    assert last["type"] == "thinking" and not last["signature"]
                    last["signature"] = delta["signature"]
                    continue
                kinds = {"text": "text_delta", "tool_use": "input_json_delta", "thinking": "thinking_delta"}
                assert delta["type"] == kinds[last["type"]] and not last.get("signature")
                last["said"] += delta.get("text", delta.get("partial_json", delta.get("thinking")))
            case "content_block_stop":
                assert is_open and event["index"] == len(blocks) - 1
                is_open = False
            case "ping":
                pass
            case other:
                raise AssertionError(other)
    assert not is_open
    return blocks


def said(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(block.get("name", "text"), block["said"]) for block in content(told)]


def test_text_and_calls_are_blocks_in_their_order():
    told = events(
        [words("I "), words("look."), call(0, "", "mail"), call(0, '{"a"')],
        [call(0, ": 1}"), call(1, "", "clock"), call(1, "{}"), END, Delta(usage=Usage(3, 4))],
    )
    assert said(told) == [("text", "I look."), ("mail", '{"a": 1}'), ("clock", "{}")]
    assert told[-2]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}
    assert told[-2]["usage"] == {"input_tokens": 3, "output_tokens": 4}
    assert told[0]["message"]["usage"] == {"input_tokens": 0, "output_tokens": 0}


def test_what_was_read_is_told_at_the_start_where_it_is_known():
    told = events([Delta(usage=Usage(3, 1)), words("a"), END, Delta(usage=Usage(3, 4))])
    assert told[0]["message"]["usage"] == {"input_tokens": 3, "output_tokens": 0}
    assert told[-2]["usage"] == {"input_tokens": 3, "output_tokens": 4}


def test_text_that_was_held_back_comes_in_a_block_behind_the_calls():
    told = events([words("to Anna "), call(0, '{"a": 1}', "mail"), words("Kowalska"), END])
    assert said(told) == [("text", "to Anna "), ("mail", '{"a": 1}'), ("text", "Kowalska")]


def test_calls_that_come_interleaved_wait_for_each_other():
    one, other = '{"a": "x"}', '{"b": "y"}'
    rng = random.Random(7)
    for _ in range(200):
        lanes = [
            [call(0, "", "one"), *(call(0, each) for each in one)],
            [call(1, "", "two"), *(call(1, each) for each in other)],
        ]
        mixed = []
        while any(lanes):
            lane = rng.choice([lane for lane in lanes if lane])
            mixed.append(lane.pop(0))
        told = events(*([delta] for delta in mixed), [words("late"), END])
        blocks = said(told)
        assert sorted(blocks) == [("one", one), ("text", "late"), ("two", other)]


def test_a_call_without_arguments_is_still_a_call():
    told = events([call(0, "", "clock"), call(1, "", "mail"), call(1, "{}"), END])
    assert said(told) == [("clock", ""), ("mail", "{}")]


def test_an_empty_last_piece_of_a_call_is_nothing_and_more_of_it_is_a_failure():
    told = events([call(0, "{}", "a"), call(1, "{}", "b"), call(0, ""), call(0, "\n"), END])
    assert said(told) == [("a", "{}"), ("b", "{}")]
    with pytest.raises(ApiError):
        events([call(0, "{}", "a"), call(1, "{}", "b"), call(0, "more"), END])


def test_a_call_without_an_id_gets_one():
    (block,) = content(events([Delta(channel="tool", text="{}", tool_name="a"), END]))
    assert block["id"].startswith("toolu_")


def test_reasoning_that_nobody_signs_is_not_told_but_a_ping_says_that_something_goes_on():
    told = events(
        [Delta(channel="reasoning", text="hm")],
        [Delta(channel="reasoning", text="hm")],
        [words("4"), END],
        thoughts=None,
    )
    assert said(told) == [("text", "4")]
    assert [event["type"] for event in told[:4]] == ["message_start", "ping", "ping", "ping"]


def thinks(text: str) -> Delta:
    return Delta(channel="reasoning", text=text)


def signed(kind: str, **said: str) -> Delta:
    return Delta(channel="reasoning", thought=Thought(json.dumps({"type": kind, **said})))


def test_each_thought_is_a_block_that_ends_with_its_seal():
    first, hidden = signed("thinking", thinking="ab", signature="s1"), signed("redacted_thinking", data="d")
    unshown = signed("thinking", thinking="", signature="s2")
    deltas = [thinks("a"), thinks("b"), first, hidden, unshown, words("so"), call(0, "{}", "mail"), END]
    told = content(events(*([delta] for delta in deltas)))
    whole = message("msg_1", REPLY, collect(deltas), THOUGHTS)["content"]
    assert content(events(deltas))[0]["said"] == "ab"
    for made in (told, whole):
        assert [block["type"] for block in made] == ["thinking", "redacted_thinking", "thinking", "text", "tool_use"]
        seals = [made[0]["signature"], made[1]["data"], made[2]["signature"]]
        assert [THOUGHTS.opened(seal) for seal in seals] == [each.thought for each in (first, hidden, unshown)]
    assert (told[0]["said"], told[2]["said"]) == ("ab", "")
    assert (whole[0]["thinking"], whole[2]["thinking"]) == ("ab", "")


def test_a_thought_behind_one_that_was_not_signed_is_a_block_of_its_own():
    hidden = signed("redacted_thinking", data="d")
    first, second = content(events([thinks("hm"), hidden, END]))
    assert (first["said"], first["signature"]) == ("hm", "")
    assert THOUGHTS.opened(second["data"]) == hidden.thought


def test_a_value_at_the_very_end_of_a_thought_is_back_before_its_seal_wherever_it_is_cut():
    ledger = Ledger(b"a seed of sixteen bytes or more")
    ledger.meet((), (), ())
    surrogate = ledger.assign(kinds.PERSON, "Anna Kowalska", Treatment.SURROGATE)
    text = f"ask {surrogate}"
    for cut in range(len(text)):
        restorer = Restorer(ledger)
        sent = [
            thinks(text[:cut]),
            thinks(text[cut:]),
            signed("thinking", thinking=text, signature="s"),
            words("ok"),
            END,
        ]
        thought, told = content(events(*([*restorer.feed(delta)] for delta in sent)))
        assert (thought["said"], told["said"]) == ("ask Anna Kowalska", "ok")
        assert json.loads(THOUGHTS.opened(thought["signature"]) or "")["thinking"] == text


def test_other_choices_than_the_first_are_not_mixed_in():
    assert said(events([words("a"), Delta(choice=1, text="b"), Delta(choice=1, finish_reason="length"), END])) == [
        ("text", "a")
    ]


def test_an_answer_that_says_nothing_is_a_message_without_blocks():
    assert content(events([END])) == content(events()) == []


REASONS = [("stop", "end_turn"), ("length", "max_tokens"), ("content_filter", "refusal"), ("odd", "end_turn")]


@pytest.mark.parametrize(("finish", "stop"), REASONS)
def test_why_it_ended_is_said_in_the_vendors_words(finish: str, stop: str):
    deltas = [words("a"), Delta(finish_reason=finish)]
    assert events(deltas)[-2]["delta"]["stop_reason"] == stop
    assert message("msg_1", REPLY, collect(deltas), THOUGHTS)["stop_reason"] == stop


def test_the_stop_sequence_that_ended_it_is_told_where_it_is_known():
    deltas = [words("a"), Delta(finish_reason="stop", stopped_by="END")]
    end = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
    whole = message("msg_1", REPLY, collect(deltas), THOUGHTS)
    assert events(deltas)[-2]["delta"] == {name: whole[name] for name in end} == end


def test_a_refusal_is_text_and_says_that_it_is_one():
    deltas = [Delta(channel="refusal", text="No."), END]
    told, whole = events(deltas), message("msg_1", REPLY, collect(deltas), THOUGHTS)
    assert said(told) == [("text", "No.")] and whole["content"] == [{"type": "text", "text": "No."}]
    assert told[-2]["delta"]["stop_reason"] == whole["stop_reason"] == "refusal"


def test_a_failure_midway_is_the_last_word():
    made = Events("msg_1", REPLY, "req_1", THOUGHTS)
    made.deltas([words("a")])
    name, data = made.error(ApiError("STREAM_CUT")).decode().strip().split("\n")
    error = json.loads(data.removeprefix("data: "))
    assert (name, error["type"], error["error"]["type"], error["request_id"]) == (
        "event: error", "error", "api_error", "req_1",
    )  # fmt: skip


def test_arguments_that_are_no_object_are_a_failure_unless_the_answer_was_cut_short():
    for arguments in ("{", "[]", "5"):
        with pytest.raises(ApiError):
            message("msg_1", REPLY, collect([call(0, arguments, "a"), END]), THOUGHTS)
        cut = collect([call(0, arguments, "a"), Delta(finish_reason="length")])
        whole = message("msg_1", REPLY, cut, THOUGHTS)
        assert whole["content"] == [{"type": "tool_use", "id": "call_0", "name": "a", "input": {}}]
        assert whole["stop_reason"] == "max_tokens"


def test_the_stream_and_the_whole_message_agree():
    calls = [call(0, '{"a": "ü"}', "mail"), call(1, "", "clock")]
    deltas = [words("I "), words("look."), *calls, Delta(finish_reason="tool_calls")]
    whole = message("msg_1", REPLY, collect(deltas), THOUGHTS)["content"]
    assert isinstance(whole, list)
    made = [
        {"type": "text", "text": block["said"]}
        if block["type"] == "text"
        else {"type": "tool_use", "id": block["id"], "name": block["name"], "input": json.loads(block["said"] or "{}")}
        for block in content(events(*([delta] for delta in deltas)))
    ]
    assert made == whole
