"""What is assigned to a secret's name: in configuration, code, commands, headers, query strings and prose.

A table of names, read by the secret detector; every name is a run of letters, so that a text without any costs one set
operation. `openaiApiKey` ends in a name too. Reports the value alone, not the name before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum

from web_server.privacy import kinds
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret_values import (
    is_bare_password,
    is_key,
    is_password,
    is_plain_word,
    is_random,
    is_said_password,
    is_token,
)
from web_server.privacy.spans import Span


class Name(IntEnum):
    """How much a name says by itself."""

    PASSWORD = 1
    """Whatever stands there is one."""
    KEY = 2
    """Whatever looks like a key is one."""
    TOKEN = 3
    """Only what is long and mixed: a token is also a word of a text."""
    WEAK = 4
    """Only what was drawn at random: a `key` is mostly that of a table or of a keyboard."""
    SAYING = 5
    """A password, or a word of another sense: `la clave es practicar`."""


_PASSWORDS = words(
    "password passwd pwd pw pswd psw pass passphrase passcode passwort kennwort contraseña contrasena clave mdp psk "
    "wachtwoord senha dbpassword userpassword pgpassword passwörter passwords pword userpass dbpass passe"
)
_KEYS = words(
    "apikey accesskey secretkey accesstoken authtoken clientsecret refreshtoken privatekey credential credentials "
    "appsecret apitoken bearertoken signingkey encryptionkey pat secret authkey secretkeybase adminkey masterkey "
    "accountkey sharedaccesskey licensekey serverkey appkey webhook sessionid phpsessid jsessionid sid sig signature "
    "bearer basic schlüssel clé chiave sleutel"
)
_WEAK = words("key token auth session")
_SAYINGS = words("clave pass pat code")
_WIRELESS = words("wifi fi wlan wpa netzwerk psk router hotspot")
_OF_WIRELESS = words("key schlüssel code clé clave chiave sleutel passcode")
_ENDINGS = (
    ("password", Name.PASSWORD), ("passwd", Name.PASSWORD), ("passwort", Name.PASSWORD), ("passphrase", Name.PASSWORD),
    ("kennwort", Name.PASSWORD), ("wachtwoord", Name.PASSWORD), ("pwd", Name.PASSWORD), ("secret", Name.KEY),
    ("token", Name.KEY), ("apikey", Name.KEY), ("secretkey", Name.KEY), ("accesskey", Name.KEY),
    ("privatekey", Name.KEY), ("schlüssel", Name.KEY), ("credential", Name.KEY), ("credentials", Name.KEY),
    ("key", Name.WEAK),
)  # fmt: skip
_LAST = tuple(ending for ending, _ in _ENDINGS)

_MAKES_KEY = words(
    "api access secret auth private encryption signing account storage master license service app application client "
    "admin webhook consumer subscription function host shared bot user server project deploy write read ingest master "
    "x rest http jwt session security setup wifi wlan wpa netzwerk decryption crypt aes hmac vault root write instance "
    "integration developer personal consumer org organization team workspace account ssh pgp gpg tls ssl"
)
_NO_KEY = words(
    "public pub primary foreign cache sort partition idempotency site hot shortcut lookup dict map object file index "
    "composite unique row range group publishable translation message react state natural surrogate candidate hash "
    "registry config metric label meta arrow enter escape next page pagination continuation cursor eos bos pad unk "
    "mask sep cls max min stop end start special num prompt completion total first last each any every same answer "
    "sorting keyboard pressed object search filter tree merge item node data column field property attribute "
    "lexical syntax parser csrf xsrf nonce kid"
)
_NO_VALUE = words(
    "url uri endpoint path file filename type types count size length len limit max min expiry expires expiration "
    "ttl age name names hash hasher hashers policy policies field fields label placeholder reset regex pattern format "
    "header headers param params prefix suffix algorithm alg rotation validator validators error errors message "
    "input box form page hint strength rules column index list map set map id ids kid required enabled version "
    "ring rings store manager provider class ref refs selector lifetime duration seconds minutes days env var"
)

_QUOTE = r"\\{0,3}[\"'`“”„«»]"
_TAIL = re.compile(r"((?:[_\-.]?\d{1,3})?(?:[_\-.][A-Za-z0-9]{1,24}){0,3})")
"""What else belongs to the name: `SECRET_KEY_BASE`, `api_key_v2`, `token1`."""
_PAIR = re.compile(
    rf"(?:{_QUOTE})?,?\s{{1,40}}(?:{_QUOTE})?value(?:{_QUOTE})?\s{{0,3}}[:=]\s{{0,3}}{_QUOTE}([^\"'\n]{{4,300}}){_QUOTE}"
    rf"|(?:{_QUOTE})?,\s{{0,3}}(?:{_QUOTE})value(?:{_QUOTE})\s{{0,3}}:\s{{0,3}}{_QUOTE}([^\"'\n]{{4,300}}){_QUOTE}"
    r"|\s{1,40}value:\s{1,3}([^\s\"']{4,300})",
    re.IGNORECASE,
)
"""`name: X` and below it `value: Y`; `key="X" value="Y"`."""
_XML = re.compile(r"[\"']?>([^<>\n]{4,300})</")
_SIGN = re.compile(
    rf"(?:{_QUOTE})?\]?\s{{0,3}}(?:(?:\??:\s?&?[A-Za-z][\w.\[\]|?<>]{{0,40}}\s{{1,3}}(?==))?(?::=|=>|={{1,3}}|:|\?=)"
    rf"|[\"'`]\s{{0,2}},(?=\s{{0,3}}[\"'`])|\((?=[\"'`]))\s{{0,3}}"
)
_SPACED = re.compile(r"\s{1,3}(?=[\"'])")
"""`WITH PASSWORD 'x'`, `--password "x"`."""
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|token|bearer|ApiKey|Bot|SSWS)\s{1,2}")
_SENT = re.compile(r"(?i:bearer|basic)\s{1,3}([A-Za-z0-9_\-.~+/]{12,4000}={0,2})")
"""What a header sends."""
_QUOTED = re.compile(r"(?:[bBrRuU@]{0,2})\\{0,3}([\"'`“„«])([^\"'`“”«»\n]{4,300}?)\\{0,3}[\"'`”“»]")
_BARE = re.compile(r"([^\s\"'`,;()\[\]{}<>]{4,300})(?![(\[\w])")
_ENV = re.compile(r"([^\s\"'`;<>]{4,300})")
"""Behind `NAME=`, without spaces: all up to the next space, since a shell and a container read it so."""
_IS = re.compile(
    r"(?: (?:for|to|of|on|für|von|zum|zur|de|du|di|del|della|per|pour|para|voor|van) "
    r"(?:[\w\-]{1,20} ){0,3}[\w\-]{1,20})?"
    r" (?:is|was|ist|lautet|est|es|è|era|war|était)(?: (?:now|jetzt|le|la|el|il|als))?(?: ?: ?| )"
    r"[\"'`“„«]?([^\s\"'`,;()\[\]{}<>“”„«»]{4,300})(?![(\[\w])",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"(?: {1,3}|=)([^\s\"'`,;()\[\]{}<>]{4,300})(?![(\[\w])")
_LINE = 160
"""How much of a line before a value is looked at."""
_FLAG = re.compile(r"(?:^|\s)--?[A-Za-z\-]{0,30}\Z")
_CALLED = re.compile(r"\(\s{0,2}[\"'`][\w.\-]{0,60}\Z")
_TYPE = re.compile(r"~?[A-Z][A-Za-z]{0,12}\d{0,6}(?:[A-Z][a-z]{2,20}){1,6}")
"""`Ed25519PrivateKey`: a class, where it stands without quotes."""
_GOES_ON = re.compile(r"[.,]? [a-z]")
_BEFORE = re.compile(r"([^\W\d_]{1,30})(?:[_\-. ]|(?<=[a-z])(?=[A-Z]))\Z")
_PARAMETERS = words("sig signature sid webhook")
_BEFORE_PARAMETER = ("?", "&", "-", "_")
_HUMP = re.compile(r"[A-Z]?[a-z]+")
_TRAILING = re.compile(r"[.,?;:!]{1,3}\Z")
_WHOLE = _PASSWORDS | _KEYS | _WEAK | _OF_WIRELESS


def assigned(reading: Reading) -> Iterator[Span]:
    """Values of names that say what they are."""
    for word in _names(reading):
        for start, end in reading.places[word]:
            name = _strength(word, reading.text, start, end)
            if name is not None:
                yield from _value_of(name, reading.text, start, end)


def _names(reading: Reading) -> Iterator[str]:
    for word in reading.words:
        if word in _WHOLE or (len(word) > 5 and word.endswith(_LAST)):
            yield word


def _strength(word: str, text: str, start: int, end: int) -> Name | None:
    """What this name says where it stands."""
    before = _BEFORE.search(text, max(0, start - 32), start)
    near = before[1].lower() if before else ""
    if word in _OF_WIRELESS and near in _WIRELESS:
        return Name.PASSWORD
    if word in _PASSWORDS:
        is_word_alone = word == "passe" and not text[max(0, start - 7) : start].lower().endswith("mot de ")
        return None if is_word_alone else Name.SAYING if word in _SAYINGS else Name.PASSWORD
    if word in _KEYS:
        return None if word in _PARAMETERS and text[start - 1 : start] not in _BEFORE_PARAMETER else Name.KEY
    if word in _WEAK:
        is_joined = before is not None and text[start - 1] != " "
        return _by_neighbour(word, near, is_joined, text[start:end].isupper())
    return _by_ending(word, text, start, end)


def _by_ending(word: str, text: str, start: int, end: int) -> Name | None:
    """What a word of several says: `mysqlPassword`, `storageKey`, and not `monkey`."""
    ending, name = next((row for row in _ENDINGS if word.endswith(row[0])), ("", None))
    if name is not Name.WEAK:
        return name
    if not text[end - len(ending)].isupper() or text[start:end].isupper():
        return None
    head = _HUMP.findall(text, start, end - len(ending))
    return _by_neighbour("key", head[-1].lower() if head else "", is_joined=True, upper=False)


def _by_neighbour(word: str, near: str, is_joined: bool, upper: bool) -> Name | None:
    """What `key` or `token` says behind another word: `api_key`, `sort key`, `GITHUB_TOKEN`."""
    if near in _NO_KEY:
        return None
    if near in _MAKES_KEY or (is_joined and (upper or word == "token")):
        return Name.KEY
    return Name.TOKEN if word == "token" else Name.WEAK


def _value_of(name: Name, text: str, start: int, end: int) -> Iterator[Span]:
    tail = _TAIL.match(text, end)
    behind = tail.end() if tail else end
    if behind > end and _NO_VALUE & set(re.findall(r"[a-z]+", text[end:behind].lower())):
        return
    if name is Name.WEAK and "." in text[end:behind]:
        return  # `key_node.tag`
    check = _CHECKS[name]
    for way, found in _ways(text, start, end, behind):
        value = found[found.lastindex or 0]
        first = found.start(found.lastindex or 0)
        if text[start - 1 : start] in ("?", "&") or (
            text[behind : behind + 1] == "=" and "&" in value and _in_query(text, start)
        ):
            value = value.partition("&")[0]
        if way in ("bare", "said", "beside"):
            value = value[: len(value) - len(m[0])] if (m := _TRAILING.search(value)) and m[0] != "!" else value
        if len(value) >= 4 and check(value, way, text, first):
            yield Span(first, first + len(value), kinds.SECRET, _SCORES[way], f"secret-{name.name.lower()}-{way}")
            return


_SCORES = {
    "quoted": 0.85,
    "bare": 0.85,
    "env": 0.85,
    "xml": 0.85,
    "pair": 0.85,
    "sent": 0.85,
    "said": 0.7,
    "beside": 0.65,
}


def _in_query(text: str, start: int) -> bool:
    """Whether a name stands in a query string: `?user=app&password=b&useSSL=true`."""
    head = text[max(0, start - 200) : start]
    return "?" in head[max(head.rfind(" "), head.rfind("\n"), 0) :]


def _ways(text: str, start: int, end: int, at: int) -> Iterator[tuple[str, re.Match[str]]]:
    """The ways in which a value may follow, the surest first."""
    if found := _PAIR.match(text, at):
        yield "pair", found
    if found := _XML.match(text, at):
        yield "xml", found
    sign = _SIGN.match(text, at) or _SPACED.match(text, at)
    if sign is not None and _is_sign(sign[0], text, start, is_whole=end == at):
        behind = sign.end()
        if scheme := _SCHEME.match(text, behind):
            behind = scheme.end()
        if found := _QUOTED.match(text, behind):
            yield "quoted", found
        elif sign[0] == "=" and text[start:at].isupper() and (found := _ENV.match(text, behind)):
            yield "env", found
        elif found := _BARE.match(text, behind):
            yield "bare", found
    if found := _SENT.match(text, start):
        yield "sent", found
    if found := _IS.match(text, at):
        yield "said", found
    if found := _BESIDE.match(text, at):
        yield "beside", found


def _is_sign(sign: str, text: str, start: int, is_whole: bool) -> bool:
    """`setPassword("x")` and `define("DB_PASSWORD", "x")` say one; `password.encode("x")` and a list of words none."""
    if "(" in sign:
        return is_whole
    return "," not in sign or _CALLED.search(text, max(0, start - 64), start) is not None


def _password(value: str, way: str, text: str, first: int) -> bool:
    if way == "said":
        return is_said_password(value)
    if way == "beside":
        line = text[max(text.rfind("\n", max(0, first - _LINE), first) + 1, first - _LINE, 0) : first].rstrip(" =")
        is_given = _FLAG.search(line) is not None or ("login " in line and "machine " in line)
        return is_password(value) if is_given else "=" not in value and is_bare_password(value)
    if way == "bare":
        if is_plain_word(value) and (text[first - 2 : first] == "= " or _GOES_ON.match(text, first + len(value))):
            return False  # `password = entered`, `password: Specifies the ...`
        if _TYPE.fullmatch(value):
            return False
    return is_password(value)


def _key(value: str, way: str, text: str, first: int) -> bool:
    if way == "beside":
        return is_random(value)
    return is_key(value) and not (way in ("bare", "beside") and _TYPE.fullmatch(value.rpartition(".")[2]))


def _token(value: str, way: str, text: str, first: int) -> bool:
    return is_token(value) if way != "beside" else is_random(value)


def _weak(value: str, way: str, text: str, first: int) -> bool:
    return is_random(value) and not (way == "bare" and _TYPE.fullmatch(value))


def _saying(value: str, way: str, text: str, first: int) -> bool:
    if way in ("said", "beside"):
        return is_bare_password(value) and "=" not in value
    return _password(value, way, text, first) and (way == "quoted" or not is_plain_word(value))


_CHECKS: dict[Name, Callable[[str, str, str, int], bool]] = {
    Name.PASSWORD: _password, Name.KEY: _key, Name.TOKEN: _token, Name.WEAK: _weak, Name.SAYING: _saying,
}  # fmt: skip
