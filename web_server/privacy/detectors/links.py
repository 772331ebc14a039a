"""URLs that say whose they are: hosts that few know, a login, a token or e-mail in the query, a profile's name.

A link to a host that everybody knows scores low: it is public, and the answer usually needs it. Never opens one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.public_sites import is_public
from web_server.privacy.detectors.reading import Reading, around
from web_server.privacy.spans import Span

_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:h(?:tt|xx)ps?|ftps?|wss?|sftp):(?:\\?/){1,2}(?:[^\s<>\"'`{}|\\^]|\\/){3,2000}",
    re.IGNORECASE,
)
"""In JSON a slash may have a backslash before it."""
_BARE = re.compile(
    r"(?<![\w/@.])(?:www\.)?(?:linkedin\.com/in|facebook\.com|instagram\.com|twitter\.com|x\.com|t\.me|tiktok\.com|"
    r"github\.com|gitlab\.com|reddit\.com/u(?:ser)?|medium\.com|youtube\.com)/@?[\w.\-%]{2,60}/?(?![\w/])",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"://[^/?#@\s]{1,200}@")
_QUERY = re.compile(
    r"[?&;#](?:e?mail|user(?:name|_?id)?|uid|login|account|customer(?:_?id)?|name|first_?name|last_?name|phone|tel|"
    r"token|access_?token|id_?token|auth|api_?key|key|sig(?:nature)?|secret|password|pwd|pass|session(?:_?id)?|sid|"
    r"code|invite|reset|otp|X-Amz-Signature|X-Amz-Credential|ssn|dob|address|member|patient)=[^&#\s]{3,}",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"//(?:[a-z]{2,3}\.|www\.|m\.)?(?:linkedin\.com/in/[^/?\s]+|(?:facebook|instagram|twitter|x|tiktok|t)\.(?:com|me)/@?[\w.\-]+/?$)"
    r"|/(?:~|@)[\w.\-]{2,}|/(?:users?|u|profiles?|members?|accounts?|customers?|patients?|people|employees?)/[\w.\-@%]{2,}",
    re.IGNORECASE,
)
_TO_A_PERSON = re.compile(
    r"[\w.+\-]{1,64}(?:@|%40)[\w\-]{1,63}\.\w|[?&;#](?:user|customer|client|cust|member|patient|account|acct|employee|student|"
    r"guest|booking|order|invoice|policy|case|ticket)[_\-]?(?:id|no|nr|number|ref|key)=[^&#\s]{2,}"
    r"|//(?:docs|drive|forms|sheets|meet|calendar)\.google\.com/[^\s?]{0,80}[\w\-]{10}|//(?:www\.)?dropbox\.com/s(?:cl|h)?/"
    r"|//[\w\-]{1,40}\.sharepoint\.com/|//1drv\.ms/|//(?:[\w\-]{1,30}\.)?zoom\.us/[jms]/\d|//calendly\.com/[\w\-]{2,}"
    r"|//wa\.me/\d|//chat\.whatsapp\.com/|//we\.tl/|//hooks\.slack\.com/|//discord\.gg/|//(?:www\.)?paypal\.me/",
    re.IGNORECASE,
)
"""A mail address or somebody's number in the query; what only those may open who were given the link."""
_HOST = re.compile(r"://([^/?#\s]+)/?")
_SITES = (
    r"(?:web ?site|web ?page|home ?page|site|blog|portfolio|webseite|seite|sito|sitio|página|pagina|web|url|link|"
    r"webshop|shop|store|boutique|website)"
)
_OWN = re.compile(
    rf"(?:\b(?:my|our|his|her|their|meine?r?|unsere?r?|mon|ma|notre|mi|nuestr[ao]|mio|mia|nostro|mijn|ons|onze)\b"
    rf"[^.!?\n]{{0,20}}\b{_SITES}\b[^.!?\n]{{0,16}}|(?:^|\n)[ \t*\-•|]{{0,4}}{_SITES} ?:\s{{0,3}}"
    r"|\b(?:posted|shared|uploaded|geteilt|hochgeladen|partagé|publié|compartido|publicado|subido|condiviso|pubblicato|"
    r"caricato|gedeeld|geplaatst)\b[^.!?\n]{0,32})[\"'<(\[]?$",
    re.IGNORECASE,
)
_WWW = re.compile(
    r"(?<![\w/@.\-])www\.(?:[\w\-]{1,63}\.){1,4}[a-zA-Z]{2,18}(?:/[^\s<>\"'`{}|\\^]{0,500})?", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"[A-Za-z0-9](?<![\w@.\-/:\\#$].)[\w\-]{0,62}(?:\.[\w\-]{1,63}){0,3}\.(?:com|org|net|info|biz|eu|co\.uk|de|fr|nl|ch|pl|"
    r"com\.au|org\.au|net\.au|ca)(?:/[^\s<>\"'`{}|\\^]{0,500})?(?![\w\-@(\[=:]|\.\w)"
)
"""Not those that are words of a language or names in code, as `.it` and `.in` are."""
_TOP = re.compile(r"\.(?:com|org|net|info|biz|eu|co|de|fr|nl|ch|pl|ca)(?!\w)")
_TRAILING = ".,;:!?*_>’”»\\"
_ENTITY = re.compile(r"&(?:quot|gt|lt|apos|#\d{2,3});")
_NAMESPACE = re.compile(
    r"(?:\bxmlns(?::[\w\-]{1,30})?|\b\w{0,12}[nN]amespace\w{0,8})\s?[=:]\s?[\"']$|\bDTD [^\"\n]{0,60}\"\s\"$"
)
"""Where a link is the name of a format, which nobody opens."""


_WWW_WORD = frozenset(("www",))
_LONGEST = 1200
"""Characters of a link without a scheme."""
_ANY = 0.4
_BARE_DOMAIN = 0.35
"""Under the default's threshold, above that of a strict policy."""
_UNKNOWN = 0.6


class LinkDetector(Detector):
    """What is personal is sure; a host that few know is likely; the rest is for policies that hide every link."""

    KINDS = (kinds.URL,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if ":/" in text or ":\\/" in text:
            for found in _URL.finditer(text):
                yield _judged(found, reading)
        for begin, end in reading.near(_WWW_WORD, _LONGEST):
            for found in _WWW.finditer(text, begin, end):
                yield _judged(found, reading)
        for begin, end in around((found.start() for found in _TOP.finditer(text)), _LONGEST, len(text)):
            for found in _DOMAIN.finditer(text, begin, end):
                span = _judged(found, reading)
                yield span if span.score > _ANY else Span(span.start, span.end, span.kind, _BARE_DOMAIN, "url-domain")
        if ".com/" in text or ".me/" in text:
            for found in _BARE.finditer(text):
                value = _trimmed(found[0])
                if "linkedin" in value.lower() or "/@" in value:
                    yield Span(found.start(), found.start() + len(value), kinds.URL, 0.7, "url-profile")


def _judged(found: re.Match[str], reading: Reading) -> Span:
    shown, start = _trimmed(found[0]), found.start()
    end = start + len(shown)
    value = shown.replace("\\/", "/")
    if any(pattern.search(value) for pattern in (_USERINFO, _QUERY, _PROFILE, _TO_A_PERSON)):
        return Span(start, end, kinds.URL, 0.85, "url-personal")
    host = _HOST.search(value if "://" in value else "://" + value)
    if host is not None and not is_public(host[1]):
        if _OWN.search(reading.text, max(0, start - 60), start):
            return Span(start, end, kinds.URL, 0.7, "url-own")
        if found.re is not _DOMAIN and _NAMESPACE.search(reading.text, max(0, start - 100), start) is None:
            return Span(start, end, kinds.URL, _UNKNOWN, "url-unknown")
    return Span(start, end, kinds.URL, _ANY, "url")


def _trimmed(value: str) -> str:
    """Without the punctuation of the sentence; a bracket that was opened in the link is closed in it."""
    if "&" in value and (entity := _ENTITY.search(value)) is not None:
        value = value[: entity.start()]
    while value and (
        value[-1] in _TRAILING or (value[-1] in ")]" and value.count(value[-1]) > value.count("(["[value[-1] == "]"]))
    ):
        value = value[:-1]
    return value
