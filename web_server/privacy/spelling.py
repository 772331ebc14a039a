"""How a value may be written: its parts, its other spellings, and when two spellings are one value.

Called by the ledger. Pure tables and functions; never keeps a value.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from web_server.privacy import dates, kinds, names, phones
from web_server.privacy.lexicon import Form
from web_server.privacy.transliterate import WRITTEN_OUT, folded, in_latin

URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?P<user>[^\s/?#@]*@)?(?P<host>[^\s/?#@:]+)(?P<port>:\d+)?(?P<rest>.*)\Z",
    re.S,
)
LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
URL_WORDS = frozenset({
    "api", "app", "asp", "aspx", "blog", "css", "csv", "doc", "docx", "en", "files", "gif", "html", "htm", "http",
    "https", "id", "img", "index", "jpeg", "jpg", "js", "json", "login", "mail", "news", "page", "pages", "pdf",
    "people", "php", "png", "post", "posts", "profile", "profiles", "search", "show", "svg", "team", "txt", "user",
    "users", "view", "web", "www", "xml",
})  # fmt: skip
FUNCTION_WORDS = frozenset({
    "a", "al", "am", "an", "and", "as", "at", "auch", "auf", "aus", "be", "bei", "bin", "but", "by", "da", "das",
    "de", "dei", "del", "dem", "den", "der", "des", "di", "die", "do", "dos", "du", "e", "een", "ein", "el", "en",
    "er", "es", "est", "et", "for", "go", "he", "i", "ich", "if", "ihr", "il", "in", "is", "ist", "it", "je", "la",
    "las", "le", "les", "lo", "los", "me", "mit", "my", "ne", "no", "non", "not", "of", "on", "or", "que", "sa", "se",
    "she", "si", "sie", "so", "su", "sur", "te", "ten", "ter", "the", "to", "tu", "um", "un", "una", "und", "une",
    "up", "us", "van", "vom", "von", "we", "wie", "y", "you", "zu", "zum", "zur",
})  # fmt: skip
"""Words that a name may hold and that mean something else wherever they stand alone."""

_PARTICLES = frozenset({
    "af", "al", "av", "bin", "da", "de", "dei", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
    "ibn", "la", "le", "les", "of", "ter", "ten", "van", "von", "y", "zu", "zum", "zur",
})  # fmt: skip
_TITLES = frozenset({
    "dr", "prof", "mr", "mrs", "ms", "miss", "mister", "sir", "madam", "dame", "lord", "lady", "herr", "frau",
    "fraulein", "monsieur", "madame", "mademoiselle", "mme", "mlle", "señor", "señora", "sr", "sra", "don", "doña",
    "signor", "signora", "dott", "ing", "mag", "dipl", "phd", "md", "jr", "sen", "rev", "father", "sister", "brother",
    "aunt", "uncle",
})  # fmt: skip
_LETTERS = r"(?:[^\W\d_][\u0300-\u036f]*)+"
_NAME_PART = re.compile(rf"(?P<text>{_LETTERS}(?:['’]{_LETTERS})*)(?P<gap>(?:[^\w]|[\d_])*)")
_ELISION = re.compile(r"[ldmst]['’](?=\w)")
_CONTRACTION = re.compile(r"(?i)(?:i|you|we|they|he|she|it|that|who)['’](?:m|re|ll|ve|d)\Z")
_POSSESSIVE = re.compile(r"['’][sS]\Z")
NUMBERS = kinds.NATIONAL_IDS | {
    kinds.PHONE_NUMBER, kinds.CREDIT_CARD, kinds.IBAN_CODE, kinds.BANK_ACCOUNT, kinds.VAT, kinds.PASSPORT,
    kinds.DRIVER_LICENSE, kinds.LICENSE_PLATE, kinds.MEDICAL_RECORD, kinds.POSTAL_CODE, kinds.SWIFT,
}  # fmt: skip
_WRITTEN_OUT = str.maketrans(WRITTEN_OUT)
TEXTUAL = frozenset({kinds.LOCATION, kinds.ORGANIZATION, kinds.STREET_ADDRESS, kinds.USERNAME})
"""Kinds that are written in words, whose case says nothing about which value it is."""

_DATES = frozenset({kinds.DATE_OF_BIRTH, kinds.DATE_TIME})
EXACT = frozenset({kinds.SECRET, kinds.CRYPTO, kinds.URL})  # in other letters these are other values
_LONG_NUMBER = 8
"""Shorter ones are told from other numbers by how they are grouped."""
_GROUPED = re.compile(r"\(?\+?[^\W_]*(?:[ \u00a0\-–‑./()]{1,3}[^\W_]+)*\)?\Z")
_NOT_DIALLED = re.compile(r"[^\w+]")
_SPACE = re.compile(r"\s+")


Spelling: TypeAlias = tuple[int, str, Form]
"""How far it is from the plain spelling, the spelling, and what takes its place."""

Respell: TypeAlias = Callable[[str, Form], Iterable[Spelling]]
"""From a spelling and its form to other spellings of it."""


class NamePart(NamedTuple):
    """A piece of a name and what stands between it and the next. `speaks`: it tells who it is."""

    text: str
    gap: str
    speaks: bool
    initial: bool = False


def name_parts(name: str) -> list[NamePart]:
    """A person's name in parts; joined again, `text` and `gap` are the name."""
    parts: list[NamePart] = []
    begin = 0
    for match in _NAME_PART.finditer(name):
        if match.start() > begin:
            parts.append(NamePart(name[begin : match.start()], "", False))
        begin = match.end()
        text, gap = match["text"], match["gap"]
        if elided := _ELISION.match(text):
            parts.append(NamePart(elided[0], "", False))
            text = text[elided.end() :]
        if possessive := _POSSESSIVE.search(text):
            text, gap = text[: possessive.start()], possessive[0] + gap
        lower = text.lower()
        silent = lower in _TITLES or (lower in _PARTICLES and text == lower) or bool(_CONTRACTION.match(text))
        is_initial = len(text) == 1 and text.isascii() and (text.isupper() or gap.startswith("."))
        parts.append(NamePart(text, gap, len(text) > 1 and not silent, initial=is_initial))
    return parts or [NamePart(name, "", True)]


def lowered(word: str) -> str:
    """A word in small letters, its accents composed: written either way it is one word."""
    lower = word.lower()
    return lower if lower.isascii() else unicodedata.normalize("NFC", lower)


def is_filler(word: str) -> bool:
    """Whether `word` is a part of names that stays in their surrogates, and a word of any other text."""
    lower = word.lower()
    return lower in FUNCTION_WORDS or lower in _PARTICLES or lower in _TITLES


def same_value(kind: str, value: str) -> str:
    """Equal for two spellings of one value."""
    if kind in NUMBERS:
        return "".join(filter(str.isalnum, value)).lower()
    return value if kind in EXACT else _SPACE.sub(" ", lowered(value)).strip().casefold()


def plain(word: str) -> frozenset[str]:
    """The ASCII ways in which mail addresses write `word`, in small letters: `mueller` and `muller` for `Müller`.

    None for a word with letters that no table has: without them it would be another word.
    """
    lower = in_latin(word.lower()) if word else ""
    return frozenset(bare for bare in map(folded, (lower.translate(_WRITTEN_OUT), lower)) if bare.isascii())


def of_original(text: str, form: Form) -> Iterator[Spelling]:
    """Other ways in which an original may stand in a request."""
    if form.kind == kinds.PERSON:
        yield from _inflected(text, form)
    elif form.kind in NUMBERS:
        yield from _compact(text, form)
    if not text.isascii():
        for other in (
            unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text),
            quote(text, errors="replace"), quote(text.capitalize(), errors="replace"), json.dumps(text)[1:-1],
        ):  # fmt: skip
            if other != text:
                yield 1, other, form
        if form.follow_case:
            for bare in plain(text):
                if len(bare) > 3:
                    yield 2, bare, form._replace(proper=form.proper or names.is_common(bare))


def of_surrogate(text: str, form: Form) -> Iterator[Spelling]:
    """Other ways in which a model may write a surrogate."""
    if form.kind in {kinds.PERSON, kinds.LOCATION}:
        yield from _inflected(text, form)
    elif form.kind in NUMBERS and not text.startswith("["):
        yield from _compact(text, form)
    if text.startswith("["):
        yield from _tagged(text, form)
    elif form.kind in _DATES:
        for other, value in dates.written_otherwise(text, form.value):
            yield 2, other, form._replace(value=value)


def _tagged(text: str, form: Form) -> Iterator[Spelling]:
    """A tag in other brackets, with one or none; without its mark, without underscores."""
    core = text[1:-1]
    bare, unmarked = core.rpartition("_")[0], form._replace(follow_case=False)
    yield 1, "\\" + text, form
    name, _, band = core.partition(": ")
    if band:  # a model may leave out what a generalised value is close to
        yield from _tagged(f"[{name}]", form)
        yield 1, f"[{name}]", form
    for opening, closing in ("[]", "<>", "{}"):
        yield 1, opening + core + closing, form
        yield 1, opening + core, form
        yield 1, core + closing, form
        yield 2, opening + bare + closing, unmarked
    yield 1, core, form
    yield 2, bare, unmarked._replace(proper=True, shouted=True)
    yield 2, bare.replace("_", ""), unmarked._replace(proper=True, shouted=True)


def _inflected(text: str, form: Form) -> Iterator[Spelling]:
    if not form.follow_case or not text[-1:].isalpha() or len(text) < 3:
        return
    lower = text.lower()
    suffixed = form._replace(suffix="s")
    if lower[-1] != "s":
        yield 1, text + "s", suffixed
    if lower.endswith(("sh", "ch")):
        yield 2, text + "es", suffixed
    elif lower[-1] == "y" and lower[-2] not in "aeiou":
        yield 2, text[:-1] + "ies", suffixed


def _loose(text: str, form: Form) -> tuple[str, Form] | None:
    """A long number without its separators, and the form that finds it in any grouping; None for all else."""
    if not _GROUPED.match(text):
        return None
    bare, value = _NOT_DIALLED.sub("", text), _NOT_DIALLED.sub("", form.value)
    if len(bare) < _LONG_NUMBER or len(value) != len(bare) or "*" in value:
        return None
    return bare, form._replace(value=value, loose=True)


def _compact(text: str, form: Form) -> Iterator[Spelling]:
    if grouped := _loose(text, form):
        yield 1, *grouped
        if form.kind == kinds.PHONE_NUMBER:
            yield from _dialled(*grouped)
        return
    bare = _NOT_DIALLED.sub("", text)
    if bare != text and len(bare) >= 6:
        yield 1, bare, form._replace(value=_NOT_DIALLED.sub("", form.value))


def _dialled(text: str, form: Form) -> Iterator[Spelling]:
    """A telephone number as it is dialled at home and from abroad, where surrogate and value are of one country."""
    value = form.value
    if not text.startswith("+") or not value.startswith("+"):
        return
    code = phones.country_code(text[1:])
    if not value.startswith("+" + code):
        return
    yield 2, "00" + text[1:], form._replace(value="00" + value[1:])
    if len(text) > _LONG_NUMBER + 1:  # as databases keep it
        yield 2, text[1:], form._replace(value=value[1:])
    home, real = text[1 + len(code) :], value[1 + len(code) :]
    if len(home) >= _LONG_NUMBER:
        yield 2, home, form._replace(value=real)
        yield 2, "0" + home, form._replace(value="0" + real)
