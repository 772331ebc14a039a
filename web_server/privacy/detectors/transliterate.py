"""The same name in other letters: Cyrillic and Greek names as passports write them, and any name without its accents.

Called by the gazetteer when it reads the lists of names. Never used on a text: offsets would move.
"""

from __future__ import annotations

import unicodedata

_SOUNDS = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya yo i yi ye g g k nj lj j dz dz"
_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґѓќњљјџѕ", _SOUNDS.split(" "), strict=True))
_GREEK = dict(zip("αβγδεζθικλμνξοπρσςτυφω", "avgdeztiklmnxoprsstyfo", strict=True)) | {
    "η": "i", "θ": "th", "χ": "ch", "ψ": "ps",
}  # fmt: skip
_GREEK_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "μπ": "b", "ντ": "nt", "γγ": "ng", "γκ": "gk"}
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_NO_ACCENTS = str.maketrans({
    "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe", "ə": "a",
})  # fmt: skip


def folded(name: str) -> str:
    """`munoz` of `muñoz`; lower case in, lower case out."""
    plain = unicodedata.normalize("NFKD", name.translate(_NO_ACCENTS))
    return "".join(char for char in plain if not unicodedata.combining(char))


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


def spellings(name: str) -> set[str]:
    """A name in lower case and the ways to type it on a keyboard that lacks its letters."""
    if name.isascii():
        return {name}
    latin = in_latin(name)
    return {name, latin, folded(latin), folded(latin.translate(_WRITTEN_OUT))}
