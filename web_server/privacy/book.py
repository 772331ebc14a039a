"""What a ledger has written down: forms by original, forms by surrogate, and which strings are not free.

Called by the ledger and its people. Decides nothing: what stands in for what is told to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from web_server.privacy import names, spelling
from web_server.privacy.lexicon import Form, Lexicon

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return _WORD.findall(text.lower())


class Book:
    """Both ways of a ledger, and the lexicons made of them, anew after each change."""

    def __init__(self) -> None:
        self._out: dict[str, Form] = {}
        self._back: dict[str, Form] = {}
        self._taken: set[str] = set()
        self._met_text = ""
        self._met_words: frozenset[str] = frozenset()
        self._lexicons: tuple[Lexicon, Lexicon] | None = None

    def __repr__(self) -> str:
        return f"Book({len(self._out)} out, {len(self._back)} back)"

    @property
    def lexicons(self) -> tuple[Lexicon, Lexicon]:
        """Of originals and of surrogates, each with its other spellings."""
        if self._lexicons is None:
            self._lexicons = (
                _lexicon(self._out, spelling.of_original),
                _lexicon(self._back, spelling.of_surrogate),
            )
        return self._lexicons

    def meet(self, texts: Iterable[str]) -> None:
        """These texts are in the request: nothing that equals something in them is free."""
        self._met_text = "\n".join(texts).lower()
        self._met_words = frozenset(words_of(self._met_text))

    def hide(self, original: str, form: Form) -> None:
        """`original` must not leave, wherever it stands."""
        if self._out.get(original) != form:
            self._out[original] = form
            self._lexicons = None

    def put_back(self, surrogate: str, form: Form) -> None:
        """`surrogate` is taken from now on, and comes back as `form` says."""
        if self._back.get(surrogate) != form:
            self._taken.add(surrogate.lower())
            self._back[surrogate] = form
            self._lexicons = None

    def comes_back_as(self, surrogate: str) -> str | None:
        form = self._back.get(surrogate)
        return form.value if form else None

    def give_up(self, surrogate: str) -> None:
        """`surrogate` does not come back any more, and is not taken for anybody else either."""
        del self._back[surrogate]
        self._lexicons = None

    def hides(self, word: str) -> bool:
        return word in self._out

    def is_free(self, made: str) -> bool:
        """Whether `made` may be a surrogate: it stands nowhere in the request, is nobody else's and names nobody."""
        lower = made.lower()
        used = lower in self._taken or lower in self._met_text
        return not used and not any(word in self._out for word in words_of(lower))

    def is_free_tag(self, tag: str) -> bool:
        """As `is_free`, for a tag: the text must not even hold it without its brackets."""
        return tag.lower() not in self._taken and tag[1:-1].lower() not in self._met_text

    def is_free_name(self, name: str) -> bool:
        """As `is_free`, for one word that is looked for by itself: it and its genitive must be no words of the text."""
        lower = name.lower()
        used = lower in self._taken or lower in self._out or not self._met_words.isdisjoint((lower, lower + "s"))
        return not used and not names.is_common(lower)


def _lexicon(forms: dict[str, Form], respell: spelling.Respell) -> Lexicon:
    lexicon = Lexicon()
    for text, form in forms.items():
        if spelling.loose(text, form) is None:
            lexicon.add(text, form)
    for text, form in forms.items():  # after all plain spellings, which go before any other form's variants
        for other, changed in respell(text, form):
            lexicon.add(other, changed)
    return lexicon


def hidden_whole(kind: str, original: str, made: str) -> Form | None:
    """The form that hides a whole value everywhere else too; None where that harms more than it finds."""
    letters = sum(map(str.isalpha, original))
    if spelling.is_filler(original) or letters + sum(map(str.isdigit, original)) < (3 if letters else 5):
        return None
    return Form(made, kind, follow_case=kind in spelling.TEXTUAL, proper=letters > 0 and names.is_common(original))
