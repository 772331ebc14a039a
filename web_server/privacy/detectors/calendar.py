"""Dates: of birth where the words say so; any other date, time and age for policies that hide them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_MONTH = (
    r"(?:jan(?:uary|uar|vier|uari)?|ene(?:ro)?|gen(?:naio)?|jänner|feb(?:ruary|ruar|rero|braio|ruari)?|févr?(?:ier)?|"
    r"mar(?:ch|s|zo)?|märz|maart|mrz|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|mag(?:gio)?|mei|"
    r"june?|juni|juin|junio|giu(?:gno)?|july?|juli|juillet|juil|julio|lug(?:lio)?|aug(?:ust|ustus)?|août|ago(?:sto)?|"
    r"sept?(?:ember|embre|iembre)?|set(?:tembre)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|"
    r"nov(?:ember|embre|iembre)?|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?|dic(?:iembre|embre)?)"
)
_MONTHS = words(
    "jan january januar janvier januari ene enero gen gennaio jänner feb february februar febrero febbraio februari "
    "fév févr février mar march mars marzo märz maart mrz mrt apr april aprile avr avril abr abril may mai mayo mag "
    "maggio mei june jun juni juin junio giu giugno july jul juli juillet juil julio lug luglio aug august augustus "
    "août ago agosto sep sept september septembre septiembre set settembre oct october octobre octubre okt oktober "
    "ott ottobre nov november novembre noviembre dec december dez dezember déc décembre dic diciembre dicembre"
)
_YEAR = r"(?:(?:1[89]|20)\d\d|['’]\d\d)"
_FIGURES = re.compile(
    r"\d(?<![\w.,/\-]\d)(?:\d?(?P<a>[./\-])\d{1,2}(?P=a)(?:\d{4}|['’]?\d\d)|\d?\. \d{1,2}\. \d{4}"
    r"|\d{3}(?P<b>[./\-])\d{1,2}(?P=b)\d{1,2}|\d{3}年\d{1,2}月\d{1,2}日"
    rf"|\d?(?:st|nd|rd|th|er|re|\.|º|°|ª)?[ \-.]?(?:day )?(?:of |de |di |d['’])?{_MONTH}(?![^\W\d_])\.?"
    rf"(?:(?:,? |[ \-](?:de |del )?){_YEAR}|-\d\d)?|\d{{3}} {_MONTH}\.? \d{{1,2}})(?!(?!T\d\d:)[\w/\-]|[.]\d)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\d(?<![\w.,/\-]\d)(?:\d \d\d (?:19|20)\d\d|(?:9|0)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))(?![\w/\-])"
)
"""`03 04 1985`, `19850403`: dates only where a birth is spoken of."""
_BEHIND_MONTH = re.compile(
    rf"\.?(?: \d{{1,2}}(?:st|nd|rd|th)?(?:(?:,? |, ?){_YEAR})?|,? {_YEAR})(?![\w/\-]|[.:]\d)", re.IGNORECASE
)
_TIME = re.compile(
    r"(?:,? ?(?:at|um|à|a las|alle|ore|om|kl\.?)? |T)(?:[01]?\d|2[0-4])(?:[:.h]\d\d(?::\d\d(?:[.,]\d{1,6})?)?"
    r"(?: ?[ap]\.?m\b\.?|Z|[+\-]\d\d:?\d\d| Uhr)?| ?[ap]\.?m\b\.?| Uhr| heures?)(?![\w])",
    re.IGNORECASE,
)
_WEEKDAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes "
    "sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag "
    "vrijdag zaterdag zondag"
)
_IN_A_YEAR = words("in since during until till before after year by from im seit depuis desde nel dal sinds en")
_YEAR_ALONE = re.compile(r" (?P<year>(?:1[89]|20)\d\d)(?![\w/\-]|[.,:]\d)")
_BIRTH = words(
    "born dob birth birthday birthdate dateofbirth geboren geburtsdatum geburtstag geb né née naissance nacido "
    "nacida nació nací nacimiento nato nata nascita geboortedatum geboorte nascimento nascido nascida cumpleaños "
    "compleanno anniversaire verjaardag geburt bday"
)
_SIGNS = _BIRTH | {"b", "o"}
_DOB = re.compile(r"(?:\bd\.? ?o\.? ?b\.?|(?:^|\n|[(,;] ?)[b*]\.)\W{0,4}$", re.IGNORECASE)
_AGE = re.compile(
    r"(?<![\w.,])(?:(?:aged?|edad|età|âge|alter|leeftijd|turned|turning)[ :]{1,3}"
    r"(?:of |de |von |about |around |approximately |circa |roughly )?(\d{1,3})(?![\w%.,/:\-]\d|[\w%/])"
    r"|(\d{1,3})[ \-]?(?:(?:years?|months?|weeks?|yrs?|mos?)[ \-]old|years of age|y\.?/?o\b|años|ans\b|jahre alt|"
    r"monate alt|jährige\w?|anni\b|jaar(?: oud)?\b|jarige\b|enne\b|yr[ \-]old)"
    r"|(?:mit|im alter von) (\d{1,3})(?= jahren)"
    r"|(?<=[a-zß-ÿ], )(\d\d)(?=, (?:of|from|who|was|is|and|a|an|aus|der|die|ist|"
    r"und|de|qui|est|et|que|es|y|che|è|e|di|uit|en|die)\b)"
    r"|(\d\d)(?= ?[fm] (?:with|presenting|presents|patient|c/o)\b)"
    r"|(?:i'm|i am|he's|she's|he is|she is|they're|who is|ich bin|ik ben) (?:only |just |now |about )?(\d{1,3})"
    r"(?=[,.!?;)\n]|$| and| und| y | years| now| jahre| jaar)(?![.,]\d))",
    re.IGNORECASE,
)


def _dates(reading: Reading) -> Iterator[tuple[int, int]]:
    text = reading.text
    after = [found.span() for found in _FIGURES.finditer(text)]
    yield from after
    for month in _MONTHS & reading.words:
        for start, end in reading.places[month]:
            behind = _BEHIND_MONTH.match(text, end)
            if behind is not None and not any(first < start < last for first, last in _near(after, start)):
                yield start, behind.end()


def _near(spans: list[tuple[int, int]], place: int) -> list[tuple[int, int]]:
    """The one that begins last before a place, if any."""
    at = bisect_left(spans, (place, 0))
    return spans[max(0, at - 1) : at]


class BirthDetector(Detector):
    """A date that a word of birth announces."""

    KINDS = (kinds.DATE_OF_BIRTH,)
    BEST = 0.85

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit or reading.words.isdisjoint(_SIGNS):
            return
        spots = [*_dates(reading), *(found.span() for found in _LOOSE.finditer(reading.text))]
        for start, end in spots:
            if not reading.before(start).isdisjoint(_BIRTH) or _DOB.search(reading.text, max(0, start - 16), start):
                yield Span(start, end, kinds.DATE_OF_BIRTH, 0.85, "date-of-birth")


class CalendarDetector(Detector):
    """Any date with its time, weekdays, years, ages."""

    KINDS = (kinds.DATE_TIME, kinds.AGE)
    BEST = 0.7

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for day in _WEEKDAYS & reading.words:
            for start, end in reading.places[day]:
                yield Span(start, end, kinds.DATE_TIME, 0.35, "date-weekday")
        if not reading.has_digit:
            return
        for start, end in _dates(reading):
            time = _TIME.match(text, end)
            yield Span(start, time.end() if time else end, kinds.DATE_TIME, 0.6, "date")
        for word in _IN_A_YEAR & reading.words:
            for _, end in reading.places[word]:
                year = _YEAR_ALONE.match(text, end)
                if year is not None:
                    yield Span(*year.span("year"), kinds.DATE_TIME, 0.35, "date-year")
        for found in _AGE.finditer(text):
            group = found.lastindex or 0
            if int(found[group]) <= 120:
                yield Span(*found.span(group), kinds.AGE, 0.7, "age")
