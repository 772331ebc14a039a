"""An answer as Anthropic's clients read it: blocks, one after the other; whole, or as the events of a stream.

Called by Anthropic's door. Pure. An answer's lanes (text, each call of a tool) may come interleaved, and text that was
held back for restoring comes late: a block is closed only when nothing of it can come any more, and what belongs to
another one waits until then. A thought is shown with real values in it, and sealed as its provider signed it.
Never: reasoning that nobody signed, which could not be handed back; in a stream a ping says that something goes on.
Source: Anthropic's API reference, "Streaming messages".
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

from web_server.errors import ApiError
from web_server.query import Answer, Delta, Json, Thought, Usage
from web_server.reply import Reply
from web_server.routes import envelopes, wire
from web_server.thoughts import Thoughts

STOP_REASONS = {"length": "max_tokens", "content_filter": "refusal"}
TEXT, THINKING = -1, -2
"""The lanes of all that is no tool's."""


def message(name: str, reply: Reply, answer: Answer, thoughts: Thoughts) -> dict[str, Json]:
    """A whole answer. Raises ApiError where a tool's arguments are no JSON object."""
    choice = answer.choices[0]
    texts = [text for text in (choice.content, choice.refusal) if text]
    content: list[Json] = [
        _thought(shown, thoughts.sealed(thought), redacted=thought.is_redacted) for shown, thought in choice.thoughts
    ]
    content += [{"type": "text", "text": text} for text in texts]
    for call in choice.tool_calls:
        made = _input(call.arguments, cut=choice.finish_reason == "length")
        content.append({"type": "tool_use", "id": call.id or _tool_id(), "name": call.name, "input": made})
    reason = _reason(choice.finish_reason, called=bool(choice.tool_calls), refused=bool(choice.refusal))
    return {
        **_frame(name, reply),
        "content": content,
        **_end(reason, choice.stopped_by),
        "usage": _usage(answer.usage),
    }


def _thought(shown: str, sealed: str, *, redacted: bool) -> Json:
    if redacted:
        return {"type": "redacted_thinking", "data": sealed}
    return {"type": "thinking", "thinking": shown, "signature": sealed}


def _frame(name: str, reply: Reply) -> dict[str, Json]:
    return {"id": name, "type": "message", "role": "assistant", "model": str(reply.model)}


def _usage(counts: Usage) -> dict[str, Json]:
    return {"input_tokens": counts.prompt_tokens, "output_tokens": counts.completion_tokens}


def _reason(finish: str | None, *, called: bool, refused: bool) -> str:
    if refused:
        return "refusal"
    return STOP_REASONS.get(finish or "", "tool_use" if called else "end_turn")


def _end(reason: str, stopped_by: str | None) -> dict[str, Json]:
    stopped = stopped_by is not None and reason == "end_turn"
    return {"stop_reason": "stop_sequence" if stopped else reason, "stop_sequence": stopped_by if stopped else None}


def _tool_id() -> str:
    """For a call that its provider gave none."""
    return f"toolu_{secrets.token_hex(12)}"


def _object(arguments: str) -> dict[str, Json] | None:
    """The JSON object that a call's arguments are, if they are one already."""
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _input(arguments: str, *, cut: bool) -> Json:
    made = _object(arguments or "{}")
    if made is None and not cut:
        raise ApiError("PROVIDER_FAILED", "The provider called a tool with arguments that are no JSON object.")
    return made or {}


class Events:
    """`message_start`, the blocks, `message_delta`, `message_stop`; or `error` as the last word."""

    def __init__(self, name: str, reply: Reply, request_id: str, thoughts: Thoughts | None) -> None:
        """`thoughts`: None where nobody signs them, and they are not shown."""
        self._thoughts = thoughts
        self._frame = _frame(name, reply)
        self._request_id = request_id
        self._usage = Usage()
        self._finish: str | None = None
        self._stopped_by: str | None = None
        self._started = False
        self._called: set[int] = set()
        self._refused = False
        self._open: int | None = None  # the call whose block is open, or TEXT
        self._index = -1
        self._said: list[str] = []  # of the call whose block is open
        self._waiting: list[Delta] = []

    def deltas(self, deltas: list[Delta]) -> bytes:
        """Some deltas as events. Raises ApiError where they cannot be told in order."""
        mine = [delta for delta in deltas if delta.choice == 0]
        for delta in mine:
            self._usage = delta.usage or self._usage
        events = [*self._start()]
        for delta in mine:
            self._finish = delta.finish_reason or self._finish
            self._stopped_by = delta.stopped_by or self._stopped_by
            if delta.channel == "reasoning" and self._thoughts is None:
                events += [] if deltas[0] is not delta else [_event("ping")]
            elif delta.channel == "tool" or delta.text or delta.thought is not None:
                events += self._tell(delta)
        return b"".join(events)

    def done(self) -> bytes:
        """The end of the last block, of all that waited, and of the message."""
        events = [*self._start()]
        while self._waiting:
            events += [*self._close(), *self._open_for(self._waiting[0]), *self._drain()]
        reason = _reason(self._finish, called=bool(self._called), refused=self._refused)
        end = _end(reason, self._stopped_by)
        events += [*self._close(), _event("message_delta", delta=end, usage=_usage(self._usage))]
        return b"".join([*events, _event("message_stop")])

    def error(self, error: ApiError) -> bytes:
        """The last word of an answer that broke off."""
        return b"event: error\ndata: " + wire.dumps(envelopes.anthropic(error, self._request_id)) + b"\n\n"

    def _start(self) -> Iterator[bytes]:
        if not self._started:
            self._started = True
            empty: dict[str, Json] = {"content": [], "stop_reason": None, "stop_sequence": None}
            read = Usage(self._usage.prompt_tokens, 0)  # as far as it is known yet: some providers count at the end
            yield _event("message_start", message={**self._frame, **empty, "usage": _usage(read)})
            yield _event("ping")

    def _tell(self, delta: Delta) -> Iterator[bytes]:
        """A delta in the open block, in a new one, or later."""
        self._refused = self._refused or delta.channel == "refusal"
        lane = _lane(delta)
        if lane in self._called and lane != self._open and not delta.text.strip():
            return  # some providers end a call with an empty piece
        if self._open == THINKING and delta.thought is not None and delta.thought.is_redacted:
            yield from self._close()  # what is open was not signed, and this is none of it
        self._waiting.append(delta)
        yield from self._drain()
        while self._waiting and self._is_whole():
            yield from self._close()
            yield from self._open_for(self._waiting[0])
            yield from self._drain()

    def _drain(self) -> Iterator[bytes]:
        """What waits and belongs into the open block."""
        waiting, self._waiting = self._waiting, []
        for delta in waiting:
            if self._open is None or _lane(delta) != self._open:
                self._waiting.append(delta)
            elif delta.thought is not None:
                yield from self._signed(delta.thought)
            elif delta.text:
                yield self._piece(delta.text)

    def _is_whole(self) -> bool:
        """Whether another block may begin. Text is never known to be at its end: what comes late is a block again."""
        if self._open in (None, TEXT, THINKING):
            return True
        last = self._said[-1].rstrip()[-1:] if self._said else ""
        return last == "}" and _object("".join(self._said)) is not None

    def _open_for(self, delta: Delta) -> Iterator[bytes]:
        self._open, self._said = _lane(delta), []
        self._index += 1
        block: Json = {"type": "text", "text": ""}
        if self._open == THINKING:
            redacted = delta.thought is not None and delta.thought.is_redacted
            block = _thought("", self._sealed(delta.thought) if redacted else "", redacted=redacted)
        elif self._open != TEXT:
            if self._open in self._called:
                raise ApiError("PROVIDER_FAILED", "The provider went on with a tool's arguments after their end.")
            self._called.add(self._open)
            call_id = delta.tool_id or _tool_id()
            block = {"type": "tool_use", "id": call_id, "name": delta.tool_name or "", "input": {}}
        yield _event("content_block_start", index=self._index, content_block=block)

    def _piece(self, text: str) -> bytes:
        said: dict[str, Json] = {"type": "text_delta", "text": text}
        if self._open == THINKING:
            said = {"type": "thinking_delta", "thinking": text}
        elif self._open != TEXT:
            self._said.append(text)
            said = {"type": "input_json_delta", "partial_json": text}
        return _event("content_block_delta", index=self._index, delta=said)

    def _signed(self, thought: Thought) -> Iterator[bytes]:
        """The end of a thought, which is the end of its block."""
        if not thought.is_redacted:
            signature: dict[str, Json] = {"type": "signature_delta", "signature": self._sealed(thought)}
            yield _event("content_block_delta", index=self._index, delta=signature)
        yield from self._close()

    def _sealed(self, thought: Thought | None) -> str:
        return self._thoughts.sealed(thought) if self._thoughts is not None and thought is not None else ""

    def _close(self) -> Iterator[bytes]:
        if self._open is not None:
            self._open = None
            yield _event("content_block_stop", index=self._index)


def _lane(delta: Delta) -> int:
    if delta.channel == "tool":
        return delta.tool_index
    return THINKING if delta.channel == "reasoning" else TEXT


def _event(kind: str, **fields: Json) -> bytes:
    return b"event: " + kind.encode() + b"\ndata: " + wire.dumps({"type": kind, **fields}) + b"\n\n"
