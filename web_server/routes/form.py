"""A body of named texts, as JSON or as a form: what the clients of some doors send.

Called by the playground's door. Never: a file; it cannot be read as text, so it could not be protected.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from web_server.errors import ApiError
from web_server.routes import wire

MOST_FIELDS = 64


async def read_fields(request: Request, limit: int) -> wire.Body:
    """The fields of a request's body. Raises ApiError, as `wire.read_object` does."""
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        raw = await wire.read_bytes(request, limit)
        return wire.Body(_once(_pairs(raw)), len(raw))
    if kind == "multipart/form-data":
        raw = await wire.read_bytes(request, limit)
        return wire.Body(_once(_parts(content_type, raw)), len(raw))
    return await wire.read_object(request, limit)


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise ApiError("BAD_REQUEST", "The form cannot be read as fields of UTF-8.") from None


def _parts(content_type: str, raw: bytes) -> list[tuple[str, str]]:
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    parts: Any = message.get_payload()
    if not isinstance(parts, list) or not parts or len(parts) > MOST_FIELDS or message.defects:
        raise ApiError("BAD_REQUEST", "The form cannot be read as fields.")
    pairs = []
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise ApiError("BAD_REQUEST", "The form cannot be read as fields.")
        if part.get_filename() is not None:
            raise ApiError("UNSUPPORTED_CONTENT", "A file cannot be read as text, so it cannot be protected.")
        try:
            pairs.append((name, content.decode()))
        except UnicodeDecodeError:
            raise ApiError("BAD_REQUEST", "The form cannot be read as fields of UTF-8.") from None
    return pairs


def _once(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ApiError("BAD_REQUEST", "A field is there twice.")
    return fields
