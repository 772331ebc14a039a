"""A `ForwardRequest` to a `Call` that may be made, a `BindRequest` to a `BindCall`, or a refusal.

Called by `servicer`; what comes out goes to `pool`. Pure: no network, no store. Everything the web server sent is
checked here once.
Never looks at the body beyond its being JSON and its `model`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from key_server.catalog.catalog import Catalog
from key_server.catalog.provider import Provider
from key_server.errors import BadRequest, UnknownModel
from protos import router_pb2

LARGEST_BODY = 8 * 1024 * 1024
LONGEST_CALL_S = 3600.0
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # a call's or a binding's; it becomes part of a name in Redis
MOST_SLOTS = 64
LONGEST_BINDING_S, USUAL_BINDING_S = 86_400, 3_600
LONGEST_KEPT_S = 600  # with slots: they are for a batch that is about to come, and others wait for them
NAMES_A_MODEL = frozenset({"model", "models", "fallbacks"})  # the last two as routers of many providers have them
BYTES_A_TOKEN = 4  # of JSON-wrapped prose, the usual estimate
HEADERS = frozenset({"accept", "content-type", "anthropic-version", "anthropic-beta"})
HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,256}")
# What the body was read as here: called a form, or UTF-7, the same bytes may name another model.
CONTENT_TYPE = re.compile(r"application/json(?:; ?charset=utf-8)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, checked. `path`, `provider`: from the catalog. `seconds`: for the whole of it.

    `tokens`: to reserve; no fewer than the body's size lets expect, whatever the web server says.
    """

    call_id: str
    provider: Provider
    model: str
    operation: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    endpoint_id: str
    binding_id: str
    tokens: int
    seconds: float
    body: bytes = field(repr=False)


def check(request: router_pb2.ForwardRequest, catalog: Catalog) -> Call:
    """Raises UnknownProvider, UnknownModel, UnknownOperation, BadRequest."""
    provider = catalog.provider(request.provider)
    path = provider.path(request.operation, request.model, stream=request.stream)
    named = provider.model_in_path(request.operation, request.model, stream=request.stream)
    if request.binding_id:
        check_binding_id(request.binding_id)
    if not ID.fullmatch(request.call_id) or len(request.body) > LARGEST_BODY:
        raise BadRequest
    if _model_of(request.body, request.model if named else "") != request.model:
        raise BadRequest
    return Call(
        call_id=request.call_id,
        provider=provider,
        model=request.model,
        operation=request.operation,
        path=path,
        headers=_headers(dict(request.headers), stream=request.stream),
        endpoint_id=request.endpoint_id,
        binding_id=request.binding_id,
        tokens=max(request.token_estimate, len(request.body) // BYTES_A_TOKEN),
        seconds=min(request.deadline_ms / 1000 or LONGEST_CALL_S, LONGEST_CALL_S),
        body=request.body,
    )


@dataclass(frozen=True, slots=True)
class BindCall:
    """One `Bind`, checked. `slots`: kept for its next calls; `endpoint_id` empty: any."""

    binding_id: str
    provider: Provider
    model: str
    slots: int
    ttl_s: int
    endpoint_id: str


def check_bind(request: router_pb2.BindRequest, catalog: Catalog) -> BindCall:
    """Raises UnknownProvider, UnknownModel, BadRequest."""
    provider = catalog.provider(request.provider)
    if not provider.takes(request.model):
        raise UnknownModel
    longest_s = LONGEST_KEPT_S if request.slots else LONGEST_BINDING_S
    ttl_s = request.ttl_seconds or min(USUAL_BINDING_S, longest_s)
    if request.slots > min(MOST_SLOTS, provider.max_parallel) or ttl_s > longest_s:
        raise BadRequest
    return BindCall(
        check_binding_id(request.binding_id), provider, request.model, request.slots, ttl_s, request.endpoint_id
    )


def check_binding_id(text: str) -> str:
    """Raises BadRequest."""
    if not ID.fullmatch(text):
        raise BadRequest
    return text


def _headers(asked: dict[str, str], *, stream: bool) -> tuple[tuple[bytes, bytes], ...]:
    headers = {"content-type": "application/json", "accept": "text/event-stream" if stream else "application/json"}
    for name, value in asked.items():
        lower = name.lower()
        if lower not in HEADERS or not HEADER_VALUE.fullmatch(value):
            raise BadRequest
        if lower == "content-type" and not CONTENT_TYPE.fullmatch(value):
            raise BadRequest
        headers[lower] = value
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def _model_of(body: bytes, unsaid: str) -> str:
    """The body's `model`; `unsaid` where it has none.

    Refused: a name written twice, because two parsers may each believe another one; `MODEL`, which some (Go's
    encoding/json) take for `model`; a list of models to fall back on; any encoding but UTF-8 (RFC 8259, section 8.1),
    which `json.loads` would guess from bytes.
    """
    try:
        parsed = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest from None
    model = parsed.get("model", unsaid) if isinstance(parsed, dict) else None
    if not isinstance(model, str) or any(each.lower() in NAMES_A_MODEL and each != "model" for each in parsed):
        raise BadRequest
    return model


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_: str) -> None:
    raise ValueError  # NaN and Infinity are not JSON (RFC 8259, section 6)
