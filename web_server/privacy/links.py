"""Whether a place in an answer lies inside a link, and whose host that link goes to.

Called by the lanes of restoration, which leave surrogates alone in links to hosts that the caller never named:
a page that shows `![](https://elsewhere.example/?q=SURROGATE)` would otherwise send the real value there.
Errs towards "inside a foreign link": what is left alone is a surrogate, which tells nobody anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

from web_server.privacy.windows import pieces

Place: TypeAlias = Literal["text", "host", "own", "near", "foreign"]
"""Outside of links; in a host name still being written; in a link to a host of the caller's, to somewhere beside the
page, or to another host."""

RELATIVE: Final = "]("
"""Stands among the caller's hosts for targets without one: the caller writes such links, or code that looks so."""

QUOTE: Final = "\x1e"
"""Stands for the quotation marks of JSON itself, to tell them from those inside its strings."""

# Backslashes behind a word or a drive are a Windows path in code: `C:\\\\Users\\\\anna`.
_SCHEME = r"(?:https?|wss?|ftp):[/\\]*|(?:/[/\\]+|(?<![\w:.\\])\\[/\\]+)(?!\s)"
_BARE = r"(?:[a-z0-9-]+\.)+[a-z]{2,63}(?::\d+)?(?=[/?#])"
_OPENING = re.compile(
    rf"\]\(\s*(?P<angle><?)(?P<scheme>{_SCHEME}|(?P<mail>mailto:|tel:|sms:))?"
    rf"|(?P<lead>[\"'`<{QUOTE}]\s*)?(?P<link>{_SCHEME}|(?P<post>mailto:|sms:)|(?=www\.)|(?<![@\w.-])(?={_BARE}))",
    re.I,
)
# An escape may be escaped once more, for one who is sent on: `https%253A%252F%252F`.
_NESTED = re.compile(
    r"(?:https?|wss?|ftp)(?::|%(?:25){0,4}3a)(?:[/\\]|%(?:25){0,4}(?:2f|5c))*|[/\\]{2,}|(?:%(?:25){0,4}(?:2f|5c)){2,}",
    re.I,
)
_HOST_END = re.compile(rf"[\s/?#\\\"'`<>()%&{QUOTE}]")
_DISPUTED = frozenset("\\%&")
_DISPUTED_IN_A_SHARE = frozenset("%&")  # `\\\\files\\share`: a backslash ends this host for whoever reads it as one
_ENDS = {
    "": re.compile(rf"[\s<{QUOTE}]"),  # behind `src=`, and where a page makes links of text, a quotation mark ends none
    '"': re.compile(rf"[\"{QUOTE}]"),
    "'": re.compile(rf"['{QUOTE}]"),
    "`": re.compile(rf"[`{QUOTE}]"),
    "<": re.compile(rf"(?<!\\)>|{QUOTE}"),
    QUOTE: re.compile(QUOTE),
}
_SPACE = re.compile(r"\s")
_PARENTHESES = re.compile(rf"(?<!\\)[()]|{QUOTE}")
_ABSOLUTE = re.compile(r"\A[^/?#]*[:&\\%]|//|/\\")
"""What a target that looks relative may hide a scheme or a host in."""
_NAMED = re.compile(
    r"[/\\]{2,}(?P<authority>(?:[^\s/\\\"'`<>()@]{0,256}@)?[^\s/?#\\\"'`<>()%&@]+)"
    r"|(?<![@\w.-])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,63})(?![\w@-])",
    re.I,
)
_MAY_NAME = re.compile(r"\.[A-Za-z\u017f\u212a\u0130\u0131]|//|\\[/\\]|/\\")
_TARGET = re.compile(rf"\]\((?!\s*(?:<|{_SCHEME}|mailto:|tel:|sms:))", re.I)


def hosts_in(text: str) -> Iterator[str]:
    """The hosts that a text names, in links or alone, in small letters. Those of mail addresses are none."""
    if _MAY_NAME.search(text):
        for piece in pieces(text):
            for match in _NAMED.finditer(piece):
                yield host_of(match["authority"] or match["bare"])
    if _TARGET.search(text):
        yield RELATIVE


class Links:
    """Follows a text piece by piece. Pieces may end anywhere but inside the few characters that open a link."""

    __slots__ = ("_depth", "_disputed", "_end", "_host", "_is_own", "_last", "_mail", "has_left", "is_spaced", "place")

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self.place: Place = "text"
        self.has_left = False
        """Whether there has been a link to a foreign host so far."""
        self.is_spaced = False
        """Whether white space has come since the host: no URL goes on behind it, though a quotation mark opened one."""
        self._end: re.Pattern[str] | None = None
        self._depth = 0
        self._host = ""
        self._mail = False
        self._disputed = _DISPUTED
        self._last = ""

    @staticmethod
    def ends_host(text: str) -> bool:
        """Whether a host name that is being written ends in this text."""
        return _HOST_END.search(text) is not None

    def authority(self, following: str) -> tuple[str, str]:
        """The login, host and port being written as `following` completes them, and the character that ends them."""
        end = _HOST_END.search(following)
        return (self._host + following[: end.start()], end[0]) if end else (self._host + following, "")

    def feed(self, text: str) -> None:
        at = len(self._last)
        text = self._last + text
        self._last = text[-1:]
        while at < len(text):
            at = self._open(text, at) if self.place == "text" else self._inside(text, at)

    def _open(self, text: str, at: int) -> int:
        match = _OPENING.search(text, at)
        if match is None:
            return len(text)
        self._depth, self._host, self.is_spaced = 0, "", False
        self._mail = bool(match["mail"] or match["post"])
        is_share = (match["link"] or match["scheme"] or "").startswith("\\")
        self._disputed = _DISPUTED_IN_A_SHARE if is_share else _DISPUTED
        if match["link"] is not None:
            self.place = "own" if self._mail else "host"
            self._end = _ENDS[(match["lead"] or "")[:1]]
        else:
            # A target without a scheme is relative, or hides one: foreign unless the caller writes such targets too.
            beside: Place = "near" if not match["angle"] and self._is_own(RELATIVE) else "foreign"
            self.place = "own" if self._mail else "host" if match["scheme"] else beside
            self._end = _ENDS["<"] if match["angle"] else None
        return match.end()

    def _inside(self, text: str, at: int) -> int:
        if self.place == "host":
            end = _HOST_END.search(text, at)
            self._host += text[at : end.start() if end else len(text)]
            if end is None:
                return len(text)
            # Readers differ on what `own.test\\@evil.test` and `own.test%2eevil.test` are.
            is_own = end[0] not in self._disputed and self._is_own(self._host)
            self.place = "own" if is_own else "foreign"
            self.has_left = self.has_left or self.place == "foreign"
            return end.start()
        stop = self._closing(text, at)
        self.is_spaced = self.is_spaced or _SPACE.search(text, at, len(text) if stop is None else stop) is not None
        if self.place == "near":
            self._host += text[at:stop]
            if _ABSOLUTE.search(self._host):
                self.place = "foreign"
        elif self.place == "own":
            limit = len(text) if stop is None else stop
            if self._mail:
                if text.find("?", at, limit) >= 0:
                    self.place, self._mail = "foreign", False
            elif nested := _NESTED.search(text, at + 1, limit):
                self.place, self._host, self._disputed = "host", "", _DISPUTED
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


def host_of(authority: str) -> str:
    """The host alone, in small letters."""
    return re.sub(r":\d*\Z", "", authority.rpartition("@")[2]).rstrip(".").lower()
