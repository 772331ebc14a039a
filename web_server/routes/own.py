"""Replies in our own shape, whole and streamed.

Called by our own doors: direct, chat, compare, chain and the page's. Pure.
Shape: docs/sessions.md, "A turn".
"""

from __future__ import annotations

import secrets

from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Answer, Choice, Delta, Json, Usage
from web_server.reply import Reply
from web_server.routes import chat, company, envelopes, levels, wire
from web_server.routes.stream import EventStream


def whole(reply: Reply, answer: Answer) -> Response:
    """A whole answer."""
    return wire.reply(body(reply, answer), headers=headers(reply))


def streamed(reply: Reply) -> Response:
    """An open answer as events."""
    return EventStream(reply, Events(reply), headers(reply))


def headers(reply: Reply) -> dict[str, str]:
    """Who served."""
    return {"x-served-by": reply.endpoint_id}


def body(reply: Reply, answer: Answer) -> dict[str, Json]:
    """A whole answer as JSON has it."""
    choice = answer.choices[0]
    return {**frame(reply, choice.finish_reason, answer.usage), "message": message(choice)}


def frame(reply: Reply, finish_reason: str | None, usage: Usage) -> dict[str, Json]:
    """All of a reply but what was said. `rebound` and `trimmed_turns` are there where there is something to say."""
    told: dict[str, Json] = {
        "id": f"q_{secrets.token_hex(12)}",
        "created": reply.created,
        "model": str(reply.model),
        "endpoint_id": reply.endpoint_id,
        "finish_reason": finish_reason,
        "usage": chat.usage(usage),
        "privacy": privacy(reply),
    }
    if reply.talk is not None:
        told["session_id"] = reply.talk.session_id
        if reply.rebound or reply.talk.rebound:
            told["rebound"] = True
        if reply.talk.left_out:
            told["trimmed_turns"] = reply.talk.left_out
    return told


def privacy(reply: Reply) -> dict[str, Json]:
    """What was done for the caller's privacy."""
    told: dict[str, Json] = {"entities": dict(reply.entities), "obfuscated": levels.said(reply.obfuscated)}
    told |= company.told(reply)
    if reply.shortfall is not None:
        told["obfuscated_reason"] = reply.shortfall
    return told


def message(choice: Choice) -> dict[str, Json]:
    """What was said."""
    told: dict[str, Json] = {"role": "assistant", "content": choice.content or choice.refusal}
    if choice.tool_calls:
        told["tool_calls"] = chat.tool_calls(choice)
    return told


class Events:
    """Our own stream: `delta`, `tool_call`, then `done` or `error`, then `[DONE]`.

    `tag` is in each event: which of several answers it is of.
    """

    def __init__(self, reply: Reply, tag: dict[str, Json] | None = None) -> None:
        self._reply = reply
        self._tag = tag or {}
        self._reason: str | None = None
        self._usage = Usage()

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            self._usage = delta.usage or self._usage
            self._reason = delta.finish_reason or self._reason
            if delta.channel == "tool":
                told: dict[str, Json] = {"type": "tool_call", "index": delta.tool_index, "arguments": delta.text}
                if delta.tool_id:
                    told["id"] = delta.tool_id
                if delta.tool_name:
                    told["name"] = delta.tool_name
                events += event({**told, **self._tag})
            elif delta.text and delta.channel in ("content", "refusal"):
                events += event({"type": "delta", "content": delta.text, **self._tag})
        return events

    def last(self) -> bytes:
        """The end of this answer, where others may follow."""
        return event({"type": "done", **frame(self._reply, self._reason, self._usage), **self._tag})

    def done(self) -> bytes:
        return self.last() + chat.DONE

    def error(self, error: ApiError) -> bytes:
        return failed(error, self._tag) + chat.DONE


def failed(error: ApiError, tag: dict[str, Json] | None = None) -> bytes:
    """An answer that did not come, or not whole."""
    return event({"type": "error", **envelopes.own(error), **(tag or {})})


def event(value: Json) -> bytes:
    """One event of a stream."""
    return b"data: " + wire.dumps(value) + b"\n\n"
