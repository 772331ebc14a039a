"""A whole answer, made of the deltas of a stream: `answer()` is `collect(stream())`, so a dialect has one reply parser.

Called by `exchange`. Pure. Never changes a text: it only joins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from web_server.query import Answer, Channel, Choice, Delta, Thought, ToolCall, Usage


class _Tool:
    """A tool call while its pieces arrive."""

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []

    def add(self, delta: Delta) -> None:
        self.id = delta.tool_id or self.id
        self.name = delta.tool_name or self.name
        self.arguments.append(delta.text)

    def finish(self) -> ToolCall:
        return ToolCall(self.id, self.name, "".join(self.arguments))


def collect(deltas: Iterable[Delta]) -> Answer:
    """The answer these deltas spell: one choice per index seen, tool calls in the order of their indices."""
    texts: dict[int, dict[Channel, list[str]]] = defaultdict(lambda: defaultdict(list))
    tools: dict[int, dict[int, _Tool]] = defaultdict(lambda: defaultdict(_Tool))
    thoughts: dict[int, list[tuple[str, Thought]]] = defaultdict(list)
    thinking: dict[int, list[str]] = defaultdict(list)
    reasons: dict[int, str | None] = {}
    stops: dict[int, str | None] = {}
    usage = Usage()
    for delta in deltas:
        if delta.usage:
            usage = delta.usage
            continue
        reasons.setdefault(delta.choice, None)
        if delta.finish_reason:
            reasons[delta.choice] = delta.finish_reason
            stops[delta.choice] = delta.stopped_by
        if delta.channel == "tool":
            tools[delta.choice][delta.tool_index].add(delta)
        elif delta.thought is not None:
            thoughts[delta.choice].append(("".join(thinking.pop(delta.choice, ())), delta.thought))
        elif delta.text:
            texts[delta.choice][delta.channel].append(delta.text)
            if delta.channel == "reasoning":
                thinking[delta.choice].append(delta.text)

    def text(index: int, channel: Channel) -> str | None:
        return "".join(texts[index][channel]) if texts[index][channel] else None

    return Answer(
        choices=tuple(
            Choice(
                index=index,
                content=text(index, "content"),
                reasoning=text(index, "reasoning"),
                refusal=text(index, "refusal"),
                tool_calls=tuple(tool.finish() for _, tool in sorted(tools[index].items())),
                finish_reason=reason,
                stopped_by=stops.get(index),
                thoughts=tuple(thoughts[index]),
            )
            for index, reason in sorted(reasons.items())
        ),
        usage=usage,
    )
