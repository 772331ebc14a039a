"""Streets in small letters, as people type them in a hurry: `221 elm st`, `hauptstr. 12`, `calle mayor 5`.

Read by the street detector. Without capitals only a word that is nothing but a street's name is believed at once;
`drive`, `court` and the like need a flat's number, a comma and a town, or a word of living or sending before.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.glue import words

_NOT_A_STREET = (
    r"(?:the|a|an|of|in|on|to|and|or|for|is|are|was|per|way|ways|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|"
    r"km|miles?|meters?|metres?|feet|ft|gb|tb|mb|usb|flash|hard|ssd|disk|test|food|supreme|high|tennis|dead|cars?|"
    r"people|lanes?|times?|percent|stars?|steps?|different|more|than|from|at|with|wall|main|busy|side|city|public|"
    r"local|every|each|other|same|this|that|along|across|down|cross)"
)
_WORD = rf"(?!{_NOT_A_STREET}\b)[^\W\d_]{{2,20}}(?:['’]s)?"
_UNIT = r"(?:,? (?:apt|apartment|suite|ste|unit|flat|floor|room|#)\.? ?#?[a-z]?\d{1,5}[a-z]?\b)"
_TOWN = r"(?:, [^\W\d_]{3,20}(?: [^\W\d_]{3,20})?(?:,? [a-z]{2})?(?:,? \d{5})?\b)"
_STREET = (
    rf"\d(?<![\w.,\-/:$€£]\d)(?!(?<=1)9\d\d |(?<=2)0\d\d )\d{{0,4}}[a-z]? (?:[nsew]\.? |north |south |east |west )?"
    rf"(?:{_WORD} |\d{{1,3}}(?:st|nd|rd|th) ){{1,2}}?"
)
_END = r"(?![\w\-'’])"

SURE = re.compile(
    rf"{_STREET}(?:street|st|avenue|ave|boulevard|blvd|rd|ln|parkway|pkwy|terrace|crescent)\b\.?{_END}{_UNIT}?{_TOWN}?"
    rf"|{_STREET}(?:road|drive|dr|court|ct|lane|highway|hwy|place|way|close|square|circle|trail|grove)\b\.?{_END}"
    rf"(?:{_UNIT}{_TOWN}?|{_TOWN})",
    re.IGNORECASE,
)
TOLD = re.compile(
    rf"{_STREET}(?:road|drive|dr|court|ct|lane|highway|hwy|place|way|close|square|circle|trail|grove)\b\.?{_END}",
    re.IGNORECASE,
)
ENGLISH = words(
    "street st avenue ave boulevard blvd rd ln parkway pkwy terrace crescent road drive dr court ct lane highway hwy "
    "place way close square circle trail grove"
)
TELLING = words(
    "live lives lived living address addr home house located moved move reside resides ship send deliver delivered "
    "mail residence"
)

CODED = re.compile(
    r"(?: (?:at|is|in|to|on))?:? {1,2}(?:(?:apt|flat|unit|suite|studio)\.? ?[a-z]?\d{1,5}[a-z]?,? )?"
    r"\d{1,6}[a-z]?(?:/\d{1,4})? [^\W\d_][\w'’.,\- ]{4,70}?"
    r"[ ,](?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]\d[\dw] ?[a-z\d]{4}|"
    r"[a-z]{2,3},? \d{4,5}|\d{5})"
    r"(?![\w\-])",
    re.IGNORECASE,
)
"""Behind a word of living or sending: a number, and everything up to a postcode."""

_JOINT = r"(?:de la |de los |de las |de l['’]|du |des |de |del |della |dei |d['’]|la |le |les |el |los |las )?"
STEMMED = re.compile(
    r"(?<![\w\-])[^\W\d_]{3,25}(?:straße|strasse|str\.|straat|gracht|laan|singel|kade|allee) ?"
    r"\d{1,4} ?[a-h]?(?![\w.,]\d|\w)"
    r"(?:,? \d{4,5}(?: ?[a-z]{2})? [^\W\d_]{3,25})?",
    re.IGNORECASE,
)
OTHERS = re.compile(
    rf"(?<![\w.,\-/])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|chemin|impasse|quai|allée) {_JOINT}"
    r"[^\W\d_]{3,20}(?:,? \d{5}(?: [^\W\d_]{3,20})?)?"
    rf"|(?<!\w)(?:calle|c/|avda\.?|avenida|paseo|plaza) ?{_JOINT}(?:[^\W\d_]{{2,15}} ){{0,2}}?[^\W\d_]{{3,15}},? "
    r"(?:n[ºo°]\.? ?)?\d{1,4}(?![\w%])"
    r"|(?<=\bin )(?:via|viale|corso|piazza) (?:[^\W\d_]{2,15} ){0,2}?[^\W\d_]{3,15},? \d{1,4}(?![\w%])"
    r"|(?<!\w)(?:viale|piazza|corso|vicolo) (?:[^\W\d_]{2,15} ){0,2}?[^\W\d_]{3,15},? \d{1,4}(?![\w%])"
    r"|(?:(?<=abito )|(?<=indirizzo )|(?<=indirizzo: ))via (?:[^\W\d_]{2,15} ){0,2}?[^\W\d_]{3,15},? \d{1,4}(?![\w%])",
    re.IGNORECASE,
)
OTHER_WORDS = words(
    "rue avenue boulevard chemin impasse quai allée calle avda avenida paseo plaza via viale corso piazza vicolo"
)
OTHER_STEMS = ("straße ", "strasse ", "str. ", "straat ", "gracht ", "laan ", "singel ", "kade ", "allee ")
