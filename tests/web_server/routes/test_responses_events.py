"""The end of a streamed response, whichever it is: complete, cut to its length, or broken off."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.support.incoming import in_pieces
from web_server.incoming import Incoming
from web_server.privacy.ledger import Ledger
from web_server.privacy.restore import Restorer
from web_server.providers import DIALECTS
from web_server.query import ModelRef, ScrubbedQuery
from web_server.reply import Reply
from web_server.routes.responses_events import Events, Frame
from web_server.routes.stream import EventStream


async def streamed(*chunks: Any, end: bytes = b"data: [DONE]\n\n", **asked: Any) -> list[Any]:
    """The events of a response made of these chunks of a provider's."""
    body = b"".join(b"data: %b\n\n" % json.dumps(chunk).encode() for chunk in chunks) + end
    query = ScrubbedQuery(ModelRef("p", "m"), {}, True, {})
    response = Incoming(200, {"content-type": "text/event-stream"}, "ep", in_pieces(body))
    reply = Reply(query, DIALECTS["openai"], response, Restorer(Ledger(bytes(32))), report=lambda _: None)
    await reply.begin()
    sent = b""

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the caller stays
        raise AssertionError

    async def send(message: Any) -> None:
        nonlocal sent
        sent += message.get("body", b"")

    await EventStream(reply, Events(Frame(asked, reply)), {})({"type": "http"}, receive, send)
    blocks = [block.split("\n") for block in sent.decode().strip().split("\n\n")]
    events = [json.loads(data.removeprefix("data: ")) for _, data in blocks]
    assert [event["type"] for event in events] == [name.removeprefix("event: ") for name, _ in blocks]
    assert [event["sequence_number"] for event in events] == [*range(len(events))]
    return events


def chunk(reason: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


async def test_thoughts_come_before_the_text_and_the_tokens_at_the_end():
    used = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
    events = await streamed(chunk(reasoning_content="hm"), chunk(content="Yes."), chunk("stop"), used)
    kinds = [event["type"].removeprefix("response.") for event in events]
    assert kinds == [
        "created", "in_progress",
        "output_item.added", "content_part.added", "reasoning_text.delta",
        "output_item.added", "content_part.added", "output_text.delta",
        "reasoning_text.done", "content_part.done", "output_item.done",
        "output_text.done", "content_part.done", "output_item.done",
        "completed",
    ]  # fmt: skip
    last = events[-1]["response"]
    assert [item["type"] for item in last["output"]] == ["reasoning", "message"]
    assert (last["usage"]["total_tokens"], last["status"], last["model"]) == (7, "completed", "p/m")


@pytest.mark.parametrize(("reason", "why"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
async def test_an_answer_that_was_cut_to_its_length_is_incomplete(reason: str, why: str):
    events = await streamed(chunk(content="Ye"), chunk(reason), max_output_tokens=1)
    last = events[-1]
    assert (last["type"], last["response"]["status"]) == ("response.incomplete", "incomplete")
    assert last["response"]["incomplete_details"] == {"reason": why}
    assert last["response"]["output"][0]["status"] == "incomplete"


async def test_an_answer_that_says_nothing_is_complete_all_the_same():
    events = await streamed(chunk("stop"))
    assert [event["type"] for event in events] == ["response.created", "response.in_progress", "response.completed"]
    assert events[-1]["response"]["output"] == []


async def test_an_answer_that_breaks_off_says_why_and_keeps_what_came():
    events = await streamed(chunk(content="Ye"), end=b"")
    fault, failed = events[-2:]
    assert (fault["type"], fault["code"], fault["error"]["code"]) == ("error", "stream_cut", "stream_cut")
    assert (failed["type"], failed["response"]["status"]) == ("response.failed", "failed")
    assert failed["response"]["error"] == {"code": "server_error", "message": fault["message"]}
    assert failed["response"]["output"][0]["content"][0]["text"] == "Ye"
