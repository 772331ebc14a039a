"""Gemini's `generateContent`: its answers and streams, read into deltas; its requests are written by `gemini_body`.

Called by `exchange` through the table of dialects. A stream is a row of whole answers, each with more to say; calls of
functions come whole and without an id, so they get one here.
Never: a key, a URL, a signature of a thought.
Source: Google's API reference, "Generating content", v1beta.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from web_server.providers.dialect import DialectError, StreamReader
from web_server.providers.gemini_body import body
from web_server.providers.reading import complaint, json_object, part, raise_fault, text
from web_server.providers.sse import EventParser, EventTooLong
from web_server.query import Channel, Delta, ScrubbedQuery, Usage

WITHHELD: Final = frozenset(
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "LANGUAGE"}
)
FINISH: Final[Mapping[str, str]] = {"MAX_TOKENS": "length", **dict.fromkeys(WITHHELD, "content_filter")}
"""Finish reasons in the common language; any other is `stop`, or `tool_calls` where a function was called."""


class Gemini:
    """The dialect `gemini`."""

    operation = "chat"
    headers: Mapping[str, str] = {}
    opens_arguments = True

    def write(self, query: ScrubbedQuery) -> bytes:
        """The request that says what `query` says. Raises Unsayable."""
        return json.dumps(body(query), separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """Every candidate of a whole answer, then the usage."""
        reader = _Reader()
        deltas = reader.answer(json_object(body))
        reader.close()
        return deltas

    def reader(self) -> StreamReader:
        """A reader of streamed answers."""
        return _Reader()

    def complaint(self, body: bytes) -> str | None:
        """`error.message`; a stream's is the one item of a list."""
        return complaint(body.strip().removeprefix(b"[").removesuffix(b"]"))


class _Reader:
    def __init__(self) -> None:
        self._events = EventParser()
        self._calls: dict[int, int] = {}  # how many functions each choice has called
        self._open: set[int] = set()
        self._seen = False

    def feed(self, read: bytes) -> Iterator[Delta]:
        try:
            for event in self._events.feed(read):
                yield from self.answer(json_object(event.data))
        except EventTooLong as long:
            raise DialectError(str(long)) from None

    def close(self) -> None:
        if self._open or not self._seen:
            raise DialectError("the answer was not brought to its end")

    def answer(self, answer: dict[str, Any]) -> list[Delta]:
        """One whole answer, or the next piece of one."""
        if answer.get("error"):
            raise_fault(answer["error"])
        candidates = answer.get("candidates") or []
        if not isinstance(candidates, list):
            raise DialectError("`candidates` is not a list")
        deltas = [delta for candidate in candidates for delta in self._candidate(candidate)]
        if not candidates and text(part(answer, "promptFeedback"), "blockReason"):
            self._seen = True
            deltas.append(Delta(finish_reason="content_filter"))
        return deltas + _usage(part(answer, "usageMetadata"))

    def _candidate(self, candidate: Any) -> list[Delta]:
        if not isinstance(candidate, dict):
            raise DialectError("a candidate is not an object")
        choice = candidate.get("index") or 0
        parts = part(candidate, "content").get("parts") or []
        if not isinstance(choice, int) or not isinstance(parts, list):
            raise DialectError("a candidate is not what was promised")
        self._seen = True
        self._open.add(choice)
        deltas = [delta for each in parts for delta in self._part(choice, each)]
        if reason := text(candidate, "finishReason"):
            self._open.discard(choice)
            otherwise = "tool_calls" if self._calls.get(choice) else "stop"
            deltas.append(Delta(choice=choice, finish_reason=FINISH.get(reason, otherwise)))
        return deltas

    def _part(self, choice: int, given: Any) -> list[Delta]:
        if not isinstance(given, dict):
            raise DialectError("a part is not an object")
        if "functionCall" in given:
            call = part(given, "functionCall")
            index = self._calls.get(choice, 0)
            self._calls[choice] = index + 1
            arguments = json.dumps(part(call, "args"), ensure_ascii=False)
            call_id = text(call, "id") or f"call_{secrets.token_hex(8)}"
            name = text(call, "name") or None
            return [Delta(choice, "tool", arguments, tool_index=index, tool_id=call_id, tool_name=name, apart=True)]
        if said := text(given, "text"):
            channel: Channel = "reasoning" if given.get("thought") is True else "content"
            return [Delta(choice, channel, said)]
        if set(given) - {"text", "thought", "thoughtSignature"}:
            raise DialectError("a part of a kind that was not asked for")
        return []


def _usage(said: dict[str, Any]) -> list[Delta]:
    counts = {name: count for name, count in said.items() if isinstance(count, int)}
    if "promptTokenCount" not in counts:
        return []  # a provider that did not count is not one that counted nothing
    made = counts.get("candidatesTokenCount", 0) + counts.get("thoughtsTokenCount", 0)
    return [Delta(usage=Usage(counts["promptTokenCount"], made))]
