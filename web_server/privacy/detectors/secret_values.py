"""Whether a word is a secret, a placeholder for one, or code that will fetch it. Pure functions over single values.

Called by the secret detectors. Never sees the text around a value, and keeps none.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from web_server.privacy.detectors.glue import words

_NOT_VALUES = re.compile(
    r"(?i:none|null|nil|true|false|undefined|string|str|int|integer|bool|boolean|float|double|list|dict|object|bytearray|number|bytes|text|any|optional|required|secret|"
    r"password|token|key|passwd|pwd|passphrase|empty|default|hidden|redacted|removed|changeme|change[_-]?me|"
    r"change[_-]?this|example|placeholder|test|todo|tbd|foo|bar|baz|dummy|fake|sample|varchar|char|unknown|"
    r"x{3,}[x\-]{0,99}|\*{2,}|\.{3,}|[•●·]+|-+|_+|0+|1234567890|<.*|\$.*|%[^%]{1,60}%|%\(.*|%[sdv]|"
    r"[@!][a-z].{0,40}\(.*|\{.*|.*\}\}|\[.*|&[a-z].*|!(?:vault|secret|ref|sub|env|getatt)\b.*|(?:your|my)[_\- ].*|"
    r".*(?:_here|-here)|your[a-z]{3,20}|enter.*|insert.*|replace.*|enc\[.*|vault:.*|op://.*|arn:aws:.*|"
    r"(?:os|process|env|config|settings|self|this|request|req|args|params|data|user|form|ctx|options|props|state|"
    r"event|input|getenv|secrets|var|local|module|import|cfg|conf|credentials|creds|opts|app|db|res|response|obj|"
    r"item|result|body|values?|std|ansible|inputs|kwargs|session)[.\[\-][^\s]*|"
    r"new\s.*|function\b.*|lambda\b.*|await\s.*|return\s.*|if\s.*)|"
    r"[a-zA-Z_][\w.:]{0,60}\(.*|[A-Z][A-Z_]+|[a-z]+(?:[A-Z][a-z]{2,})*(?:[A-Z][a-z]{2,}|Id|Db)|[A-Z][a-z]+(?:[A-Z][a-z]{2,})+|"
    r"[a-z]+(?:_[a-z]+)+|[a-z_]+(?:\.[a-z_]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,6}|[a-z]+(?:::[A-Za-z]+)+|"
    r"-{5}BEGIN.*",
    re.DOTALL,
)
_PLACEHOLDER = re.compile(
    r"(?i:pass(?:word|wd)?|passwort|pwd|secret|token|changeme|guest|x{3,}|\*+|\.{3,}|[•●]+|"
    r"(?:your|my|db|user)[_\-]?pass.*|[$%{<\[(].*|.*[}>])"
)
_STANDS_FOR = re.compile(r"(?i)example|placeholder|your[_-]|x{6,}|0{10,}|1234567890(?![a-f])|\.\.\.")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_SPOKEN = re.compile(r"[a-z]+(?:[-_ ./:][a-z0-9]{1,12})+|https?:.*|\.{0,2}/[\w.\-]{1,30}(?:/.*)?|\d{4}-\d\d-.*")
_PATH = re.compile(r"[\w.\-]+/[\w.\-/]+")
_PATH_BITS = 4.2
"""Words put together to a path have fewer bits a character than base64 has."""
_ADJECTIVES = words(
    "is was the a an my your his her not too very correct incorrect wrong invalid required reset safe "
    "secure strong weak good bad same still stored saved shared hashed encrypted expired lost forgotten "
    "stolen long short empty set protected compromised leaked changed missing blank working and or but for "
    "to in on at with being been case that something visible hidden valid important necessary needed used "
    "sent given known unknown private now also only confidential sensitive mandatory optional length it this "
    "ist war falsch richtig sicher unsicher abgelaufen gesperrt vergessen leer lang kurz nicht zu sehr nötig "
    "est était faux incorrecte oublié expiré vide trop très bon mauvais pas correct obligatoire requis "
    "es era correcta incorrecta segura insegura muy demasiado obligatoria vacía no "
    "è era corretta sbagliata scaduta sicura molto troppo obbligatoria vuota non "
    "is was onjuist verlopen veilig onveilig niet te verplicht leeg vergeten case-sensitive accepted sent "
    "rejected denied verified entered typed updated removed generated provided disabled enabled refused encoded "
    "validated stripped masked supplied omitted ignored cleared passed read written returned compared displayed printed"
)


def entropy(value: str) -> float:
    """Bits a character (Shannon)."""
    counts = Counter(value[:256])
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values())


def is_placeholder(value: str) -> bool:
    """Written where a secret would be: an example's, a variable, a call."""
    return _NOT_VALUES.fullmatch(value) is not None or len(set(value)) < 4 or _STANDS_FOR.search(value) is not None


def is_link_placeholder(value: str) -> bool:
    """In a link a password stands for certain: everything else there is one, words too."""
    return _PLACEHOLDER.fullmatch(value) is not None


def is_example(value: str) -> bool:
    """Of a published format, but one that a manual prints."""
    return _STANDS_FOR.search(value) is not None


def is_drawn(value: str) -> bool:
    """Behind a weak mark: letters and digits as if drawn, not a name that was written."""
    bits = entropy(value)
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return (bits >= 2.9 if mixed else bits >= 4.1 and value.isalnum()) and not is_example(value)


def is_password(value: str) -> bool:
    return (
        _NOT_VALUES.fullmatch(value) is None and len(set(value)) > 1 and value[0] not in "-&" and value.count(" ") < 5
    )


def is_plain_word(value: str) -> bool:
    """Letters alone, in one case: as likely a variable or a word as a password."""
    return value.isalpha() and (value.islower() or value.istitle())


def is_key(value: str) -> bool:
    """Long, with digits among letters, and not a word put together: 3 bits a character divides random from written."""
    if len(value) < 8 or " " in value or len(set(value)) < 5:
        return False
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    if not mixed and (len(value) < 20 or "/" in value):
        return False
    bits = entropy(value)
    if bits < (2.7 if mixed else 3.8) or (bits < _PATH_BITS and _PATH.fullmatch(value)):
        return False
    return not is_placeholder(value) and _SPOKEN.fullmatch(value) is None


def is_random(value: str) -> bool:
    """Believed behind nothing but `key` or `token`: 40 bits and more in letters and digits mixed, and no checksum."""
    return (
        len(value) >= 20
        and any(char.isdigit() for char in value)
        and is_key(value)
        and entropy(value) >= 3.5
        and _UUID.fullmatch(value) is None
        and _HEX.fullmatch(value) is None
    )


def is_token(value: str) -> bool:
    """Behind `token`: drawn at random, or a number in hexadecimal as long as a key."""
    return is_random(value) or (is_key(value) and len(value) >= 24)


def is_said_password(value: str) -> bool:
    """Prose: `my password is X`. Anything but the words that usually stand there."""
    word = value.rstrip(".,!?;:")
    return word.lower() not in _ADJECTIVES and is_password(word) and (not word.isalpha() or len(word) >= 6)


def is_bare_password(value: str) -> bool:
    """Behind the word alone: `password Zomer!2024x`. Not a word, not a length, not a name of a method."""
    word = value.rstrip(".,!?;:")
    if len(word) < 6 or not is_password(word) or word[0] in "(=<{[$" or "'" in word or "’" in word:
        return False
    digits = sum(char.isdigit() for char in word)
    if "_" in word and not digits:
        return False
    marked = any(not char.isalnum() for char in word[1:-1].replace("-", "").replace("/", "").replace(".", ""))
    return ((digits > 0 or marked) and not word[0].isdigit()) or (digits > 0 and sum(map(str.isalpha, word)) > 3)
