"""Secrets that are more than one word: private keys, Kubernetes manifests, hashes of passwords, phrases of words.

Read by the secret detector. Each is looked for only where its mark is in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret_values import is_key, is_link_placeholder, is_placeholder
from web_server.privacy.spans import Span

_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}(?:PRIVATE KEY|PGP PRIVATE KEY)(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
_PEM_MOST = 16_384
_PEM_BEGINS = re.compile(r"[A-Za-z0-9+/=\s\\:,.\-\"']{12}")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s\\]{0,16384}")
_PUTTY = re.compile(r"PuTTY-User-Key-File-\d:")
_PUTTY_END = re.compile(r"Private-MAC:[^\n]{0,200}")
_HASH = re.compile(
    r"\$(?<![\w$].)(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"
    r"|(?:apr1|1|5|6|y|7|gy)\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,64}\$(?:[./A-Za-z0-9]{1,64}\$)?[./A-Za-z0-9]{22,128}"
    r"|(?:argon2(?:id|i|d)|scrypt|pbkdf2-sha\d{1,3}|pbkdf2)\$[A-Za-z0-9=,+/.$\-]{30,300})"
)
_DJANGO = re.compile(r"\b(?:pbkdf2_sha\d{1,3}|scrypt|argon2|bcrypt_sha\d{1,3})\$[A-Za-z0-9+/=.$,]{30,300}")
_DJANGO_WORDS = words("pbkdf scrypt argon bcrypt")
_SSHA = re.compile(r"\{S?(?:SHA|MD5)(?:256|512)?\}[A-Za-z0-9+/]{20,120}={0,2}")
_MANIFEST = re.compile(r"[\"']?kind[\"']?:\s?[\"']?Secret[\"']?\s{0,3}(?:,|\n|\Z)")
_DATA = re.compile(r"(?m)^(\s{0,8})[\"']?(?:data|stringData)[\"']?:[ {]{0,4}\n")
_ENTRY = re.compile(
    r"([ \t]{1,12})[\"']?[\w.\-]{1,100}[\"']?:[ \t]{1,4}[\"']?([^\s\"'#|>{][^\n\"']{0,4000})[\"']?,?\n?"
)
_MANIFEST_MOST = 32_768
_PGPASS = re.compile(r"(?m)^[\w.\-*]{1,100}:(?:\d{2,5}|\*):[\w\-*.]{1,64}:[\w\-.*@]{1,64}:([^\s:]{3,128})$")
_WIFI = re.compile(r"WIFI:[^\n]{0,120}?P:((?:\\.|[^;\\\n]){4,64});")
_PHRASE_WORDS = words("seed mnemonic recovery wiederherstellungsphrase")
_PHRASE = re.compile(
    r"(?i:[ _-]?(?:phrase|words|key|backup))?(?: (?:is|lautet|est|es|è))?\s{0,2}[:=]?\s{0,3}[\"'`]?"
    r"((?:(?:\d{1,2}[.)] ?)?[a-z]{3,8}[ ,\n]{1,2}){11,23}(?:\d{1,2}[.)] ?)?[a-z]{3,8})(?![\w'])"
)
_LINKS = re.compile(r"(?<![A-Za-z0-9])[a-z][a-z0-9+.\-]{1,20}://([^\s:/@\"'<>]{0,64}):([^\s/\"'<>]{2,128})@(?=[\w\[])")
_USER_ONLY = re.compile(r"://([A-Za-z0-9_\-]{20,128})@(?=[\w\[])")
_BASIC = re.compile(r"\A(?:[A-Za-z0-9+/]{4}){2,400}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z")
_AUTH = re.compile(r"[\"']\s{0,3}:\s{0,3}[\"']([A-Za-z0-9+/]{8,400}={0,2})[\"']")
_COOKIES = re.compile(r":[ \t]{0,3}([^\n\r\"']{3,4000})")
_COOKIE = re.compile(r"([^=;\s]{1,60})=([^;\s]{12,1000})")


def blocks(reading: Reading) -> Iterator[Span]:
    """All of them."""
    text = reading.text
    if "-----BEGIN " in text:
        yield from _private_keys(text)
    if "PuTTY-User-Key" in text:
        for found in _PUTTY.finditer(text):
            end = _PUTTY_END.search(text, found.end(), found.end() + _PEM_MOST)
            yield _span(found.start(), end.end() if end else found.end(), "putty")
    if "$" in text:
        for pattern in (_HASH, _DJANGO) if _DJANGO_WORDS & reading.words else (_HASH,):
            yield from (_span(*found.span(), "hash") for found in pattern.finditer(text))
    if "SHA" in text:
        yield from (_span(*found.span(), "hash") for found in _SSHA.finditer(text))
    if "Secret" in text:
        yield from _manifests(text)
    if ":*:" in text or ":5432:" in text or "pgpass" in reading.words:
        yield from (_span(*found.span(1), "pgpass") for found in _PGPASS.finditer(text))
    if "WIFI:" in text:
        yield from (_span(*found.span(1), "wifi") for found in _WIFI.finditer(text))
    if "://" in text:
        yield from _logins(text)
    yield from _phrases(reading)
    yield from _headers(reading)


def _span(start: int, end: int, what: str, score: float = 0.95) -> Span:
    return Span(start, end, kinds.SECRET, score, f"secret-{what}")


def _private_keys(text: str) -> Iterator[Span]:
    """A block up to its END line, or as far as it goes on looking like one."""
    for found in _PEM.finditer(text):
        if _PEM_BEGINS.match(text, found.end()):  # else it is a line of code that looks for keys
            end = _PEM_END.search(text, found.end(), found.end() + _PEM_MOST) or _PEM_BODY.match(text, found.end())
            yield _span(found.start(), end.end() if end else found.end(), "pem", 1.0)


def _manifests(text: str) -> Iterator[Span]:
    """Every value below `data:` of a Kubernetes Secret; the manifest may say its kind before or behind."""
    done = 0
    for found in _MANIFEST.finditer(text):
        if found.start() < done:
            continue
        first = max(text.rfind("\n---", max(0, found.start() - _MANIFEST_MOST), found.start()), done)
        first = max(first, found.start() - _MANIFEST_MOST)
        last = text.find("\n---", found.end(), found.end() + _MANIFEST_MOST)
        done = last = last if last >= 0 else min(len(text), found.end() + _MANIFEST_MOST)
        for data in _DATA.finditer(text, first, last):
            at = data.end()
            while (entry := _ENTRY.match(text, at, last)) and len(entry[1]) > len(data[1]):
                value = entry[2].rstrip(" ,}")
                if not is_placeholder(value):
                    yield _span(entry.start(2), entry.start(2) + len(value), "manifest")
                at = entry.end()


def _logins(text: str) -> Iterator[Span]:
    for found in _LINKS.finditer(text):
        user, password = found.groups()
        if not is_link_placeholder(password) and not (user == password and user.isalpha()):
            yield _span(*found.span(2), "login")
    for found in _USER_ONLY.finditer(text):
        if is_key(found[1]):
            yield _span(*found.span(1), "login")


def _phrases(reading: Reading) -> Iterator[Span]:
    """Words that open a wallet."""
    for word in _PHRASE_WORDS & reading.words:
        for _, end in reading.places[word]:
            if found := _PHRASE.match(reading.text, end):
                yield _span(*found.span(1), "phrase", 0.9)


def _headers(reading: Reading) -> Iterator[Span]:
    """What a registry's or a browser's login is sent as."""
    for _, end in reading.places.get("auth", ()):
        if (found := _AUTH.match(reading.text, end)) and _BASIC.match(found[1]):
            yield _span(*found.span(1), "auth", 0.9)
    done = 0
    for _, end in reading.places.get("cookie", ()):
        if end >= done and (found := _COOKIES.match(reading.text, end)):
            done = found.end()
            for cookie in _COOKIE.finditer(reading.text, *found.span(1)):
                if is_key(cookie[2]):
                    yield _span(*cookie.span(2), "cookie", 0.9)
