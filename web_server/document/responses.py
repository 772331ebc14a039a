"""The row of OpenAI's Responses API: a response, and the events of its stream.

Called by the document. Data alone. Source of the shapes: OpenAI's API reference, "Responses" and "Streaming events".
"""

from __future__ import annotations

from typing import Any

from web_server.document import refusals
from web_server.document.openai import MODEL_NAME, SERVED, STEERED, STREAM, nothing
from web_server.document.own import AT, MODEL, PROMPT
from web_server.document.row import EVENTS, Body, Row, answer, told
from web_server.document.shapes import (
    Schema,
    anything,
    either,
    events,
    fields,
    just,
    many,
    named,
    number,
    or_null,
    ref,
    text,
    truth,
    whole,
    words,
)
from web_server.routes import responses_input

NULL: Schema = {"type": "null"}
LOGPROBS = {"logprobs": many({}, maxItems=0)}
TEXT_PART = fields({"type": just("output_text"), "text": text(), "annotations": many({}, maxItems=0), **LOGPROBS})
PART = either(TEXT_PART, *(fields({"type": just(f"{name}_text"), "text": text()}) for name in ("reasoning", "summary")))
REFUSAL = fields({"type": just("refusal"), "refusal": text()})
ITEM_STATUS = words("completed", "in_progress", "incomplete")
ITEM = either(
    fields(
        {
            "id": text(),
            "type": just("message"),
            "status": ITEM_STATUS,
            "role": just("assistant"),
            "content": many(either(PART, REFUSAL)),
        }
    ),
    fields(
        {"id": text(), "type": just("reasoning"), "status": ITEM_STATUS, "summary": many(PART)}, {"content": many(PART)}
    ),
    fields(
        {
            "id": text(),
            "type": just("function_call"),
            "status": ITEM_STATUS,
            "call_id": text(),
            "name": text(),
            "arguments": text(),
        }
    ),
)
USAGE = fields(
    {
        "input_tokens": whole(),
        "input_tokens_details": named(whole()),
        "output_tokens": whole(),
        "output_tokens_details": named(whole()),
        "total_tokens": whole(),
    }
)
RESPONSE = fields(
    {
        "id": text(pattern="^resp_[0-9a-f]{32}$"),
        "object": just("response"),
        "created_at": whole(),
        "completed_at": or_null(whole()),
        "status": words("completed", "in_progress", "incomplete", "failed"),
        "background": just(False),
        "error": or_null(fields({"code": words("rate_limit_exceeded", "server_error"), "message": text()})),
        "incomplete_details": or_null(fields({"reason": words("max_output_tokens", "content_filter")})),
        "instructions": or_null(text()),
        "max_output_tokens": or_null(whole(minimum=1)),
        "metadata": anything(),
        "model": text("`provider/model`"),
        "output": many(ITEM),
        "parallel_tool_calls": truth(),
        "previous_response_id": NULL,
        "reasoning": fields({"effort": {}, "summary": {}}),
        "service_tier": {},
        "store": just(False),
        "temperature": or_null(number()),
        "text": anything(),
        "tool_choice": {},
        "tools": many(anything()),
        "top_p": or_null(number()),
        "truncation": just("disabled"),
        "usage": or_null(USAGE),
        "user": {},
    },
    {},
    "A response. Beside its output it repeats what was asked for.",
)
AT_ITEM: dict[str, Schema] = {"item_id": text(), "output_index": whole()}
PLACES = {"content_index": "content_part", "summary_index": "reasoning_summary_part"}


def _event(name: str, /, **more: Schema) -> Schema:
    return fields({"type": just(f"response.{name}"), "sequence_number": whole(), **more})


def _spoken() -> list[Schema]:
    """The events of parts of text: each kind's own words, and the index that it is counted by."""
    made = []
    for index, part in PLACES.items():
        at = {**AT_ITEM, index: whole()}
        made += [_event(f"{part}.{word}", part=either(PART, REFUSAL), **at) for word in ("added", "done")]
    for name, field, index, more in (
        ("output_text", "text", "content_index", LOGPROBS),
        ("refusal", "refusal", "content_index", {}),
        ("reasoning_text", "text", "content_index", {}),
        ("reasoning_summary_text", "text", "summary_index", {}),
    ):
        at = {**AT_ITEM, index: whole(), **more}
        made += [_event(f"{name}.delta", delta=text(), **at), _event(f"{name}.done", **{field: text()}, **at)]
    return made


STREAMED = either(
    *(
        _event(word, response=ref("Response"))
        for word in ("created", "in_progress", "completed", "incomplete", "failed")
    ),
    *(_event(f"output_item.{word}", output_index=whole(), item=ITEM) for word in ("added", "done")),
    *_spoken(),
    _event("function_call_arguments.delta", delta=text(), **AT_ITEM),
    _event("function_call_arguments.done", name=text(), arguments=text(), **AT_ITEM),
    fields(
        {
            "type": just("error"),
            "sequence_number": whole(),
            "code": text(),
            "message": text(),
            "param": NULL,
            "error": anything("The same in the envelope of errors."),
        }
    ),
)
SCHEMAS: dict[str, Schema] = {"Response": RESPONSE, "ResponseEvent": STREAMED}

CONTENT = either(
    text(),
    many(
        either(
            *(
                {"type": "object", "required": ["type", "text"], "properties": {"type": just(kind), "text": text()}}
                for kind in responses_input.TEXTS
            ),
            {
                "type": "object",
                "required": ["type", "refusal"],
                "properties": {"type": just("refusal"), "refusal": text()},
            },
        ),
        minItems=1,
    ),
)


def _item(kind: str, more: dict[str, Schema]) -> Schema:
    properties = {"type": just(kind), **more}
    return {"type": "object", "required": [*properties], "properties": properties}


SAID: dict[str, Any] = {
    "type": "object",
    "required": ["role", "content"],
    "properties": {"type": just("message"), "role": words(*responses_input.ROLES), "content": CONTENT},
}
ANSWERED = either(
    SAID,
    _item("function_call", {name: text() for name in ("call_id", "name", "arguments")}),
    _item("function_call_output", {"call_id": text(), "output": CONTENT}),
)
THOUGHT = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": just("reasoning"), "encrypted_content": {"enum": [None, ""]}},
    "description": "Left out: what a model thought is for the turn in which it thought it.",
}
FUNCTION = {
    "type": "object",
    "required": ["type", "name"],
    "properties": {"type": just("function"), "name": text()},
}
NAMES_FUNCTION = {"type": "object", "required": ["type", "name"], "properties": FUNCTION["properties"]}
CHOICE = either(
    words("auto", "none", "required"),
    NAMES_FUNCTION,
    {
        "type": "object",
        "required": ["type", "mode", "tools"],
        "properties": {
            "type": just("allowed_tools"),
            "mode": words("auto", "required"),
            "tools": many(NAMES_FUNCTION),
        },
    },
)
FORMAT = {"type": "object", "properties": {"type": words("text", "json_object", "json_schema")}}
ASKED: dict[str, Schema] = {
    "model": MODEL_NAME,
    "input": either(
        text(minLength=1), {"type": "array", "items": either(ANSWERED, THOUGHT), "minItems": 1, "contains": ANSWERED}
    ),
    "instructions": or_null(text()),
    "stream": STREAM,
    "stream_options": or_null(
        {"type": "object", "properties": {"include_obfuscation": nothing("there is none to include")}}
    ),
    "tools": or_null(many(FUNCTION, "Functions alone.")),
    "tool_choice": or_null(CHOICE),
    "max_output_tokens": or_null(whole(minimum=1)),
    "temperature": or_null(number()),
    "top_p": or_null(number()),
    "parallel_tool_calls": or_null(truth()),
    "service_tier": or_null(text()),
    "prompt_cache_retention": or_null(text()),
    "reasoning": or_null({"type": "object", "properties": {"effort": or_null(text()), "summary": or_null(text())}}),
    "text": or_null({"type": "object", "properties": {"format": or_null(FORMAT), "verbosity": or_null(text())}}),
    "include": or_null(many(just("reasoning.encrypted_content"))),
    "truncation": or_null(just("disabled")),
    "metadata": or_null(anything("Goes back to the caller and no further.")),
    **{
        name: {"description": "Left out: it would link a caller's queries."}
        for name in sorted(responses_input.LINKING - {"metadata"})
    },
    **{name: nothing(why) for name, why in responses_input.REFUSED.items()},
}
BODY: Schema = {
    **fields({}, ASKED, "OpenAI's request of a response; what would need storing is refused."),
    "required": ["model", "input"],
}

MADE: dict[str, Any] = {
    "id": "resp_0123456789abcdef0123456789abcdef",
    "object": "response",
    "created_at": AT,
    "completed_at": AT + 1,
    "status": "completed",
    "background": False,
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "model": MODEL,
    "output": [
        {
            "id": "msg_0123456789abcdef01234567",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": PROMPT, "annotations": [], "logprobs": []}],
        }
    ],
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "service_tier": None,
    "store": False,
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": None,
    "truncation": "disabled",
    "usage": {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 18,
    },
    "user": None,
}
BEGUN = {**MADE, "completed_at": None, "status": "in_progress", "output": [], "usage": None}
AT_TEXT: dict[str, Any] = {
    "item_id": "msg_0123456789abcdef01234567",
    "output_index": 0,
    "content_index": 0,
    "logprobs": [],
}

ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/v1/responses"): Row(
        (
            answer(ref("Response"), MADE),
            answer(
                events(ref("ResponseEvent"), done=False),
                told(
                    {"type": "response.created", "response": BEGUN, "sequence_number": 0},
                    {"type": "response.output_text.delta", **AT_TEXT, "delta": PROMPT, "sequence_number": 4},
                    {"type": "response.completed", "response": MADE, "sequence_number": 8},
                    by_name=True,
                ),
                EVENTS,
            ),
        ),
        refusals.ASKS,
        refusals.OPENAI,
        Body(
            BODY,
            {
                "plain": {"model": MODEL, "input": PROMPT},
                "streamed": {"model": MODEL, "input": PROMPT, "instructions": "Be brief.", "stream": True},
                "items": {
                    "model": MODEL,
                    "input": [{"role": "user", "content": [{"type": "input_text", "text": PROMPT}]}],
                },
            },
        ),
        parameters=STEERED,
        headers=SERVED,
    ),
}
