"""The output of OpenAI's Responses API: the items of an answer as they grow, and the events that tell of it.

Called by the door `responses`, plain and streamed. Pure: deltas in, events out, without their numbers.
Every item stays open until the answer ends: a restored value that was held back may still be part of the first one.
Source: OpenAI's API reference, "Streaming events" of the Responses API.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Protocol

from web_server.query import Channel, Choice, Delta, Json

Event = dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of part: its type, the field of its text, and the words of its events."""

    type: str
    field: str
    event: str
    part: str = "content_part"
    index: str = "content_index"
    holder: str = "content"

    def made(self, text: str) -> dict[str, Json]:
        more: dict[str, Json] = {"annotations": [], "logprobs": []} if self.type == "output_text" else {}
        return {"type": self.type, self.field: text, **more}

    @property
    def more(self) -> dict[str, Json]:
        return {"logprobs": []} if self.type == "output_text" else {}


TEXT = _Kind("output_text", "text", "output_text")
REFUSAL = _Kind("refusal", "refusal", "refusal")
THOUGHT = _Kind("reasoning_text", "text", "reasoning_text")
SUMMARY = _Kind("summary_text", "text", "reasoning_summary_text", "reasoning_summary_part", "summary_index", "summary")


class Item(Protocol):
    """One item of the output."""

    def begin(self) -> list[Event]:
        """The events of its beginning."""
        ...

    def add(self, kind: _Kind | None, text: str) -> list[Event]:
        """The events of some more text."""
        ...

    def end(self, status: str) -> list[Event]:
        """The events of its end."""
        ...

    def made(self, status: str) -> Json:
        """The item as it is now."""
        ...


class _Spoken:
    """A message or a reasoning: parts of text."""

    def __init__(self, index: int, type_: str) -> None:
        self._index = index
        self._type = type_
        self._id = f"{'msg' if type_ == 'message' else 'rs'}_{secrets.token_hex(12)}"
        self._parts: dict[_Kind, list[str]] = {}

    def begin(self) -> list[Event]:
        return [{"type": "response.output_item.added", "output_index": self._index, "item": self.made("in_progress")}]

    def add(self, kind: _Kind | None, text: str) -> list[Event]:
        assert kind is not None
        events = []
        if kind not in self._parts:
            self._parts[kind] = []
            events.append(self._event(f"{kind.part}.added", kind, part=kind.made("")))
        self._parts[kind].append(text)
        return [*events, self._event(f"{kind.event}.delta", kind, delta=text, **kind.more)]

    def end(self, status: str) -> list[Event]:
        events = []
        for kind, texts in self._parts.items():
            text = "".join(texts)
            events.append(self._event(f"{kind.event}.done", kind, **{kind.field: text}, **kind.more))
            events.append(self._event(f"{kind.part}.done", kind, part=kind.made(text)))
        return [
            *events,
            {"type": "response.output_item.done", "output_index": self._index, "item": self.made(status)},
        ]

    def made(self, status: str) -> Json:
        item: dict[str, Json] = {"id": self._id, "type": self._type, "status": status}
        if self._type == "message":
            item |= {"role": "assistant", "content": []}
        else:
            item |= {"summary": []}
        for kind, texts in self._parts.items():
            held = item.setdefault(kind.holder, [])
            assert isinstance(held, list)
            held.append(kind.made("".join(texts)))
        return item

    def _event(self, name: str, kind: _Kind, **more: Json) -> Event:
        place = list(self._parts).index(kind)
        return {
            "type": f"response.{name}",
            "item_id": self._id,
            "output_index": self._index,
            kind.index: place,
            **more,
        }


class _Called:
    """A call of a function."""

    def __init__(self, index: int, first: Delta) -> None:
        self._index = index
        self._id = f"fc_{secrets.token_hex(12)}"
        self._call_id = first.tool_id or f"call_{secrets.token_hex(12)}"
        self._name = first.tool_name or ""
        self._arguments: list[str] = []

    def begin(self) -> list[Event]:
        return [{"type": "response.output_item.added", "output_index": self._index, "item": self.made("in_progress")}]

    def add(self, kind: _Kind | None, text: str) -> list[Event]:
        self._arguments.append(text)
        place: Event = {"item_id": self._id, "output_index": self._index}
        return [{"type": "response.function_call_arguments.delta", **place, "delta": text}]

    def end(self, status: str) -> list[Event]:
        arguments = "".join(self._arguments)
        place: Event = {"item_id": self._id, "output_index": self._index}
        said: Event = {"name": self._name, "arguments": arguments}
        return [
            {"type": "response.function_call_arguments.done", **place, **said},
            {"type": "response.output_item.done", "output_index": self._index, "item": self.made(status)},
        ]

    def made(self, status: str) -> Json:
        return {
            "id": self._id,
            "type": "function_call",
            "status": status,
            "call_id": self._call_id,
            "name": self._name,
            "arguments": "".join(self._arguments),
        }


class Output:
    """All items of one answer, in the order in which they began. `summarised`: reasoning was asked for as a summary."""

    def __init__(self, *, summarised: bool = False) -> None:
        self._kinds: dict[Channel, _Kind] = {
            "content": TEXT,
            "refusal": REFUSAL,
            "reasoning": SUMMARY if summarised else THOUGHT,
        }
        self._items: dict[str, Item] = {}

    def add(self, delta: Delta) -> list[Event]:
        """The events of one delta of the first choice."""
        if delta.channel == "tool":
            events, item = self._item(f"call {delta.tool_index}", delta)
            return [*events, *(item.add(None, delta.text) if delta.text else ())]
        if not delta.text:
            return []
        events, item = self._item("reasoning" if delta.channel == "reasoning" else "message", delta)
        return [*events, *item.add(self._kinds[delta.channel], delta.text)]

    def end(self, status: str) -> list[Event]:
        """The events of the end of all items."""
        return [event for item in self._items.values() for event in item.end(status)]

    def items(self, status: str) -> list[Json]:
        """The items as they are now."""
        return [item.made(status) for item in self._items.values()]

    def _item(self, name: str, delta: Delta) -> tuple[list[Event], Item]:
        if name in self._items:
            return [], self._items[name]
        index = len(self._items)
        item: Item = _Called(index, delta) if delta.channel == "tool" else _Spoken(index, name)
        self._items[name] = item
        return item.begin(), item


def deltas(choice: Choice) -> list[Delta]:
    """A finished choice as deltas, so that plain and streamed answers are made alike."""
    texts: tuple[tuple[Channel, str | None], ...] = (
        ("reasoning", choice.reasoning),
        ("content", choice.content),
        ("refusal", choice.refusal),
    )
    spoken = [Delta(channel=channel, text=text) for channel, text in texts if text]
    called = [
        Delta(channel="tool", text=call.arguments, tool_index=index, tool_id=call.id, tool_name=call.name)
        for index, call in enumerate(choice.tool_calls)
    ]
    return spoken + called
