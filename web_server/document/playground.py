"""The rows of the playground.

Called by the document. Data alone.
"""

from __future__ import annotations

from typing import Any

from web_server.document import refusals
from web_server.document.openai import MODEL_PATH, SERVED, STEERED
from web_server.document.own import AT, MODEL, PROMPT
from web_server.document.row import LINES, Answer, Body, Row, answer
from web_server.document.shapes import NOT_BLANK, Schema, either, fields, just, many, ref, text, truth, whole, words
from web_server.routes import playground

METRICS = fields({name: whole() for name in ("input_tokens", "output_tokens", "total_tokens")})
FRAME: dict[str, Schema] = {
    "run_id": text(pattern="^run_[0-9a-f]{24}$"),
    "agent_id": text("`provider/model`"),
    "model": text(),
    "model_provider": text(),
    "created_at": whole(),
}
STR = {"content_type": just("str")}
COMPLETED = fields(
    {"event": just("RunCompleted"), **FRAME, "content": text(), **STR, "metrics": METRICS},
    {"reasoning_content": text()},
    "The whole run.",
)
EVENT = either(
    fields({"event": just("RunStarted"), **FRAME}),
    fields({"event": just("RunResponseContent"), **FRAME, **STR}, {"content": text(), "reasoning_content": text()}),
    COMPLETED,
    fields({"event": just("RunError"), **FRAME, "content": text(), "error_type": text()}),
)
SCHEMAS: dict[str, Schema] = {"Run": COMPLETED, "RunEvent": EVENT}

FRAMED: dict[str, Any] = {
    "run_id": "run_0123456789abcdef01234567",
    "agent_id": MODEL,
    "model": "openai",
    "model_provider": "mirror",
    "created_at": AT,
}
COUNTED = {"input_tokens": 9, "output_tokens": 9, "total_tokens": 18}
RAN: dict[str, Any] = {
    "event": "RunCompleted",
    **FRAMED,
    "content": PROMPT,
    "content_type": "str",
    "metrics": COUNTED,
}


def _run(stream: Schema, none: Schema, left_out: Schema) -> Schema:
    return fields(
        {"message": text(minLength=1, pattern=NOT_BLANK)},
        {
            "stream": {**stream, "default": True},
            "session_id": {**none, "description": "No session is kept."},
            "monitor": {**left_out, "description": "Left out: it would report to a service."},
            "user_id": {**left_out, "description": "Left out: it would link a caller's runs."},
        },
    )


WORDS = words(*playground.TRUTH)
RUN = Body(
    _run(either(truth(), WORDS), {"enum": ["", None]}, {}),
    {"streamed": {"message": PROMPT}, "plain": {"message": PROMPT, "stream": False}},
    Body(_run(WORDS, just(""), text()), {"plain": {"message": PROMPT, "stream": "false"}}),
)


def _row(answers: tuple[Answer, ...], refused: tuple[str, ...] = refusals.TOKEN, **more: Any) -> Row:
    return Row(answers, refused, refusals.PLAYGROUND, **more)


ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/v1/playground/status"): _row(
        (answer(fields({"playground": just("available")}), {"playground": "available"}),)
    ),
    ("GET", "/v1/playground/agents"): _row(
        (
            answer(
                many(
                    fields(
                        {
                            "agent_id": text("`provider/model`"),
                            "name": text(),
                            "model": fields({"name": text(), "model": text(), "provider": text()}),
                            "storage": just(False),
                        }
                    )
                ),
                [
                    {
                        "agent_id": MODEL,
                        "name": "Mirror",
                        "model": {"name": "Mirror", "model": "openai", "provider": "mirror"},
                        "storage": False,
                    }
                ],
            ),
        )
    ),
    ("POST", "/v1/playground/agents/{name}/runs"): _row(
        (
            answer(
                ref("RunEvent"),
                [{"event": "RunStarted", **FRAMED}, RAN],
                LINES,
            ),
            answer(ref("Run"), RAN),
        ),
        (*refusals.ASKS, "NOT_FOUND"),
        body=RUN,
        parameters=(MODEL_PATH, *STEERED),
        headers=SERVED,
    ),
}
