"""OpenAI's chat completions, as spoken by OpenAI and by the many providers that copied it.

Called by `exchange` through the table of dialects. The common language is this vocabulary already, so writing is
mostly adding the model; reading turns `message` and `delta` objects, which have one shape, into deltas.
Never: a key, a URL, logprobs or audio (both would carry surrogates that cannot be restored).
Source: OpenAI's API reference, "Chat Completions" and "Streaming".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from web_server.providers.chat import a_list, an_object
from web_server.providers.dialect import DialectError, ProviderFault, StreamReader, Unsayable
from web_server.providers.sse import EventParser, EventTooLong
from web_server.query import Channel, Delta, Json, ScrubbedQuery, Usage

REFUSED = {
    "logprobs": "token probabilities cannot be restored",
    "top_logprobs": "token probabilities cannot be restored",
    "audio": "audio cannot be protected",
    "functions": "use `tools`",
    "function_call": "use `tool_choice`",
    "web_search_options": "a search would leave through another door",
    "plugins": "what they do would leave through another door",
    "models": "the key server lets only the model go that was named; name one",
    "fallbacks": "the key server lets only the model go that was named; name one",
}
"""Fields of a chat request that are refused rather than dropped in silence."""

NEWER_LIMIT = frozenset({"openai"})
"""Providers whose newer models refuse `max_tokens`, and whose older ones take its newer name, too; copies may not."""


class OpenAI:
    """The dialect `openai`."""

    operation = "chat"
    headers: Mapping[str, str] = {}
    opens_arguments = False

    def write(self, query: ScrubbedQuery) -> bytes:
        """`payload` plus the model and the streaming mode; a stream is always asked for its token counts."""
        for name, why in REFUSED.items():
            if query.payload.get(name):
                raise Unsayable(f"`{name}` is not supported: {why}")
        for index, tool in enumerate(a_list(query.payload.get("tools") or [], "tools")):
            if an_object(tool, f"tools[{index}]").get("type", "function") != "function":
                raise Unsayable(f"`tools[{index}].type` must be `function`: what another tool does cannot be protected")
        # Those that say nothing stay here too: of some, the key server lets not even the name go.
        asked = {name: value for name, value in query.payload.items() if name not in REFUSED}
        body: dict[str, Json] = {**asked, "model": query.model.model}
        body.pop("stream_options", None)
        if query.model.provider in NEWER_LIMIT and "max_tokens" in body:
            body.setdefault("max_completion_tokens", body.pop("max_tokens"))
        if query.stream:
            body["stream"] = True
            body["stream_options"] = {"include_usage": True}
        return json.dumps(in_one_order(body), separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """Every choice of a whole answer, each ended by its finish reason, then the usage."""
        answer = object_of(body)
        _raise_fault(answer)
        choices = answer.get("choices")
        if not isinstance(choices, list) or not choices:
            raise DialectError("an answer without choices")
        deltas = [delta for choice in choices for delta in _choice(choice, "message")]
        if not deltas:
            raise DialectError("an answer that says nothing")
        return deltas + _usage(answer)

    def reader(self) -> StreamReader:
        """A reader of `chat.completion.chunk` events."""
        return Reader()

    def complaint(self, body: bytes) -> str | None:
        """`error.message`, or `message` where a copy of the dialect flattened it."""
        try:
            answer = object_of(body)
        except DialectError:
            return None
        error = answer.get("error", answer)
        message = error.get("message") if isinstance(error, dict) else error
        return message if isinstance(message, str) else None


def in_one_order(body: dict[str, Json]) -> dict[str, Json]:
    """The same, its fields and those of its messages by their names: the order in which a client writes tells clients
    apart. Schemas stay as they are: a model answers in their order."""
    return {name: _by_name(body[name]) if name == "messages" else body[name] for name in sorted(body)}


def _by_name(value: Json) -> Json:
    if isinstance(value, list):
        return [_by_name(each) for each in value]
    if isinstance(value, dict):
        return {name: _by_name(value[name]) for name in sorted(value)}
    return value


class Reader:
    """Reads one stream; `as_chat` makes a chat's chunk of one that is none."""

    def __init__(self, as_chat: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> None:
        self._as_chat = as_chat
        self._events = EventParser()
        self._open: set[int] = set()
        self._seen = False
        self._done = False

    def feed(self, read: bytes) -> Iterator[Delta]:
        """As the protocol has it."""
        try:
            for event in self._events.feed(read):
                self._done = self._done or event.data == "[DONE]"
                if not self._done:
                    yield from self._chunk(event.data)
        except EventTooLong as long:
            raise DialectError(str(long)) from None

    def _chunk(self, data: str) -> list[Delta]:
        chunk = self._as_chat(object_of(data))
        _raise_fault(chunk)
        choices = chunk.get("choices") or []
        if not isinstance(choices, list):
            raise DialectError("`choices` is not a list")
        deltas = [delta for choice in choices for delta in _choice(choice, "delta")]
        for choice in choices:
            self._seen = True
            index = _index(choice, 0)
            if choice.get("finish_reason"):
                self._open.discard(index)
            else:
                self._open.add(index)
        return deltas + _usage(chunk)

    def close(self) -> None:
        """As the protocol has it."""
        # Some copies of the dialect never say [DONE]; a finish reason for every choice is as good an end.
        if not self._done and (self._open or not self._seen):
            raise DialectError("the stream ended before the answer did")


def object_of(body: bytes | str) -> dict[str, Any]:
    """The JSON object in a provider's bytes. Raises DialectError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise DialectError("not JSON") from None
    if not isinstance(value, dict):
        raise DialectError("not a JSON object")
    return value


def _raise_fault(answer: dict[str, Any]) -> None:
    error = answer.get("error")
    if error:
        message = error.get("message") if isinstance(error, dict) else error
        raise ProviderFault(message if isinstance(message, str) else "the provider gave no reason")


def _choice(choice: Any, part: str) -> list[Delta]:
    if not isinstance(choice, dict) or not isinstance(choice.get(part, {}), dict | None):
        raise DialectError("a choice is not an object")
    index = _index(choice, 0)
    message = choice.get(part) or {}
    texts: tuple[tuple[Channel, str], ...] = (
        ("reasoning", _text(message, "reasoning_content") or _text(message, "reasoning")),
        ("content", _text(message, "content")),
        ("refusal", _text(message, "refusal")),
    )
    deltas = [Delta(choice=index, channel=channel, text=text) for channel, text in texts if text]
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        raise DialectError("`tool_calls` is not a list")
    for position, call in enumerate(calls):
        if not isinstance(call, dict) or not isinstance(call.get("function") or {}, dict):
            raise DialectError("a tool call is not an object")
        function = call.get("function") or {}
        deltas.append(
            Delta(
                choice=index,
                channel="tool",
                text=_text(function, "arguments"),
                tool_index=_index(call, position),
                tool_id=_text(call, "id") or None,
                tool_name=_text(function, "name") or None,
            )
        )
    if reason := _text(choice, "finish_reason"):
        deltas.append(Delta(choice=index, finish_reason=reason))
    return deltas


def _index(part: dict[str, Any], otherwise: int) -> int:
    index = part.get("index")
    if index is None:
        return otherwise
    if not isinstance(index, int):
        raise DialectError("`index` is not a number")
    return index


def _text(message: dict[str, Any], field: str) -> str:
    value = message.get(field)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # some providers answer in parts
        return "".join(_text(part, "text") for part in value if isinstance(part, dict))
    raise DialectError(f"`{field}` is not text")


def _usage(answer: dict[str, Any]) -> list[Delta]:
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return []
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not any(isinstance(count, int) for count in counts):
        return []  # a provider that did not count is not one that counted nothing
    prompt, completion = (count if isinstance(count, int) else 0 for count in counts)
    return [Delta(usage=Usage(prompt, completion))]
