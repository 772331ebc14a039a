"""What follows a street: flat, town, region, postcode, country, on its line and on those below.

Called for every street that the detectors of addresses found. A town is believed when the lists know it, when it is
called as towns are, or when a postcode follows. Never reads on into the next sentence, column or field.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.not_names import NOT_NAMES
from web_server.privacy.detectors.place_names import PlaceNames

UNIT_WORDS = (
    r"apt|apartment|suite|ste|unit|flat|studio|floor|appt|appartement|whg|wohnung|piso|interno|room|rm|apto|appartamento|"
    r"depto|edif|puerta"
)
_DOOR = r"(?:[A-Za-z]| ?[ºª°](?: ?[A-Z]\b)?| [A-Z])?(?!\w)"
UNIT = rf"(?:(?i:{UNIT_WORDS})\b\.? ?#?[A-Z]?\d{{1,5}}{_DOOR}|# ?[A-Z]?\d{{1,5}}[A-Za-z]?\b)"
"""A flat, wherever it stands."""
_UNIT_BEHIND = (
    rf"(?:{UNIT}|(?i:bus|bte|boîte|level|interior|int|piano|scala|esc|escalera|bloque|portal|planta|local|etage|étage|stock|bldg|"
    rf"building|lot|box)\b\.? ?[A-Z]?\d{{1,5}}{_DOOR}|\d{{1,2}} ?[ºª°] ?(?:[A-Z]\b)?|\d{{1,2}}[A-D]\b)"
)
"""Also what is one only behind a street: `bus 3`, `3º B`."""
ALNUM_CODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ \-]?\d[A-Z]\d|[A-Z]\d[\dW] ?[A-Z\d]{4}|"
    r"\d{4} ?[A-Z]{2}|[A-Z]{1,2}-\d{4,5})"
)
CODE = (
    rf"(?:{ALNUM_CODE}|\d{{5}}(?:-\d{{3,4}})?|\d{{2}}-\d{{3}}|\d{{3}} \d\d|\d{{4}}(?:-\d{{3}})?|\d{{6}})"
    r"(?![\w\-]\w|\w|%)"
)
_JOIN = (
    r"(?:[ \-](?:(?:am|an der|an den|im|in der|bei|sur|sous|de la|de los|de las|del|de|della|dell['’]|dei|di|da|d['’]|"
    r"upon|on|la|le|las|los|les|nad|pod|do|aan de|aan den|op|den|of) ?)?)"
)
_CASED = rf"{CAPITALISED}(?!\w)\.?(?:{_JOIN}{CAPITALISED}(?!\w)){{0,4}}"
MARGIN = r"[ \t>?|*]{0,8}"
STEP = rf"(?: ?,? |[ \t]{{0,3}}[,.]?[ \t]{{0,3}}\r?\n{MARGIN})"
"""From one part of an address to the next."""
_GAP = (
    rf"(?P<gap>[ \t]{{0,3}}[,;.]?[ \t]{{0,3}}(?:\r?\n{MARGIN}){{1,2}}(?:, ?)?|[ ]{{0,2}},[ ]{{1,2}}|"
    r"[ ]{1,2}(?:[-–] )?|(?=\())"
)
_PIECE = re.compile(
    rf"{_GAP}(?:(?P<unit>{_UNIT_BEHIND})|(?P<code>{CODE})|(?P<region>\([^\W_][^()\n]{{1,20}}\)|[A-Z]{{2,5}}\b)|"
    rf"(?P<town>{_CASED}))"
)
_ENDS = re.compile(r"[ \t]{0,3}(?:[.?!,;)\"'<|]|\r?\n|$)")
_LINE_ENDS = re.compile(r"[ \t]{0,3}(?:[.?!,;]?[ \t]{0,3}(?:\r?\n|$)|[?!.,;)\"'])")
_CODE_GOES_ON = re.compile(rf"[ \t]{{0,3}}(?:[.?!,;)\"'<|]|\r?\n|$)|,? {CAPITALISED}| \(")
_TOWN_FOLLOWS = re.compile(rf" {{1,2}}{CAPITALISED}")
_STATES = words(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY DC ON QC BC AB MB SK NS NB NL PE NSW VIC QLD TAS ACT UK USA"
)
_LIKE_TOWNS = re.compile(
    r"(?:new|north|south|east|west|lake|port|saint|st|san|santa|fort|mount|bad|sankt|upper|lower|great|nueva|los|las|le|la|"
    r"el)[ \-][^\W\d_]{3,}.{0,20}|"
    r"[^\W\d_'’\-]{2,24}(?:ville|ton|town|burg|burgh|borough|bury|berg|haven|shire|stadt|furt|chester|cester|mouth|stad|"
    r"fort|ham|hausen|heim|dorf|kirchen|port|land|side|view|leben|ingen|drecht|hoven|beke|field|ford|ley|worth|wick|pool|"
    r"stead|dale|hurst|bridge|minster)|[^\W\d_]{3,20}-sur-[^\W\d_]{3,12}"
)
_MOST_TOWNS = 3
"""Town, county, country; more is a list of something else."""
_MOST_PARTS = 8


def with_tail(text: str, end: int, places: PlaceNames) -> int:
    """Where the address ends whose street ends at `end`."""
    tail = _Tail(text, end, places)
    while tail.goes_on():
        pass
    return tail.sure - (tail.sure > end and text[tail.sure - 1] == ".")


class _Tail:
    """How far the address has been read (`at`), and how far it is believed (`sure`)."""

    def __init__(self, text: str, end: int, places: PlaceNames) -> None:
        self.sure = self._at = end
        self._text = text
        self._places = places
        self._coded = self._behind_code = self._behind_region = False
        self._towns = 0
        self._steps = 0

    def goes_on(self) -> bool:
        """One part more."""
        self._steps += 1
        piece = _PIECE.match(self._text, self._at) if self._steps <= _MOST_PARTS else None
        if piece is None:
            return False
        if piece["unit"] is not None:
            return self._unit(piece)
        if piece["code"] is not None:
            return self._code(piece)
        return self._region(piece) if piece["region"] is not None else self._town(piece)

    def _unit(self, piece: re.Match[str]) -> bool:
        if self._coded or self._towns:
            return False
        self.sure = self._at = piece.end()
        return True

    def _code(self, piece: re.Match[str]) -> bool:
        if self._coded or not _is_code(piece, self._text, self._towns, self._behind_region):
            return False
        self._coded = self._behind_code = True
        self.sure = self._at = piece.end()
        return True

    def _region(self, piece: re.Match[str]) -> bool:
        region = piece["region"]
        first = not (self._towns or self._coded)
        if first and "\n" not in piece["gap"] and not _goes_on_with_code(self._text, piece.end()):
            return False
        self._at = piece.end()
        self._towns += 1
        self._behind_region = True
        if not first and (self._coded or region[0] == "(" or region in _STATES):
            self.sure = self._at
        return True

    def _town(self, piece: re.Match[str]) -> bool:
        below = "\n" in piece["gap"]
        if self._towns >= _MOST_TOWNS or (below and not _ends_line(self._text, piece.end())):
            return False
        end, known = _town_end(piece, self._text, self._places, self._behind_code)
        if end == 0 or (self._coded and not self._behind_code and not known):
            return False
        self._at = end
        self._towns += 1
        if self._behind_code or known or (piece["gap"] != " " and _is_like_a_town(piece["town"])):
            self.sure = end
        self._behind_code = False
        return end == piece.end()


def _town_end(piece: re.Match[str], text: str, places: PlaceNames, behind_code: bool) -> tuple[int, bool]:
    """Where the town ends, and whether the lists know it; 0 where a word stands that begins something else."""
    start = piece.start("town")
    parts = piece["town"].lower().split(" ")
    for count in range(len(parts), 0, -1):
        name = " ".join(parts[:count])
        if places.has(name.strip(".")) and (count == len(parts) or behind_code):
            return start + len(name), True
    if not behind_code:
        if len(parts) > 1 and (places.has(parts[-1]) or places.has(" ".join(parts[-2:]))):
            return piece.end(), True
        return (0 if parts[0] in NOT_NAMES else piece.end()), False
    length = 0
    for count, part in enumerate(parts):
        if part.strip(".") in NOT_NAMES or "@" in part:
            break
        length += len(part) + (count > 0)
    if length and text[start + length : start + length + 1] == ":" and " " in text[start : start + length]:
        length = text.rindex(" ", start, start + length) - start
    return (start + length if length else 0), False


def _is_code(piece: re.Match[str], text: str, towns: int, behind_region: bool) -> bool:
    code = piece["code"]
    if not code.isdigit():
        return True
    if len(code) == 4 and code[:2] in ("19", "20") and not behind_region:
        return _TOWN_FOLLOWS.match(text, piece.end()) is not None
    if len(code) == 6 and not towns:
        return False
    return _CODE_GOES_ON.match(text, piece.end()) is not None


def _ends_line(text: str, at: int) -> bool:
    return _LINE_ENDS.match(text, at) is not None or _goes_on_with_code(text, at)


def _goes_on_with_code(text: str, at: int) -> bool:
    return _CODE_SOON.match(text, at) is not None


_CODE_SOON = re.compile(rf",? {{1,2}}{CODE}")


def _is_like_a_town(name: str) -> bool:
    return _LIKE_TOWNS.fullmatch(name.lower()) is not None
