"""The two-way map of one conversation: which surrogate takes whose place.

Called by the shield (assigns, looks for originals) and by restoration (looks for surrogates). Lives for one request or,
sealed, in a conversation. Never enters a log, a message or an exception: its `repr` shows how much it holds, not what.

People are kept word by word of their names (see `people`), everything else whole. Whatever is sent for a value comes
back as that value letter by letter: of two spellings of one value the second is sent in other capitals, or, where it
has none, as another surrogate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from web_server.privacy import kinds, spelling
from web_server.privacy.addresses import Addresses, ends_in_host
from web_server.privacy.book import Book, hidden_whole, words_of
from web_server.privacy.cases import cased, display_words, pour
from web_server.privacy.dates import moved
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import Form, Lexicon
from web_server.privacy.links import host_of
from web_server.privacy.obfuscation.bands import band
from web_server.privacy.people import People
from web_server.privacy.policy import Treatment
from web_server.privacy.recall import Recollection
from web_server.privacy.surrogates import is_tellable, shape_of
from web_server.privacy.tags import Tags, is_tag
from web_server.privacy.towns import told_by
from web_server.privacy.unescape import unescaped

_ATTEMPTS = 24
_GLUED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_DATES = frozenset({kinds.DATE_OF_BIRTH, kinds.DATE_TIME})
_UNSAFE = re.compile(r"(?:[\\\x00-\x08\x0e-\x1f\x7f]|[^\x00-\uffff])+")
"""What is written with escapes of its own wherever it is repeated: no surrogate needs it."""

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ONE_WAY = frozenset({Treatment.MASK, Treatment.REDACT})


class Ledger:
    """Surrogates by original and originals by surrogate, the same for the same seed and order of discovery.

    `seed`: at least 16 bytes that nobody outside can guess; with it every surrogate can be recomputed.
    One thread at a time may assign; restoring while nobody assigns needs no lock.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._book = Book()
        self._people = People(seed, self._book)
        self._tags = Tags(seed, self._book)
        self._addresses = Addresses(seed, self._book, self._people)
        self._days = Draw(seed, "days").below(300) - 400
        self._assigned: dict[tuple[str, str, Treatment], str] = {}
        self._whole: dict[tuple[str, str], str] = {}
        self._same: dict[tuple[str, str], str] = {}
        self._told: set[str] = set()
        self._own_hosts: set[str] = set()
        self.recollection: Recollection | None = None
        """What this provider told this caller before, where the caller resends its history."""
        self.as_written: set[str] = set()
        """Turns of the provider's own that leave as it wrote them, guesses included."""

    def __repr__(self) -> str:
        return f"Ledger({len(self._people)} words of names, {len(self._whole)} values)"

    @property
    def originals(self) -> Lexicon:
        """Everything that must not leave, with what leaves instead."""
        return self._book.originals

    @property
    def surrogates(self) -> Lexicon:
        """Everything that is put back, in all the ways a model may spell it."""
        return self._book.surrogates

    def meet(self, texts: Iterable[str], hosts: Iterable[str], new: Iterable[str]) -> None:
        """Learns a request's texts before anything is assigned, so that no surrogate equals something in them.

        `hosts` were named by the caller: links to them may carry real values. A name of ours that the caller's `new`
        texts hold is somebody's real name now: it is given up, and what comes back under it stays as it is.
        """
        self._book.meet(texts)
        self._own_hosts.update(host.lower() for host in hosts)
        if len(self._people) and self._people.give_up({word for text in new for word in words_of(text)}):
            self._assigned.clear()

    def is_own_host(self, authority: str) -> bool:
        """Whether the host, behind any login, is one that the caller named, itself or once its surrogates are back."""
        lower = authority.lower()
        real, at = "", 0
        for hit in self.surrogates.all(lower):
            real, at = real + lower[at : hit.start] + hit.form.value.lower(), hit.end
        return host_of(lower) in self._own_hosts or host_of(real + lower[at:]) in self._own_hosts

    def assign(self, kind: str, value: str, treatment: Treatment) -> str:
        """What takes the place of `value`: the same each time for the same kind and value."""
        known = self._assigned.get((kind, value, treatment))
        if known is None:
            make = self._assign_person if kind == kinds.PERSON else self._assign_whole
            known = self._assign_escaped(kind, value, treatment) or make(kind, value, treatment)
            self._assigned[kind, value, treatment] = known
        return known

    def hide_other_spellings(self) -> None:
        """Hides the names of all people found so far also where the request writes them glued or in other letters."""
        self._people.hide_other_spellings()

    def respell(self, form: Form, surface: str, treatment: Treatment) -> str:
        """What takes the place of an original met as `surface`, which comes back just so."""
        made = form.replacement(surface)
        if treatment in _ONE_WAY:
            return made
        if is_tag(form.value):
            return made if self._book.sends(made, surface) else self._tags.spelled(form.value, surface, form.kind)
        spelled = self._book.spelled(made, surface, form.kind)
        return spelled or self._assign_whole(form.kind, surface, treatment)

    def rename(self, identifier: str, made: str) -> None:
        """The name of a tool or a field became `made`, which must lead back to just this identifier."""
        if self._book.comes_back_as(made) is None:
            self._book.put_back(made, Form(identifier, "IDENTIFIER", joined=True))

    def _assign_escaped(self, kind: str, value: str, treatment: Treatment) -> str | None:
        """`%2B49%2030` has the surrogate of what it says, escaped likewise; None where there is nothing to escape."""
        if treatment is not Treatment.SURROGATE or kind in spelling.EXACT or not _PERCENT.search(value):
            return None
        said = unescaped(value).text
        plain = self.assign(kind, said, treatment) if said != value else "["
        made = quote(plain, safe="".join(filter(str.isascii, _PERCENT.sub("", value))), errors="replace")
        if is_tag(plain) or made == plain or self._book.spelled(made, value, kind) != made:
            return None
        if form := hidden_whole(kind, value, made):
            self._book.hide(value, form)
        return made

    def _assign_person(self, kind: str, value: str, treatment: Treatment) -> str:
        by_words = treatment is Treatment.SURROGATE and not _GLUED.search(value)
        if by_words and (made := self._people.surrogate(value)) is not None:
            return made
        whole = self._assign_whole(kind, value, treatment)
        for part in spelling.name_parts(value):  # a first name alone is hidden like the full one
            if part.speaks and part.text.lower() not in spelling.FUNCTION_WORDS:
                norm = (kind, spelling.same_value(kind, part.text))
                if treatment is Treatment.TAG and norm not in self._same and part.text != value:
                    self._same[norm] = whole
                self._assign_whole(kind, part.text, treatment)
        return whole

    def _assign_whole(self, kind: str, value: str, treatment: Treatment) -> str:
        known = self._whole.get((kind, value))
        if known is None:
            known = self._whole[kind, value] = self._new(kind, value, treatment)
            if form := hidden_whole(kind, value, known):
                self._book.hide(value, form)
        return known

    def _new(self, kind: str, value: str, treatment: Treatment) -> str:
        if treatment in _ONE_WAY:
            return re.sub(r"\w", "*", value) if treatment is Treatment.MASK else f"[{kind}]"
        norm = spelling.same_value(kind, value)
        made = self._same.get((kind, norm))
        spelled = made and self._spelled(made, kind, value)
        if spelled:
            return spelled
        again = "" if made is None else value  # no letters to spell it otherwise: another surrogate
        made = self._made(kind, norm + again, value) if treatment is Treatment.SURROGATE else None
        made = made or self._tags.new(kind, (band(kind, value) or "") if treatment is Treatment.GENERALISE else "")
        self._same.setdefault((kind, norm), made)
        follows = kind in spelling.TEXTUAL or (kind == kinds.PERSON and is_tag(made))
        form = Form(value, kind, follow_case=follows, ends_in_host=not is_tag(made) and ends_in_host(kind, made))
        if self._book.comes_back_as(made) is None:
            self._book.put_back(made, form)
        self._book.send(made, value)
        return made

    def _spelled(self, made: str, kind: str, value: str) -> str | None:
        """The surrogate of the same value in another spelling, spelled in this one."""
        if is_tag(made):
            return self._tags.spelled(made, value, kind)
        if kind in spelling.TEXTUAL:
            made = cased(display_words(made), value)
        elif kind in spelling.NUMBERS:
            made = cased(pour(made, value), value)
        return self._book.spelled(made, value, kind)

    def _made(self, kind: str, norm: str, value: str) -> str | None:
        for attempt in range(_ATTEMPTS):
            made = self._drawn(kind, norm, value, attempt)
            if made is None:
                break
            made = _UNSAFE.sub("-", made)
            # Of `Kesport` and `de Kesport` the one would come back where a text says `de` before the other.
            told = told_by(made) if kind in spelling.TEXTUAL else ""
            if made != value and told not in self._told and self._book.is_free(made):
                self._told.update(filter(None, (told,)))
                if kind == kinds.EMAIL_ADDRESS:
                    self._addresses.remember_local_part(value, made)
                return cased(made, value) if kind in spelling.TEXTUAL | spelling.NUMBERS else made
        return None

    def _drawn(self, kind: str, norm: str, value: str, attempt: int) -> str | None:
        """A surrogate that may be taken; None where the kind, or so short a value, has none but a tag."""
        draw = Draw(self._seed, kind, norm, attempt)
        if kind == kinds.EMAIL_ADDRESS:
            return self._addresses.mailbox(value, draw, attempt)
        if kind == kinds.URL:
            return self._addresses.link(value, draw)
        if not is_tellable(kind, norm):
            return None
        if kind == kinds.USERNAME:
            return self._addresses.user_name(value, draw)
        if kind in _DATES:  # all by the same number of days, so that what lies between them stays
            return moved(value, self._days + attempt) or value
        shape = shape_of(kind)
        return shape(value, draw) if shape else None
