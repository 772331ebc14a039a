"""OpenAI's older completions, for models that only continue a text: one text in, choices out.

Called by `exchange` for a model whose row says `completions` and not `chat`. In the common language the text is the one
message of a user. A choice has `text` where chat has `message` or `delta`, which is all the difference there is.
Source: OpenAI's API reference, "Completions".
"""

from __future__ import annotations

import json
from typing import Any

from web_server.providers.dialect import StreamReader, Unsayable
from web_server.providers.openai import OpenAI, Reader, object_of
from web_server.query import Delta, Json, ScrubbedQuery

CHAT_ALONE = ("tools", "tool_choice", "response_format", "reasoning_effort", "modalities", "prediction")
NO_THOUGHT = ("reasoning_effort", "none")
HINTS = ("reasoning_effort", "verbosity")
"""What says nothing to a model that neither thinks nor is told what to do."""


class OpenAICompletions(OpenAI):
    """The completions of the dialect `openai`."""

    operation = "completions"

    def write(self, query: ScrubbedQuery) -> bytes:
        """The text as `prompt`, and the options. Raises Unsayable where it is more than one text of a user's."""
        for name in CHAT_ALONE:
            if query.payload.get(name) and (name, query.payload[name]) != NO_THOUGHT:
                raise Unsayable(f"`{name}` is not supported: this model only completes a text")
        body: dict[str, Any] = json.loads(super().write(query))
        for name in HINTS:
            body.pop(name, None)
        body["prompt"] = _only_text(body.pop("messages"))
        if longest := body.pop("max_completion_tokens", None):
            body["max_tokens"] = longest
        return json.dumps(body, separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """Every choice of a whole answer."""
        return super().read(json.dumps(_as_chat(object_of(body), "message")).encode())

    def reader(self) -> StreamReader:
        """A reader of `text_completion` events."""
        return Reader(lambda chunk: _as_chat(chunk, "delta"))


def _only_text(messages: Json) -> str:
    match messages:
        case [{"role": "user", "content": str(text)}]:
            return text
    raise Unsayable("this model only completes a text: send one message of a user's, of text alone")


def _as_chat(answer: dict[str, Any], part: str) -> dict[str, Any]:
    choices = answer.get("choices")
    if not isinstance(choices, list):
        return answer
    spoken = [
        {**choice, part: {"content": choice.get("text")}} if isinstance(choice, dict) else choice for choice in choices
    ]
    return {**answer, "choices": spoken}
