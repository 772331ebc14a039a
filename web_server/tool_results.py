"""Whether a new turn fits behind the last: tool calls are answered, each once, before anything else is said.

Called by `sessions`. A provider would refuse such a conversation, and in words that name none of our fields. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from web_server.conversations import Conversation, Message
from web_server.errors import ApiError


def check(conversation: Conversation, new: Sequence[Message]) -> None:
    """Raises ApiError VALIDATION_FAILED where calls are left without a result, or results have no call."""
    waiting = conversation.open_calls()
    results = [str(each.get("tool_call_id")) for each in new if each.get("role") == "tool"]
    if sorted(results) != sorted(waiting):
        why = (
            "the model's tool calls wait for one result each, as messages of the role `tool`"
            if waiting
            else "no tool call waits for a result"
        )
        raise _wrong(why, waiting)
    roles = [each.get("role") for each in new]
    if "tool" in roles[len(results) :]:
        raise _wrong("results of tools come before anything else is said", waiting)


def _wrong(why: str, waiting: Sequence[str]) -> ApiError:
    return ApiError("VALIDATION_FAILED", f"messages: {why}", details={"field": "messages", "tool_call_ids": [*waiting]})
