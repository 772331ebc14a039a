"""Bedrock's Converse: its answers and streams, read into deltas; its requests are written by `bedrock_body`.

Called by `exchange` through the table of dialects. All text blocks of an answer are one channel, all reasoning another,
and each tool's input a lane of its own, as JSON text. The key server signs, and writes the model into the path.
Never: a key, a URL, a signature or a citation's source (neither can be restored).
Source: Amazon Bedrock's API reference, "Converse" and "ConverseStream".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from web_server.providers.bedrock_body import body
from web_server.providers.dialect import DialectError, ProviderFault, StreamReader
from web_server.providers.eventstream import FrameParser, Message, NotFrames
from web_server.providers.reading import json_object, part, text
from web_server.query import Delta, ScrubbedQuery, Usage

FINISH: Final[Mapping[str, str]] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}
"""Stop reasons in the common language; any other is `stop`."""

COUNTED: Final = ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")
"""What was read, however it is charged."""


class Bedrock:
    """The dialect `bedrock`."""

    operation = "chat"
    headers: Mapping[str, str] = {}
    opens_arguments = True

    def write(self, query: ScrubbedQuery) -> bytes:
        """The Converse request that says what `query` says. Raises Unsayable."""
        return json.dumps(body(query), separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """Every block of a whole answer, its end, then the usage."""
        answer = json_object(body)
        blocks = part(part(answer, "output"), "message").get("content")
        if not isinstance(blocks, list) or not text(answer, "stopReason"):
            raise DialectError("an answer without content, or without an end")
        lanes = _Lanes()
        deltas = [delta for at, block in enumerate(blocks) for delta in lanes.block(at, block)]
        return [*deltas, _ended(answer), *_usage(answer)]

    def reader(self) -> StreamReader:
        """A reader of ConverseStream's events."""
        return _Reader()

    def complaint(self, body: bytes) -> str | None:
        """`message`, in either spelling."""
        try:
            said = json_object(body)
        except DialectError:
            return None
        message = said.get("message", said.get("Message"))
        return message if isinstance(message, str) else None


class _Lanes:
    """The tools of one answer, and whether their input has been told."""

    def __init__(self) -> None:
        self._tools: dict[int, int] = {}
        self._untold: set[int] = set()

    def block(self, at: int, block: Any) -> list[Delta]:
        """A block that is there as a whole."""
        if not isinstance(block, dict):
            raise DialectError("a block is not an object")
        if "toolUse" in block:
            tool = part(block, "toolUse")
            told = json.dumps(part(tool, "input"), ensure_ascii=False)
            return [*self.opened(at, block), Delta(channel="tool", text=told, tool_index=self._tools[at])]
        if "reasoningContent" in block:
            said = text(part(part(block, "reasoningContent"), "reasoningText"), "text")
            return _words(Delta(channel="reasoning", text=said, apart=True))
        if "citationsContent" in block:
            cited = part(block, "citationsContent").get("content")
            return [delta for each in cited or () for delta in self.block(at, each)]
        if "text" in block:
            return _words(Delta(text=text(block, "text")))
        raise DialectError("a block of a kind that was not asked for")

    def opened(self, at: int, start: dict[str, Any]) -> list[Delta]:
        """A block begins; of a text nothing is known yet."""
        if "toolUse" not in start:
            return []
        tool = part(start, "toolUse")
        self._tools[at] = len(self._tools)
        self._untold.add(at)
        name, call_id = text(tool, "name") or None, text(tool, "toolUseId") or None
        return [Delta(channel="tool", tool_index=self._tools[at], tool_id=call_id, tool_name=name, apart=True)]

    def said(self, at: int, delta: dict[str, Any]) -> list[Delta]:
        """A piece of a block."""
        if "text" in delta:
            return _words(Delta(text=text(delta, "text")))
        if "reasoningContent" in delta:
            return _words(Delta(channel="reasoning", text=text(part(delta, "reasoningContent"), "text")))
        if "toolUse" not in delta:
            return []  # citations, and what the vendor may add
        if at not in self._tools:
            raise DialectError("input for a tool that was not called")
        told = text(part(delta, "toolUse"), "input")
        if told:
            self._untold.discard(at)
        return _words(Delta(channel="tool", text=told, tool_index=self._tools[at]))

    def closed(self, at: int) -> list[Delta]:
        """A block has ended: a tool that was told no input takes none."""
        if at not in self._untold:
            return []
        self._untold.discard(at)
        return [Delta(channel="tool", text="{}", tool_index=self._tools[at])]


class _Reader:
    def __init__(self) -> None:
        self._frames = FrameParser()
        self._lanes = _Lanes()
        self._finished = False

    def feed(self, read: bytes) -> Iterator[Delta]:
        try:
            for message in self._frames.feed(read):
                yield from self._message(message)
        except NotFrames as wrong:
            raise DialectError(str(wrong)) from None

    def close(self) -> None:
        if not self._finished or not self._frames.is_between:
            raise DialectError("the stream ended before the answer did")

    def _message(self, message: Message) -> list[Delta]:
        headers = message.headers
        match headers.get(":message-type"):
            case "event":
                return self._event(headers.get(":event-type"), json_object(message.payload))
            case "exception":
                said = text(json_object(message.payload or b"{}"), "message")
                raise ProviderFault(said or headers.get(":exception-type", "the provider gave no reason"))
            case "error":
                raise ProviderFault(
                    headers.get(":error-message") or headers.get(":error-code") or "no reason was given"
                )
        raise DialectError("a message of a kind that there is not")

    def _event(self, kind: str | None, event: dict[str, Any]) -> list[Delta]:
        match kind:
            case "contentBlockStart":
                return self._lanes.opened(_index(event), part(event, "start"))
            case "contentBlockDelta":
                return self._lanes.said(_index(event), part(event, "delta"))
            case "contentBlockStop":
                return self._lanes.closed(_index(event))
            case "messageStop" if not self._finished:
                self._finished = True
                return [_ended(event)]
            case "metadata":
                return _usage(event)
        return []  # `messageStart`, and what the vendor may add


def _ended(of: dict[str, Any]) -> Delta:
    return Delta(finish_reason=FINISH.get(text(of, "stopReason"), "stop"))


def _usage(of: dict[str, Any]) -> list[Delta]:
    counts = {name: count for name, count in part(of, "usage").items() if isinstance(count, int)}
    if not counts:
        return []  # a provider that did not count is not one that counted nothing
    return [Delta(usage=Usage(sum(counts.get(name, 0) for name in COUNTED), counts.get("outputTokens", 0)))]


def _words(delta: Delta) -> list[Delta]:
    return [delta] if delta.text else []


def _index(event: dict[str, Any]) -> int:
    index = event.get("contentBlockIndex")
    if not isinstance(index, int):
        raise DialectError("`contentBlockIndex` is not a number")
    return index
