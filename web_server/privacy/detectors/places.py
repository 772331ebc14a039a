"""Where somebody is: postcodes, towns said to be somebody's own.

A place named in passing is public knowledge and kept; `I live in X` is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.letters import CAPITALISED, END, PROPER
from web_server.privacy.detectors.not_names import MONTHS, NOT_NAMES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_UK = re.compile(
    r"[A-PR-UWYZ](?<![\w\-].)(?:(?:\d{1,2}|[A-HK-Y]\d[\dA-Z]?|\d[A-HJKPSTUW]) \d[ABD-HJLNP-UW-Z]{2})(?!\w)"
)
_US_TOWN = re.compile(
    rf"(?<!\w)({CAPITALISED}(?: {CAPITALISED}){{0,2}}), (?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|"
    rf"N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]),? (\d{{5}}(?:-\d{{4}})?)(?!\w)"
)
_ADDRESS_WORDS = words(
    "adresse anschrift wohnhaft wohne plz wohnt postleitzahl ort address addresses postcode zip dirección domicilio "
    "localidad provincia cp indirizzo cap adres postcode woonplaats tel teléfono telefon telefono fax"
)
_CODE_SHAPE = re.compile(r"(?<![\d.])\d{4,5}(?![\d.%])|\d{3} \d\d(?!\d)|\d[A-Z]{2}(?!\w)|\d\d-\d{3}(?!\d)")
"""What every postcode holds; without it no town is looked for beside one."""
_LIVING = words(
    "live lives lived living reside based born grew moved moving from wohne wohnt wohnen geboren komme aus habite "
    "habitons "
    "vivo vive vivimos resido abito abita woon woont kom uit"
)
_SMALL_WHERE = re.compile(
    r"(?: up| back)?(?: (?:in|at|near|from|to|à|en|a|aan|nach|bei|aus|uit))? ([^\W\d_]{4,20}(?:[ \-][^\W\d_]{2,15}"
    r"){0,3})(?!\w)"
)
_NEED_AN_OWNER = frozenset(("is-in", "goes-to", "ours-in", "is-from"))
_OWNER = re.compile(
    r"\b(?:I|we|my|our|me|us|he|she|his|her|im|ich|wir|mein\w{0,2}|unser\w{0,2}|mi|nuestr[oa]|je|j|nous|mon|ma|"
    r"notre|yo|io|noi|"
    r"mio|mia|nostr[oa]|ik|wij|we|mijn|onze?|soy|sono|vengo|viens|komme?)\b(?![^.!?\n]{0,60}[.!?\n])",
    re.IGNORECASE,
)
_HOMES = (
    "office|home|house|flat|apartment|place|school|shop|store|factory|plant|clinic|practice|branch|headquarters|farm|"
    "church|neighborhood|neighbourhood|university|studio|restaurant|cafe|salon|village|town|city|büro|wohnung|haus|"
    "praxis|filiale|niederlassung|oficina|casa|piso|clínica|tienda|bureau|maison|appartement|cabinet|ufficio|negozio|"
    "kantoor|huis|winkel"
)
_IN = r"(?i:in|at|near|from|to|à|en|a|aan|nach|bei|di|da|aus|te|outside)"
_WHERE = rf"({PROPER}(?:, {PROPER})?){END}"
_CONTINENTS = words(
    "europe asia africa america antarctica oceania heaven hell english german french spanish peace fear"
)


def _is_place(value: str) -> bool:
    """What can stand behind `lives in`: no continent, no month, no word that opens a clause."""
    key = value.split(",", maxsplit=1)[0].split(" ", maxsplit=1)[0].lower()
    return key not in _CONTINENTS and key not in MONTHS and key not in _NO_TOWNS


def _is_town_of_ours(value: str) -> bool:
    return _is_place(value) and not any(key in COMMON or key in NOT_NAMES for key in value.lower().split())


_NO_TOWNS = words(
    "the a an my our your his her their this that it he she they we i you mr mrs ms dr monday tuesday wednesday "
    "thursday "
    "friday saturday sunday january february march april may june july august september october november december"
)
_TOWN_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?i:in|aus|à|en|a|te|nach|from|near) ({CAPITALISED}(?:[ \-](?:(?:am|an der|im|de|del|sur|la|le"
    rf") )?{CAPITALISED}){{0,3}})"
    r",? $"
)
_LATE_CODE = re.compile(
    r"(?<= )(?:\d{5}(?:-\d{3,4})?|(?!1[4-9]\d\d|20\d\d)\d{4}(?: [A-Z]{2}| ?-\d{3})?|\d{3} \d\d)(?![\w.,:/%\-]\w|\w)"
)
_CODE_TOWN = re.compile(
    rf"(?<![\w.,\-/#€$£+])((?:[A-Z]{{1,2}}-)?(?:\d{{5}}|\d{{4}} ?[A-Z]{{2}}|\d{{4}}|\d{{2}}-\d{{3}}|\d{{3}} \d\d))"
    rf"[.,]? "
    rf"({CAPITALISED}(?:[ \-](?:(?:am|an der|im|de|del|d['’]|sur|la|le|upon|on) )?{CAPITALISED}){{0,3}})(?!\w)"
)


class PlaceDetector(Detector):
    KINDS = (kinds.POSTAL_CODE, kinds.LOCATION)
    CUES = (
        Cue(kinds.POSTAL_CODE, "postcode",
            words("zip zipcode postcode postal postleitzahl plz cap cp postcode postalcode codepostal"),
            after(
                r"(?:[A-Z]{1,2}-)?(?:\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{3} \d\d|\d{2}-\d{3}|\d{3,7}|[A-Z]\d"
                r"[A-Z] ?\d[A-Z]\d|"
                  r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![\w.,%]\w|\w)", re.NOFLAG), 0.75),
        Cue(kinds.LOCATION, "lives-in",
            words(
            "live lived living reside resides residing residence based born grew moved moving relocated relocating "
            "stationed raised hometown wohne wohnt wohnen wohnhaft geboren aufgewachsen gezogen umgezogen ziehe "
            "lebe lebt "
            "habite habitons habitant vivo vive vivimos resido residente nacido nacida nací mudé abito abita vivo "
            "nato nata "
            "trasferito woon woont wonen geboren verhuisd né née"
        ),
            re.compile(rf"(?: (?:up|back|here|over|just|now|currently|actualmente|derzeit))?(?: {_IN})(?: the)? "
            rf"{_WHERE}"), 0.6,
            _is_place),
        Cue(kinds.LOCATION, "lives-in", words("lives"),
            re.compile(rf"(?<!\bour lives)(?<!day lives)(?<!eir lives)(?<!\bmy lives) {_IN}(?: the)? "
            rf"{_WHERE}"), 0.6, _is_place),
        Cue(kinds.LOCATION, "lives-in", words("moved relocated moving relocating"),
            re.compile(rf" from (?:{PROPER})(?:, {PROPER})? to {_WHERE}"), 0.6, _is_place),
        Cue(kinds.LOCATION, "comes-from",
            words("sitz sede siège gevestigd headquartered natural oriundo oriunda originaire stamme stammt kommst"),
            re.compile(rf"(?: est)?(?: située?| situata)? (?i:in|en|a|à|de|di|aus|te) {_WHERE}"), 0.55, _is_place),
        Cue(kinds.LOCATION, "ours-at", words("our unsere unser notre nuestra nostra ons"),
            re.compile(rf" ({PROPER})(?: |-)(?:office|branch|store|shop|plant|warehouse|clinic|site|campus|factory)\b"),
            0.55, _is_town_of_ours),
        Cue(kinds.LOCATION, "is-in", words("am m"),
            re.compile(rf"(?: (?:currently|now|here|still|just|back|staying|travell?ing|going|flying|on vacation|"
            rf"on holiday))? "
                       rf"(?:in|near|at|to|from) {_WHERE}"), 0.55, _is_place),
        Cue(kinds.LOCATION, "is-from", words("come komme viens vengo kom soy sono"),
            re.compile(rf"(?: originally)? (?i:from|aus|de|da|uit) ({PROPER}){END}"), 0.55, _is_place),
        Cue(kinds.LOCATION, "is-from", words("i m im originally"),
            re.compile(rf"(?: am)?(?: originally)? from ({PROPER}){END}"), 0.55, _is_place),
        Cue(kinds.LOCATION, "goes-to",
            words("travelling traveling flying moving visiting going trip flew drive fly flight reise fahre "
            "fliege viajo voyage viaggio"),
            re.compile(rf"(?: back)? (?i:to|nach|a|à|naar) {_WHERE}"), 0.5, _is_place),
        Cue(kinds.LOCATION, "ours-in", words(_HOMES.replace("|", " ")),
            re.compile(rf"(?: (?:is|are|ist|está|est|è))?(?: located)? (?i:in|at|near|à|en|a|te) {_WHERE}"), 0.5,
            _is_place),
        Cue(kinds.LOCATION, "field-town",
            words(
            "city town hometown birthplace wohnort geburtsort ort stadt ville ciudad localidad población "
            "municipio provincia "
            "città comune woonplaats plaats residence location state province región region"
        ),
            re.compile(rf"[\"']?\s{{0,2}}[:=]\s{{0,3}}[\"']?({PROPER}){END}(?!\.\w|\(|\) *(?:->|:))"), 0.6, _is_place),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._places = place_names()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for cue in self.CUES:
            for span in follow_cue(cue, reading):
                if cue.name not in _NEED_AN_OWNER or _OWNER.search(text, max(0, span.start - 60), span.start):
                    yield span
        yield from self._in_small_letters(reading)
        if not reading.has_digit:
            return
        if _CODE_SHAPE.search(text) is None:
            return
        for found in _UK.finditer(text):
            yield Span(*found.span(), kinds.POSTAL_CODE, 0.65, "postcode-uk")
        for found in _US_TOWN.finditer(text):
            yield Span(*found.span(1), kinds.LOCATION, 0.7, "town-us")
            yield Span(*found.span(2), kinds.POSTAL_CODE, 0.8, "zip-us")
        yield from self._towns(reading)

    def _in_small_letters(self, reading: Reading) -> Iterator[Span]:
        """`i live in markham`: what the lists know, behind words of living."""
        for word in _LIVING & reading.words:
            for _, end in reading.places[word]:
                found = _SMALL_WHERE.match(reading.text, end)
                if found is not None and found[1].islower():
                    length = self._known(found[1])
                    if length > 3:
                        yield Span(found.start(1), found.start(1) + length, kinds.LOCATION, 0.55, "lives-in-small")

    def _towns(self, reading: Reading) -> Iterator[Span]:
        """A postcode and a town that the lists know, or any capitalised word where an address is spoken of."""
        text = reading.text
        addressed = not reading.words.isdisjoint(_ADDRESS_WORDS)
        for found in _CODE_TOWN.finditer(text):
            if (
                found[1].isdigit() and len(found[1]) < 5 and found[1][:2] in ("14", "15", "16", "17", "18", "19", "20")
            ) and not addressed:
                continue
            town = self._known(found[2])
            if town or (addressed and len(found[1]) > 3 and found[2].split(" ")[0].lower() not in _NO_TOWNS):
                yield Span(*found.span(1), kinds.POSTAL_CODE, 0.7, "plz")
                yield Span(found.start(2), found.start(2) + (town or len(found[2])), kinds.LOCATION, 0.6, "town-coded")
        for code in _LATE_CODE.finditer(text):
            town_before = _TOWN_BEFORE.search(text, max(0, code.start() - 60), code.start())
            if (
                town_before is not None
                and town_before[1].lower() not in MONTHS
                and (len(code[0]) > 4 or self._known(town_before[1]))
            ):
                yield Span(*town_before.span(1), kinds.LOCATION, 0.6, "town-coded")
                yield Span(*code.span(), kinds.POSTAL_CODE, 0.6, "plz")

    def _known(self, name: str) -> int:
        """How many characters of `name` are a town; 0 for none."""
        parts = name.lower().split(" ")
        for count in range(len(parts), 0, -1):
            town = " ".join(parts[:count])
            if self._places.has(town):
                return len(town)
        return 0
