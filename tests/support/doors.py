"""Every door that answers a question, each as the same few things: what is sent, and what an answer says.

door = DOORS["messages"]
answer = client.request(**door.asked("mirror/openai", TEXT))
door.whole(answer.json())   # [TEXT]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Said: TypeAlias = list[str]
"""What was said, one text an answer; a call of a tool says its one argument."""

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}
FUNCTION = {"name": "send_mail", "description": "Sends a mail", "parameters": SCHEMA}
NESTED = [{"type": "function", "function": FUNCTION}]
FLAT = [{"type": "function", **FUNCTION}]
ANTHROPIC = [{"name": "send_mail", "description": "Sends a mail", "input_schema": SCHEMA}]
SIDES = ("modelA", "modelB")


@dataclass(frozen=True)
class Door:
    """`body`: of a model and a text. `whole`: of an answer's JSON. `streamed`: of the JSON of a stream's events."""

    path: str
    body: Callable[[str, str], dict[str, Any]]
    whole: Callable[[Any], Said]
    streamed: Callable[[list[Any]], Said] | None = None
    method: str = "POST"
    stream: Mapping[str, Any] = field(default_factory=lambda: {"stream": True})
    stream_path: str = ""
    """Where a stream is asked for elsewhere."""
    tools: list[dict[str, Any]] | None = None
    calls: int = 1
    """How often a provider is asked."""
    session: str = ""
    """Whose sessions these are: `v1`, of programs, or `web`, of the page."""

    def asked(self, model: str, text: str, *, stream: bool = False, tool: bool = False, **more: Any) -> dict[str, Any]:
        """What `httpx.Client.request` takes."""
        fields = self.body(model, text) | more
        if stream:
            fields |= self.stream
        elif self.streamed and not self.stream_path:
            fields |= dict.fromkeys(self.stream, False)
        if tool:
            fields["tools"] = self.tools
        url = self.stream_path if stream and self.stream_path else self.path.format(model=model)
        return {"method": self.method, "url": url, "params" if self.method == "GET" else "json": fields}


def argument(arguments: str) -> str:
    """The one argument of a call."""
    (value,) = json.loads(arguments).values()
    return str(value)


def message(told: Any) -> Said:
    """What a message of OpenAI's vocabulary says."""
    if calls := told.get("tool_calls"):
        return [argument(call["function"]["arguments"]) for call in calls]
    return [told["content"]]


def own(reply: Any) -> Said:
    return message(reply["message"])


def own_events(events: Iterable[Any]) -> Said:
    events = list(events)
    called = "".join(event["arguments"] for event in events if event["type"] == "tool_call")
    text = "".join(event["content"] for event in events if event["type"] == "delta")
    return [argument(called) if called else text]


def both(reply: Any) -> Said:
    return [text for side in SIDES for text in own(reply[side])]


def both_events(events: list[Any]) -> Said:
    return [text for side in SIDES for text in own_events(event for event in events if event["side"] == side)]


def chained(reply: Any) -> Said:
    """The first model's answer; then the question and that answer, as the second one was told them."""
    first, last = (step["message"]["content"] for step in reply["steps"])
    assert reply["message"]["content"] == last
    return [first, *last.removeprefix("Question:\n").split("\n\nAnswer:\n")]


def chat(reply: Any) -> Said:
    return message(reply["choices"][0]["message"])


def chat_events(events: list[Any]) -> Said:
    deltas = [choice["delta"] for event in events for choice in event["choices"]]
    calls = [call for delta in deltas for call in delta.get("tool_calls") or ()]
    called = "".join(call["function"].get("arguments") or "" for call in calls)
    return [argument(called) if called else "".join(delta.get("content") or "" for delta in deltas)]


def completion(reply: Any) -> Said:
    return [choice["text"] for choice in reply["choices"]]


def completion_events(events: list[Any]) -> Said:
    return ["".join(choice["text"] for event in events for choice in event["choices"])]


def response(reply: Any) -> Said:
    (item,) = reply["output"]
    return [argument(item["arguments"]) if item["type"] == "function_call" else item["content"][0]["text"]]


def response_events(events: list[Any]) -> Said:
    pieces = dict.fromkeys(("response.output_text.delta", "response.function_call_arguments.delta"), "")
    for event in events:
        if event["type"] in pieces:
            pieces[event["type"]] += event["delta"]
    text, called = pieces.values()
    return [argument(called) if called else text]


def embedding(reply: Any) -> Said:
    """A vector says nothing, and is there."""
    (row,) = reply["data"]
    assert row["embedding"]
    return []


def blocks(reply: Any) -> Said:
    (block,) = reply["content"]
    return [argument(json.dumps(block["input"])) if block["type"] == "tool_use" else block["text"]]


def blocks_events(events: list[Any]) -> Said:
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    called = "".join(delta.get("partial_json", "") for delta in deltas)
    return [argument(called) if called else "".join(delta.get("text", "") for delta in deltas)]


def run(reply: Any) -> Said:
    return [reply["content"]]


def run_events(events: list[Any]) -> Said:
    return ["".join(event["content"] for event in events if event["event"] == "RunResponseContent")]


def prompt(model: str, text: str) -> dict[str, Any]:
    return {"model": model, "prompt": text}


def spoken(model: str, text: str) -> dict[str, Any]:
    return {"model": model, "message": text}


def messages(model: str, text: str) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}]}


def several(model: str, text: str) -> dict[str, Any]:
    return {"message": text, "steps": [{"model": model}, {"model": model}]}


DOORS: dict[str, Door] = {
    "stateless": Door("/api/v1/stateless-query", prompt, own, own_events, tools=NESTED),
    "stateful": Door("/api/v1/stateful-query", prompt, own, own_events, session="v1"),
    "chat": Door("/api/v1/chat", spoken, own, own_events, stream={}, stream_path="/api/v1/chat/stream", tools=NESTED),
    "chat of a session": Door(
        "/api/v1/chat", spoken, own, own_events, stream={}, stream_path="/api/v1/chat/stream", session="v1"
    ),
    "compare": Door(
        "/api/v1/compare",
        lambda model, text: {"prompt": text, "modelA": model, "modelB": model},
        both,
        both_events,
        tools=NESTED,
        calls=2,
    ),
    "chain": Door("/api/v1/chain", several, chained, calls=2),
    "page": Door("/api/web/generate", prompt, own, own_events, stream={"streaming": True}, session="web"),
    "page alone": Door(
        "/api/web/generate",
        lambda model, text: {**prompt(model, text), "stateless": True},
        own,
        own_events,
        stream={"streaming": True},
    ),
    "openai": Door("/v1/chat/completions", messages, chat, chat_events, tools=NESTED),
    "responses": Door(
        "/v1/responses",
        lambda model, text: {"model": model, "input": text},
        response,
        response_events,
        tools=FLAT,
    ),
    "completions": Door("/v1/completions", prompt, completion, completion_events),
    "embeddings": Door("/v1/embeddings", lambda model, text: {"model": model, "input": text}, embedding),
    "messages": Door(
        "/v1/messages",
        lambda model, text: {**messages(model, text), "max_tokens": 999},
        blocks,
        blocks_events,
        tools=ANTHROPIC,
    ),
    "playground": Door("/v1/playground/agents/{model}/runs", lambda _model, text: {"message": text}, run, run_events),
    "plain": Door("/chat", spoken, own, own_events),
    "address": Door(
        "/completion",
        lambda model, text: {"model": model, "query": text},
        own,
        own_events,
        method="GET",
        stream={"stream": "true"},
    ),
}
