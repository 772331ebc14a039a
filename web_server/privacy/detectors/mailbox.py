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
_AT = r"(?:[(\[{<] ?(?:at|ät|@|arroba|arobase|chiocciola|apenstaartje) ?[)\]}>]|_at_|@)"
_DOT = r"(?:[(\[{<] ?(?:dot|punkt|punto|point|punt|\.) ?[)\]}>]|_dot_)"
_SPELLED = re.compile(
    rf"(?<![\w.])[\w.+\-]{{1,64}}?(?:\s?{_DOT}\s?[\w+\-]{{1,40}}){{0,2}}\s{{0,2}}{_AT}\s{{0,2}}[\w\-]{{1,63}}?"
    rf"(?:(?:\s{{0,2}}{_DOT}\s{{0,2}}|\.)[\w\-]{{2,63}}?){{1,4}}(?![\w\-])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"[(\[{<_] ?(?:at|ät|arroba|arobase|chiocciola|apenstaartje|dot|punkt|punto|point|punt|\.) ?[)\]}>_]", re.IGNORECASE
)
_HOST_BEHIND = re.compile(r" [\w\-]{1,63}(?:\.[\w\-]{2,63}){1,3}(?![\w\-])")
_LOCAL_BEFORE = re.compile(r"(?<![\w.])[\w.+\-]{1,64} $")
_MAIL_BEFORE = re.compile(
    r"(?:mail|mailing|e-?mail|correo|courriel|contact|reach)(?:\W{1,3}(?:me|us|is|to|at|address|mir|moi)\b){0,2}\W{1,3}$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(?<![\w.@])[\w+\-]{1,40}(?:(?: (?:dot|punkt|punto|point|punt) |\.|_)[\w+\-]{1,40}){0,3} "
    r"(?:at|ät|arroba|arobase|chiocciola|apenstaartje) "
    r"(?!(?:the|a|an|this|that|my|your|his|her|our|their|least|most|all|once)\b)[\w\-]{2,40}"
    r"(?: (?:dot|punkt|punto|point|punt) [\w\-]{2,40}){0,2} (?:dot|punkt|punto|point|punt) "
    r"(?:com|org|net|edu|gov|info|eu|io|dev|app|me|co|ai|biz|uk|us|ca|au|de|at|ch|fr|be|es|it|nl|pl|pt|se|no|dk|fi|ie|"
    r"cz|in|jp|br|mx|ru|ua)(?: (?:dot|punkt|punto|point|punt) (?:uk|au|jp|br|in|nz|za|mx))?(?![\w@])",
    re.IGNORECASE,
)
_MAIL_WORDS = frozenset(("mail", "email", "correo", "courriel", "electrónico", "electronico", "posta", "e"))
_ATS = frozenset(("at", "ät"))
_DOTS = frozenset(("dot", "punkt", "punto", "point", "punt"))
_LOGIN_BEFORE = re.compile(r"://[^\s/@]{0,100}:$")
_IN_A_LINK = re.compile(r".*[/?=&#]")
_NOBODY = frozenset(("git",))
"""`git@github.com:...` names a protocol, not a person."""


class MailboxDetector(Detector):
    """Reads outwards from each `@`, so that a text without one costs nothing."""

    KINDS = (kinds.EMAIL_ADDRESS,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        at = text.find("@")
        while at != -1:
            domain = _DOMAIN.match(text, at + 1) or _apart(reading, at)
            backwards = _LOCAL_BACKWARDS.match(text[max(0, at - 80) : at][::-1]) if domain else None
            if domain and backwards:
                # What is before a mark of links and assignments is no part of it: `?q=anna@`.
                local = _IN_A_LINK.sub("", backwards[0][::-1]).lstrip(_LEADING)
                start = at - len(local)
                login = _LOGIN_BEFORE.search(text, max(0, start - 120), start) is not None
                if local and not login and local not in _NOBODY:
                    yield Span(start, domain.end(), kinds.EMAIL_ADDRESS, 1.0, "email")
            at = text.find("@", at + 1)
        if _BRACKETED.search(text) is not None:
            for found in _SPELLED.finditer(text):
                if _BRACKETED.search(found[0]) is not None:
                    yield Span(*found.span(), kinds.EMAIL_ADDRESS, 0.8, "email-spelled")
        yield from _said(reading)
        for begin, end in reading.near(_DOTS, 400):
            for found in _SPOKEN.finditer(text, begin, end):
                yield Span(*found.span(), kinds.EMAIL_ADDRESS, 0.75, "email-spoken")


def _apart(reading: Reading, at: int) -> re.Match[str] | None:
    """`anna@ example.com`, behind a word of mail."""
    if reading.text[at + 1 : at + 2] != " " or reading.before(at).isdisjoint(_MAIL_WORDS):
        return None
    return _DOMAIN.match(reading.text, at + 2)


def _said(reading: Reading) -> Iterator[Span]:
    """`anna AT example.com`; with a small `at` only behind a word of mail, for people are at places."""
    text = reading.text
    for word in _ATS & reading.words:
        for start, end in reading.places[word]:
            host = _HOST_BEHIND.match(text, end)
            local = _LOCAL_BEFORE.search(text, max(0, start - 66), start) if host else None
            if (
                host
                and local
                and (text[start].isupper() or _MAIL_BEFORE.search(text, max(0, local.start() - 40), local.start()))
            ):
                yield Span(local.start(), host.end(), kinds.EMAIL_ADDRESS, 0.7, "email-said")
