"""A chat request in OpenAI's vocabulary, understood: what the mirror is to say, or which tool it is to call.

Used by the dialects that speak this vocabulary. Pure: JSON values in, `Asked` out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mirror_provider import echo
from mirror_provider.faults import edits

MAX_CHOICES = 16

Said: TypeAlias = Sequence[tuple[Any, str]]
"""The conversation so far: role and text of each message."""


class UnreadableError(ValueError):
    """The call is not one this dialect can answer; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A chat request, understood: what to say, or which tool to call with which arguments."""

    model: str
    text: str
    tool: str | None
    prompt_tokens: int
    choices: int
    stream: bool
    include_usage: bool

    def __repr__(self) -> str:
        return f"Asked({self.model!r}, {len(self.text)} characters)"

    @property
    def usage(self) -> dict[str, int]:
        """Approximate tokens, counted over all choices."""
        said = echo.tokens(self.text) * self.choices
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": said,
            "total_tokens": self.prompt_tokens + said,
        }

    @property
    def finish_reason(self) -> str:
        """Why the answer ends."""
        return "tool_calls" if self.tool else "stop"


def understood(fields: Mapping[str, Any]) -> Asked:
    """Read a chat request.

    With tools, and a user's message last, the answer is a call of the named or first tool whose arguments repeat that
    message. After a tool's result it is text: the user's, then the result. Raises `UnreadableError`.
    """
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, dict) for message in messages):
        raise UnreadableError("'messages' must be a non-empty list of objects.")
    choices = fields.get("n") or 1
    if not isinstance(choices, int) or not 1 <= choices <= MAX_CHOICES:
        raise UnreadableError(f"'n' must be a whole number from 1 to {MAX_CHOICES}.")
    model = str(fields.get("model", ""))
    said = [(message.get("role"), _text(message.get("content"))) for message in messages]
    tool = _chosen_tool(fields) if said[-1][0] == "user" else None
    return Asked(
        model=model,
        text=_arguments(tool, _last(said)) if tool else _spoken(model, said),
        tool=str(tool.get("name") or "tool") if tool else None,
        prompt_tokens=sum(echo.tokens(text) for _, text in said),
        choices=choices,
        stream=fields.get("stream") is True,
        include_usage=_object(fields.get("stream_options")).get("include_usage") is True,
    )


def _object(value: Any) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one: the mirror takes what it is given."""
    return value if isinstance(value, dict) else {}


def _text(content: Any) -> str:
    """A message's content, or the texts of its parts."""
    if isinstance(content, list):
        texts = (_object(part).get("text") for part in content)
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _last(said: Said) -> str:
    """The last text of the user, or of anybody where no user spoke."""
    return next((text for role, text in reversed(said) if role == "user"), said[-1][1])


def _spoken(model: str, said: Said) -> str:
    role, newest = said[-1]
    text = f"{_last(said)}\n{newest}" if role == "tool" else _last(said)
    return echo.edited(text) if edits(model) else text


def _chosen_tool(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The `function` of the tool to call: the one `tool_choice` names, else the first; none when it says so."""
    tools, choice = fields.get("tools"), fields.get("tool_choice")
    if choice == "none" or not isinstance(tools, list):
        return None
    wanted = _object(_object(choice).get("function")).get("name")
    functions = (_object(_object(tool).get("function")) for tool in tools)
    return next((one for one in functions if one and wanted in (None, one.get("name"))), None)


def _arguments(tool: Mapping[str, Any], text: str) -> str:
    """The JSON arguments of a call: the text as the tool's first string parameter, or as `text`."""
    properties = _object(_object(tool.get("parameters")).get("properties"))
    name = next((name for name, schema in properties.items() if _object(schema).get("type") == "string"), "text")
    return json.dumps({name: text}, ensure_ascii=False)
