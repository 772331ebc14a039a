"""Parts of a message that are no text: pictures, recordings, files. Refused, unless the policy lets their kind pass.

Called by the walk. Pure. What passes goes unread, as the caller sent it: whoever allows a kind allows what is on it to
be seen. Only the thing itself passes, in base64: an address would be fetched by the provider, and a stored file's name
would name somebody's on an account that many share.
Never lets a text through unread: beside the data each field is of a fixed vocabulary, or text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from web_server.privacy.errors import Unreadable
from web_server.query import Json

KINDS: Final[Mapping[str, str]] = {"image_url": "image", "input_audio": "audio", "file": "file"}
"""The kind of each part, as a policy names it."""
A_KIND: Final[Mapping[str, str]] = {"image": "an image", "audio": "a recording", "file": "a file"}

DETAILS: Final = frozenset({"auto", "low", "high", "original"})
TTLS: Final = (None, "5m", "1h")
FORMATS: Final = frozenset({"wav", "mp3", "flac", "opus", "pcm16", "aac", "ogg", "webm", "m4a"})

_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")
_TEXT = re.compile(
    r"data:(?:text/|application/(?:[a-z0-9.-]{1,60}[+])?(?:json|xml|yaml|x-yaml|toml|csv|sql|rtf|javascript|x-sh)\b)"
)
"""Media types that are text, whatever they are wrapped in."""
_DATA_URL = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+-]{1,80};base64,[A-Za-z0-9+/]{4,}={0,2}")

Unread = Callable[[str], str]
"""Notes a text that leaves unread, and returns it."""


def kind_of(part: Json) -> str | None:
    """The kind of a part that is no text; None for every other part."""
    kind = part.get("type") if isinstance(part, dict) else None
    return KINDS.get(kind) if isinstance(kind, str) else None


def passed(part: Mapping[str, Any], where: str, unread: Unread, read: Callable[[str], str]) -> Json:
    """The part as it leaves; `read` gets the one text that it may hold, a file's name. Raises Unreadable."""
    name = str(part["type"])
    inner, mark = part.get(name), part.get("cache_control")
    if set(part) - {"cache_control"} != {"type", name} or not isinstance(inner, dict) or not _is_mark(mark):
        raise Unreadable(where, "a part with a field that is not known")
    inner = {key: value for key, value in inner.items() if value is not None}
    match name, inner:
        case "image_url", {"url": str(url), **more} if _is_data(url, "data:image/") and _only(more, "detail", DETAILS):
            made: dict[str, Json] = {"url": unread(url), **more}
        case "input_audio", {"data": str(data), "format": str(form), **more} if not more and form in FORMATS:
            if not _BASE64.fullmatch(data):
                raise Unreadable(where, "a recording that is not in base64")
            made = {"data": unread(data), "format": form}
        case "file", {"file_data": str(data)} if _TEXT.match(data):
            raise Unreadable(where, "a file that is text; say what is in it as text, which can be read and protected")
        case "file", {"file_data": str(data), **more} if _is_data(data, "data:") and set(more) <= {"filename"}:
            made = {"file_data": unread(data)}
            if isinstance(filename := more.get("filename"), str):
                made["filename"] = read(filename)
        case _:
            raise Unreadable(where, f"{A_KIND[KINDS[name]]} that is not there itself, in base64")
    return {"type": name, name: made, **({"cache_control": mark} if mark else {})}


def data_in(text: str) -> str:
    """The base64 of a `data:` address, as dialects write it; the text itself where it is none."""
    return text.rpartition(",")[2]


def _is_data(url: str, prefix: str) -> bool:
    return url.startswith(prefix) and _DATA_URL.fullmatch(url) is not None


def _is_mark(mark: Json) -> bool:
    """Whether it is the wish that the provider keep what it has read so far, or none."""
    if not isinstance(mark, dict):
        return mark is None
    return set(mark) <= {"type", "ttl"} and mark.get("type") == "ephemeral" and mark.get("ttl") in TTLS


def _only(more: Mapping[str, Any], name: str, words: frozenset[str]) -> bool:
    return not more or (set(more) == {name} and isinstance(more[name], str) and more[name] in words)
