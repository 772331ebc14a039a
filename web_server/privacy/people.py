"""The people of a ledger, word by word of their names.

Called by the ledger. `Anna` has one stand-in and `Kowalska` another, each way unambiguous. So the full name, the first
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
_INITIALS = "BCDFGHKLMNPRSTVW"


@dataclass(slots=True)
class _Word:
    """One word of a person's name."""

    shown: str = field(repr=False)
    surrogate: str = field(repr=False)


class People:
    """Names in, stand-ins out; what they are goes into the book."""

    def __init__(self, seed: bytes, book: Book) -> None:
        self._seed = seed
        self._book = book
        self._words: dict[str, _Word] = {}
        self._plain: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._words)

    def give_up(self, spoken: AbstractSet[str]) -> None:
        """Surrogates among these words are real names now."""
        for lower, word in list(self._words.items()):
            if word.surrogate.lower() in spoken:
                self._book.give_up(word.surrogate)
                del self._words[lower]

    def stand_in(self, name: str) -> str | None:
        """Each word of the name replaced; particles, titles and what is between the words stay.

        None where no letters are left that could stand for the name's initials.
        """
        parts = spelling.name_parts(name)
        if not any(part.initial for part in parts) or not any(part.speaks for part in parts):
            return self._replaced(parts, {})
        for attempt in range(_ATTEMPTS):
            letters = {part.text: self._initial(part.text, attempt) for part in parts if part.initial}
            made = self._replaced(parts, letters)
            known = self._book.comes_back_as(made)
            if known == name:
                return made
            if known is None and self._book.is_free(made):
                self._book.put_back(made, Form(name, kinds.PERSON))
                self._book.hide(name, Form(made, kinds.PERSON))
                return made
        return None

    def word(self, text: str, *, given: bool | None = None, hint: str = "", spreads: bool = False) -> str:
        """The stand-in of one word of a name. `spreads`: it is hidden wherever it stands alone, too."""
        lower = text.lower()
        ends_so = lower.endswith("s") and lower[-2:-1] not in SIBILANTS
        is_genitive = ends_so and lower not in self._words and lower[:-1] in self._words
        base = lower[:-1] if is_genitive else lower
        word = self._words.get(base)
        if word is None:
            is_given = names.is_given(text) if given is None else given
            word = self._words[base] = _Word(display(text), self._free_name(text, is_given, hint))
            if not base.isascii():
                self._plain.update(dict.fromkeys(spelling.plain(base), base))
        elif base == lower and word.shown == display(lower) and display(text) == text:
            word.shown = text  # `McDonald` tells more than the `MCDONALD` that came first
        self._book.put_back(word.surrogate, Form(word.shown, kinds.PERSON, follow_case=True))
        if spreads and base not in spelling.FUNCTION_WORDS and len(base) > 1:
            form = Form(word.surrogate, kinds.PERSON, follow_case=True, proper=names.is_common(base))
            self._book.hide(base, form)
        return cased(word.surrogate + ("s" if is_genitive else ""), text)

    def local_part(self, text: str) -> str:
        """The stand-in of a word of a mail address, which may write `Müller` as `mueller`."""
        lower = text.lower()
        return self.word(lower if lower in self._words else self._plain.get(lower, text)).lower()

    def known(self, text: str) -> str | None:
        """The stand-in of a word that is some person's name already."""
        word = self._words.get(text.lower())
        return cased(word.surrogate, text) if word else None

    def _replaced(self, parts: list[spelling.NamePart], letters: dict[str, str]) -> str:
        speaking = [part for part in parts if part.speaks] or parts
        made = ""
        for part in parts:
            if part in speaking:
                given = part is not speaking[-1] if len(speaking) > 1 else None
                made += self.word(part.text, given=given, hint=speaking[-1].text, spreads=True)
            else:
                made += letters.get(part.text, part.text)
            made += part.gap
        return made

    def _initial(self, letter: str, attempt: int) -> str:
        return cased(Draw(self._seed, "initial", letter.lower(), attempt).pick(_INITIALS), letter)

    def _free_name(self, text: str, given: bool, hint: str) -> str:
        for attempt in count():
            draw = Draw(self._seed, "name", text.lower(), attempt)
            name = names.stand_in(text, given, draw, hint) if attempt < _ATTEMPTS else names.invented(draw)
            if name.lower() not in self._words and self._book.is_free_name(name):
                return name
        raise AssertionError("count() ends nowhere")
