"""Values of named fields: JSON, YAML, INI, XML, query strings, logs, string literals of code, forms.

A key that says what it holds is worth a rule that knows the value. Plain identifiers of code, types and booleans are
no values. Never parses a document: what is broken, nested or inside another string is found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.columns import KIND_OF, accepts, is_personal, kind_of, normal
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_KEY_END = re.compile(r"[\w\-]{0,24}")
_KEY_START = re.compile(r"(?<![\w\-])(?:[^\W\d_][\w\-]{0,30}(?: [\w\-]{1,15}){0,2})?$")
_QUOTED = re.compile(
    r"\\{0,3}[\"'`]?\]?[*]{0,2}[ \t]{0,4}(?::|=>|=|,)[*]{0,2}[ \t]{0,4}\n?[ \t]{0,12}\\{0,3}(?P<mark>[\"'`])"
    r"(?P<value>[^\"'`\\\n]{2,100})\\{0,3}(?P=mark)"
)
_BARE = re.compile(
    r"[\"'`]?[*]{0,2}[ \t]{0,4}[:：][*]{0,2}[ \t]{1,6}(?P<value>[^\s\"'`{}\[\]<>|,;#][^\n\"`{}\[\]<>|;]{1,60}?)"
    r"(?=[ \t]{0,4}(?:\n|$|[,;|]|  |[,;.]? [^\W\d_][\w ]{1,18}:))"
)
_ASSIGNED = re.compile(r"=(?P<value>[^\s\"'`{}()\[\]<>|,;#&=$]{2,60})(?=[\s,;&|]|$)")
_TAGGED = re.compile(r"<(?P<key>[A-Za-z][\w:.\-]{1,40})(?: [^<>\n]{0,80})?>\s{0,4}(?P<value>[^<>\n]{2,100}?)\s{0,4}</")
_CODE_BEFORE = re.compile(
    r"(?:\b(?:def|class|function|const|let|var|type|interface|import|return|new)\b[^\n]{0,60}|[.(])$"
)
_TYPE_HERE = re.compile(r" {0,2}(?:\| ?None\b|= ?None\b|, optional\))")
"""What stood before it is a type: `password: Flow | None`, `password: (bool, optional)`."""
_LONG = 40


def _anchors() -> frozenset[str]:
    """The last word of every key, as a reading splits words: `name` for `first_name`, `firstname` for `firstName`."""
    return frozenset(KIND_OF)


class FieldDetector(Detector):
    KINDS = (
        kinds.PERSON, kinds.USERNAME, kinds.DATE_OF_BIRTH, kinds.LOCATION, kinds.POSTAL_CODE, kinds.STREET_ADDRESS,
        kinds.ORGANIZATION, kinds.PHONE_NUMBER, kinds.US_SSN, kinds.NATIONAL_ID, kinds.PASSPORT, kinds.DRIVER_LICENSE,
        kinds.LICENSE_PLATE, kinds.MEDICAL_RECORD, kinds.BANK_ACCOUNT, kinds.CREDIT_CARD, kinds.SECRET, kinds.AGE,
    )  # fmt: skip
    BEST = 0.75

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if ":" not in text and "=" not in text and "</" not in text:
            return
        present = reading.words & _ANCHORS
        if not present:
            return
        among_people = any(is_personal(word) for word in present) or "@" in text
        for word in present:
            for start, end in reading.places[word]:
                yield from self._field(text, start, end, among_people)
        if "</" in text:
            for found in _TAGGED.finditer(text):
                yield from self._judge(normal(found["key"]), found, among_people, 0.7)

    def _field(self, text: str, start: int, end: int, among_people: bool) -> Iterator[Span]:
        behind = text[end : end + 1]
        if behind.isalnum() or behind in "_-":
            tail = _KEY_END.match(text, end)
            end = tail.end() if tail is not None else end
        quoted = _QUOTED.match(text, end)
        bare = None if quoted is not None else (_BARE.match(text, end) or _ASSIGNED.match(text, end))
        found = quoted or bare
        if found is None:
            return
        before = _KEY_START.search(text, max(0, start - _LONG), start)
        key = text[before.start() if before is not None else start : end]
        whole = normal(key)
        name = whole if kind_of(whole) is not None else normal(text[start:end])
        if bare is not None and (
            _CODE_BEFORE.search(text, max(0, start - _LONG), start) or _TYPE_HERE.match(text, bare.end("value"))
        ):
            return
        yield from self._judge(name, found, among_people, 0.75 if quoted is not None else 0.6)

    def _judge(self, key: str, found: re.Match[str], among_people: bool, score: float) -> Iterator[Span]:
        kind = kind_of(key)
        if kind is None:
            return
        value = found["value"].rstrip(" .,;")
        accepted = accepts(kind, value, self._names, among_people)
        if accepted is not None and normal(value) != key:  # `"realname": "REALNAME"` says nothing
            start = found.start("value")
            yield Span(start, start + len(value), accepted, score, f"field-{accepted.lower().replace('_', '-')}")


_ANCHORS = _anchors()
