"""What a provider wrote in a session: kept as it wrote it, sent again so, and restored where a caller reads it.

Called by `sessions`. A provider that guessed a value must not learn from the next request whether the guess was right:
its own turns leave untouched, whatever they hold. Another provider never sees them so; for it they are text like any
other, restored and hidden anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from web_server.answer import collect
from web_server.conversations import Message, Said
from web_server.privacy.ledger import Ledger
from web_server.privacy.recall import Recall, Recollection
from web_server.privacy.restore import Restorer
from web_server.query import Delta, Json


def written(deltas: Iterable[Delta]) -> Message:
    """The message that an answer's deltas spell, in the common language."""
    choice = next(iter(collect(deltas).choices), None)
    message: Message = {"role": "assistant", "content": None}
    if choice is None:
        return message
    message["content"] = choice.content or choice.refusal
    if choice.tool_calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in choice.tool_calls
        ]
    return message


def restored(message: Message, ledger: Ledger) -> Message:
    """The same message with the caller's values in their places."""
    restorer = Restorer(ledger)
    deltas = [piece for delta in _deltas(message) for piece in restorer.feed(delta)]
    return {**message, **written([*deltas, *restorer.close()])}


def messages_for(provider: str, said: Sequence[Said], ledger: Ledger) -> list[Message]:
    """The messages as this provider is to see them, once they are scrubbed."""
    return [restored(each.message, ledger) if each.by not in {"", provider} else each.message for each in said]


def recollection(provider: str, said: Sequence[Said]) -> Recollection:
    """Knows every text of this provider's own among the messages as one that leaves as it is."""
    recall = Recall()
    kept = recall.of("", provider)
    texts = (text for each in said if each.by == provider for text in _texts(each.message))
    for at, text in enumerate(texts):
        kept.hear((at, "content", 0), text, [], is_json=False)
    kept.keep()
    return recall.of("", provider)


def _texts(message: Message) -> Iterator[str]:
    for delta in _deltas(message):
        yield from (text for text in (delta.text, delta.tool_name) if text)


def _deltas(message: Message) -> Iterator[Delta]:
    content = message.get("content")
    if isinstance(content, str) and content:
        yield Delta(text=content)
    calls: Any = message.get("tool_calls") or []
    for at, call in enumerate(calls):
        function: dict[str, Json] = call["function"]
        yield Delta(
            channel="tool",
            tool_index=at,
            tool_id=call["id"],
            tool_name=str(function["name"]),
            text=str(function["arguments"]),
        )
    yield Delta(finish_reason="stop")
