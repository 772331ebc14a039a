"""The rows of OpenAI's door but its Responses API: chat, completions, embeddings, models. And the playground's.

Called by the document. Data alone. Source of the shapes: OpenAI's API reference.
"""

from __future__ import annotations

from typing import Any

from web_server.document import headers, refusals
from web_server.document.own import AT, CALL, MESSAGES, MODEL, PROMPT, WEATHER
from web_server.document.row import DONE, EVENTS, Answer, Body, Row, answer, told
from web_server.document.shapes import (
    Schema,
    anything,
    either,
    events,
    fields,
    just,
    many,
    number,
    or_null,
    ref,
    text,
    truth,
    whole,
    words,
)
from web_server.providers.openai import REFUSED
from web_server.routes import completions, embeddings, openai_words

SERVED = headers.ASKED
STEERED = headers.STEERED
MODEL_NAME = text("`provider/model`", minLength=1)
STREAM = or_null({**truth("Whether the answer comes as events."), "default": False})
OPTIONS = or_null(
    {"type": "object", "properties": {"include_usage": or_null(truth("Whether the last event has the token counts."))}}
)
NUMBERS = {name: or_null(number()) for name in openai_words.NUMBERS}
COUNTS = {name: or_null(whole(minimum=1)) for name in openai_words.COUNTS}


def nothing(why: str) -> Schema:
    """A field that may be there and say nothing."""
    return {"enum": [None, False, 0, "", [], {}], "description": f"Refused: {why}."}


def _texts(most: int) -> Schema:
    some = text(minLength=1)
    return {"oneOf": [some, many(some, minItems=1, maxItems=most)]}


def _asked(required: list[str], properties: dict[str, Schema], said: str) -> Schema:
    return {"type": "object", "required": required, "properties": properties, "description": said}


CHAT = _asked(
    ["model", "messages"],
    {
        "model": MODEL_NAME,
        "messages": openai_words.MESSAGES,
        "stream": STREAM,
        "stream_options": OPTIONS,
        "tools": or_null(many(anything())),
        **NUMBERS,
        **{name: COUNTS[name] for name in ("n", "max_tokens", "max_completion_tokens")},
        **{name: nothing(why) for name, why in REFUSED.items()},
    },
    "OpenAI's request of a chat completion. What is not listed is passed on, its texts protected; what would link a "
    "caller (`user`, `metadata`, `store`, `safety_identifier`, `prompt_cache_key`) is left out.",
)
COMPLETE = _asked(
    ["model", "prompt"],
    {
        "model": MODEL_NAME,
        "prompt": _texts(completions.MOST_PROMPTS),
        "stream": STREAM,
        "stream_options": OPTIONS,
        **NUMBERS,
        **{name: COUNTS[name] for name in ("n", "max_tokens")},
        **{name: nothing(why) for name, why in {**REFUSED, **completions.REFUSED}.items()},
    },
    "OpenAI's request of completions; each prompt is asked as one message of a chat.",
)
EMBED = _asked(
    ["model", "input"],
    {
        "model": MODEL_NAME,
        "input": _texts(embeddings.MOST_TEXTS),
        "encoding_format": or_null(words("float", "base64")),
        "dimensions": or_null(whole(minimum=1)),
        "stream": or_null(just(False)),
        "messages": {"not": {}},
    },
    "OpenAI's request of embeddings.",
)

USAGE = ref("Usage")
FINISH = or_null(text())
NAMED_CALL = fields(
    {"index": whole(), "function": fields({"arguments": text()}, {"name": text()})},
    {"id": text(), "type": just("function")},
)


def _framed(kind: str, prefix: str) -> dict[str, Schema]:
    return {
        "id": text(pattern=f"^{prefix}-[0-9a-f]{{24}}$"),
        "object": just(kind),
        "created": whole(),
        "model": text("`provider/model`"),
    }


SCHEMAS: dict[str, Schema] = {
    "ChatCompletion": fields(
        {
            **_framed("chat.completion", "chatcmpl"),
            "choices": many(
                fields(
                    {
                        "index": whole(),
                        "message": fields(
                            {"role": just("assistant"), "content": or_null(text()), "refusal": or_null(text())},
                            {"reasoning_content": text(), "tool_calls": many(CALL, minItems=1)},
                        ),
                        "logprobs": {"type": "null"},
                        "finish_reason": FINISH,
                    }
                ),
                minItems=1,
            ),
            "usage": USAGE,
        }
    ),
    "ChatCompletionChunk": fields(
        {
            **_framed("chat.completion.chunk", "chatcmpl"),
            "choices": many(
                fields(
                    {
                        "index": whole(),
                        "delta": fields(
                            {},
                            {
                                "role": just("assistant"),
                                **{name: text() for name in ("content", "refusal", "reasoning_content")},
                                "tool_calls": many(NAMED_CALL, minItems=1),
                            },
                        ),
                        "finish_reason": FINISH,
                    }
                )
            ),
        },
        {"usage": USAGE},
    ),
    "Completion": fields(
        {
            **_framed("text_completion", "cmpl"),
            "choices": many(
                fields({"text": text(), "index": whole(), "logprobs": {"type": "null"}, "finish_reason": FINISH})
            ),
        },
        {"usage": USAGE},
        "A completion; in a stream each event is one, with `usage` in the last where it was asked for.",
    ),
    "Model": fields({"id": text(), "object": just("model"), "created": just(0), "owned_by": text("The provider.")}),
}

CHAT_FRAME: dict[str, Any] = {
    "id": "chatcmpl-0123456789abcdef01234567",
    "object": "chat.completion",
    "created": AT,
    "model": MODEL,
}
CHUNK: dict[str, Any] = {**CHAT_FRAME, "object": "chat.completion.chunk"}
COUNTED: dict[str, Any] = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
COMPLETED: dict[str, Any] = {
    **CHAT_FRAME,
    "id": "cmpl-0123456789abcdef01234567",
    "object": "text_completion",
    "choices": [{"text": PROMPT, "index": 0, "logprobs": None, "finish_reason": "stop"}],
}
ONE_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "mirror"}
ASKS = refusals.ASKS
STORED_PATH = {
    "name": "rest",
    "in": "path",
    "required": True,
    "schema": text(minLength=1),
    "example": "resp_0123",
}
MODEL_PATH = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": text(minLength=1),
    "description": "`provider/model`; slashes stand in it as they are.",
    "example": MODEL,
}


def _openai(
    answers: tuple[Answer, ...],
    refused: tuple[str, ...],
    body: Body | None = None,
    parameters: tuple[dict[str, Any], ...] = (),
    told: tuple[str, ...] = (),
) -> Row:
    return Row(answers, refused, refusals.OPENAI, body, parameters=parameters, headers=told)


ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/v1/chat/completions"): _openai(
        (
            answer(
                ref("ChatCompletion"),
                {
                    **CHAT_FRAME,
                    "choices": [
                        {
                            "index": 0,
                            "message": {"role": "assistant", "content": PROMPT, "refusal": None},
                            "logprobs": None,
                            "finish_reason": "stop",
                        }
                    ],
                    "usage": COUNTED,
                },
            ),
            answer(
                events(ref("ChatCompletionChunk"), ref("OpenAIError")),
                told(
                    {**CHUNK, "choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]},
                    {**CHUNK, "choices": [{"index": 0, "delta": {"content": PROMPT}, "finish_reason": None}]},
                    {**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                    {**CHUNK, "choices": [], "usage": COUNTED},
                    DONE,
                ),
                EVENTS,
            ),
        ),
        ASKS,
        Body(
            CHAT,
            {
                "plain": {"model": MODEL, "messages": MESSAGES},
                "streamed": {
                    "model": MODEL,
                    "messages": MESSAGES,
                    "stream": True,
                    "stream_options": {"include_usage": True},
                },
                "tools": {"model": MODEL, "messages": MESSAGES, "tools": [WEATHER], "tool_choice": "auto"},
            },
        ),
        STEERED,
        SERVED,
    ),
    ("POST", "/v1/completions"): _openai(
        (
            answer(ref("Completion"), {**COMPLETED, "usage": COUNTED}),
            answer(events(ref("Completion"), ref("OpenAIError")), told(COMPLETED, DONE), EVENTS),
        ),
        ASKS,
        Body(
            COMPLETE,
            {
                "plain": {"model": MODEL, "prompt": PROMPT},
                "several": {"model": MODEL, "prompt": [PROMPT, "And to bo@example.com."], "n": 2},
                "streamed": {"model": MODEL, "prompt": PROMPT, "stream": True},
            },
        ),
        STEERED,
        SERVED,
    ),
    ("POST", "/v1/embeddings"): _openai(
        (
            answer(
                fields(
                    {
                        "object": just("list"),
                        "data": many(
                            fields(
                                {
                                    "object": just("embedding"),
                                    "index": whole(),
                                    "embedding": either(many(number()), text("Little-endian floats, in base64.")),
                                }
                            ),
                            minItems=1,
                        ),
                        "model": text("`provider/model`"),
                        "usage": fields({"prompt_tokens": whole(), "total_tokens": whole()}),
                    }
                ),
                {
                    "object": "list",
                    "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5]}],
                    "model": MODEL,
                    "usage": {"prompt_tokens": 9, "total_tokens": 9},
                },
            ),
        ),
        ASKS,
        Body(
            EMBED,
            {
                "plain": {"model": MODEL, "input": PROMPT},
                "packed": {"model": MODEL, "input": [PROMPT], "encoding_format": "base64", "dimensions": 8},
            },
        ),
        STEERED,
        SERVED,
    ),
    ("GET", "/v1/models"): _openai(
        (
            answer(
                fields({"object": just("list"), "data": many(ref("Model"))}), {"object": "list", "data": [ONE_MODEL]}
            ),
        ),
        refusals.TOKEN,
    ),
    ("GET", "/v1/models/{name}"): _openai(
        (answer(ref("Model"), ONE_MODEL),), (*refusals.TOKEN, *refusals.MODEL), parameters=(MODEL_PATH,)
    ),
    **{
        (method, "/v1/responses/{rest}"): _openai((), (*refusals.TOKEN, "NOT_FOUND"), parameters=(STORED_PATH,))
        for method in ("GET", "DELETE")
    },
}
