"""What a response is made of, delta by delta: the events that OpenAI's clients put together again."""

from __future__ import annotations

from typing import Any

import pytest

from web_server.query import Choice, Delta, ToolCall
from web_server.routes.responses_output import Output, deltas

SAID = [
    Delta(channel="reasoning", text="They want "),
    Delta(channel="reasoning", text="a letter."),
    Delta(channel="content", text="Dear "),
    Delta(channel="tool", tool_index=0, tool_id="call_a", tool_name="find"),
    Delta(channel="tool", tool_index=0, text='{"a"'),
    Delta(channel="tool", tool_index=1, tool_id="call_b", tool_name="send", text="{}"),
    Delta(channel="tool", tool_index=0, text=": 1}"),
    Delta(channel="content", text="Anna"),  # was held back until the answer ended
    Delta(finish_reason="tool_calls"),
]


def put_together(events: list[dict[str, Any]]) -> list[Any]:
    """The items as a client has them that reads nothing but events; the events must agree with each other."""
    items: dict[int, Any] = {}
    done: dict[int, Any] = {}
    for event in events:
        at = event["output_index"]
        match event["type"].removeprefix("response.").split("."):
            case ["output_item", "added"]:
                assert at == len(items) and event["item"]["status"] == "in_progress"
                items[at] = event["item"]
            case ["content_part", "added"]:
                held = items[at].setdefault("content", [])
                assert event["content_index"] == len(held)
                held.append(event["part"])
            case ["reasoning_summary_part", "added"]:
                assert event["summary_index"] == len(items[at]["summary"])
                items[at]["summary"].append(event["part"])
            case ["function_call_arguments", "delta"]:
                items[at]["arguments"] += event["delta"]
            case [_, "delta"]:
                part = items[at]["summary" if "summary_index" in event else "content"][-1]
                part["refusal" if part["type"] == "refusal" else "text"] += event["delta"]
            case ["output_item", "done"]:
                assert event["item"] == {**items[at], "status": "completed"}
                done[at] = event["item"]
        if "item_id" in event:
            assert event["item_id"] == items[at]["id"]
    return [done[at] for at in sorted(done)]


@pytest.mark.parametrize("summarised", [False, True])
def test_thoughts_text_and_calls_are_items_whose_events_spell_them(summarised: bool):
    output = Output(summarised=summarised)
    events: list[Any] = [event for delta in SAID for event in output.add(delta)]
    items = put_together([*events, *output.end("completed")])
    assert items == output.items("completed")
    thought, message, first, second = items
    assert thought["summary" if summarised else "content"][0]["text"] == "They want a letter."
    assert message["content"] == [{"type": "output_text", "text": "Dear Anna", "annotations": [], "logprobs": []}]
    assert (first["call_id"], first["name"], first["arguments"]) == ("call_a", "find", '{"a": 1}')
    assert (second["call_id"], second["name"], second["arguments"]) == ("call_b", "send", "{}")


def test_a_refusal_is_a_part_of_the_message():
    output = Output()
    events: list[Any] = [
        *output.add(Delta(channel="refusal", text="I will ")),
        *output.add(Delta(channel="refusal", text="not.")),
    ]
    (message,) = put_together([*events, *output.end("completed")])
    assert message["content"] == [{"type": "refusal", "refusal": "I will not."}]


def test_a_plain_answer_has_the_items_of_a_streamed_one():
    choice = Choice(0, "Dear Anna", "A letter.", None, (ToolCall("call_a", "find", "{}"),), "tool_calls")
    output = Output()
    for delta in deltas(choice):
        output.add(delta)
    assert [item["type"] for item in output.items("completed") if isinstance(item, dict)] == [
        "reasoning", "message", "function_call",
    ]  # fmt: skip


def test_a_provider_that_names_no_call_gets_one_named():
    output = Output()
    output.add(Delta(channel="tool", tool_name="find", text="{}"))
    (call,) = output.items("completed")
    assert isinstance(call, dict) and str(call["call_id"]).startswith("call_")
