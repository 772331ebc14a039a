"""The two-way map of one conversation: which stand-in takes whose place.

Called by the shield (assigns, looks for originals) and by restoration (looks for surrogates). Lives for one request or,
sealed, in a conversation. Never enters a log, a message or an exception: its `repr` shows how much it holds, not what.

A person's name is kept word by word: `Anna` has one stand-in and `Kowalska` another, each way unambiguous. So the full
name, the first name alone, `Kowalska, Anna` and `anna.kowalska@...` agree without a rule for each, and no edit of a
model's can put one person where another was. Everything else is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count

from web_server.privacy import kinds, names, spelling
from web_server.privacy.cases import cased, display, display_words
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import Form, Lexicon
from web_server.privacy.policy import Treatment
from web_server.privacy.surrogates import pour, shape_of

_ATTEMPTS = 24
_WORD = re.compile(r"\w+")
_TEXTUAL = frozenset({kinds.LOCATION, kinds.ORGANIZATION, kinds.STREET_ADDRESS, kinds.USERNAME})


@dataclass(slots=True)
class _Word:
    """One word of a person's name."""

    shown: str = field(repr=False)
    surrogate: str = field(repr=False)


class Ledger:
    """Surrogates by original and originals by surrogate, the same for the same seed and order of discovery.

    `seed`: at least 16 bytes that nobody outside can guess; with it every surrogate can be recomputed.
    One thread at a time may assign; restoring while nobody assigns needs no lock.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        draw = Draw(seed, "tag")
        self._mark = draw.pick("abcdefghkmnpqrstuvwxyz") + draw.pick("23456789")
        self._words: dict[str, _Word] = {}
        self._plain: dict[str, str] = {}
        self._whole: dict[tuple[str, str], str] = {}
        self._same: dict[tuple[str, str], str] = {}
        self._hosts: dict[str, str] = {}
        self._host_of: dict[str, str] = {}
        self._own_hosts: set[str] = set()
        self._out: dict[str, Form] = {}
        self._back: dict[str, Form] = {}
        self._taken: set[str] = set()
        self._met_words: frozenset[str] = frozenset()
        self._met_text = ""
        self._lexicons: tuple[Lexicon, Lexicon] | None = None

    def __repr__(self) -> str:
        return f"Ledger({len(self._words)} words, {len(self._whole)} values)"

    @property
    def originals(self) -> Lexicon:
        """Everything that must not leave, with what leaves instead."""
        return self._built()[0]

    @property
    def surrogates(self) -> Lexicon:
        """Everything that is put back, in all the ways a model may spell it."""
        return self._built()[1]

    def meet(self, texts: Iterable[str], hosts: Iterable[str], new: Iterable[str]) -> None:
        """Learns a request's texts before anything is assigned, so that no surrogate equals something in them.

        `hosts` were named by the caller: links to them may carry real values. A name of ours that the caller's `new`
        texts hold is somebody's real name now: it is given up, and what comes back under it stays as it is.
        """
        self._met_text = "\n".join(texts).lower()
        self._met_words = frozenset(_WORD.findall(self._met_text))
        self._own_hosts.update(host.lower() for host in hosts)
        spoken = {word for text in new for word in _WORD.findall(text.lower())} if self._words else set()
        for lower, word in list(self._words.items()):
            if word.surrogate.lower() in spoken:
                del self._words[lower], self._back[word.surrogate]
                self._lexicons = None

    def is_own_host(self, host: str) -> bool:
        """Whether the caller named this host in a link or alone, or it stands in for one so named."""
        lower = host.lower()
        return self._host_of.get(lower, lower) in self._own_hosts

    def assign(self, kind: str, value: str, treatment: Treatment) -> str:
        """What takes the place of `value`: the same each time for the same kind and value."""
        if treatment is Treatment.SURROGATE and kind == kinds.PERSON:
            return self._person(value)
        known = self._whole.get((kind, value))
        if known is None:
            known = self._whole[kind, value] = self._new(kind, value, treatment)
            self._lexicons = None
        return known

    def _new(self, kind: str, value: str, treatment: Treatment) -> str:
        if treatment in {Treatment.MASK, Treatment.REDACT}:
            made = re.sub(r"\w", "*", value) if treatment is Treatment.MASK else f"[{kind}]"
            self._hide(kind, value, made)
            return made
        norm = spelling.same_value(kind, value)
        made = self._respelled(kind, norm, value) or (
            self._made(kind, norm, value) if treatment is Treatment.SURROGATE else self._tag(kind)
        )
        self._same.setdefault((kind, norm), made)
        self._taken.add(made.lower())
        self._hide(kind, value, made)
        self._back.setdefault(
            made, Form(value, kind, follow_case=kind in _TEXTUAL, ends_in_host=_is_host_last(kind, made))
        )
        return made

    def _respelled(self, kind: str, norm: str, value: str) -> str | None:
        """The surrogate of the same value in another spelling, spelled in this one."""
        made = self._same.get((kind, norm))
        if made is None or made.startswith("["):
            return made
        if kind in _TEXTUAL:
            return cased(display_words(made), value)
        return pour(made, value) if kind in spelling.NUMBERS else made

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
            if made != value and self._is_free(made):
                return cased(made, value) if kind in _TEXTUAL else made
        return self._tag(kind)

    def _tag(self, kind: str) -> str:
        numbers = (f"{kind}_{number}_{self._mark}" for number in count(1))
        core = next(
            core for core in numbers if f"[{core}]".lower() not in self._taken and core.lower() not in self._met_text
        )
        return f"[{core}]"

    def _is_free(self, made: str) -> bool:
        lower = made.lower()
        return (
            lower not in self._taken
            and lower not in self._met_text
            and not any(word in self._out for word in _WORD.findall(lower))
        )

    def _person(self, name: str) -> str:
        """Each word of the name replaced; particles, titles and what is between the words stay."""
        parts = spelling.name_parts(name)
        speaking = [part for part in parts if part.speaks] or parts
        made, initials = "", False
        for part in parts:
            if part not in speaking and not part.initial:
                made += part.text
            elif part.initial and len(speaking) and part not in speaking:
                made += self._initial(part.text)
                initials = True
            else:
                given = part is not speaking[-1] if len(speaking) > 1 else names.is_given(part.text)
                made += self._name_word(part.text, given, speaking[-1].text, spreads=True)
            made += part.gap
        if initials and made not in self._back:
            self._back[made] = Form(name, kinds.PERSON)
            self._hide(kinds.PERSON, name, made)
            self._lexicons = None
        return made

    def _initial(self, letter: str) -> str:
        return cased(Draw(self._seed, "initial", letter.lower()).pick("BCDFGHKLMNPRSTVW"), letter)

    def _name_word(self, text: str, given: bool, hint: str, *, spreads: bool) -> str:
        lower = text.lower()
        base = lower[:-1] if lower.endswith("s") and lower not in self._words and lower[:-1] in self._words else lower
        word = self._words.get(base)
        if word is None:
            word = self._words[base] = _Word(display(text), self._free_name(text, given, hint))
            self._taken.add(word.surrogate.lower())
            if not base.isascii():
                self._plain.update(dict.fromkeys(spelling.plain(base), base))
            self._lexicons = None
        elif not text.islower() and not text.isupper() and base == lower and word.shown == display(lower) != text:
            word.shown = text  # `McDonald` tells more than the `MCDONALD` that came first
            self._lexicons = None
        self._back[word.surrogate] = Form(word.shown, kinds.PERSON, follow_case=True)
        if spreads and base not in spelling.FUNCTION_WORDS and len(base) > 1:
            if base not in self._out or self._out[base].value != word.surrogate:
                self._lexicons = None
            self._out[base] = Form(word.surrogate, kinds.PERSON, follow_case=True, proper=names.is_common(base))
        return cased(word.surrogate + ("s" if base != lower else ""), text)

    def _free_name(self, text: str, given: bool, hint: str) -> str:
        for attempt in count():
            draw = Draw(self._seed, "name", text.lower(), attempt)
            name = names.stand_in(text, given, draw, hint) if attempt < _ATTEMPTS else names.invented(draw)
            lower = name.lower()
            known = lower in self._taken or lower in self._words or lower in self._out
            if not known and not self._met_words & {lower, lower + "s"} and not names.is_common(lower):
                return name
        raise AssertionError("count() ends nowhere")

    def _mailbox(self, value: str, draw: Draw, attempt: int) -> str:
        local, _, host = value.rpartition("@")

        def another(match: re.Match[str]) -> str:
            word = match[0]
            if word[0].isdigit() or len(word) < 3:
                return draw.like(word)
            known = word if word.lower() in self._words else self._plain.get(word.lower(), word)
            return self._name_word(known, names.is_given(word), word, spreads=False).lower()

        made = spelling.LETTERS_OR_DIGITS.sub(another, local)
        return f"{made}{draw.digits(2) if attempt else ''}@{self._host(host)}"

    def _address(self, value: str, draw: Draw) -> str:
        url = spelling.URL.match(value)
        if url is None:
            return draw.like(value)

        def another(match: re.Match[str]) -> str:
            word = match[0]
            known = self._words.get(word.lower())
            if known:
                return cased(known.surrogate, word)
            kept = word.lower() in spelling.URL_WORDS and word.lower() not in self._out
            return word if kept else draw.like(word)

        user = draw.like(url["user"] or "")
        rest = spelling.LETTERS_OR_DIGITS.sub(another, url["rest"])
        return f"{url['scheme'] or ''}{user}{self._host(url['host'])}{url['port'] or ''}{rest}"

    def _host(self, host: str) -> str:
        lower = host.lower()
        if lower not in self._hosts:
            draws = (Draw(self._seed, "host", lower, attempt) for attempt in count())
            made = (f"{names.invented(draw).lower()}.example.{draw.pick(('com', 'net', 'org'))}" for draw in draws)
            self._hosts[lower] = free = next(name for name in made if self._is_free(name))
            self._taken.add(free)
            self._back[free] = Form(host, kinds.URL, ends_in_host=True)
            self._host_of[free] = lower
        return self._hosts[lower]

    def _hide(self, kind: str, value: str, made: str) -> None:
        """Looks for `value` everywhere else too, where that finds more than it harms."""
        letters = sum(map(str.isalpha, value))
        if letters + sum(map(str.isdigit, value)) >= (3 if letters else 5):
            form = Form(made, kind, proper=letters > 0 and names.is_common(value), ends_in_host=False)
            self._out[value] = replace(form, follow_case=True) if kind in _TEXTUAL else form

    def _built(self) -> tuple[Lexicon, Lexicon]:
        if self._lexicons is None:
            originals, surrogates = Lexicon(), Lexicon()
            for lexicon, forms, respell in (
                (originals, self._out, spelling.of_original),
                (surrogates, self._back, spelling.of_surrogate),
            ):
                for text, form in forms.items():
                    lexicon.add(text, form)
                for text, form in forms.items():
                    for other, changed in respell(text, form):
                        lexicon.add(other, changed)
            self._lexicons = originals, surrogates
        return self._lexicons


def _is_host_last(kind: str, made: str) -> bool:
    if kind == kinds.EMAIL_ADDRESS:
        return True
    url = spelling.URL.match(made) if kind == kinds.URL else None
    return bool(url and not url["rest"])
