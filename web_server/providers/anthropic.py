"""Anthropic's Messages API: its answers and streams, read into deltas; its requests are written by `anthropic_body`.

Called by `exchange` through the table of dialects. All text blocks of an answer are one channel, all thinking another,
and each tool's input a lane of its own, as JSON text.
A thought ends with what its provider wants back as it is, signature and all.
Never: a key, a URL, or a citation (it cannot be restored).
Source: Anthropic's API reference, "Create a Message" and "Streaming messages", version 2023-06-01.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from web_server.providers.anthropic_body import body
from web_server.providers.dialect import DialectError, StreamReader
from web_server.providers.reading import complaint, json_object, part, raise_fault, text
from web_server.providers.sse import EventParser, EventTooLong
from web_server.query import Delta, ScrubbedQuery, Thought, Usage

VERSION: Final = "2023-06-01"
"""The later one, 2026-10-21, takes no sampling parameters and is otherwise the same for what is written here."""

FINISH: Final[Mapping[str, str]] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
"""Stop reasons in the common language; any other is `stop`."""

COUNTED: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
"""What was read, however it is charged."""


class Anthropic:
    """The dialect `anthropic`."""

    operation = "chat"
    headers: Mapping[str, str] = {"anthropic-version": VERSION}
    opens_arguments = True

    def write(self, query: ScrubbedQuery) -> bytes:
        """The Messages request that says what `query` says. Raises Unsayable."""
        return json.dumps(body(query), separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """Every block of a whole answer, its end, then the usage."""
        answer = json_object(body)
        if answer.get("type") == "error":
            raise_fault(answer.get("error"))
        blocks = answer.get("content")
        if answer.get("type") != "message" or not isinstance(blocks, list):
            raise DialectError("an answer without content")
        reader = _Reader()
        deltas = [delta for at, block in enumerate(blocks) for delta in reader.opened(at, block) + reader.closed(at)]
        ending = {"stop_reason": answer.get("stop_reason") or "end_turn", "stop_sequence": answer.get("stop_sequence")}
        return deltas + reader.ended({"delta": ending, "usage": answer.get("usage")})

    def reader(self) -> StreamReader:
        """A reader of Messages events."""
        return _Reader()

    def complaint(self, body: bytes) -> str | None:
        """`error.message`."""
        return complaint(body)


class _Reader:
    def __init__(self) -> None:
        self._events = EventParser()
        self._tools: dict[int, int] = {}
        self._inputs: dict[int, str] = {}  # of tools whose input has not been told yet
        self._thoughts: dict[int, dict[str, str]] = {}  # blocks that have not ended yet
        self._last: str | None = None  # kind of block
        self._apart = False
        self._counts: dict[str, int] = {}
        self._started = False
        self._finished = False
        self._stopped = False

    def feed(self, read: bytes) -> Iterator[Delta]:
        try:
            for event in self._events.feed(read):
                usage = self._usage()
                said = self._event(json_object(event.data))
                if said and not self._started:
                    # Told with the first words, not before them: until then a failure still has a status of its own.
                    self._started = True
                    yield from usage
                yield from said
        except EventTooLong as long:
            raise DialectError(str(long)) from None

    def close(self) -> None:
        if not self._stopped and not self._finished:
            raise DialectError("the stream ended before the answer did")

    def _event(self, event: dict[str, Any]) -> list[Delta]:
        if self._stopped:
            return []
        match event.get("type"):
            case "message_start":
                self._count(part(event, "message"))
            case "content_block_start":
                return self.opened(_index(event), event.get("content_block"))
            case "content_block_delta":
                return self._said(_index(event), part(event, "delta"))
            case "content_block_stop":
                return self.closed(_index(event))
            case "message_delta":
                return self.ended(event)
            case "message_stop":
                self._stopped = True
            case "error":
                raise_fault(event.get("error"))
        return []  # `ping`, and what the vendor may add

    def opened(self, at: int, block: Any) -> list[Delta]:
        """A block begins, or is there as a whole."""
        if not isinstance(block, dict):
            raise DialectError("a block is not an object")
        kind = text(block, "type")
        # One text may be in several blocks, as where it is cited; between other blocks nothing goes on.
        self._apart, self._last = not kind == self._last == "text", kind
        match kind:
            case "text":
                return self._words(Delta(text=text(block, "text")))
            case "thinking":
                self._thoughts[at] = {name: text(block, name) for name in ("thinking", "signature")}
                return self._words(Delta(channel="reasoning", text=text(block, "thinking")))
            case "redacted_thinking":
                return [self._set_off(_thought("redacted_thinking", data=text(block, "data")))]
            case "tool_use":
                self._tools[at] = len(self._tools)
                self._inputs[at] = json.dumps(part(block, "input"), ensure_ascii=False)
                call_id, name = text(block, "id") or None, text(block, "name") or None
                began = Delta(channel="tool", tool_index=self._tools[at], tool_id=call_id, tool_name=name)
                return [self._set_off(began)]
            case _:
                raise DialectError("a block of a kind that was not asked for")

    def closed(self, at: int) -> list[Delta]:
        """A block has ended: the input of a tool that was not told in pieces is told now, and a thought is whole."""
        if thought := self._thoughts.pop(at, None):
            return [self._set_off(_thought("thinking", **thought))] if thought["signature"] else []
        whole = self._inputs.pop(at, None)
        return [] if whole is None else [Delta(channel="tool", text=whole, tool_index=self._tools[at])]

    def ended(self, event: dict[str, Any]) -> list[Delta]:
        """Why the answer ends, and what it used."""
        self._count(event)
        reason = text(part(event, "delta"), "stop_reason")
        if not reason or self._finished:
            return []
        self._finished = True
        stop = text(part(event, "delta"), "stop_sequence") or None
        return [Delta(finish_reason=FINISH.get(reason, "stop"), stopped_by=stop), *self._usage()]

    def _said(self, at: int, delta: dict[str, Any]) -> list[Delta]:
        match delta.get("type"):
            case "text_delta":
                return self._words(Delta(text=text(delta, "text")))
            case "thinking_delta" | "signature_delta" as kind:
                if at not in self._thoughts:
                    raise DialectError("a piece of a thought that was not begun")
                name = kind.removesuffix("_delta")
                self._thoughts[at][name] += text(delta, name)
                return self._words(Delta(channel="reasoning", text=text(delta, "thinking")))
            case "input_json_delta":
                if at not in self._tools:
                    raise DialectError("input for a tool that was not called")
                told = text(delta, "partial_json")
                if told:
                    self._inputs.pop(at, None)
                return self._words(Delta(channel="tool", text=told, tool_index=self._tools[at]))
        return []

    def _words(self, delta: Delta) -> list[Delta]:
        return [self._set_off(delta)] if delta.text else []

    def _set_off(self, delta: Delta) -> Delta:
        """The first delta of a block says whether it is set off from the one before."""
        apart, self._apart = self._apart, False
        return replace(delta, apart=True) if apart else delta

    def _count(self, said: dict[str, Any]) -> None:
        usage = part(said, "usage")
        counts = {name: usage.get(name) for name in (*COUNTED, "output_tokens")}
        self._counts |= {name: count for name, count in counts.items() if isinstance(count, int)}

    def _usage(self) -> list[Delta]:
        if not self._counts:
            return []  # a provider that did not count is not one that counted nothing
        read = sum(self._counts.get(name, 0) for name in COUNTED)
        return [Delta(usage=Usage(read, self._counts.get("output_tokens", 0)))]


def _thought(kind: str, **said: str) -> Delta:
    return Delta(channel="reasoning", thought=Thought(json.dumps({"type": kind, **said}, ensure_ascii=False)))


def _index(event: dict[str, Any]) -> int:
    index = event.get("index")
    if not isinstance(index, int):
        raise DialectError("`index` is not a number")
    return index
