"""The parts of a chat answer that several doors write alike, in OpenAI's vocabulary.

Called by the doors that render answers. Pure.
"""

from __future__ import annotations

from web_server.query import Choice, Json, Usage

DONE = b"data: [DONE]\n\n"
"""The last words of every stream of `data:` events."""


def usage(counts: Usage) -> dict[str, Json]:
    """The token counts."""
    return {
        "prompt_tokens": counts.prompt_tokens,
        "completion_tokens": counts.completion_tokens,
        "total_tokens": counts.total_tokens,
    }


def tool_calls(choice: Choice) -> list[Json]:
    """The finished tool calls of a choice."""
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in choice.tool_calls
    ]
