"""What a ledger has written down: forms by original, forms by surrogate, and which strings are not free.

Called by the ledger, its people, tags and addresses. Decides nothing: what stands in for what is told to it. It only
sees to it that what is sent in a value's place comes back as that value, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from web_server.privacy import kinds, names, spelling
from web_server.privacy.cases import cased
from web_server.privacy.lexicon import Form, Lexicon
from web_server.privacy.windows import pieces
from web_server.privacy.words import WORD, Words, words_in

_NUMBER = re.compile(r"\d(?:[ \u00a0\-–‑./()]{0,3}\d){6,40}")
_LONGEST_NUMBER = 164
_DIALLED = 9
"""Digits at the end of a number that tell a telephone, however it is dialled."""

_MOST_FLIPS = 12


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return WORD.findall(text.lower())


class Book:
    """Both ways of a ledger, and the lexicons made of them."""

    def __init__(self) -> None:
        self._out: dict[str, Form] = {}
        self._back: dict[str, Form] = {}
        self._hidden_words: set[str] = set()
        self._taken: set[str] = set()
        self._sent: dict[str, str] = {}
        self._met_text = ""
        self._met_numbers: set[str] = set()
        self._met: dict[str, Words] = {}
        self.met_words: set[str] = set()
        words_in = partial(_words_in, self._met)  # no method of this book's: it and its lexicons would be a cycle
        self._lexicons = (Lexicon(words_in), Lexicon(words_in))
        self._waiting: tuple[dict[str, None], dict[str, None]] = ({}, {})

    def __repr__(self) -> str:
        return f"Book({len(self._out)} out, {len(self._back)} back)"

    @property
    def originals(self) -> Lexicon:
        """Of what must not leave, in its other spellings too."""
        return self._up_to_date(0)

    @property
    def surrogates(self) -> Lexicon:
        """Of what is put back, in its other spellings too."""
        return self._up_to_date(1)

    def meet(self, texts: Iterable[str]) -> None:
        """These texts are in the request: nothing that equals something in them is free."""
        self._met.clear()
        self._met.update((text, words_in(text)) for text in texts)
        self._met_text = "\n".join(self._met).lower()
        self.met_words = set().union(*(met.words for met in self._met.values()))
        self._met_numbers = set()
        for piece in pieces(self._met_text, _LONGEST_NUMBER):
            for found in _NUMBER.findall(piece):
                number = "".join(filter(str.isdigit, found))
                self._met_numbers.update((number, number[-_DIALLED:]))

    def hide(self, original: str, form: Form) -> None:
        """`original` must not leave, wherever it stands."""
        if self._out.get(original) != form:
            self._hidden_words.add(original.lower())
            self._replace(0, original, form)

    def put_back(self, surrogate: str, form: Form) -> None:
        """`surrogate` is taken from now on, and comes back as `form` says."""
        if self._back.get(surrogate) != form:
            self._taken.add(surrogate.lower())
            self._replace(1, surrogate, form)

    def take_back(self, surrogate: str) -> None:
        """`surrogate` could be two things, and comes back as neither."""
        self._replace(1, surrogate, None)

    def _replace(self, way: int, text: str, form: Form | None) -> None:
        forms, waiting = (self._out, self._back)[way], self._waiting[way]
        known = forms.pop(text, None)
        if known is not None and text not in waiting:
            for _, other, changed in _spellings(text, known, _RESPELL[way]):
                self._lexicons[way].discard(other, changed)
        waiting.pop(text, None)
        if form is not None:
            forms[text] = form
            waiting[text] = None

    def comes_back_as(self, surrogate: str) -> str | None:
        form = self._back.get(surrogate)
        return form.value if form else None

    def give_up(self, name: str) -> None:
        """Nothing made of this name comes back any more, and it is not taken for anybody else either."""
        lower = name.lower()
        for surrogate, form in list(self._back.items()):
            if form.kind == kinds.PERSON and not surrogate.startswith("[") and lower in surrogate.lower():
                self.take_back(surrogate)
        self._sent = {made: value for made, value in self._sent.items() if lower not in made.lower()}

    def hides(self, word: str) -> bool:
        """Whether this word, in small letters, is hidden wherever it stands."""
        return word in self._hidden_words

    def is_free(self, made: str) -> bool:
        """Whether `made` may be a surrogate: it stands nowhere in the request, is nobody else's and names nobody."""
        lower = made.lower()
        if lower in self._taken:
            return False
        words = words_of(lower)
        if any(word in self._hidden_words for word in words):
            return False
        # The text is searched only where it holds every word of it: a search costs the length of the text.
        if self.met_words.issuperset(words) and lower in self._met_text:
            return False
        digits = "".join(filter(str.isdigit, lower)) if self._met_numbers else ""
        return len(digits) < 7 or self._met_numbers.isdisjoint((digits, digits[-_DIALLED:]))

    def is_free_tag(self, tag: str) -> bool:
        """As `is_free`, for a tag: the text must not even hold it without its brackets and its mark."""
        core = tag[1:-1].lower()
        if tag.lower() in self._taken or core in self._met_text:
            return False
        bare = core.rpartition("_")[0]
        return bare not in self._met_text and bare.replace("_", " ") not in self._met_text

    def is_free_name(self, name: str) -> bool:
        """As `is_free`, for one word that is looked for by itself: it and its genitive must be no words of the text."""
        lower = name.lower()
        if lower in self._taken or lower in self._hidden_words:
            return False
        return self.met_words.isdisjoint((lower, lower + "s")) and not names.is_common(lower)

    def restored(self, made: str) -> str:
        """What `made` comes back as, by itself."""
        back, at = "", 0
        for hit in self.surrogates.all(made):
            back, at = back + made[at : hit.start] + hit.form.replacement(made[hit.start : hit.end]), hit.end
        return back + made[at:]

    def send(self, made: str, value: str) -> None:
        """`made` goes out for `value`, and is to come back as nothing else."""
        self._sent[made] = value

    def sends(self, made: str, value: str) -> bool:
        """Whether `made` may go out for `value`: it comes back so, and has gone out for nothing else."""
        known = self._sent.get(made)
        if known is None and self.restored(made) == value:
            self._sent[made] = known = value
        return known == value

    def sends_otherwise(self, made: str, value: str) -> bool:
        """Whether `made` has gone out for something else; if not, it goes out for `value` now."""
        return self._sent.setdefault(made, value) != value

    def spelled(self, made: str, value: str, kind: str) -> str | None:
        """`made`, in other capitals where need be, so that just `value` comes back; None where there are no others."""
        if self.sends(made, value):
            return made
        for way in _capitals(made, value):
            known = self._sent.get(way)
            if known is None:
                held = self._back.get(way)  # in capitals it may have gone out already
                follows = held is not None and held.follow_case and held.value.lower() == value.lower()
                if held is not None and held.follow_case and not follows:
                    continue  # `Helmar` is what `HELMAR`, which has gone out, comes back by
                self.put_back(way, Form(value, kind, follow_case=follows))
                self._sent[way] = value
                return way
            if known == value:
                return way
        return None

    def _up_to_date(self, way: int) -> Lexicon:
        lexicon, waiting = self._lexicons[way], self._waiting[way]
        if waiting:
            forms = (self._out, self._back)[way]
            for text in waiting:
                for rank, other, form in _spellings(text, forms[text], _RESPELL[way]):
                    lexicon.add(other, form, rank)
            waiting.clear()
        return lexicon


def _words_in(met: Mapping[str, Words], text: str) -> Words:
    return met.get(text) or words_in(text)


_RESPELL = (spelling.of_original, spelling.of_surrogate)


def _spellings(text: str, form: Form, respell: spelling.Respell) -> Iterator[spelling.Spelling]:
    others = list(respell(text, form))
    if not (others and others[0][2].loose):
        yield 0, text, form
    yield from others


def _capitals(made: str, value: str) -> Iterator[str]:
    """Spellings of `made` that differ in capitals alone, the most natural ones first."""
    yield from dict.fromkeys((cased(made, value), made, made.lower(), made.title(), made.upper()))
    letters = [index for index, char in enumerate(made) if char.isascii() and char.isalpha()]
    for first in reversed(letters[-_MOST_FLIPS:]):
        yield made[:first] + made[first].swapcase() + made[first + 1 :]
    for first, second in zip(letters, letters[2:], strict=False):
        yield made[:first] + made[first : second + 1].swapcase() + made[second + 1 :]


def hidden_whole(kind: str, original: str, made: str) -> Form | None:
    """The form that hides a whole value everywhere else too; None where that harms more than it finds."""
    letters = sum(map(str.isalpha, original))
    if spelling.is_filler(original) or letters + sum(map(str.isdigit, original)) < (3 if letters else 5):
        return None
    return Form(made, kind, follow_case=kind in spelling.TEXTUAL, proper=letters > 0 and names.is_common(original))
