"""What of a text stays as it is: code, links, data, quoted words, and whatever a request to work on wording is about.

Called by the uniform format, which works on a copy with these stretches taken out and puts them back afterwards.
Pure; each pattern is tried only where its mark is in the text, and each is linear: bounded repeats, anchored tokens.

The rule for wording: where a text speaks of spelling, translating, rewriting or the like (`WORDING`), the exact words
are what it is about. Then only the line that says so is softened, up to its colon, and only where there is more than
that line; everything else, before and behind it, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from web_server.privacy.obfuscation.vocabulary import WORDING

Stretch: TypeAlias = tuple[int, int]
Keep: TypeAlias = Callable[[str], Iterable[Stretch]]
"""Where in a text values stand that must not change: those that the ledger put there."""

_VALUES: Final = range(0xF0000, 0xFFFFE)
_INLINES: Final = range(0x40000, 0xE0000)
_BLOCKS: Final = range(0x100000, 0x10FFFE)
"""Characters that Unicode assigns to nobody; each stands for one stretch."""
INLINE: Final = f"{chr(_INLINES[0])}-{chr(_INLINES[-1])}{chr(_VALUES[0])}-{chr(_VALUES[-1])}"
"""Those that stand for stretches inside a sentence, as a pattern's class."""
BLOCK: Final = f"{chr(_BLOCKS[0])}-{chr(_BLOCKS[-1])}"
"""Those that stand for whole lines."""

MARKS: Final = re.compile(f"[{chr(_INLINES[0])}-{chr(_INLINES[-1])}{BLOCK}]")
"""Any mark of a kept stretch."""
_VALUE = re.compile(f"[{chr(_VALUES[0])}-{chr(_VALUES[-1])}]")
_ANY_MARK = re.compile(f"[{INLINE}{BLOCK}]")
_LINES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (tuple(marks), re.compile(rf"^(?:{pattern})$", re.MULTILINE))
    for marks, pattern in (
        (("\t", "    "), r"(?:\t| {4})[^\n]*|[^\t\n]*\S\t[^\n]*"),  # indented code; tables parted by tabs
        (("|",), r"[^|\n]*\|[^|\n]*\|[^\n]*"),  # Markdown's tables
        ((">",), r"[ ]{0,3}>[^\n]*"),  # lines quoted
        (('"', "'", "”"), r" {0,80}[\]\[{}\"'“][^\n]*?(?:[{\[][\"'“]|[\"'”] ?:)[^\n]*"),  # JSON
        ((";", "{", "}", "\\"), r"[^\n]*[;{}\\] {0,8}"),  # statements
        (("=", "->", "&&", "||", "::", "</", "/>", "()", ");"),
         r"[^\n]*?(?:[=!+\-*<>]=|=>|->|&&|\|\||::|</|/>|\w\(\)|\);| = )[^\n]*"),  # operators
        ((",",), r"[^,\n]*[^,\s],[^,\s][^,\n]*,[^,\s][^\n]*"),  # comma-separated values
        (("true", "false", "null", "none", "None", "]", "}", "[", "\n)", "\n ", "\n("),
         r"[ ]{0,40}(?:true|false|null|none|None|[\]\[{}(),; ]{1,40}),? {0,8}"),
        (("$ ", ">>>", "#", "//", "*", "@", "def ", "class ", "import "),
         r"[ ]{0,40}(?:\$ |>>> |#!|//|/\*|\* @|@\w+\(|#include|def \w+\(|class \w+[:({]|import [\w.]+(?: as \w+)?$"
         r"|from [\w.]+ import)[^\n]*"),
        (("sudo ", "apt-get ", "pip ", "npm ", "npx ", "yarn ", "docker ", "kubectl ", "cd ", "curl ", "wget ", "git "),
         r"(?:sudo|apt-get|pip|npm|npx|yarn|docker|kubectl|cd|curl|wget|git) [^\n]*"),
        (("0:", "1:", "2:", "3:", "4:", "5:", "6:", "7:", "8:", "9:"),
         r"\[?\d{4}-\d\d-\d\d[ T]\d\d:[^\n]*"),  # logs
    )
)  # fmt: skip
"""Whole lines that are no prose, and the marks without one of which a text has none of the sort."""

_FENCE = re.compile(r"^ {0,8}(`{3,9}|~{3,9})[^\n]*\n(?:(?! {0,8}\1 *$)[^\n]*\n)*(?:[^\n]+|\Z)", re.MULTILINE)
_FIELDS = re.compile(r"(?:^ {0,20}(?:- )?[a-z_][\w.\-]{0,60}:(?: [^\n]*)?(?:\n|\Z)){2,}", re.MULTILINE)
_TICKS = re.compile(r"```[^`]{1,20000}```|``[^`\n]{1,500}``|`[^`\n]{1,500}`")
_MATHS = re.compile(r"\$\$[^$]{1,2000}\$\$|\$(?=[^\s\d])[^$\n]{1,300}(?<=\S)\$(?!\d)|\\\([^\n]{1,300}?\\\)")
_BRACED = re.compile(r"\{[^{}]{0,2000}\}|\[[^\]\[\n]{1,200}\]\([^()\s]{1,500}\)|\[[A-Z][A-Z_]{2}[^\]\[\n]{0,80}\]")
_ELEMENT = re.compile(r"<[/!?A-Za-z][^<>\n]{0,300}>")
_LINK = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9+.\-]{1,12}://|www\.)[^\s<>\"'»”]*[^\s<>\"'»”.,;:!?)]")
_QUOTED = re.compile(
    r"(?P<straight>\"[^\"\n]{1,1000}\")|“(?P<a>[^“”\"\n]{1,1000})”|„(?P<b>[^„“”\"\n]{1,1000})[“”]"
    r"|«(?P<c>[^«»\"\n]{1,1000})»|(?<!\w)(?P<single>'[^'\n]{1,200}'(?!\w))|(?<!\w)‘(?P<d>[^‘’'\n]{1,200})’(?!\w)"
)
_TOKEN = re.compile(
    rf"(?<!\S)(?:[^\s_/\\@#<>{{}}=|~^*+%&{INLINE}{BLOCK}]{{0,200}}[_/\\@#<>{{}}=|~^*+%&]|--?[A-Za-z]"
    rf"|[^\s.{INLINE}{BLOCK}]{{1,200}}\.[^\s.{INLINE}{BLOCK}])[^\s{INLINE}{BLOCK}]*(?<![.,;:!?])"
)
_TOKEN_SIGNS = re.compile(r"[_/\\@#<>{}=|~^*+%&]|\.[^\s.]|(?<!\S)-[\-A-Za-z]")

_NESTED: Final = 3
_WORD = re.compile(r"[^\W\d_]+")


class TooMany(Exception):
    """A text has more stretches to keep than there are marks: some 650,000, in a text made to have them."""


class Values:
    """A text with the values of a ledger taken out, for all that is done to it, and the way back."""

    __slots__ = ("_values", "text")

    def __init__(self, text: str, stretches: Iterable[Stretch]) -> None:
        """`stretches` are in order and do not overlap. Raises TooMany."""
        self._values: list[str] = []
        made: list[str] = []
        at = 0
        for start, end in stretches:
            if len(self._values) >= len(_VALUES):
                raise TooMany
            made += (text[at:start], chr(_VALUES[len(self._values)]))
            self._values.append(text[start:end])
            at = end
        self.text = "".join((*made, text[at:])) if made else text

    def __repr__(self) -> str:
        return f"Values({len(self._values)})"

    def put_back(self, text: str) -> str:
        """`text` with every value back in the place of its mark."""
        return _VALUE.sub(lambda mark: self._values[ord(mark[0]) - _VALUES[0]], text) if self._values else text


class Kept:
    """A text with stretches taken out, and the way back."""

    __slots__ = ("_blocks", "_inlines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._inlines: list[str] = []
        self._blocks: list[str] = []

    def __repr__(self) -> str:
        return f"Kept({len(self._inlines)} inside lines, {len(self._blocks)} of lines)"

    @staticmethod
    def can_hold(text: str) -> bool:
        """Whether the text is free of the characters that stand for stretches."""
        return text.isascii() or _ANY_MARK.search(text) is None

    def take_all(self, stretches: Iterable[Stretch], *, block: bool = False) -> None:
        """Take out `stretches`, which are in order; of two that overlap the first."""
        made: list[str] = []
        at = 0
        for start, end in stretches:
            if start >= at and end > start:
                made += (self.text[at:start], self._out(self.text[start:end], block))
                at = end
        if made:
            self.text = "".join((*made, self.text[at:]))

    def take_code(self) -> None:
        """Take out code, data, formulas and links."""
        text = self.text
        if "```" in text or "~~~" in text:
            self._take(_FENCE, block=True)
        for marks, lines in _LINES:
            if any(map(text.__contains__, marks)):
                self._take(lines, block=True)
        if ":\n" in text or ": " in text:
            self._take(_FIELDS, block=True)
        for mark, pattern in (("`", _TICKS), ("$", _MATHS), ("{", _BRACED), ("[", _BRACED), ("<", _ELEMENT)):
            if mark in text:
                self._take(pattern)
        for _ in range(_NESTED):  # inside out
            if "{" in self.text:
                self._take(_BRACED)
        if "://" in text or "www." in text:
            self._take(_LINK)

    def take_quoted(self) -> None:
        """Take out what stands in quotation marks of any make; the marks become straight ones."""
        if any(mark in self.text for mark in "\"'“„«‘"):
            self.text = _QUOTED.sub(self._unquoted, self.text)

    def take_tokens(self) -> None:
        """Take out what is no word: paths, names of files, identifiers, options, handles."""
        if _TOKEN_SIGNS.search(self.text):
            self._take(_TOKEN)

    def put_back(self, text: str) -> str:
        """`text` with everything back in the place of its mark."""
        return MARKS.sub(self._back, text) if self._inlines or self._blocks else text

    def _take(self, pattern: re.Pattern[str], *, block: bool = False) -> None:
        self.text = pattern.sub(lambda found: self._out(found[0], block), self.text)

    def _out(self, surface: str, block: bool) -> str:
        kept, marks = (self._blocks, _BLOCKS) if block else (self._inlines, _INLINES)
        ending = "\n" if block and surface.endswith("\n") else ""
        if len(kept) >= len(marks):
            raise TooMany
        kept.append(self.put_back(surface[: len(surface) - len(ending)]))
        return chr(marks[len(kept) - 1]) + ending

    def _back(self, mark: re.Match[str]) -> str:
        code = ord(mark[0])
        return self._blocks[code - _BLOCKS[0]] if code in _BLOCKS else self._inlines[code - _INLINES[0]]

    def _unquoted(self, found: re.Match[str]) -> str:
        if found["straight"] or found["single"]:
            sign = found[0][0]
            return f"{sign}{self._out(found[0][1:-1], False)}{sign}"
        inner = next(filter(None, found.groups()))
        sign = "'" if found["d"] else '"'
        return f"{sign}{self._out(inner.strip() or inner, False)}{sign}"


def about_wording(text: str, words: frozenset[str]) -> list[Stretch]:
    """The stretches that a request to work on wording keeps, see above. `words`: those of `text`, in small letters."""
    if words.isdisjoint(WORDING):
        return []
    at = 0
    for line in text.split("\n"):
        if not WORDING.isdisjoint(_WORD.findall(line.lower())):
            break
        at += len(line) + 1
    colon = line.find(":")
    end = at + (colon + 1 if colon >= 0 else len(line))
    if not (text[:at] + text[end:]).strip():
        return [(0, len(text))]
    return [(0, at), (end, len(text))]
