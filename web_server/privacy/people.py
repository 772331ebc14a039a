"""The people of a ledger, word by word of their names.

Called by the ledger. `Anna` has one surrogate and `Kowalska` another, each way unambiguous. So the full name, the first
name alone, `Kowalska, Anna` and `anna.kowalska@...` agree without a rule for each, and no edit of a model's can put one
person where another was.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import count

from web_server.privacy import kinds, names, spelling
from web_server.privacy.book import Book
from web_server.privacy.cases import cased, display
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import SIBILANTS, Form

_ATTEMPTS = 24
_FROM_LISTS = 5
"""Attempts; in a list of thousands of people the lists of names are soon used up."""

_LEAST_GLUED = 5
_LEAST_NUMBERED = 3
_INITIALS = "BCDFGHKLMNPRSTVW"


@dataclass(slots=True)
class _Word:
    """One word of a person's name."""

    shown: str = field(repr=False)
    surrogate: str = field(repr=False)
    is_guess: bool
    """Nobody has written it as it is shown: it was met in capitals or small letters alone."""
    spreads: bool = False


class People:
    """Names in, surrogates out; what they are goes into the book."""

    def __init__(self, seed: bytes, book: Book) -> None:
        self._seed = seed
        self._book = book
        self._words: dict[str, _Word] = {}
        self._plain: dict[str, str] = {}
        self._glued: dict[str, str] = {}
        self._initialled: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._words)

    def give_up(self, spoken: AbstractSet[str]) -> bool:
        """Surrogates among these words are real names now. Whether there was any."""
        lost = [lower for lower, word in self._words.items() if word.surrogate.lower() in spoken]
        for lower in lost:
            self._book.give_up(self._words.pop(lower).surrogate)
        if lost:
            self._glued, self._initialled = {}, {}
        return bool(lost)

    def surrogate(self, name: str) -> str | None:
        """Each word of the name replaced; particles, titles and what is between the words stay.

        None where no letters are left that could stand for the name's initials.
        """
        parts = spelling.name_parts(name)
        if not any(part.initial for part in parts) or not any(part.speaks for part in parts):
            made = self._replaced(parts, {})
            self._remember_together(parts)
            return made
        for attempt in range(_ATTEMPTS):
            letters = {part.text: self._initial(part.text, attempt) for part in parts if part.initial}
            made = self._replaced(parts, letters)
            known = self._book.comes_back_as(made)
            if known == name:
                return made
            if known is None and self._book.is_free(made):
                self._book.put_back(made, Form(name, kinds.PERSON))
                self._book.send(made, name)
                self._book.hide(name, Form(made, kinds.PERSON))
                return made
        return None

    def word(self, text: str, *, given: bool | None = None, hint: str = "", spreads: bool = False) -> str:
        """The surrogate of one word of a name. `spreads`: it is hidden wherever it stands alone, too."""
        lower = spelling.lowered(text)
        ends_so = lower.endswith("s") and lower[-2:-1] not in SIBILANTS
        is_genitive = ends_so and lower not in self._words and lower[:-1] in self._words
        base = lower[:-1] if is_genitive else lower
        word = self._words.get(base) or self._new(text, base, given, hint)
        if word.is_guess and base == lower and display(text) == text:
            word.shown, word.is_guess = text, False  # `McDonald` tells more than the `MCDONALD` that came first
            self._book.put_back(word.surrogate, Form(text, kinds.PERSON, follow_case=True))
        if spreads and not word.spreads:
            word.spreads = True
            if base not in spelling.FUNCTION_WORDS and len(base) > 1:
                form = Form(word.surrogate, kinds.PERSON, follow_case=True, proper=names.is_common(base))
                self._book.hide(base, form)
        suffix = "s" if is_genitive else ""
        made = cased(word.surrogate + suffix, text)
        if cased(word.shown + suffix, made) == text and not self._book.sends_otherwise(made, text):
            return made
        return self._book.spelled(made, text, kinds.PERSON) or made

    def local_part(self, text: str) -> str:
        """The surrogate of a word of a mail address, which may write `Müller` as `mueller`."""
        lower = spelling.lowered(text)
        if lower not in self._words and lower in self._plain:
            return self._words[self._plain[lower]].surrogate.lower()
        return self.word(lower).lower()

    def known(self, text: str) -> str | None:
        """The surrogate of a word that is some person's name already."""
        word = self._words.get(spelling.lowered(text))
        return cased(word.surrogate, text) if word else None

    def hide_other_spellings(self) -> None:
        """Hides `annakowalska`, `kowalska2024` and `Muñoz` in the request where it has `Anna Kowalska` and `Munoz`.

        The other way about - `munoz` for `Muñoz` - is a spelling of the original, and found as such.
        """
        for met in self._book.met_words:
            if not met.isascii() and met not in self._words:
                for bare in spelling.plain(met):
                    if (word := self._words.get(bare)) and word.spreads:
                        self._book.hide(met, Form(word.surrogate, kinds.PERSON, follow_case=True))
            letters = met.rstrip("0123456789")  # before a word they may be of an escape: `%20Kowalska`
            if made := self._glued.get(letters) or (self._numbered(letters) if letters != met else None):
                made += met[len(letters) :]
                self._book.put_back(made, Form(met, kinds.PERSON, follow_case=True))
                self._book.hide(met, Form(made, kinds.PERSON, follow_case=True))

    def _numbered(self, name: str) -> str | None:
        """The stand-in of a name that digits stand at; of `may2024` there is none."""
        word = self._words.get(name)
        hidden = word is not None and word.spreads and len(name) > _LEAST_NUMBERED and not names.is_common(name)
        return word.surrogate if word is not None and hidden else None

    def _remember_together(self, parts: list[spelling.NamePart]) -> None:
        """How first and last name are written together: glued, or the one with its initial."""
        speaking = [part.text for part in parts if part.speaks]
        if len(speaking) < 2:
            return
        first, last = speaking[0], speaking[-1]
        one, other = self._words.get(spelling.lowered(first)), self._words.get(spelling.lowered(last))
        if one is None or other is None or first.lower() + last.lower() in self._glued:
            return
        real, made = (one.shown, other.shown), (one.surrogate, other.surrogate)
        for join in (_glued, _glued_backwards, _initial_first, _initial_last):
            glued = join(*real).lower()
            if len(glued) > _LEAST_GLUED and not names.is_common(glued):
                for spelled in {glued, *(() if glued.isascii() else spelling.plain(glued))}:
                    self._glued.setdefault(spelled, join(*made))
        self._book.put_back("".join(made), Form("".join(real), kinds.PERSON, follow_case=True))
        self._abbreviate(f"{made[0][0]}. {made[1]}", f"{real[0][0]}. {real[1]}")

    def _abbreviate(self, made: str, real: str) -> None:
        """Puts `I. Pengelly` back as `A. Kowalska`, unless two people would be written so."""
        known = self._initialled.get(made)
        if known is None and self._book.comes_back_as(made) is None and self._book.is_free(made):
            self._initialled[made] = real
            self._book.put_back(made, Form(real, kinds.PERSON))
        elif known not in {None, real, ""}:
            self._initialled[made] = ""
            self._book.take_back(made)

    def _new(self, text: str, base: str, given: bool | None, hint: str) -> _Word:
        is_given = names.is_given(text) if given is None else given
        shown = display(text)
        word = self._words[base] = _Word(shown, self._free_name(text, is_given, hint), shown != text)
        if not base.isascii():
            self._plain.update(dict.fromkeys(spelling.plain(base), base))
        self._book.put_back(word.surrogate, Form(shown, kinds.PERSON, follow_case=True))
        return word

    def _replaced(self, parts: list[spelling.NamePart], letters: dict[str, str]) -> str:
        speaking = [part for part in parts if part.speaks] or parts
        # `Don` may be a title and somebody's name: once it is a name, it is one everywhere.
        speaking = [part for part in parts if part in speaking or self._is_known(part)]
        made = ""
        for part in parts:
            if part in speaking:
                given = part is not speaking[-1] if len(speaking) > 1 else None
                made += self.word(part.text, given=given, hint=speaking[-1].text, spreads=True)
            else:
                made += letters.get(part.text, part.text)
            made += part.gap
        return made

    def _is_known(self, part: spelling.NamePart) -> bool:
        lower = spelling.lowered(part.text)
        word = self._words.get(lower)
        return word is not None and word.spreads and lower not in spelling.FUNCTION_WORDS

    def _initial(self, letter: str, attempt: int) -> str:
        return cased(Draw(self._seed, "initial", letter.lower(), attempt).pick(_INITIALS), letter)

    def _free_name(self, text: str, given: bool, hint: str) -> str:
        for attempt in count():
            draw = Draw(self._seed, "name", spelling.lowered(text), attempt)
            name = names.surrogate(text, given, draw, hint) if attempt < _FROM_LISTS else names.invented(draw)
            if name.lower() not in self._words and self._book.is_free_name(name):
                return name
        raise AssertionError("count() ends nowhere")


def _glued(first: str, last: str) -> str:
    return first + last


def _glued_backwards(first: str, last: str) -> str:
    return last + first


def _initial_first(first: str, last: str) -> str:
    return first[0] + last


def _initial_last(first: str, last: str) -> str:
    return first + last[0]
