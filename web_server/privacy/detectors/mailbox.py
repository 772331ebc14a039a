"""E-mail addresses (lengths of RFC 5321, letters beyond ASCII as RFC 6531 allows), plain or spelled for people.

Never asks DNS nor a list of top-level domains: an invented domain is as private as a real one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

# Latin, Greek and Cyrillic; no CJK, which is written around an address without a space. Invisible marks may sit inside.
_LETTER = "A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u052f\u200b-\u200d\u2060\ufeff\u00ad"
_LOCAL_BACKWARDS = re.compile(rf"[{_LETTER}.+\-'%&!#$*/=?^`|~]{{1,80}}")
_DOMAIN = re.compile(
    rf"(?:[{_LETTER}\-]{{1,63}}\.){{1,8}}[A-Za-z\u00c0-\u052f][{_LETTER}\-]{{1,62}}|\[[\d.:a-fA-F]{{3,45}}\]"
)
_LEADING = ".'`*/=?^|!#$&~-"
_SPELLED = re.compile(
    r"(?<![\w.])[\w.+\-]{1,64}\s{0,2}[(\[{]\s?at\s?[)\]}]\s{0,2}[\w\-]{1,63}"
    r"(?:(?:\s{0,2}[(\[{]\s?dot\s?[)\]}]\s{0,2}|\.)[\w\-]{2,63}){1,4}",
    re.IGNORECASE,
)
_NOBODY = frozenset(("git",))
"""`git@github.com:...` names a protocol, not a person."""


class MailboxDetector(Detector):
    """Reads outwards from each `@`, so that a text without one costs nothing."""

    KINDS = (kinds.EMAIL_ADDRESS,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        at = text.find("@")
        while at != -1:
            domain = _DOMAIN.match(text, at + 1)
            backwards = _LOCAL_BACKWARDS.match(text[max(0, at - 80) : at][::-1]) if domain else None
            if domain and backwards:
                local = backwards[0][::-1].lstrip(_LEADING)
                if local and local not in _NOBODY:
                    yield Span(at - len(local), domain.end(), kinds.EMAIL_ADDRESS, 1.0, "email")
            at = text.find("@", at + 1)
        if "at" in reading.places and any(bracket in text for bracket in "([{"):
            for found in _SPELLED.finditer(text):
                yield Span(*found.span(), kinds.EMAIL_ADDRESS, 0.8, "email-spelled")
