"""URLs with something personal in them: a login, a token or e-mail in the query, a profile's name in the path.

An ordinary URL is kept: it is public, and the answer usually needs it. Never opens one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_URL = re.compile(r"(?<![A-Za-z0-9])(?:https?|ftps?|wss?|sftp|mailto|tel)://?[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
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
_TRAILING = ".,;:!?)]*_>’”»"


class LinkDetector(Detector):
    KINDS = (kinds.URL,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if ":/" in text:
            for found in _URL.finditer(text):
                value = found[0].rstrip(_TRAILING)
                if _USERINFO.search(value) or _QUERY.search(value) or _PROFILE.search(value):
                    yield Span(found.start(), found.start() + len(value), kinds.URL, 0.85, "url-personal")
        if ".com/" in text or ".me/" in text:
            for found in _BARE.finditer(text):
                value = found[0].rstrip(_TRAILING)
                if "linkedin" in value.lower() or "/@" in value:
                    yield Span(found.start(), found.start() + len(value), kinds.URL, 0.7, "url-profile")
