"""What schemathesis is told of this API beside its document: a model that answers, and what no schema can say.

Loaded by schemathesis, by the configuration next to it. Nothing here hides a failure of the router's own.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure, ServerError
from schemathesis.openapi.checks import RejectedPositiveData

MODEL = "mirror/openai"
BEYOND_A_SCHEMA = (
    *("PROVIDER_REJECTED", "provider_rejected"),
    "CONTEXT_TOO_LONG",  # where `max_tokens` leaves no room for the question
    "tool_call_ids",  # the session's model called a tool, and waits for its result
    "the session has no model yet",
)
BUSY = ("KEY_SERVER_UNAVAILABLE", "waiting for the key server", '"key_server":"unavailable"')
"""The key server took longer than a second, on a machine that has more to do. That it lives is looked at afterwards."""
MODELS = ("model", "modelA", "modelB")


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """A request that is well formed names a model that is there: a made-up one would be 404 each time."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        _name(case.body)
        _name(case.query)
        if case.headers is not None and "X-Endpoint" in case.headers:
            case.headers["X-Endpoint"] = "keep"
        if isinstance(case.path_parameters, dict) and "name" in case.path_parameters:
            case.path_parameters["name"] = MODEL
    return case


def _name(body: Any) -> None:
    if not isinstance(body, dict):
        return
    for name in MODELS:
        if isinstance(body.get(name), str):
            body[name] = MODEL
    for step in body.get("steps") or ():
        _name(step)
    for name in ("models", "selected_models"):
        if isinstance(body.get(name), list):
            body[name] = [MODEL for _ in body[name]]


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: schemathesis.Response
) -> bool:
    """Whether a failure counts: what is well formed may still be refused by a provider, or for what a session is."""
    if isinstance(failure, ServerError) and response.status_code == 503:
        return not any(said in response.text for said in BUSY)
    return not isinstance(failure, RejectedPositiveData) or not any(said in response.text for said in BEYOND_A_SCHEMA)
