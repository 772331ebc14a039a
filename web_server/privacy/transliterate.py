"""The same name in other letters: Cyrillic and Greek names as passports write them, and any name without its accents.

Called by the lists of names and places when they are read, many at once: tens of thousands of names are read at each
start; and by the ledger's spellings, word by word. Never used on a text: offsets would move.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping

_SOUNDS = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya yo i yi ye g g k nj lj j dz dz"
_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґѓќњљјџѕ", _SOUNDS.split(" "), strict=True))
_GREEK = dict(zip("αβγδεζθικλμνξοπρσςτυφω", "avgdeztiklmnxoprsstyfo", strict=True)) | {
    "η": "i", "θ": "th", "χ": "ch", "ψ": "ps",
}  # fmt: skip
_GREEK_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "μπ": "b", "ντ": "nt", "γγ": "ng", "γκ": "gk"}
WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"}
_NO_ACCENTS = {
    "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe", "ə": "a",
}  # fmt: skip


def folded(name: str) -> str:
    """`munoz` of `muñoz`; lower case in, lower case out."""
    if name.isascii():
        return name
    plain = unicodedata.normalize("NFKD", _replaced(name, _NO_ACCENTS))
    return _replaced(plain, {char: "" for char in set(plain) if unicodedata.combining(char)})


def all_folded(names: Iterable[str]) -> set[str]:
    """What `folded` makes of each of these names that are not plain already; none holds a line break."""
    return _by_line(folded, (name for name in names if not name.isascii()))


def _by_line(change: Callable[[str], str], names: Iterable[str]) -> set[str]:
    """Names changed all at once: letter by letter would take longer than all else that is done at the start."""
    lines = "\n".join(names)
    return set(change(lines).split("\n")) if lines else set()


def _replaced(text: str, letters: Mapping[str, str]) -> str:
    for letter, other in letters.items():
        text = text.replace(letter, other)
    return text


def in_latin(name: str) -> str:
    """`dmitriy` of `дмитрий`, `giorgos` of `γιώργος`; a name of neither alphabet stays as it is."""
    if "Ѐ" <= name[0] <= "ӿ":
        return "".join(_CYRILLIC.get(char, char) for char in name)
    if "Ͱ" <= name[0] <= "Ͽ":
        bare = folded(name)
        for pair, latin in _GREEK_PAIRS.items():
            bare = bare.replace(pair, latin)
        return "".join(_GREEK.get(char, char) for char in bare)
    return name


def spellings(names: Iterable[str]) -> set[str]:
    """Names in lower case, and the ways to type them on a keyboard that lacks their letters."""
    typed = set(names)
    latin = {in_latin(name) for name in typed if not name.isascii()}
    written_out = _by_line(lambda names: _replaced(names, WRITTEN_OUT), latin)
    plain = all_folded(latin | written_out)
    return typed | latin | plain | {name for name in written_out if name.isascii()}
