"""A text with its escapes undone - percent, entities, JSON's backslashes, `[.]` - and the way back to the text itself.

Called by the detector of encoded values. Pure; escapes inside escapes are undone a few times over, and no further.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from web_server.privacy.fold import Change, Folded

_ESCAPE = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}\d{0,2});"
    r"|\[[.@:]\]|(?<!\\)\\++(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\"'/nrt])"
)
_ESCAPED = re.compile(
    r"%[2-7cC][0-9A-Fa-f]|&(?:#|(?!lt;|gt;|amp;)[A-Za-z]{2,8};)|\\[ux][0-9A-Fa-f]{2}|(?<!\\)\\++\"\s{0,2}:|\w\[\.\]\w"
)
"""Not every backslash: a path or a regular expression has some too."""
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_ROUNDS = 3


def has_escapes(text: str) -> bool:
    return ("%" in text or "&" in text or "\\" in text or "[.]" in text) and _ESCAPED.search(text) is not None


def escapes(text: str) -> Iterator[re.Match[str]]:
    """Where the text is worth undoing."""
    return _ESCAPED.finditer(text)


def unescaped(text: str) -> Folded:
    """What the text says; `stretch` leads back to how it says it."""
    folded = Folded(text)
    for _ in range(_ROUNDS):
        if not has_escapes(folded.text):
            break
        folded = folded.rewritten(_changes(folded.text))
    return folded


def _changes(text: str) -> Iterator[Change]:
    for found in _ESCAPE.finditer(text):
        plain = _plain(found[0])
        if plain != found[0]:
            yield *found.span(), plain


def _plain(escape: str) -> str:
    if escape[0] == "%":
        return unquote(escape, errors="replace")
    if escape[0] == "[":
        return escape[1]
    if escape[0] == "&":
        return html.unescape(escape)
    body = escape.lstrip("\\")
    if body[0] in "ux" and len(body) > 1:
        return chr(int(body[1:], 16))
    return _CONTROL.get(body, body)
