"""Names of countries, regions and towns in six languages, from the installed Faker package and a short list of ours.

Read by the detectors of places, addresses and people. Loaded once (about 0.1 s). Never says that a place is private:
most are public knowledge, and only what the text says of them ties one to somebody.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.not_names import ALSO_WORDS, NOT_NAMES, PLACES
from web_server.privacy.detectors.words_too import WORDS_TOO
from web_server.privacy.transliterate import all_folded

_COUNTRIES = ("en", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL")
_TOWNS = (
    "de_DE", "de_AT", "de_CH", "it_IT", "nl_NL", "nl_BE", "pl_PL", "pt_PT", "sv_SE", "da_DK", "fi_FI", "cs_CZ", "sk_SK",
    "sl_SI", "hr_HR", "hu_HU", "ro_RO", "en_IN", "en_BD", "id_ID", "fr_DZ", "el_GR", "ru_RU", "uk_UA",
)  # fmt: skip
_REGIONS = (
    "en_US", "en_GB", "en_IE", "en_AU", "en_CA", "de_DE", "de_AT", "es_ES", "es_AR", "fr_FR", "it_IT", "nl_NL", "nl_BE",
    "sv_SE", "pl_PL", "en_IN", "fi_FI",
)  # fmt: skip
_REGION_LISTS = ("states", "regions", "provinces", "counties", "municipalities", "departments", "cantons")
_OURS = (
    "aberdeen|accra|adelaide|albuquerque|amsterdam|ankara|antwerp|anchorage|auckland|baltimore|bangkok|basel|bath|"
    "beirut|belfast|belgrade|bergen|bilbao|bogotá|bogota|bordeaux|boulder|bratislava|brighton|brisbane|bristol|"
    "brussels|bucharest|buenos aires|buffalo|calgary|cambridge|canberra|cape town|caracas|cardiff|casablanca|"
    "charlotte|chengdu|christchurch|cincinnati|cleveland|cologne|colombo|columbus|copenhagen|cork|coventry|cracow|"
    "dakar|damascus|derby|dhaka|dresden|durban|dundee|düsseldorf|edmonton|eindhoven|exeter|florence|fort worth|fresno|"
    "galway|gdańsk|gdansk|geneva|genoa|ghent|gothenburg|grenoble|guadalajara|guangzhou|halifax|hannover|havana|"
    "helsinki|hobart|honolulu|hyderabad|indianapolis|islamabad|jacksonville|jakarta|jeddah|jerusalem|kabul|"
    "kansas city|karachi|kathmandu|kiev|kyiv|kraków|kuala lumpur|la paz|lahore|las vegas|lausanne|leeds|leicester|"
    "leipzig|lille|lima|ljubljana|long beach|los angeles|louisville|luxembourg|lyon|maastricht|malaga|málaga|malmö|"
    "manila|maputo|marrakech|marseille|melbourne|memphis|mexico city|milwaukee|minneapolis|monterrey|montevideo|"
    "montpellier|mosul|nantes|nashville|newark|newcastle|nice|norwich|nottingham|oakland|odessa|oklahoma city|omaha|"
    "osaka|oslo|ottawa|oxford|palo alto|panama city|pasadena|perth|philadelphia|pittsburgh|plymouth|porto|portland|"
    "portsmouth|poznań|pretoria|providence|pune|quito|raleigh|reykjavik|riga|rio de janeiro|riyadh|rotterdam|"
    "sacramento|salt lake city|salzburg|san antonio|san diego|san francisco|san jose|san juan|santa cruz|santa monica|"
    "santiago de chile|são paulo|sao paulo|sarajevo|seville|sheffield|shenzhen|sofia|southampton|st louis|st. louis|"
    "stockholm|strasbourg|stuttgart|sunderland|swansea|tacoma|taipei|tallinn|tampa|tehran|tel aviv|the hague|"
    "thessaloniki|tirana|toulouse|tripoli|tucson|tulsa|tunis|utrecht|vilnius|washington dc|washington d.c.|wellington|"
    "windsor|winnipeg|wolverhampton|worcester|wrocław|wuhan|xiamen|yerevan|york|zagreb|zaragoza|sevilla|valencia|"
    "alicante|almería|burgos|cádiz|castellón|córdoba|donostia|gijón|girona|granada|huelva|la coruña|a coruña|"
    "las palmas|león|logroño|lugo|murcia|oviedo|pamplona|salamanca|san sebastián|santander|santiago de compostela|"
    "tarragona|toledo|valladolid|vigo|vitoria|zamora|badajoz|cáceres|jerez|elche|mérida|angers|brest|caen|dijon|"
    "le havre|le mans|limoges|metz|mulhouse|nancy|nîmes|orléans|perpignan|reims|rennes|rouen|saint-étienne|toulon|"
    "tours|besançon|clermont-ferrand|amiens|avignon|aix-en-provence|biarritz|la rochelle|mons|liège|namur|bruges|"
    "brugge|gent|louvain|leuven|mechelen|uccle|sierra leone|sri lanka|costa rica|puerto rico|hong kong|new york|"
    "new york city|new orleans|new jersey|new delhi|new zealand|south africa|north korea|south korea|saudi arabia|"
    "united states|united kingdom|great britain|northern ireland|el salvador|el paso|fort lauderdale|silicon valley|"
    "middle east|latin america|eastern europe|western europe|southeast asia|bay area|england|scotland|wales|holland|"
    "usa|u.s.a.|u.s.|u.k.|uae|brooklyn|manhattan|queens|bronx|harlem|hollywood|soho|wall street|malibu|palestine|gaza|"
    "west bank|kosovo|taiwan|crimea|donbas|siberia|catalonia|bavaria|tuscany|sicily|sardinia|andalusia|provence|"
    "normandy|brittany|flanders|wallonia|bayern|hessen|sachsen|thüringen|schweiz|österreich|deutschland|españa|italia|"
    "francia|alemania|nederland|belgië|belgique|suisse|allemagne|espagne|italie|angleterre|inglaterra|estados unidos|"
    "reino unido|états-unis|royaume-uni|vereinigte staaten|türkei|tschechien|großbritannien"
)
_DEMONYMS = words(
    "american americans british german germans french spanish italian italians dutch russian russians chinese "
    "japanese korean indian indians canadian canadians australian australians mexican mexicans brazilian polish "
    "swedish norwegian danish finnish turkish greek portuguese ukrainian ukrainians israeli israelis palestinian "
    "palestinians syrian iraqi iranian egyptian moroccan nigerian kenyan ethiopian pakistani bangladeshi indonesian "
    "malaysian vietnamese thai filipino singaporean irish scottish welsh english austrian swiss belgian czech slovak "
    "hungarian romanian bulgarian serbian croatian slovenian bosnian albanian estonian latvian lithuanian icelandic "
    "saudi emirati kuwaiti lebanese jordanian afghan argentinian argentine chilean peruvian colombian venezuelan "
    "cuban european asian african arab arabic jewish muslim christian hindu buddhist sikh catholic"
)


_WORDS = words(
    "down man lot cook nice bath tours angers ain var cher nord orne derby windsor providence columbus centro"
)


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """All in lower case, names of several words included."""

    known: frozenset[str] = field(repr=False)
    """Countries, regions and cities that everybody knows."""
    towns: frozenset[str] = field(repr=False)
    """Every other place of the lists."""
    demonyms: frozenset[str] = field(repr=False)

    def has(self, name: str) -> bool:
        return name in self.known or name in self.towns


@lru_cache(maxsize=1)
def place_names() -> PlaceNames:
    known = set(_OURS.split("|")) | PLACES
    for locale in _COUNTRIES:
        known.update(_names(locale, ("countries",)))
    for locale in _REGIONS:
        known.update(_names(locale, _REGION_LISTS))
    towns = {town for locale in _TOWNS for town in _names(locale, ("cities", "real_city_names", "city_names"))}
    no_place = NOT_NAMES | ALSO_WORDS | WORDS_TOO
    known = {name for name in known if name in PLACES or name not in NOT_NAMES} - _WORDS
    towns = {name for name in towns if name not in no_place and len(name) > 3}
    return PlaceNames(
        known=frozenset(known | all_folded(known)),
        towns=frozenset(towns | all_folded(towns)) - known,
        demonyms=_DEMONYMS,
    )


def _names(locale: str, lists: Iterable[str]) -> Iterator[str]:
    """Lists hold names, or pairs of a code and a name."""
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    for attribute in lists:
        entries = getattr(provider, attribute, ())
        if isinstance(entries, (tuple, list)):
            names = [entry[-1] if isinstance(entry, (tuple, list)) else entry for entry in entries]
            lines = "\n".join(name for name in names if isinstance(name, str) and len(name) > 2)
            for name in lines.lower().split("\n"):
                if name and not name.isdigit():
                    yield name.partition(" (")[0].partition(",")[0] if "," in name or "(" in name else name
