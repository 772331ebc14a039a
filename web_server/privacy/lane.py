"""One stream of text on its way back: surrogates in, real values out, as early as can be.

Called by restoration, one lane for each choice, channel and tool call. Holds back the shortest end of the text that may
still become, or extend, a surrogate, and nothing otherwise; what comes out does not depend on where the text was cut.

A surrogate stays as it is where the ledger does not know it, inside a link to a foreign host, and where putting the
value back would break the JSON around it. In tool arguments it stays as it is anywhere behind such a link, too: a tool
may be handed a foreign address in one field and what to send there in the next. What came before the link is out by
then: whoever runs tools that call any address must look at the address himself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from web_server.privacy.lexicon import CONTEXT, Hit, Lexicon, Pending
from web_server.privacy.links import QUOTE, Links, host_of
from web_server.privacy.recall import Place

_JSON_MARK = re.compile(r'\\u([0-9A-Fa-f]{4})|\\(.)|"', re.S)
_JSON_NUMBER = re.compile(r"(?:0|[1-9]\d*)\Z")
_NOT_IN_URL = re.compile(r"[\s\"<>\\^`{|}]")
_ESCAPE_BEGUN = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u[0-9A-Fa-f]{0,3})?\Z")
_LONGEST_AUTHORITY = 512
"""Longer than any login and host: what follows a surrogate inside is not waited for after that."""
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Lane:
    """`feed` the text as it comes, `part` where it is set off, then `close`; all pieces are the restored text."""

    __slots__ = (
        "_before", "_held", "_inside_string", "_is_json", "_is_own_host", "_is_tool", "_lexicon", "_links", "_unread",
        "places",
    )  # fmt: skip

    def __init__(
        self, lexicon: Lexicon, is_own_host: Callable[[str], bool], *, is_json: bool = False, is_tool: bool = False
    ) -> None:
        self._lexicon = lexicon
        self._is_own_host = is_own_host
        self._links = Links(is_own_host)
        self._is_json = is_json
        self._is_tool = is_tool
        self.places: list[Place] = []
        """Where in the piece that came out last real values were put."""
        self._inside_string = False
        self._before = ""
        self._held = ""
        self._unread: list[str] = []

    def feed(self, text: str) -> str:
        """What of all text so far may go out now."""
        self.places = []
        if not self._held and not self._lexicon.may_begin_in(text):
            self._unread.append(text)
            self._before = (self._before + text)[-CONTEXT:]
            return text
        return self._restore(text, final=False)

    def close(self) -> str:
        """What was held back: nothing more is coming."""
        self.places = []
        return self._restore("", final=True) if self._held else ""

    def part(self) -> str:
        """What was held back, where the next text is set off from it: no word goes on there, though a link may."""
        held = self.close()
        self._before = ""
        return held

    def _restore(self, text: str, *, final: bool) -> str:
        before = self._before
        work = f"{before}{self._held}{text}"
        at = done = read = len(before)
        made: list[str] = []
        size = 0
        found = self._lexicon.next(work, at, final=final)
        while isinstance(found, Hit):
            at = found.end
            if self._is_escape(work, found.start):
                at = found.start + 1
            elif found.form.ends_in_host and not final and work[found.end :] == ".":
                found = Pending(found.start)
                break
            else:
                self._read(work[read : found.start])
                read = found.start
                value = self._value(found, work, final)
                if value is None:
                    found = Pending(found.start)
                    break
                made += [work[done : found.start], value]
                size += found.start - done + len(value)
                if value != work[found.start : found.end]:
                    self.places.append(Place(size - len(value), size, found.form.kind))
                # A tag's brackets are gone with it: `[PERSON_1_k9](` is no link any more.
                self._unread.append("x" if work[found.start] == "[" else work[found.start : found.end])
                done = read = found.end
            found = self._lexicon.next(work, at, final=final)
        cut = found.start if isinstance(found, Pending) else len(work)
        last = work[done:cut]
        self._unread.append(work[read:cut])
        self._before, self._held = work[max(0, cut - CONTEXT) : cut], work[cut:]
        return "".join([*made, last]) if made else last

    def _is_escape(self, work: str, start: int) -> bool:
        """Whether the character at `start` belongs to a backslash before it: JSON's `\\n` is no `n`."""
        before = work[:start]
        return self._is_json and (len(before) - len(before.rstrip("\\"))) % 2 == 1

    def _value(self, hit: Hit, work: str, final: bool) -> str | None:
        """What takes the place of a surrogate here: the real value, or the surrogate. None: more text decides."""
        surface = work[hit.start : hit.end]
        follows = work[hit.end : hit.end + 2]
        if self._is_tool and self._links.has_left:
            return surface
        place = self._links.place
        if place == "host":
            goes_home = self._goes_home(hit, surface, work[hit.end : hit.end + _LONGEST_AUTHORITY], final)
            if not goes_home:
                return surface if goes_home is False else None
        elif place == "foreign" or (
            hit.form.ends_in_host and (follows[:1] in {"@", "-"} or (follows[:1] == "." and follows[1:].isalnum()))
        ):
            return surface
        value = hit.form.replacement(surface)
        if (  # where the surrogate was written with spaces, this is no URL but the text that it was
            place == "own"
            and not self._links.is_spaced
            and _NOT_IN_URL.search(value)
            and not _NOT_IN_URL.search(surface)
        ):
            value = quote(value, errors="replace", safe="/:@+,-_.~()")
        if not self._is_json:
            return value
        if self._inside_string and not hit.form.loose:  # whose separators are the answer's own, and escaped already
            return json.dumps(value, ensure_ascii=False)[1:-1]
        # Outside its strings JSON has only numbers; whatever else stands there is a model that answered in prose.
        return surface if _JSON_NUMBER.match(surface) and not _JSON_NUMBER.match(value) else value

    def _goes_home(self, hit: Hit, surface: str, following: str, final: bool) -> bool | None:
        """Whether the login or host that holds the surrogate is the caller's, or a host and nothing but it."""
        if self._is_json:
            if not final and _ESCAPE_BEGUN.search(following):
                return None
            following = _JSON_MARK.sub(_unescaped, following)
        if not final and len(following) < _LONGEST_AUTHORITY and not self._links.ends_host(following):
            return None
        authority, end = self._links.authority(surface + following)
        if end in {"%", "&"}:
            return False  # an escaped dot would make another host of it
        if authority and surface.startswith(authority) and len(authority) < len(surface):
            return True  # it brings its own host with it
        alone = hit.form.ends_in_host and "@" not in authority and host_of(authority) == surface.lower()
        return alone or self._is_own_host(authority)

    def _read(self, text: str) -> None:
        """Lets the links see everything up to here: only now, since most text holds no surrogate."""
        text = "".join([*self._unread, text])
        self._unread = []
        self._links.feed(_JSON_MARK.sub(self._decode, text) if self._is_json else text)

    def _decode(self, mark: re.Match[str]) -> str:
        if mark[0] == '"':
            self._inside_string = not self._inside_string
        return _unescaped(mark)


def _unescaped(mark: re.Match[str]) -> str:
    code, char = mark.groups()
    if code:
        return chr(int(code, 16))
    return _UNESCAPED.get(char, char) if char else QUOTE
