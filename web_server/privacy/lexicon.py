"""Many strings looked for at once, at token boundaries, however a model or a person spells them.

Called by the shield (originals, on the way out) and by the lanes of restoration (surrogates, on the way back).
One walk over a tree of characters, linear in the text; knows nothing of ledgers, links or JSON structure.

Tolerated inside a match: case, runs of any whitespace for a space, Unicode hyphens and quotes, zero-width marks,
HTML entities, Markdown's and JSON's backslash escapes, and for the underscores of tags a space or a hyphen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from web_server.privacy.cases import cased, pour
from web_server.privacy.characters import COMPARED, MOST_SPACES, SIGNS, compared, escaped, past_spaces, spoken_sign
from web_server.privacy.words import LETTER as _WORD
from web_server.privacy.words import WORD, Words, words_in

_IS_WORD = re.compile(_WORD)
_TOKEN = re.compile(rf"(?<!{_WORD}){_WORD}+|[^\w\s]|_|(?<!{_WORD})\w")
# A match may also begin behind %20, \n or \u00e4 as text: what they stand for is no part of the word, or is.
_LEFT = rf"(?:(?<!{_WORD})|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\[nrt])|(?<=\\u[0-9A-Fa-f]{{4}}))"
_IS_LEFT = re.compile(_LEFT)
_ESCAPED_TOKEN = re.compile(
    rf"(?<=%)(?=({_WORD}+))[0-9A-Fa-f]{{2}}|(?<=\\)(?=({_WORD}+))(?:[nrt]|u[0-9A-Fa-f]{{4}})"
    rf"|{_LEFT}{_WORD}+|[^\w\s]|_|{_LEFT}\w"
)
_PLAIN = frozenset(" ,.;:!?\"'()[]{}<>@/*_-+=~`|#$^%\n\t")
"""What ends a word for certain, being neither an escape nor left out."""
CONTEXT: Final = 8
"""How many characters before a match decide whether it begins at a boundary, and whether it is escaped."""

SIBILANTS = frozenset("sxzß")  # German and English both write such a genitive with an apostrophe alone

_ESCAPED_SIZE = 8
"""As long as one character gets by escapes and zero-width marks; a walk that goes on for longer is given up."""

_Node: TypeAlias = dict[str, Any]
_End: TypeAlias = tuple[str, "Form", int]
_Entry: TypeAlias = tuple[str, str, "Form", int]
_END = "end"
_SPOKEN = "spoken"
_LOOSE = "loose"
_LEAST_TEXT = 200
"""A shorter text is walked through as soon as its words are asked for."""
_SEPARATORS = frozenset(" -./()")
_MOST_SEPARATORS = 3


class Form(NamedTuple):
    """One spelling that is looked for, and what takes its place."""

    value: str
    kind: str
    follow_case: bool = False
    """A name: put back in capitals where it stands in capitals."""
    proper: bool = False
    """Also an ordinary word: in small letters it is that word."""
    suffix: str = ""
    """An inflection at the end of the spelling that stays behind the value."""
    ends_in_host: bool = False
    """Ends in a host name, which a following `.evil.example` would turn into another."""
    loose: bool = False
    """A number, whose digits people group as they like: separators may stand anywhere in it, and stay there."""
    shouted: bool = False
    """Counts in capitals alone: `PERSON 1` is a tag, and `Person 1` a word and a number."""
    joined: bool = False
    """Counts without spaces alone: `ida_dal` is a name in a program, and `Ida Dal` one in a text."""

    def __repr__(self) -> str:
        return f"Form({self.kind})"

    def fits(self, surface: str) -> bool:
        if self.joined and any(map(str.isspace, surface)):
            return False
        return not (self.proper and surface.islower()) and not (self.shouted and not surface.isupper())

    def replacement(self, surface: str) -> str:
        if self.loose:
            poured = pour(self.value, surface)
            return cased(poured, surface) if poured.islower() or poured.isupper() else poured
        if not self.follow_case:
            return self.value
        suffix = "'" if self.suffix and self.value[-1:].lower() in SIBILANTS else self.suffix
        return cased(self.value + suffix, surface)


class Hit(NamedTuple):
    start: int
    end: int
    form: Form


class Pending(NamedTuple):
    """From `start` on the text may still become, or extend, a match: more of it is needed."""

    start: int


class Lexicon:
    """Forms by their spelling. Filled, then searched; searching changes nothing, so threads may share it.

    Most spellings begin with a word, and are kept by it: one look into a dictionary tells whether a match may begin
    at a word of the text. What follows the first word, and what begins otherwise, is in trees of characters.
    """

    __slots__ = ("_begin", "_first", "_least_digits", "_prefixes", "_reach", "_root", "_size", "_words", "_words_in")

    def __init__(self, words_in: Callable[[str], Words] = words_in) -> None:
        """`words_in` says what a text is made of, for whoever remembers it."""
        self._words_in = words_in
        self._least_digits = 0
        self._words: dict[str, _Node | list[_Entry]] = {}
        self._root: _Node = {}
        self._first: set[str] = set()
        self._reach = 0
        self._size = 0
        self._begin: frozenset[str] | None = None
        self._prefixes: list[str] | None = None

    def __repr__(self) -> str:
        return "Lexicon(***)"

    @property
    def is_empty(self) -> bool:
        return not self._first

    def add(self, spelling: str, form: Form, rank: int = 0) -> None:
        """Looks for `spelling` from now on. Of forms that differ in case alone the exact one wins, then the lower rank.

        Forms of one spelling and rank: the first stays.
        """
        plain = compared(spelling)
        if not plain:
            return
        begin = None if form.loose else WORD.match(plain)
        if begin:
            entry = (plain[begin.end() :], spelling, form, rank)
            known = self._words.get(begin[0])
            if known is None:
                self._words[begin[0]] = [entry]
                self._prefixes = None
            elif isinstance(known, list):
                known.append(entry)
            else:
                _plant(known, *entry)
        else:
            digits = sum(map(str.isdigit, plain))
            self._least_digits = min(digits, self._least_digits) if self._root else digits
            _plant(self._root, plain, spelling, form, rank)
        if spelling[0] not in self._first:
            self._first.add(spelling[0])
            self._begin = None
        self._size = max(self._size, len(spelling))
        self._reach = _ESCAPED_SIZE * self._size + MOST_SPACES

    def discard(self, spelling: str, form: Form) -> None:
        """Looks for this form of `spelling` no longer."""
        plain = compared(spelling)
        node, rest = self._root, plain
        if not form.loose and (begin := WORD.match(plain)):
            node, rest = self._after(begin[0]) or {}, plain[begin.end() :]
        for char in rest:
            node = node.get(char, {})
        ends = node.get(_END, [])
        ends[:] = [entry for entry in ends if entry[:2] != (spelling, form)]

    def _after(self, word: str) -> _Node | None:
        """What may follow this first word: most are never asked for, so the tree is made when one is."""
        known = self._words.get(word)
        if isinstance(known, list):
            node: _Node = {}
            for entry in known:
                _plant(node, *entry)
            self._words[word] = known = node
        return known

    def may_begin_in(self, text: str) -> bool:
        """Whether `text` holds any character that a match may begin with."""
        return not (self._begin or self._beginnings()).isdisjoint(text)

    def next(self, text: str, at: int, *, final: bool) -> Hit | Pending | None:
        """The first match at or after `at`, the longest of those that begin there.

        `text` before `at` is context. Unless `final`, a match that more text could extend or undo is `Pending`.
        """
        return self._next(text, at, _tokens(text), len(text), final=final) if self._first else None

    def _next(self, text: str, at: int, tokens: re.Pattern[str], stop: int, *, final: bool) -> Hit | Pending | None:
        begin = self._begin or self._beginnings()
        words, size = self._words, len(text)
        for found in tokens.finditer(text, at, stop):
            token = found[found.lastindex or 0]
            if token[0] not in begin:
                continue
            start = found.start()
            end = start + len(token)
            if token.isascii() and end < size and text[end] in _PLAIN:
                lower = token.lower()
                node = self._after(lower) if lower in words else None
                if node is None and not self._root:
                    continue
                result = self._best(text, start, node, end, final) if node else None
            else:
                result = self._spelled(text, start, final)
            if self._root and not isinstance(result, Pending):
                other = self._walk(self._root, text, start, start, final)
                if isinstance(other, Pending) or (other and not (result and result.end >= other.end)):
                    result = other
            if result is not None:
                return result
        return None

    def all(self, text: str) -> Iterator[Hit]:
        """Every match of a whole text, in order, none overlapping."""
        if not self._first:
            return
        tokens, at = _tokens(text), 0
        for start, end in self._stretches(text):
            at = max(at, start)
            while isinstance(hit := self._next(text, at, tokens, end, final=True), Hit):
                yield hit
                at = hit.end

    def _stretches(self, text: str) -> Sequence[tuple[int, int]]:
        """Where in the text a match can begin, as far as its words say."""
        if len(text) >= _LEAST_TEXT:
            said = self._words_in(text)
            if said.lacks_all(self._words.keys(), self._root.keys(), self._least_digits):
                return said.odd
        return ((0, len(text)),)

    def _beginnings(self) -> frozenset[str]:
        """Whatever character a match may begin with. A set: compiling a pattern costs more than a ledger's life."""
        plain = {COMPARED.get(char, char) for char in self._first}
        every = self._first | {odd for odd, same in COMPARED.items() if same in plain}
        every |= {cased for char in self._first for cased in (char.lower(), char.upper()) if len(cased) == 1}
        self._begin = frozenset(every)
        return self._begin

    def _may_become(self, begun: str) -> bool:
        """Whether a first word may begin so."""
        prefixes = self._prefixes
        if prefixes is None:
            prefixes = self._prefixes = sorted(self._words)
        place = bisect_left(prefixes, begun)
        return place < len(prefixes) and prefixes[place].startswith(begun)

    def _spelled(self, text: str, start: int, final: bool) -> Hit | Pending | None:
        """As `_best`, where the first word is not written plainly: it may hold escapes, or be cut off."""
        best: Hit | None = None
        word, at, size = "", start, len(text)
        limit = min(size, start + self._reach)
        while at < limit:
            char, after = text[at], at + 1
            if char in "\\&" and at > start:
                read = escaped(text, at)
                if read is None and not final:
                    return Pending(start) if self._may_become(word) else best
                char, after = read or (char, after)
            char = COMPARED[char] if char in COMPARED else char.lower()
            if char and not _IS_WORD.match(char):
                return best
            word, at = word + char, after
            if at < size and char and _IS_WORD.match(text, at):
                continue
            if char and (node := self._after(word)) and (at < size or final):
                result = self._best(text, start, node, at, final)
                if isinstance(result, Pending):
                    return result
                best = result or best
            if not self._may_become(word):
                return best
        return best if final or limit < size else Pending(start)

    def _best(self, text: str, start: int, node: _Node, at: int, final: bool) -> Hit | Pending | None:
        """The longest match of those that begin with the word that `node` is of, which ends at `at`."""
        best = self._ending(node[_END], text, start, at) if _END in node else None
        if len(node) > 1 or _END not in node:
            longer = self._walk(node, text, start, at, final)
            return longer or best
        return best

    def _walk(self, node: _Node, text: str, start: int, at: int, final: bool) -> Hit | Pending | None:
        best: Hit | None = None
        size, separators, was_space = len(text), 0, False
        limit = min(size, start + self._reach)
        while at < limit:
            char, after = text[at], at + 1
            if char in "\\&" and at > start and (char == "&" or char not in node):
                read = escaped(text, at)
                if read is None and not final:
                    return Pending(start)
                char, after = read or (char, after)
            char = COMPARED[char] if char in COMPARED else char.lower()
            at = after
            if not char:
                continue
            if char not in node:
                if _SPOKEN in node and (sign := spoken_sign(text, at - 1, final)) is not None:
                    if not sign[0]:
                        return Pending(start)
                    if sign[0] in node:
                        node, at = node[sign[0]], sign[1]
                        continue
                separators += 1
                is_loose = _LOOSE in node and char in _SEPARATORS and separators <= _MOST_SEPARATORS
                if is_loose or (was_space and char == " "):  # one of several, written as an escape
                    continue
                return best
            node, separators, was_space = node[char], 0, char == " "
            if was_space:
                at = past_spaces(text, at)
            if _END in node and (at < size or final):
                best = self._ending(node[_END], text, start, at) or best
                if len(node) == 1:
                    return best
        return best if final or limit < size else Pending(start)

    @staticmethod
    def _ending(forms: list[_End], text: str, start: int, end: int) -> Hit | None:
        """The match that ends here, if a token ends here too: spelled just so, else a number, else the first."""
        if _IS_WORD.match(text, end) and _IS_WORD.match(text, end - 1):
            return None
        surface = text[start:end]
        if surface.startswith("\\") and "\\" not in surface.lstrip("\\"):
            return None  # a path ends before a tag: Markdown would escape the other bracket too
        if len(forms) == 1:
            form = forms[0][1]
            return Hit(start, end, form) if form.fits(surface) and not _goes_on(form, text, end) else None
        fitting = [  # none where all have been discarded
            (spelling != surface, not form.loose, rank, index)
            for index, (spelling, form, rank) in enumerate(forms)
            if form.fits(surface) and not _goes_on(form, text, end)
        ]
        return Hit(start, end, forms[min(fitting)[-1]][1]) if fitting else None


def _tokens(text: str) -> re.Pattern[str]:
    return _ESCAPED_TOKEN if "%" in text or "\\" in text else _TOKEN


def _plant(node: _Node, rest: str, spelling: str, form: Form, rank: int) -> None:
    root, before = node, ""
    for char in rest:
        child = node.get(char)
        if child is None:
            child = node[char] = {}
            if char == "_" and before != " ":  # behind a space another one is a run of spaces
                node.setdefault("-", child)
                node.setdefault(" ", child)
        if form.loose and node is not root:
            node[_LOOSE] = True
        elif form.ends_in_host and char in SIGNS:
            node[_SPOKEN] = True
        node, before = child, char
    node.setdefault(_END, []).append((spelling, form, rank))


def _goes_on(form: Form, text: str, end: int) -> bool:
    """Whether a tag without its mark goes on: with another mark it is another's."""
    return form.shouted and text.startswith("_", end)


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch made longer until no word is cut: in the middle of one a surrogate would not be found again."""
    while 0 < start < len(text) and not _IS_LEFT.match(text, start) and _IS_WORD.match(text, start):
        start -= 1
    while 0 < end < len(text) and _IS_WORD.match(text, end - 1) and _IS_WORD.match(text, end):
        end += 1
    return start, end
