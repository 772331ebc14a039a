"""Names that may stand in for names: rare ones, of the real name's language and gender where these show.

Called by the ledger and the surrogates. Never yields a common word, and nothing that is not plain ASCII letters: such
a name survives JSON, URLs and mail addresses unescaped.
German, French, Spanish, Italian and Dutch names, and all that tells language and gender, are Faker's lists, read once
when first needed (0.2 s). English names are listed here: Faker's are the most frequent ones, many of them words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Literal, NamedTuple, TypeAlias

from web_server.privacy.draw import Draw

Part: TypeAlias = Literal["female", "male", "family"]

_LANGUAGES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
_OWN_LISTS = ("de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL")
_LISTS: Mapping[Part, str] = {"female": "first_names_female", "male": "first_names_male", "family": "last_names"}
_PLAIN = re.compile(r"[A-Z][a-z]{4,10}(?<![sxz])\Z")  # after s, x, z a genitive is an apostrophe alone, and lost

_ENGLISH: Mapping[Part, str] = {
    "female": """
        Albreda Alethea Althena Araminta Averil Barbary Berengaria Blodwen Bronwen Calanthe Ceridwen Clemency
        Cressida Damaria Delphia Dorcasta Drusilla Eglantine Elfrida Emmeline Ermintrude Esmeray Ethelind
        Euphemia Evadne Evelina Fenella Ginevra Griselda Hephzibah Hermia Hyacintha Idonea Imogene Isaura Isolda
        Jessamy Keturah Lavena Leocadia Linnet Lucasta Mehitabel Melisende Merewen Millicent Morwenna Nerissa
        Oonagh Ottoline Perdita Petronel Philomena Rosalba Rosamund Rowena Sephora Sidony Tamsin Theodora
        Thomasina Ursuline Venetia Winifreda Ysolde Zenobia
    """,
    "male": """
        Aldwin Ambrose Anselm Archibald Athelstan Auberon Aylmer Baldric Bartram Benedick Bertrand Caradoc
        Caspian Clovelly Corentin Crispin Cuthbert Dunstan Eadric Egbert Eldred Elwyn Emrick Endymion Ephraim
        Erasmo Ethelbert Evander Everard Fitzroy Florian Fulbert Gawain Gervaise Godfrey Gregor Hereward
        Hezekiah Horatio Ignatio Ingram Isambard Jethro Jocelyn Lambert Lancelin Leofric Leopold Lorcan Lysander
        Montague Mortimer Oberon Octavian Orsino Osbert Oswin Peregrine Perceval Piran Quentin Randolph Rufino
        Septimo Sigmund Tancred Thaddeo Tobin Valentin Wendell Wilfred Wolfram Wystan
    """,
    "family": """
        Abercorn Ackerley Addenbrooke Aldersey Amberley Anstruther Arkwright Ashburnham Aspinall Atherstone
        Babington Balcombe Barraclough Beckwith Bellingham Bickersteth Birtwistle Blenkinsop Boscawen
        Bracegirdle Brathwait Brocklebank Burbage Cadwallader Calthorpe Carnaby Carruther Catterall Chatterton
        Chenoweth Clitheroe Coldstream Colquhoun Corbishley Coverdale Crackenthorp Cruikshank Culpepper
        Dalrymple Debenham Dewhurst Dimmock Dunnock Eccleston Elphick Entwistle Fairweather Fanshawe Farthingale
        Featherstone Fenwick Fitzwarren Fothergill Foxcroft Gainsford Garthwaite Gathercole Goldsworthy
        Grimshaw Gulliford Halliwell Hardcastle Haythornth Heathcote Hebblewhite Henshaw Hesketh
        Higginbottom Hindmarsh Holinshed Honeychurch Houghtonby Huddleston Inchbald Inglethorp Jellicoe Jolliffe
        Kerslake Killigrew Kirkbride Knatchbull Ladbrook Lambourn Latimer Leatherbarrow Lethbridge Lightbody
        Liversidge Longstaffe Loveday Lowther Lyttleton Mainwaring Marchbank Marjoriban Merriweather
        Micklethwait Monkhouse Mossendew Mottershead Mountjoy Muggeridge Nettlefold Northcote Oglethorpe Oldroyd
        Ollerenshaw Osbaldeston Otterburn Pakenham Pargeter Pauncefote Pengelly Pettigrew Philpott Plowright
        Polkinghorn Postlethwait Prendergast Quartermain Quillfeather Rainsford Ravenscroft Rigglesford
        Rowbotham Ruddigore Sackville Satterthwait Scattergood Shackleton Shillingford Shuttleworth Skeffington
        Slingsby Smallpiece Sotheby Spofforth Stainthorpe Standish Strangeway Sturtevant Swithenbank Tattersall
        Tetlow Thackeray Thistleton Threlkeld Tiptaft Tolliver Tredwell Trelawney Trevanion Tunnicliff
        Umfreville Uttoxeter Vavasour Venable Wadlow Wagstaffe Walkinshaw Warboy Wetherell Whittingstall
        Wigglesworth Winterbourne Wolstenholme Woolnough Wrigglesby Yarborough Yelverton
    """,
}
_ONSETS = (
    "b", "br", "c", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r",
    "st", "t", "tr", "v", "w",
)  # fmt: skip
_VOWELS = "aeiou"
_CODAS = (
    "bard", "dell", "dorn", "feld", "gant", "len", "mond", "nick", "quin", "ran", "rick",
    "thorn", "vald", "wick", "zel",
)  # fmt: skip


class _Pools(NamedTuple):
    common: frozenset[str]
    parts: Mapping[str, Part]
    languages: Mapping[str, str]
    rare: Mapping[tuple[str, Part], tuple[str, ...]]


def is_common(word: str) -> bool:
    """Whether `word` is an ordinary word of a language that is worked with here."""
    return word.lower() in _pools().common


def warm() -> None:
    """Reads the lists now rather than with the first question."""
    _pools()


def surrogate(name: str, given: bool, draw: Draw, hint: str = "") -> str:
    """A rare name for one part of a person's name; with `hint`, another name of the same person, its language."""
    pools = _pools()
    lower = name.lower()
    language = pools.languages.get(lower) or pools.languages.get(hint.lower(), "en")
    part: Part = pools.parts.get(lower) or _by_ending(lower) if given else "family"
    return draw.pick(pools.rare[language if language in _OWN_LISTS else "en", part])


def is_given(name: str) -> bool:
    """Whether `name` is known as a first name."""
    return name.lower() in _pools().parts


def known_like(name: str, draw: Draw) -> str:
    """A common first name of the language and gender of `name`, which is one too, and never `name` itself. One word:
    what is hidden word by word would have the shape of two names, and be known by it."""
    lower = name.lower()
    others = _given_names(_pools().parts[lower], _pools().languages[lower])
    made = draw.pick(others)
    return made if made.lower() != lower else others[(others.index(made) + 1) % len(others)]


def invented(draw: Draw) -> str:
    """A name that nobody bears, for when the lists are used up."""
    middle = "".join(draw.pick(_ONSETS) + draw.pick(_VOWELS) for _ in range(1 + draw.below(2)))
    return (middle + draw.pick(_CODAS)).capitalize()


def _by_ending(lower: str) -> Part:
    return "female" if lower.endswith(("a", "e", "ie")) else "male"


@cache
def _given_names(part: Part, language: str) -> Sequence[str]:
    pools = _pools()
    return sorted(
        name.capitalize()
        for name, of in pools.parts.items()
        if of == part and pools.languages[name] == language and name.isalpha()
    )


@cache
def _pools() -> _Pools:
    lists: dict[tuple[str, Part], frozenset[str]] = {}
    common: set[str] = set()
    for language in _LANGUAGES:
        provider = import_module(f"faker.providers.person.{language}").Provider
        lists.update({(language, part): frozenset(getattr(provider, name, ())) for part, name in _LISTS.items()})
        if language != "en_GB":  # Faker has no British words of its own
            common.update(map(str.lower, import_module(f"faker.providers.lorem.{language}").Provider.word_list))
    parts: dict[str, Part] = {}
    languages: dict[str, str] = {}
    for (language, part), names in lists.items():
        for name in names:
            languages.setdefault(name.lower(), language)
            if part != "family":
                parts.setdefault(name.lower(), part)
    rare: dict[tuple[str, Part], tuple[str, ...]] = {
        ("en", part): tuple(names.split()) for part, names in _ENGLISH.items()
    }
    for language in _OWN_LISTS:
        for part in _LISTS:
            elsewhere = frozenset().union(*(names for key, names in lists.items() if key != (language, part)))
            own = (name for name in lists[language, part] - elsewhere if _PLAIN.match(name))
            listed = tuple(sorted(name for name in own if name.lower() not in common))
            rare[language, part] = listed if len(listed) > 40 else listed + rare["en", part]
    return _Pools(frozenset(common), parts, languages, rare)
