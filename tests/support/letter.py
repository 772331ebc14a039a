"""A letter that is full of private values, whether any of it reached the provider, and a tool that would send it.

Used by the journeys: what a person asks by each door, in each vendor's words.
"""

from __future__ import annotations

import json
from typing import Any

from tests.support.stack import Stack

NAME, MAIL = "Marta Lindqvist", "marta.lindqvist@fjordmail.example"
PRIVATE = [
    NAME,
    MAIL,
    "+46 70 174 06 58",
    "SE45 5000 0000 0583 9825 7466",
    "4012 8888 8888 1881",
    "sk-test-not-a-key-0123456789abcdefghijklmnop",
]
PROMPT = (
    f"My name is {PRIVATE[0]}. Please write a short letter to my bank: they can reach me at {PRIVATE[1]} or "
    f"{PRIVATE[2]}. My account is {PRIVATE[3]}, the card is {PRIVATE[4]}, and the API key I leaked is {PRIVATE[5]}. "
    "Sign it with my name, Marta."
)
BRIEF = f"My name is {NAME}, write to {MAIL} for me. Sign it Marta."

TEXT: dict[str, Any] = {"type": "object", "properties": {"text": {"type": "string", "description": MAIL}}}
FUNCTION: dict[str, Any] = {
    "name": "send_mail",
    "description": f"Sends a mail on behalf of {NAME}",
    "parameters": TEXT,
}
CHAT: Any = {"type": "function", "function": FUNCTION}
"""The tool, as OpenAI's chat completions take it."""
MESSAGES: Any = {"name": FUNCTION["name"], "description": FUNCTION["description"], "input_schema": TEXT}
"""The tool, as Anthropic's Messages take it."""
RESPONSES: Any = {
    "type": "function",
    **FUNCTION,
    "parameters": {**TEXT, "required": ["text"], "additionalProperties": False},
    "strict": True,
}
"""The tool, as OpenAI's responses take it."""


def user(content: Any) -> Any:
    """A turn of the caller's."""
    return {"role": "user", "content": content}


def bodies(stack: Stack) -> list[Any]:
    """What the provider was sent, the oldest first."""
    return [call["body"] for call in reversed(stack.received())]


def assert_nothing_left(stack: Stack) -> None:
    """The provider was asked, and has seen nothing of what is private in either text."""
    seen = json.dumps(stack.received(), ensure_ascii=False)
    assert seen != "[]", "the provider was not asked at all"
    for value in [*PRIVATE, "Marta", "Lindqvist", "lindqvist", "4012888888881881", "SE4550000000058398257466"]:
        assert value not in seen
