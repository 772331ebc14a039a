"""Dates: of birth where the words say so; any other date, and ages, for policies that hide them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_MONTH = (
    r"(?:jan(?:uary|uar|vier|uari)?|ene(?:ro)?|gen(?:naio)?|jänner|feb(?:ruary|ruar|rero|braio|ruari)?|févr?(?:ier)?|"
    r"mar(?:ch|s|zo)?|märz|maart|mrz|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|mag(?:gio)?|mei|"
    r"june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust|ustus)?|août|ago(?:sto)?|"
    r"sept?(?:ember|embre|iembre)?|settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|ottobre|"
    r"nov(?:ember|embre|iembre)?|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?|dic(?:iembre|embre)?)\b\.?"
)
_DATE = re.compile(
    rf"(?<![\w.,/\-])(?:\d{{1,2}}([./\-])\d{{1,2}}\1(?:\d{{4}}|\d{{2}})|(?:19|20)\d\d([./\-])\d{{1,2}}\2\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?[ \-]?(?:of |de |di )?{_MONTH}(?:,? |[ \-](?:de |del )?)?(?:\d{{4}})?"
    rf"|(?<![A-Za-z]){_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)(?![\w/\-])",
    re.IGNORECASE,
)
_BIRTH = words(
    "born dob birth birthday birthdate birthday dateofbirth geboren geburtsdatum geburtstag geb né née "
    "naissance nacido nacida nació nacimiento nato nata nascita geboortedatum geboorte nascimento nascido "
    "nascida cumpleaños compleanno anniversaire verjaardag"
)
_AGE = re.compile(
    r"(?<![\w.,])(?:(?:aged?|edad|età|âge|alter|leeftijd)[ :]{1,3}(?:of |de )?(\d{1,3})(?![\w%.,/])"
    r"|(\d{1,3})[ \-](?:years?[ \-]old|y/?o\b|yr[ \-]old|años|ans\b|jahre alt|jährige\w?|anni\b|jaar oud|jarige\b))",
    re.IGNORECASE,
)


class BirthDetector(Detector):
    """A date that a word of birth announces."""

    KINDS = (kinds.DATE_OF_BIRTH,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit or reading.words.isdisjoint(_BIRTH):
            return
        for found in _DATE.finditer(reading.text):
            if not reading.before(found.start()).isdisjoint(_BIRTH):
                yield Span(*found.span(), kinds.DATE_OF_BIRTH, 0.85, "date-of-birth")


class CalendarDetector(Detector):
    """Any date, any age."""

    KINDS = (kinds.DATE_TIME, kinds.AGE)

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        for found in _DATE.finditer(reading.text):
            yield Span(*found.span(), kinds.DATE_TIME, 0.6, "date")
        for found in _AGE.finditer(reading.text):
            group = found.lastindex or 0
            if int(found[group]) <= 120:
                yield Span(*found.span(group), kinds.AGE, 0.7, "age")
