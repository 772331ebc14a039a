"""Whether a place in an answer lies inside a link, and whose host that link goes to.

Called by the lanes of restoration, which leave surrogates alone in links to hosts that the caller never named:
a page that shows `![](https://elsewhere.example/?q=SURROGATE)` would otherwise send the real value there.
Errs towards "inside a foreign link": what is left alone is a surrogate, which tells nobody anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

Place: TypeAlias = Literal["text", "host", "own", "foreign"]
"""Outside of links; in a host name still being written; in a link to a host of the caller's, or to another one."""

QUOTE: Final = "\x1e"
"""Stands for the quotation marks of JSON itself, to tell them from those inside its strings."""

_SCHEME = r"(?:https?|wss?|ftp):[/\\]*|[/\\]{2,}(?!\s)"
_BARE = r"(?:[a-z0-9-]+\.)+[a-z]{2,63}(?::\d+)?(?=[/?#])"
_OPENING = re.compile(
    rf"\]\(\s*(?P<angle><?)(?P<scheme>{_SCHEME}|(?P<mail>mailto:|tel:))?"
    rf"|(?P<lead>[\"'`<{QUOTE}]\s*)?(?P<link>{_SCHEME}|(?P<post>mailto:)|(?=www\.)|(?<![@\w.-])(?={_BARE}))",
    re.I,
)
_NESTED = re.compile(r"(?:https?|wss?|ftp)(?::|%3a)(?:[/\\]|%2f|%5c)*|[/\\]{2,}|(?:%2f|%5c){2,}", re.I)
_HOST_END = re.compile(rf"[\s/?#\\\"'`<>()%&{QUOTE}]")
_ENDS = {
    "": re.compile(rf"[\s<>\"`{QUOTE}]"),
    '"': re.compile(rf"[\"{QUOTE}]"),
    "'": re.compile(rf"['{QUOTE}]"),
    "`": re.compile(rf"[`{QUOTE}]"),
    "<": re.compile(rf"[>{QUOTE}]"),
    QUOTE: re.compile(QUOTE),
}
_PARENTHESES = re.compile(rf"[()\\{QUOTE}]")
_NAMED = re.compile(
    r"(?:https?|wss?|ftp)://(?P<authority>[^\s/?#\\\"'`<>()]+)|(?<![@\w.-])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,63})(?![\w@-])",
    re.I,
)


def hosts_in(text: str) -> Iterator[str]:
    """The hosts that a text names, in links or alone, in small letters. Those of mail addresses are none."""
    if "." in text or "://" in text:
        for match in _NAMED.finditer(text):
            yield _host(match["authority"] or match["bare"])


class Links:
    """Follows a text piece by piece. Pieces may end anywhere but inside the few characters that open a link."""

    __slots__ = ("_depth", "_end", "_host", "_is_own", "_mail", "place")

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self.place: Place = "text"
        self._end: re.Pattern[str] | None = None
        self._depth = 0
        self._host = ""
        self._mail = False

    @property
    def at_host(self) -> bool:
        """Whether the next character is the first of a link's host."""
        return self.place == "host" and not self._host

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._open(text, at) if self.place == "text" else self._inside(text, at)

    def _open(self, text: str, at: int) -> int:
        match = _OPENING.search(text, at)
        if match is None:
            return len(text)
        self._depth, self._host = 0, ""
        self._mail = bool(match["mail"] or match["post"])
        if match["link"] is not None:
            self.place = "own" if self._mail else "host"
            self._end = _ENDS[(match["lead"] or "")[:1]]
        else:
            # A target without a scheme is relative, or hides one in entities: foreign as far as anyone can tell.
            self.place = "own" if self._mail else "host" if match["scheme"] else "foreign"
            self._end = _ENDS["<"] if match["angle"] else None
        return match.end()

    def _inside(self, text: str, at: int) -> int:
        if self.place == "host":
            end = _HOST_END.search(text, at)
            self._host += text[at : end.start() if end else len(text)]
            if end is None:
                return len(text)
            self.place = "own" if self._is_own(_host(self._host)) else "foreign"
            return end.start()
        stop = self._closing(text, at)
        if self.place == "own":
            limit = len(text) if stop is None else stop
            if self._mail:
                if text.find("?", at, limit) >= 0:
                    self.place, self._mail = "foreign", False
            elif nested := _NESTED.search(text, at + 1, limit):
                self.place, self._host = "host", ""
                return nested.end()
        if stop is None:
            return len(text)
        self.place = "text"
        return stop + 1

    def _closing(self, text: str, at: int) -> int | None:
        """Where the link ends: at the partner of what opened it, or unbraced at the first white space."""
        if self._end is not None:
            match = self._end.search(text, at)
            return match.start() if match else None
        for match in _PARENTHESES.finditer(text, at):
            if match[0] == QUOTE or (match[0] == ")" and self._depth == 0):
                return match.start()
            self._depth += {"(": 1, ")": -1}.get(match[0], 0)
        return None


def _host(authority: str) -> str:
    return re.sub(r":\d*\Z", "", authority.rpartition("@")[2]).rstrip(".").lower()
