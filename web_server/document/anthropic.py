"""The rows of Anthropic's door: messages, whole and streamed, and the count of their tokens.

Called by the document. Data alone. Source of the shapes: Anthropic's API reference, "Messages" and "Streaming".
"""

from __future__ import annotations

from typing import Any

from web_server.document import headers, refusals
from web_server.document.own import MESSAGES, MODEL, PROMPT, WEATHER
from web_server.document.row import EVENTS, Body, Row, answer, told
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

SERVED = headers.ASKED
NOTHING: Schema = {"enum": [None, [], {}]}
CACHED: dict[str, Schema] = {"cache_control": {}}


def _block(kind: str, always: dict[str, Schema], maybe: dict[str, Schema] | None = None) -> Schema:
    return {**fields({"type": just(kind), **always}, {**CACHED, **(maybe or {})}), "additionalProperties": NOTHING}


TEXT = _block("text", {"text": text()})
TEXTS = either(text(), many(TEXT))
POINTERS: dict[str, Schema] = {
    "citations": {"description": "Left out: they point into a text with other values in it."}
}
SOURCE = either(
    fields({"type": just("text"), "media_type": just("text/plain"), "data": text()}),
    fields({"type": just("content"), "content": TEXTS}),
)
DOCUMENT = _block("document", {"source": SOURCE}, {**POINTERS, "title": or_null(text()), "context": or_null(text())})
FOUND = _block("search_result", {"source": text(), "title": text(), "content": many(TEXT)}, POINTERS)
RESULT = _block(
    "tool_result",
    {"tool_use_id": text()},
    {
        "content": either(text(), many(either(TEXT, DOCUMENT, FOUND)), {"type": "null"}),
        "is_error": or_null(truth()),
    },
)
CITED = {"citations": {"description": "Left out: they point into another answer."}}
SEALED = "What stands for the signature: all of the thought as its provider signed it, sealed for this caller."
THOUGHTS = (
    _block("thinking", {"thinking": text(), "signature": text(SEALED)}),
    _block("redacted_thinking", {"data": text(SEALED)}),
)
CALLED = _block("tool_use", {"id": text(), "name": text(), "input": anything()}, {"caller": {}})


def _turn(role: str, content: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": just(role), "content": content},
    }


TURNS = either(
    _turn("user", either(text(), many(either(TEXT, DOCUMENT, FOUND, RESULT)))),
    _turn("assistant", either(text(), many(either(_block("text", {"text": text()}, CITED), CALLED, *THOUGHTS)))),
    _turn("system", TEXTS),
)
TOOL: Schema = {
    **fields(
        {"name": text(), "input_schema": anything()},
        {
            "type": or_null(just("custom")),
            "description": or_null(text()),
            "strict": or_null(truth()),
            "input_examples": or_null(many(anything())),
            **CACHED,
            "allowed_callers": {},
            "eager_input_streaming": {},
            "defer_loading": {},
        },
    ),
    "additionalProperties": NOTHING,
}
CHOICE = either(
    *({"type": "object", "required": ["type"], "properties": {"type": just(word)}} for word in ("auto", "any", "none")),
    {"type": "object", "required": ["type", "name"], "properties": {"type": just("tool"), "name": text()}},
)
FORMAT = {
    "type": "object",
    "required": ["type", "schema"],
    "properties": {"type": just("json_schema"), "schema": anything()},
}
SHOWN: dict[str, Schema] = {"display": or_null(words("summarized", "omitted"))}
ASKED: dict[str, Schema] = {
    "model": text("`provider/model`", minLength=1),
    "messages": many(TURNS, minItems=1),
    "system": or_null(TEXTS),
    "stream": or_null({**truth(), "default": False}),
    "tools": or_null(many(TOOL)),
    "tool_choice": or_null(CHOICE),
    "stop_sequences": or_null(many(text())),
    "temperature": or_null(number()),
    "top_p": or_null(number()),
    "top_k": or_null(number()),
    "thread": {"type": "null", "description": "Nothing is kept here; send the whole conversation."},
    "thinking": or_null(
        {
            **either(
                fields({"type": just("enabled"), "budget_tokens": whole(minimum=1)}, SHOWN),
                fields({"type": words("adaptive", "disabled")}, SHOWN),
            ),
            "description": "A hint to other providers than Anthropic, which think as they do.",
        }
    ),
    "output_config": or_null(
        {
            **fields({}, {"effort": or_null(text()), "format": or_null(FORMAT)}),
            "additionalProperties": NOTHING,
        }
    ),
    **{
        name: {
            "description": "Left out: it links a caller, is the operator's to decide, or a hint that one vendor reads."
        }
        for name in ("metadata", "service_tier", "cache_control", "user_profile_id", "context_management")
    },
}


def _asked(max_tokens: Schema, *more: str) -> Schema:
    return {
        "type": "object",
        "required": ["model", "messages", *more],
        "properties": {**ASKED, "max_tokens": max_tokens},
        "additionalProperties": {"type": "null"},
        "description": "A request of Anthropic's Messages API; what this version cannot pass on is refused by name.",
    }


USAGE = fields({"input_tokens": whole(), "output_tokens": whole()})
FRAME: dict[str, Schema] = {
    "id": text(pattern="^msg_[0-9a-f]{24}$"),
    "type": just("message"),
    "role": just("assistant"),
    "model": text("`provider/model`"),
}
REASONS = words("end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal")
END: dict[str, Schema] = {"stop_reason": or_null(REASONS), "stop_sequence": or_null(text())}
CALL = fields({"type": just("tool_use"), "id": text(), "name": text(), "input": anything()})
SAID = fields({"type": just("text"), "text": text()})
THINKING = fields({"type": just("thinking"), "thinking": text(), "signature": text(SEALED)})
REDACTED = fields({"type": just("redacted_thinking"), "data": text(SEALED)})
BLOCK = either(SAID, CALL, THINKING, REDACTED)
MESSAGE = fields({**FRAME, "content": many(BLOCK), **END, "usage": USAGE})
EVENT = either(
    fields({"type": just("message_start"), "message": ref("Message")}),
    fields({"type": just("ping")}),
    fields({"type": just("content_block_start"), "index": whole(), "content_block": BLOCK}),
    fields(
        {
            "type": just("content_block_delta"),
            "index": whole(),
            "delta": either(
                fields({"type": just("text_delta"), "text": text()}),
                fields({"type": just("input_json_delta"), "partial_json": text()}),
                fields({"type": just("thinking_delta"), "thinking": text()}),
                fields({"type": just("signature_delta"), "signature": text(SEALED)}),
            ),
        }
    ),
    fields({"type": just("content_block_stop"), "index": whole()}),
    fields({"type": just("message_delta"), "delta": fields(END), "usage": USAGE}),
    fields({"type": just("message_stop")}),
    ref("AnthropicError"),
)
SCHEMAS: dict[str, Schema] = {"Message": MESSAGE, "MessageEvent": EVENT}

MADE: dict[str, Any] = {
    "id": "msg_0123456789abcdef01234567",
    "type": "message",
    "role": "assistant",
    "model": MODEL,
    "content": [{"type": "text", "text": PROMPT}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 9},
}
STARTED = {**MADE, "content": [], "stop_reason": None, "usage": {"input_tokens": 0, "output_tokens": 0}}
FUNCTION = WEATHER["function"]
TOOLS: list[Any] = [{"name": "weather", "description": FUNCTION["description"], "input_schema": FUNCTION["parameters"]}]
PLAIN: dict[str, Any] = {"model": MODEL, "messages": MESSAGES, "system": "Be brief."}
REFUSED = (
    *refusals.TOKEN,
    *refusals.BODY,
    *refusals.MODEL,
    *refusals.SHIELD,
    *refusals.LIMIT,
    *refusals.THREAD,
    "NOT_IMPLEMENTED",
)

ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/v1/messages"): Row(
        (
            answer(ref("Message"), MADE),
            answer(
                events(ref("MessageEvent"), done=False),
                told(
                    {"type": "message_start", "message": STARTED},
                    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": PROMPT}},
                    {"type": "content_block_stop", "index": 0},
                    {
                        "type": "message_delta",
                        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                        "usage": MADE["usage"],
                    },
                    {"type": "message_stop"},
                    by_name=True,
                ),
                EVENTS,
            ),
        ),
        (*refusals.ASKS, *refusals.THREAD),
        refusals.ANTHROPIC,
        Body(
            _asked(whole(minimum=1), "max_tokens"),
            {
                "plain": {**PLAIN, "max_tokens": 256},
                "streamed": {**PLAIN, "max_tokens": 256, "stream": True},
                "tools": {**PLAIN, "max_tokens": 256, "tools": TOOLS, "tool_choice": {"type": "auto"}},
            },
        ),
        parameters=(*headers.STEERED,),
        headers=SERVED,
    ),
    ("POST", "/v1/messages/count_tokens"): Row(
        (answer(fields({"input_tokens": whole()}), {"input_tokens": 9}),),
        REFUSED,
        refusals.ANTHROPIC,
        Body(_asked(or_null(whole(minimum=1))), {"plain": PLAIN}),
        parameters=(headers.PRIVACY_PARAMETER,),
        headers=headers.LIMITS,
    ),
}
