"""A block of Anthropic's as parts of the common language: a text, a document that is text, what is attached.

Called by `anthropic_asked`. Pure. A document and a search's result become the text that they are, with their title and
context before it, so that they are protected like any text. What is attached (a picture, a document in base64) is only
written in other words; whether it may pass is the policy's to say.
Left out: `citations`. They would point to places in a text that the provider saw with other values in it.
Source: Anthropic's API reference, "Create a Message"; "Citations" and "Search results" of its guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from web_server.errors import ApiError
from web_server.query import Json
from web_server.routes.anthropic_fields import a_string, an_object, blocks, only

NO_TEXT: Final = "it is no text, so it cannot be protected"
REFUSED_BLOCKS: Final[Mapping[str, str]] = {
    "image": NO_TEXT,
    "document": NO_TEXT,
    "container_upload": NO_TEXT,
}
AROUND: Final = frozenset({"title", "citations", "cache_control"})
"""What a document and a search's result may say beside what is in them."""

Part = dict[str, Json]


def parts(block: Mapping[str, Any], where: str) -> list[Part]:
    """What a block of a user's says. Raises ApiError."""
    match block.get("type"):
        case "image" if (data := _data(block)) is not None:
            only(block, {"source", "cache_control"}, where)
            return [{"type": "image_url", "image_url": {"url": data}}]
        case "document":
            return _document(block, where)
        case "search_result":
            only(block, {*AROUND, "source", "content"}, where)
            head = [a_string(block.get(name), f"{where}.{name}") for name in ("title", "source")]
            found = blocks(block.get("content"), f"{where}.content")
            return [_said(*head, *(text(each, here) for here, each in found))]
    return [_said(text(block, where))]


def text(block: Mapping[str, Any], where: str) -> str:
    """The text of a block that is one. Raises ApiError."""
    if block.get("type") != "text":
        raise _refused(block, where)
    only(block, {"text", "cache_control"}, where)
    return a_string(block.get("text"), f"{where}.text")


def _document(block: Mapping[str, Any], where: str) -> list[Part]:
    only(block, {*AROUND, "context", "source"}, where)
    title, context = (
        [] if block.get(name) is None else [a_string(block[name], f"{where}.{name}")] for name in ("title", "context")
    )
    match an_object(block.get("source"), f"{where}.source"):
        case {"type": "text", "media_type": "text/plain", "data": str(data), **more} if not more:
            return [_said(*title, *context, data)]
        case {"type": "content", "content": content, **more} if not more:
            made = [_said(*title, *context)] if title or context else []
            for here, each in blocks(content, f"{where}.source.content"):
                if each.get("type") not in ("text", "image"):
                    raise _refused(each, here)
                made += parts(each, here)
            return made
    if (url := _data(block)) is None:
        raise _refused(block, where)
    named: Part = {"filename": title[0]} if title else {}
    return [*([_said(*context)] if context else []), {"type": "file", "file": {"file_data": url, **named}}]


def _said(*texts: str) -> Part:
    return {"type": "text", "text": "\n\n".join(texts)}


def _data(block: Mapping[str, Any]) -> str | None:
    """What is there itself, in base64, as a `data:` address."""
    match block.get("source"):
        case {"type": "base64", "media_type": str(media), "data": str(data), **more} if not more:
            return f"data:{media};base64,{data}"
    return None


def _refused(block: Mapping[str, Any], where: str) -> ApiError:
    kind = block.get("type")
    known = kind if isinstance(kind, str) and kind in REFUSED_BLOCKS else None
    why = REFUSED_BLOCKS[known] if known else "it is not supported here"
    said = f"a block of the type `{known}`" if known else "a block that is no text"
    return ApiError("UNSUPPORTED_CONTENT", f"`{where}` is {said}: {why}.", details={"where": where})
