"""Secrets: tokens of published formats, private keys, logins inside URLs, and what is assigned to a secret name.

Looks for what must never leave: the value alone is reported, not the name before it, so that a question about a
configuration still reads as one. Placeholders, variables and calls are no secrets.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret_formats import FORMATS
from web_server.privacy.spans import Span

_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}(?:PRIVATE KEY|PGP PRIVATE KEY)(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
_PEM_MOST = 16_384
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s\\]{0,16384}")
_LOGIN = re.compile(r"(?<![A-Za-z0-9])[a-z][a-z0-9+.\-]{1,20}://([^\s:/@\"'<>]{0,64}):([^\s/@\"'<>]{2,128})@(?=[\w\[])")
_BEARER = re.compile(r"(?i:\s?(?:authorization)?[:=]?\s{0,2})[\"']?([A-Za-z0-9_\-.~+/]{16,2000}={0,2})")
_TELEGRAM = re.compile(r"(?<![\w])\d{8,10}:[A-Za-z0-9_\-]{35}(?![\w\-])")

_ASSIGN = r"[\"'`\]]{0,2}\s{0,3}(?::=|=>|==?|:)\s{0,3}(?:Bearer |Basic |Token )?"
_QUOTED = r"[\"'`]([^\"'`\n]{4,300})[\"'`]"
_BARE = r"([^\s\"'`,;()\[\]{}<>]{4,300})(?![(\[\w])"
_VALUE = rf"(?:{_QUOTED}|{_BARE})"

_PASSWORDS = words(
    "password passwd pwd pw pswd psw pass passphrase passcode passwort kennwort contraseña contrasena clave mdp "
    "wachtwoord senha dbpassword userpassword pgpassword"
)
_KEYS = words(
    "key secret token apikey accesskey secretkey accesstoken authtoken clientsecret refreshtoken privatekey "
    "credential credentials appsecret apitoken bearertoken signingkey encryptionkey pat"
)
_NOT_VALUES = re.compile(
    r"(?i)^(?:none|null|nil|true|false|undefined|string|str|int|bytes|text|any|optional|required|secret|password|"
    r"token|key|"
    r"passwd|pwd|empty|default|hidden|redacted|removed|changeme|change_me|example|placeholder|test|todo|x{3,}|"
    r"\*{2,}|\.{3,}|"
    r"[•●]+|-+|_+|<.*|\$.*|%.*%?|\{.*|.*\}\}|your.*|my[_\-].*|.*(?:_here|-here)|enter.*|insert.*|(?:os|process|env|"
    r"config|"
    r"settings|self|this|request|req|args|params|data|user|form|ctx|options|props|state|event|input|getenv|secrets)"
    r"[.\[].*|"
    r"[a-z_]+\(.*|[A-Z][A-Z_]+|[a-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:_[a-z]+)+|[a-z]+(?:\.[a-z_]+)+)$"
)
_PLACEHOLDER = re.compile(
    r"(?i)(?:pass(?:word|wd)?|pwd|secret|token|changeme|x{3,}|\*+|\.{3,}|(?:your|my|db)[_\-]?pass.*|[$%{<\[(].*|.*[}>])$"
)
"""In a link a password stands for certain: everything else there is one, words too."""
_ADJECTIVES = words(
    "is was the a an my your his her not too very correct incorrect wrong invalid required reset safe "
    "secure strong weak good bad same still stored saved shared hashed encrypted expired lost forgotten "
    "stolen long short empty set protected compromised leaked changed missing blank working and or but for "
    "to in on at with being been case that something visible hidden valid important necessary needed used "
    "sent given known unknown private now also only confidential sensitive mandatory optional length"
)


def _entropy(value: str) -> float:
    """Bits a character (Shannon)."""
    counts = Counter(value[:256])
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values())


def _is_password(value: str) -> bool:
    return _NOT_VALUES.match(value) is None and len(set(value)) > 1 and value[0] not in "-&" and value.count(" ") < 5


def _is_key(value: str) -> bool:
    """Long, with digits among letters, and not a word put together: 3 bits a character divides random from written."""
    if len(value) < 8 or " " in value or len(set(value)) < 5:
        return False
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    if not mixed and (len(value) < 20 or "/" in value):
        return False
    return _entropy(value) >= (2.7 if mixed else 3.8) and _NOT_VALUES.match(value) is None


def _is_random(value: str) -> bool:
    """Believed behind nothing but `key` or `secret`: 40 bits and more in letters and digits mixed."""
    return len(value) >= 20 and _is_key(value) and any(char.isdigit() for char in value) and _entropy(value) >= 3.5


def _is_said_password(value: str) -> bool:
    """Prose: `my password is X`. Anything but the adjectives that usually stand there."""
    word = value.rstrip(".,!?;:")
    return word.lower() not in _ADJECTIVES and _is_password(word) and (not word.isalpha() or len(word) >= 6)


def _is_bare_password(value: str) -> bool:
    """Behind the word alone: `password Zomer!2024x`. Not a word, not a length, not a name of a method."""
    word = value.rstrip(".,!?;:")
    digits = sum(char.isdigit() for char in word)
    marked = any(not char.isalnum() for char in word[1:-1].replace("-", "").replace("/", "").replace(".", ""))
    return (
        len(word) >= 6
        and _is_password(word)
        and word[0] not in "(=<{[$"
        and (digits > 0 or marked)
        and ("'" not in word and "’" not in word and "_" not in word)
    )


class SecretDetector(Detector):
    KINDS = (kinds.SECRET,)
    CUES = (
        Cue(kinds.SECRET, "secret-password", _PASSWORDS, re.compile(_ASSIGN + _VALUE), 0.85, _is_password),
        Cue(kinds.SECRET, "secret-key", _KEYS, re.compile(
            r"(?:[_ \-]?(?:id|key|value|base64|v\d))?" + _ASSIGN + _VALUE, re.IGNORECASE), 0.85, _is_key),
        Cue(kinds.SECRET, "secret-key-said", _KEYS, re.compile(
            rf" (?:is|was|ist|est|es|è)[: ]{{1,2}}{_VALUE}"), 0.75, _is_key),
        Cue(kinds.SECRET, "secret-password-said", _PASSWORDS,
            re.compile(
                rf"(?: (?:for|to|of|für|de|di|voor) (?:\w{{1,20}} ){{0,3}}\w{{1,20}})? (?:is|was|ist|lautet|est|es|"
                rf"è)[: ]{{1,2}}{_VALUE}", re.IGNORECASE),
            0.7, _is_said_password),
        Cue(kinds.SECRET, "secret-password-bare", _PASSWORDS, re.compile(rf" {_BARE}"), 0.65, _is_bare_password),
        Cue(kinds.SECRET, "secret-key-bare", _KEYS, re.compile(rf" {_BARE}"), 0.7, _is_random),
        Cue(kinds.SECRET, "secret-pin", words("pin tan otp cvv cvc"), after(r"\d{3,8}(?![\w.,]\d|\w)"), 0.75),
        Cue(kinds.SECRET, "secret-bearer", words("bearer basic"), _BEARER, 0.85, _is_key),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        yield from self._published(reading.text)
        yield from self._logins(reading.text)
        yield from self._assigned(reading)

    @staticmethod
    def _published(text: str) -> Iterator[Span]:
        for form in FORMATS:
            if form.mark in text:
                for found in form.pattern.finditer(text):
                    if form.vendor != "sk" or _is_key(found[0]) or found[0].count("-") > 2:
                        yield Span(*found.span(), kinds.SECRET, 1.0, f"secret-{form.vendor}")
        if "-----BEGIN " in text:
            yield from _private_keys(text)

    @staticmethod
    def _logins(text: str) -> Iterator[Span]:
        if "://" in text:
            for found in _LOGIN.finditer(text):
                if _PLACEHOLDER.match(found[2]) is None:
                    yield Span(*found.span(2), kinds.SECRET, 0.95, "secret-login")
        for found in _TELEGRAM.finditer(text):
            yield Span(*found.span(), kinds.SECRET, 0.95, "secret-telegram")

    def _assigned(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for cue in self.CUES:
            for span in follow_cue(cue, reading):
                end = span.end
                while end > span.start and text[end - 1] in ".,?;:":
                    end -= 1
                if end > span.start:
                    yield Span(span.start, end, span.kind, span.score, span.reason)


def _private_keys(text: str) -> Iterator[Span]:
    """A block up to its END line, or as far as it goes on looking like one."""
    for found in _PEM.finditer(text):
        end = _PEM_END.search(text, found.end(), found.end() + _PEM_MOST) or _PEM_BODY.match(text, found.end())
        yield Span(found.start(), end.end() if end else found.end(), kinds.SECRET, 1.0, "secret-pem")
