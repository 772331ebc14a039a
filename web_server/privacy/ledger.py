"""The two-way map of one conversation: which stand-in takes whose place.

Called by the shield (assigns, looks for originals) and by restoration (looks for surrogates). Lives for one request or,
sealed, in a conversation. Never enters a log, a message or an exception: its `repr` shows how much it holds, not what.

People are kept word by word of their names (see `people`), everything else whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from web_server.privacy import kinds, names, spelling
from web_server.privacy.book import Book, hidden_whole, words_of
from web_server.privacy.cases import cased, display_words, pour
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import Form, Lexicon
from web_server.privacy.links import host_of
from web_server.privacy.people import People
from web_server.privacy.policy import Treatment
from web_server.privacy.surrogates import shape_of, told_by

_ATTEMPTS = 24
# RFC 2606. Somebody may be called Example: then no host under the first may be made, and a search there has no end.
_RESERVED = ("example.com", "example.net", "example.org")
_RESERVED_TOO = ("test", "invalid")
_GLUED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_ONE_WAY = frozenset({Treatment.MASK, Treatment.REDACT})


class Ledger:
    """Surrogates by original and originals by surrogate, the same for the same seed and order of discovery.

    `seed`: at least 16 bytes that nobody outside can guess; with it every surrogate can be recomputed.
    One thread at a time may assign; restoring while nobody assigns needs no lock.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        draw = Draw(seed, "tag")
        self._mark = draw.pick("abcdefghkmnpqrstuvwxyz") + draw.pick("23456789")
        self._book = Book()
        self._people = People(seed, self._book)
        self._whole: dict[tuple[str, str], str] = {}
        self._in_any_case: set[tuple[str, str]] = set()
        self._same: dict[tuple[str, str], str] = {}
        self._told: set[str] = set()
        self._hosts: dict[str, str] = {}
        self._own_hosts: set[str] = set()

    def __repr__(self) -> str:
        return f"Ledger({len(self._people)} words of names, {len(self._whole)} values)"

    @property
    def originals(self) -> Lexicon:
        """Everything that must not leave, with what leaves instead."""
        return self._book.lexicons[0]

    @property
    def surrogates(self) -> Lexicon:
        """Everything that is put back, in all the ways a model may spell it."""
        return self._book.lexicons[1]

    def meet(self, texts: Iterable[str], hosts: Iterable[str], new: Iterable[str]) -> None:
        """Learns a request's texts before anything is assigned, so that no surrogate equals something in them.

        `hosts` were named by the caller: links to them may carry real values. A name of ours that the caller's `new`
        texts hold is somebody's real name now: it is given up, and what comes back under it stays as it is.
        """
        self._book.meet(texts)
        self._own_hosts.update(host.lower() for host in hosts)
        if len(self._people):
            self._people.give_up({word for text in new for word in words_of(text)})

    def is_own_host(self, authority: str) -> bool:
        """Whether the host, behind any login, is one that the caller named, itself or once its surrogates are back."""
        lower = authority.lower()
        real, at = "", 0
        for hit in self.surrogates.all(lower):
            real, at = real + lower[at : hit.start] + hit.form.value.lower(), hit.end
        return host_of(lower) in self._own_hosts or host_of(real + lower[at:]) in self._own_hosts

    def assign(self, kind: str, value: str, treatment: Treatment) -> str:
        """What takes the place of `value`: the same each time for the same kind and value."""
        if kind != kinds.PERSON:
            return self._assign_whole(kind, value, treatment)
        plain = treatment is Treatment.SURROGATE and not _GLUED.search(value)
        if plain and (made := self._people.stand_in(value)) is not None:
            return made
        made = self._assign_whole(kind, value, treatment)
        for part in spelling.name_parts(value):  # a first name alone is hidden like the full one
            if part.speaks and part.text.lower() not in spelling.FUNCTION_WORDS:
                self._assign_whole(kind, part.text, treatment)
        return made

    def respell(self, form: Form, surface: str, treatment: Treatment) -> str:
        """What takes the place of an original met as `surface`: in other capitals a spelling of its own comes back."""
        is_tag = form.follow_case and form.value.startswith("[")  # in whose case the value's comes back
        if form.kind == kinds.PERSON or is_tag or (form.kind, surface.lower()) not in self._in_any_case:
            return form.replacement(surface)
        return self._assign_whole(form.kind, surface, treatment)

    def rename(self, identifier: str, made: str) -> None:
        """The name of a tool or a field became `made`, which must lead back to just this identifier."""
        if self._book.comes_back_as(made) is None:
            self._book.put_back(made, Form(identifier, "IDENTIFIER"))

    def _assign_whole(self, kind: str, value: str, treatment: Treatment) -> str:
        known = self._whole.get((kind, value))
        if known is None:
            known = self._whole[kind, value] = self._new(kind, value, treatment)
            self._in_any_case.add((kind, value.lower()))
            if form := hidden_whole(kind, value, known):
                self._book.hide(value, form)
        return known

    def _new(self, kind: str, value: str, treatment: Treatment) -> str:
        if treatment in _ONE_WAY:
            return re.sub(r"\w", "*", value) if treatment is Treatment.MASK else f"[{kind}]"
        norm = spelling.same_value(kind, value)
        made = self._respelled(kind, norm, value)
        if made is None:
            made = self._made(kind, norm, value) if treatment is Treatment.SURROGATE else self._tag(kind)
            self._same[kind, norm] = made
        if self._book.comes_back_as(made) is None:
            form = Form(value, kind, follow_case=kind in spelling.TEXTUAL, ends_in_host=_is_host_last(kind, made))
            self._book.put_back(made, form)
        return made

    def _respelled(self, kind: str, norm: str, value: str) -> str | None:
        """The surrogate of the same value in another spelling, spelled in this one."""
        made = self._same.get((kind, norm))
        if made is None or made.startswith("["):
            return made
        if kind in spelling.TEXTUAL:
            made = display_words(made)
        elif kind in spelling.NUMBERS:
            made = pour(made, value)
        # In capitals of its own, so that what comes back is spelled as it was; of the rest the first spelling returns.
        ways = (cased(made, value), made.lower(), made.title(), made.upper(), made.swapcase())
        follows = kind in spelling.TEXTUAL
        fitting = (way for way in ways if not follows or cased(value, way) == value)
        return next((way for way in fitting if self._book.comes_back_as(way) in {None, value}), ways[0])

    def _made(self, kind: str, norm: str, value: str) -> str:
        for attempt in range(_ATTEMPTS):
            draw = Draw(self._seed, kind, norm, attempt)
            if kind == kinds.EMAIL_ADDRESS:
                made = self._mailbox(value, draw, attempt)
            elif kind == kinds.URL:
                made = self._address(value, draw)
            elif (shape := shape_of(kind)) and len(norm) >= 4:
                made = shape(value, draw)
            else:
                break
            # Of `Kesport` and `de Kesport` the one would come back where a text says `de` before the other.
            told = told_by(made) if kind in spelling.TEXTUAL else ""
            if made != value and told not in self._told and self._book.is_free(made):
                self._told.update(filter(None, (told,)))
                return cased(made, value) if kind in spelling.TEXTUAL | spelling.NUMBERS else made
        return self._tag(kind)

    def _tag(self, kind: str) -> str:
        tags = (f"[{kind}_{number}_{self._mark}]" for number in count(1))
        return next(tag for tag in tags if self._book.is_free_tag(tag))

    def _mailbox(self, value: str, draw: Draw, attempt: int) -> str:
        local, _, host = value.rpartition("@")

        def another(match: re.Match[str]) -> str:
            word = match[0]
            if word[0].isdigit() or len(word) < 3:
                return draw.like(word)
            return self._people.local_part(word)

        made = spelling.LETTERS_OR_DIGITS.sub(another, local)
        return f"{made}{draw.digits(2) if attempt else ''}@{self._host(host)}"

    def _address(self, value: str, draw: Draw) -> str:
        url = spelling.URL.match(value)
        if url is None:
            return draw.like(value)

        def another(match: re.Match[str]) -> str:
            word = match[0]
            kept = word.lower() in spelling.URL_WORDS and not self._book.hides(word.lower())
            return self._people.known(word) or (word if kept else draw.like(word))

        user = draw.like(url["user"] or "")
        rest = spelling.LETTERS_OR_DIGITS.sub(another, url["rest"])
        return f"{url['scheme'] or ''}{user}{self._host(url['host'])}{url['port'] or ''}{rest}"

    def _host(self, host: str) -> str:
        lower = host.lower()
        if lower not in self._hosts:
            draws = [Draw(self._seed, "host", lower, attempt) for attempt in range(2 * _ATTEMPTS)]
            made = (
                f"{names.invented(draw).lower()}.{draw.pick(_RESERVED if attempt < _ATTEMPTS else _RESERVED_TOO)}"
                for attempt, draw in enumerate(draws)
            )
            self._hosts[lower] = free = next(name for name in made if self._book.is_free(name))
            self._book.put_back(free, Form(host, kinds.URL, ends_in_host=True))
        return self._hosts[lower]


def _is_host_last(kind: str, made: str) -> bool:
    if kind == kinds.EMAIL_ADDRESS:
        return True
    url = spelling.URL.match(made) if kind == kinds.URL else None
    return bool(url and not url["rest"])
