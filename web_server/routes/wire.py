"""JSON on the way in and out of a door.

Called by every door. Never: a body beyond the limit, or a value that other parsers would read differently.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from typing import Any, NamedTuple, NoReturn

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Json

BODY_SECONDS = 60
"""How long a body may take to arrive: a caller who never finishes one would hold a connection for ever."""

HALF_PAIR = re.compile(rb"\\u[dD][89abAB]")


class Body(NamedTuple):
    """A parsed JSON object and how many bytes it was."""

    fields: dict[str, Any]
    size: int


async def read_bytes(request: Request, limit: int) -> bytes:
    """A request's body. Raises ApiError: PAYLOAD_TOO_LARGE beyond `limit` bytes; BAD_REQUEST where it does not come."""
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > limit:
                    raise ApiError("PAYLOAD_TOO_LARGE", f"The body may have {limit} bytes.", details={"limit": limit})
    except TimeoutError:
        raise ApiError("BAD_REQUEST", f"The body did not come within {BODY_SECONDS} seconds.") from None
    except ClientDisconnect:
        raise ApiError("BAD_REQUEST", "The body ended early.") from None
    return bytes(raw)


async def read_object(request: Request, limit: int) -> Body:
    """The JSON object in a request's body.

    Raises:
        ApiError: PAYLOAD_TOO_LARGE beyond `limit` bytes; BAD_REQUEST for anything that is not one JSON object of
            whole Unicode text (RFC 8259 leaves halves of surrogate pairs and non-finite numbers undefined).
    """
    raw = await read_bytes(request, limit)
    try:
        # Decoded first: from bytes `json.loads` would take UTF-16 and UTF-32 too, and lone surrogates in all of them.
        value = json.loads(raw.decode(), parse_constant=_no_constant, parse_float=_finite)
        if HALF_PAIR.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ApiError("BAD_REQUEST", "The body holds half of a surrogate pair (`\\ud800` to `\\udfff`).") from None
    except UnicodeDecodeError:
        raise ApiError("BAD_REQUEST", "The body is not UTF-8.") from None
    except RecursionError:
        raise ApiError("BAD_REQUEST", "The body is nested too deeply.") from None
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, column {wrong.colno}"
        raise ApiError("BAD_REQUEST", f"The body is not JSON: {wrong.msg} at {place}.") from None
    except ValueError:
        raise ApiError("BAD_REQUEST", "The body holds a number that JSON does not have.") from None
    if not isinstance(value, dict):
        raise ApiError("BAD_REQUEST", "The body must be a JSON object.")
    return Body(value, len(raw))


def dumps(value: Json) -> bytes:
    """Compact UTF-8 JSON; escapes only where a provider sent half of a surrogate pair."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def reply(value: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response that no cache may keep: what it holds is private."""
    return written(dumps(value), status, headers)


def written(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The same, of JSON that is written already."""
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, "application/json")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # 1e999
        raise ValueError(text)
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def invalid(wrong: ValidationError) -> ApiError:
    """The first field that is wrong, and why. Locations and rules only: an error's input would carry the prompt."""
    first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "body"
    why = first["msg"].removeprefix("Value error, ")
    return ApiError("VALIDATION_FAILED", f"{where}: {why}", details={"field": where})
