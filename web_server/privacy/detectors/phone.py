"""Phone numbers as people write them: international, or national in the US, GB, DE, FR, ES, IT and NL.

A candidate is found by its shape; phonenumbers is asked about the candidate alone. Its own matcher over a whole text
took 56 % of stock Presidio's time. Shape and context decide where it says no: fictional 555-01xx numbers are private
in a letter like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_CANDIDATE = re.compile(
    r"(?<![\w$€£%+^\-#&])(?<!\d[,:/=.])(?<![\w)]\*)(?<!\* )(?:\+ ?|\(\+|00)?\(?\d(?:[ .\-–/()]{0,2}\d){5,16}"
    r"(?!\d)(?:[ ,]{0,2}(?:x|ext\.?|extension|poste|Durchwahl|interno|toestel)[ .:]{0,2}\d{1,5})?"
    r"(?![\w%€£$=^]|[.,:/\-]\d|\*{1,2}[\w(])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{1,2}([./\-])\d{1,2}\1(?:\d{4}|\d{2})|(?:19|20)\d\d([./\-])\d{1,2}\2\d{1,2}"
    r"|(?:1[89]|20)\d\d[–\-/](?:1[89]|20)\d\d)(?:[ ,T]{1,3}\d{1,2}(?:[:.h]\d\d){0,2})?"
)
_SSN = re.compile(r"\d{3}([\- ])\d\d\1\d{4}")
_NORTH_AMERICAN = re.compile(
    r"(?:(?:\+|00)?1[ .\-]?)?(?:\([2-9]\d\d\)[ .\-]{0,2}|[2-9]\d\d([ .\-–‑]))\d{3}[ .\-–‑]\d{4}(?!\d)"
)
_SHAPES = (
    ("phone-north-american", 0.75, _NORTH_AMERICAN),
    ("phone-dashed", 0.7, re.compile(r"(?:1[ .\-]?)?(?:1\d\d-|\(1\d\d\) ?)\d{3}-\d{4}(?!\d)")),
    (
        "phone-area",
        0.6,
        re.compile(r"(?:\(0[1-9]\d{0,4}\)[ \-/]{0,2}|0[1-9]\d{1,4}(?: ?[/\-] ?| ))\d{3,8}(?:[ \-]\d{2,5}){0,2}$"),
    ),
    ("phone-french", 0.8, re.compile(r"0[1-9](?:([ .\-])\d\d)(?:\1\d\d){3}$")),
    ("phone-fictional", 0.6, re.compile(r"555[\-.‑]\d{4}$")),
    ("phone-local", 0.35, re.compile(r"[2-9]\d\d[\-.‑]\d{4}$")),
)
_THREES = re.compile(
    r"[36789]\d\d([ .\-])\d{3}\1\d{3,4}|[6789]\d\d ?\d\d([ .\-])\d\d\2\d\d|9\d[ .\-]\d{3}[ .\-]\d\d[ .\-]\d\d"
)
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]{0,4}(\d[\d \t.]{1,30}\d)[ \t]{0,4}\n[ \t]{0,4}$")
_LINE_BEHIND = re.compile(r"[ \t]{0,4}\n[ \t]{0,4}(\d[\d \t.]{1,30}\d)(?![^\n])")
_TRUNK = re.compile(r"\(?0\d")
_REGIONS = ("GB", "DE", "FR", "NL", "IT")
_ANYWHERE = (*_REGIONS, "US", "ES", "BE", "AT", "CH", "IE")
_WORDS = words(
    "phone phones telephone tel mobile cell cellphone fax call calling sms whatsapp ring dial hotline landline "
    "telefon telefonnummer handy handynummer mobil mobilnummer rufnummer anrufen festnetz durchwahl erreichbar "
    "téléphone telephone portable appeler appelez joindre tél teléfono telefono móvil movil celular llamar llámame "
    "cellulare chiamare telefoonnummer telefoon mobiel bel bellen reach ph answering desk registered whatsappen gsm "
    "bereikbaar bereiken llama llámeme llamadme llámanos escríbeme marcar tfno tlf tlfno cel rappeler rappelle "
    "rappelez appelle joignable chiama chiamami chiamatemi chiamateci telefonami recapito contact kontakt contacto "
    "contatto texted messaged dialed dialled rang phoned voicemail pager fijo mobiele thuis ruf rufe rufen ruft "
    "anruf erreichst erreiche belt gebeld opbellen telefone telemóvel telemovel telefonu telefonicznie komórka komórki "
    "komórkowy zadzwoń zadzwonić ligue ligar contattare contattarmi contattami contattarci contattatemi raggiungermi "
    "raggiungibile chiamata chiamato contactar contactarme llamada llamadas llamado appelé appelée joignables gebeld "
    "angerufen anzurufen zurückrufen rückruf robocall robocalls voicemails handynr telefonnr telnr mobilnr gsmnummer"
)
_SAID = re.compile(
    r"\b(?:my|his|her|their|our|your|mijn|meine?|deine?|ihre?|seine?|mi|su|tu|mon|ma|son|mio|suo|zijn|haar)\s"
    r"(?:\w{1,12}\s)?(?:numbers?|nummer|numéro|número|numero|digits|nr|no)\b"
    r"|\b(?:office|home|work|cell|mobile|contact|house|fax|direct|desk)\s(?:numbers?|no|nr|line)\b"
    r"|\b(?:call(?:ed|s)?|who (?:owns|is|called from)|missed (?:ones?|calls?)|spam(?:med|ming)?|block(?:ed)?|te[1|]"
    r"|questions|(?:rück)?fragen|preguntas|domande|vragen"
    r"|di chi è|de quién es|à qui (?:est|appartient)|wem gehört|van wie is)"
    r"(?: (?:from|el|il|le|die|the|nummer|numero))?[\s.:?]{1,3}$"
    r"|\b(?:text|message|msg|contact|ping|zap|app)\s(?:me|us|him|her|them|mij|my)\b|^\W*(?:text|contact|number)\W{1,3}$",
    re.IGNORECASE,
)
"""Words that are a phone's only together: `my number is ...`, `text me at ...`."""
_BESIDE = re.compile(r"(?:[,;/&]|,? (?:and|or|und|oder|et|ou|y|o|e|en|of)) {0,2}|[ \t]{1,3}$")
"""What stands between two numbers of one list."""
_MAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}\.\w")
_BROKEN_MARK = re.compile(r"\d[\-–./) ]{0,2}\r?\n[ \t>]{0,4}\(?\d")
_BROKEN = re.compile(
    r"(?<![\w$€£%+^\-#&./,:])((?:\+|\(\+)?\(?\d[\d .\-–/()]{0,18})[ \t]{0,2}\r?\n[ \t>]{0,4}"
    r"(\(?\d[\d .\-–/()]{1,16}\d)(?![\w%€£$=^\-]|[.,:/]\d)"
)
"""A line ended inside of it."""
_LONGEST_PIECE = 9
"""Digits: what is longer is a number by itself."""
_WORDS_AFTER = words("office fax mobile cell home phone tel spamming spams calling texting texted harassing ringing")
_NOT_PHONE = words(
    "col nºcol colegiado isbn issn doi order invoice tracking id ids case ticket account iban card ssn serial "
    "version model article bestellnummer rechnung rechnungsnummer kundennummer factura pedido référence commande "
    "ordine ean upc sku imei vat passport pesos usd eur dollars versicherungsnummer dni nhc nass bsn nhs konto "
    "kontonummer steuer port rfc employee student reference ref policy member customer confirmation booking social "
    "ssn security registration license licence favorite favourite lucky patient mrn part parts lot batch pid arxiv "
    "matrix row column range"
)
_TELLING = _WORDS | _NOT_PHONE


class PhoneDetector(Detector):
    """Shape first, then what the number and the words before it say."""

    KINDS = (kinds.PHONE_NUMBER,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        text, last = reading.text, -1
        for found in _CANDIDATE.finditer(text):
            value = found[0]
            start = found.start()
            if value[0] == "(" and value.count("(") > value.count(")"):
                value, start = value[1:], start + 1
            score, name = _judge(value, reading, start)
            if not score and len(value) == 10 and value.isdigit() and _is_beside(reading, start, last):
                score, name = 0.55, "phone-bare"
            if score:
                last = start + len(value)
                yield Span(start, last, kinds.PHONE_NUMBER, score, name)
        if "\n" in text and _BROKEN_MARK.search(text) is not None:
            for found in _BROKEN.finditer(text):
                if _is_broken_number(found[1], found[2], reading, found.start()):
                    yield Span(*found.span(), kinds.PHONE_NUMBER, 0.9, "phone-broken")


def _is_beside(reading: Reading, start: int, last: int) -> bool:
    """Ten figures with nothing between them, next in a list of numbers or beside a mail address."""
    text, end = reading.text, start + 10
    if last >= 0 and start - last < 8 and _BESIDE.fullmatch(text, last, start) is not None:
        return True
    if "@" not in text or not _is_valid(text[start:end], "US") or reading.nearest(start, _NOT_PHONE):
        return False
    return (
        _MAIL.search(text[max(0, start - 80) : start].rpartition("\n")[2] + text[start : end + 80].partition("\n")[0])
        is not None
    )


def _is_broken_number(first: str, second: str, reading: Reading, start: int) -> bool:
    """Neither piece is a number by itself, and together they are one."""
    pieces = [sum(char.isdigit() for char in piece) for piece in (first, second)]
    if max(pieces) > _LONGEST_PIECE or not 8 <= sum(pieces) <= 15 or pieces[1] < 2:
        return False
    if any(_DATE.fullmatch(piece.strip()) for piece in (first, second)):
        return False
    first = first.rstrip()
    joined = first + ("" if first[-1:] in "-–/." else " ") + second
    if joined.startswith(("+", "(+", "00")):
        return _judge_international(joined)[0] > 0
    told = (
        reading.nearest(start, _TELLING) in _WORDS or _SAID.search(reading.text[max(0, start - 48) : start]) is not None
    )
    if told:
        return _NORTH_AMERICAN.fullmatch(joined) is not None or any(_is_valid(joined, region) for region in _ANYWHERE)
    return first[-1:] in "-–)" and _NORTH_AMERICAN.fullmatch(joined) is not None


def _judge(value: str, reading: Reading, start: int) -> tuple[float, str]:
    """How sure the shape and the words before it make us; 0 for no."""
    digits = sum(char.isdigit() for char in value)
    if not 7 <= digits <= 19 or _DATE.fullmatch(value):
        return 0.0, ""
    if value[3:4] == "-" and _SSN.fullmatch(value):
        return 0.0, ""
    if (
        value.startswith(("+", "(+", "00"))
        and digits >= 8
        and not _SSN.fullmatch(value)
        and (judged := _judge_international(value))[0]
    ):
        return judged
    word = reading.nearest(start, _TELLING)  # it may stand behind another number, with its own words before that
    if word in _NOT_PHONE:
        return 0.0, ""
    told = bool(word) or not reading.after(start + len(value)).isdisjoint(_WORDS_AFTER)
    if (told or _SAID.search(reading.text[max(0, start - 48) : start]) is not None) and digits <= 15:
        return 0.85, "phone-told"
    return _judge_national(value, digits, reading, start)


def _judge_international(value: str) -> tuple[float, str]:
    written = value.replace("(+", "+", 1).replace("(0)", "", 1)
    number = _parse("+" + written[2:] if written.startswith("00") else written, None)
    if number is None:
        return 0.0, ""
    if phonenumbers.is_valid_number(number):
        return 0.95, "phone-international"
    possible = phonenumbers.is_possible_number(number)
    return (0.7, "phone-possible") if possible and not value.startswith("00") else (0.0, "")


def _judge_national(value: str, digits: int, reading: Reading, start: int) -> tuple[float, str]:
    if _SSN.fullmatch(value):
        return 0.0, ""
    for name, score, pattern in _SHAPES:
        if pattern.match(value) and (name != "phone-area" or 9 <= digits <= 13):
            return score, name
    if _TRUNK.match(value) and 9 <= digits <= 12 and any(_is_valid(value, region) for region in _REGIONS):
        return (0.55, "phone-national-bare") if value.isdigit() else (0.7, "phone-national")
    if (
        _THREES.fullmatch(value)
        and not _in_a_grid(reading.text, start, start + len(value))
        and (_is_valid(value, "ES") or _is_valid(value, "IT"))
    ):
        return 0.6, "phone-iberian-italian"
    return 0.0, ""


def _in_a_grid(text: str, start: int, end: int) -> bool:
    """Whether the next line, or the one before, is nothing but other figures."""
    for line in (_LINE_BEFORE.search(text, max(0, start - 40), start), _LINE_BEHIND.match(text, end)):
        if line is not None and _THREES.fullmatch(line[1]) is None:
            return True
    return False


def _parse(value: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None


def _is_valid(value: str, region: str) -> bool:
    number = _parse(value, region)
    return number is not None and phonenumbers.is_valid_number(number)
