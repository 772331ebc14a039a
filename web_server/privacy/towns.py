"""Invented names of towns, streets and companies, in the language of the name that they take the place of.

Called by the surrogates. Words that say what a place is stay (`Street`, `GmbH`, `rue de la`), each other word becomes
an invented name and each number another number: what kind of place it is can still be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from web_server.privacy.draw import Draw

_SYLLABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    language: (tuple(heads.split()), tuple(tails.split()))
    for language, heads, tails in (
        (
            "en",
            "Ald Bram Cald Dray Elv Fern Gars Hal Inver Kes Lang Mal Nor Ost Pren Quar Rav Sel Thor Ulv Wex Yar",
            "beck bourne by combe dale field ford holt hurst leigh mere mouth port stead thorpe wick worth",
        ),
        (
            "de",
            "Ahlen Birken Dorn Eschen Falken Gers Hasel Immen Kalten Leuch Mersen Nessel Ohl Quellen Ransen Sonnen "
            "Tannen Ulmen Wolfen Zellen",
            "au bach brunn brook fehn felde grund hagen horst kamp kirch loh moor mark ried rode scheid stedt "
            "wede werth",
        ),
        (
            "fr",
            "Aubri Bellan Bre Chante Clai Cour Dampi Ecri Fonte Grani Hauter Jou Lavi Mari Nogen Orvi Pier Rosi "
            "Soli Verni",
            "bois bourg clair court fontaine gnac lac lieu mare mesnil mont nay pierre rive roche son vaux "
            "verne vigny ville",
        ),
        (
            "es",
            "Alba Arro Beni Casti Desa Encina Fuen Guada Herre Lagu Mira Navalo Oli Piedra Quinta Robre Salva "
            "Torre Valde "
            "Zarza",
            "blanca cardos clara fresno hermosa jares lobos lindo molino negra nuevo parra pinar rosal serena "
            "sierra verde",
        ),
        (
            "it",
            "Albo Bel Bor Calve Casal Colle Fonta Gral Lago Monter Noce Olive Pia Querce Rocca Sasso Torri Valle Vigna",
            "bruno chiara dora duno fiore gallo lungo mare nera novo piano rosa sano secca selva verde vico zano",
        ),
        (
            "nl",
            "Berken Broek Elzen Duinen Eiken Gan Hazel Iepen Kraan Leeg Mosse Netel Ooi Pop Roer Slie Terwe "
            "Vlas Wilgen "
            "Zwanen",
            "beek berg burg dam dijk donk drecht geest hoek hout kerke laar lo meer oord stede veen waard wijk woude",
        ),
    )
}
_KEPT: dict[str, str] = {
    "de": "strasse straße str platz weg allee gasse ring ufer damm am an auf der dem den im in und bei haus ag "
    "gmbh kg ohg "
    "ug ev eg gbr mbh verlag klinik krankenhaus universität stadtwerke sparkasse verein bad sankt ober unter nieder",
    "fr": "rue avenue boulevard place chemin impasse quai allée allées cours route bis ter de du des la le les "
    "et à sur "
    "sous saint sainte sarl sas sa sasu eurl scop cedex bp société hôpital clinique université mairie lycée",
    "es": "calle avenida avda plaza paseo camino carretera ronda travesía c de del la las el los y san santa "
    "piso puerta "
    "sl slu sa sau sociedad hospital clínica universidad instituto colegio ayuntamiento banco",
    "it": "via viale piazza corso vicolo largo strada di del della delle dei da e san santa santo srl spa sas snc "
    "ospedale clinica università comune scuola studio",
    "nl": "straat laan gracht plein weg kade dijk singel dreef steeg van de het der den en aan bij bv nv vof stichting "
    "ziekenhuis universiteit gemeente hogeschool",
    "en": "apt apartment ave avenue blvd boulevard building court ct drive dr flat floor lane ln nr no place pl "
    "plaza po "
    "box rd road sq square st street suite ste way close crescent terrace grove gardens hill hwy highway parkway unit "
    "room north south east west co company corp corporation foundation group hospital clinic inc institute limited llc "
    "llp ltd plc pllc se school college university bank partners holdings and of the do das y von port new upon county "
    "city town council",
}
_LANGUAGES: Mapping[str, str] = {
    word: language for language, words in reversed(_KEPT.items()) for word in words.split()
}
_JOINING = frozenset(
    {"san", "santa", "santo", "saint", "sainte", "sankt", "new", "port", "north", "south", "east", "west"}
)
"""Kept words that would make a real name with the word behind the value, if they ended its surrogate."""

_SHARED = frozenset({
    "de", "la", "le", "der", "den", "van", "sa", "weg", "an", "am", "in", "e", "c", "y", "do", "das", "no", "the",
    "di", "del", "ter", "en", "plaza", "place", "avenue", "boulevard", "hospital", "piso", "corso", "sas",
})  # fmt: skip
"""Kept words of several languages: alone they tell none."""
_LETTERS = ((re.compile("[äöüß]"), "de"), (re.compile("[ñ¿]"), "es"), (re.compile("[çœêèûâ]"), "fr"))
_ENDING = re.compile(
    r"(?i)(straße|strasse|str|weg|platz|gasse|allee|ring|damm|ufer|straat|laan|gracht|plein|kade|dijk|singel|steeg|dreef"
    r"|street)\Z"
)
_ENDING_LANGUAGE = re.compile(
    r"(?i)(?:(?P<nl>straat|laan|gracht|plein|kade|steeg|dreef)|(?P<de>straße|strasse|str|gasse|allee|platz|damm|ufer))\Z"
)
_PART = re.compile(r"[^\W\d_]+|\d+")


def place(value: str, draw: Draw) -> str:
    """An invented place of the same make."""
    heads, tails = _SYLLABLES[_language_of(value)]

    def another(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return str(1 + draw.below(9)) + draw.digits(len(word) - 1)
        joins_on = match.end() == len(value) and word.lower() in _JOINING
        if word.lower() in _LANGUAGES and not joins_on:
            return word
        if len(word) == 1 and word.isascii():  # the letter of a house number, a gate or a staircase
            return draw.like(word)
        if len(word) == 1:
            return word
        ending = _ENDING.search(word)
        name = draw.pick(heads) + draw.pick(tails)
        return name + ending[0] if ending else name

    return _PART.sub(another, value)


def told_by(made: str) -> str:
    """The words of an invented place that are not kept words: what `de Kesport` and `Kesport Ltd` share."""
    return " ".join(word for word in _PART.findall(made.lower()) if word not in _LANGUAGES)


def _language_of(value: str) -> str:
    lower = value.lower()
    for word in _PART.findall(lower):
        if word in _LANGUAGES and word not in _SHARED:
            return _LANGUAGES[word]
        if found := _ENDING_LANGUAGE.search(word):
            return found.lastgroup or "en"
    return next((language for letters, language in _LETTERS if letters.search(lower)), "en")
