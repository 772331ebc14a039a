"""Codes that open something: PINs, one-time codes, recovery codes, seeds of authenticator apps; in six languages.

Read by the secret detector. A number is one only where the words around say which code it is: a status code, a postal
code and an exit code are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_PINS = words("pin tan otp cvv cvc cvn pincode geheimzahl mtan smstan puk nip")
_CAPITALS = words("tan nip puk")
"""Other words in small letters: a colour, a bite, an elf."""
_PIN = after(r"\d{3,8}(?![\w.,]\d|\w)")
_PIN_SAID = re.compile(
    r"(?i:[^\n.;:\d]{0,24}(?: is| ist| lautet| est| es| è| era)(?: le| la| el| il)? )(\d{3,8})(?![\w.,]\d|\w)"
)
_CODES = words(
    "code codes código codigo códigos codice codici verificatiecode verificatiecodes bestätigungscode sicherheitscode "
    "einmalcode einmalpasswort anmeldecode prüfcode freischaltcode passcode herstelcode herstelcodes beveiligingscode "
    "inlogcode toegangscode zugangscode wiederherstellungscode wiederherstellungscodes sicherungscode backupcode "
    "backupcodes kode"
)
_ONE_TIME = words(
    "verification verify verificationcode confirmation confirm security otp onetime authentication authenticator login "
    "logon signin sms mfa tfa fa einmal bestätigung sicherheit anmeldung vérification sécurité connexion confirmation "
    "verificación seguridad confirmación acceso verifica sicurezza conferma accesso verificatie beveiliging access "
    "passcode pairing unlock door gate alarm safe entsperr freischalt google whatsapp"
)
_RECOVERY = words(
    "recovery backup rescue scratch emergency récupération secours recuperación respaldo recupero riserva ripristino "
    "wiederherstellung notfall herstel"
)
_BY_ITSELF = re.compile(r"(?:verif|best|sich|einmal|anm|prüf|freisch|herstel|beveil|inlog|toeg|zug|wieder|backup|pass)")
_NUMBER = r"((?:[A-Z]-)?(?:\d{4,8}|\d{3}[ \-]\d{3,4}))(?![\w]|[.,:/\-]\d|%)"
_BEHIND = re.compile(rf"(?:[^\n.;:\d]{{0,48}}[ :=#]|\W{{1,4}}){_NUMBER}")
_AHEAD = re.compile(
    rf"(?<![\w.,:/\-]){_NUMBER}(?= (?:is|ist|est|es|è) (?:your|ihr|dein|votre|ton|tu|su|il tuo|il suo|je|uw|the|der) )",
    re.IGNORECASE,
)
_LIST = re.compile(r"[^\n:]{0,60}:\s{0,4}|\s{0,2}\n\s{0,3}|\s(?:is|are|lauten|lautet|sont|son|sono|zijn)\s")
_ITEM = re.compile(
    r"[\s,;•*\-|]{0,8}(?:\d{1,2}[.)]\s)?"
    r"((?=[A-Za-z\- ]{0,9}\d)[A-Za-z0-9]{4,10}(?:-[A-Za-z0-9]{4,10}){0,7}(?: \d{4}(?!\d))?)(?![\w@])"
)
_MOST_ITEMS = 20
_SEEDS = words("totp otpauth authenticator fa mfa setup")
_SEED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z2-7]{4} ){3,15}[A-Z2-7]{4}(?![A-Za-z0-9])"
    r"|(?<![a-z0-9])(?:[a-z2-7]{4} ){7}[a-z2-7]{4}(?![a-z0-9])"
)


def codes(reading: Reading) -> Iterator[Span]:
    """All of them."""
    if not reading.has_digit:
        return
    found = reading.words
    if near := _PINS & found:
        for word in near:
            yield from _pins(reading, word)
    if near := _CODES & found:
        yield from _ahead(reading)
        for word in near:
            for start, end in reading.places[word]:
                yield from _code(reading, word, start, end)
    if _SEEDS & found:
        for seed in _SEED.finditer(reading.text):
            if any(char.isdigit() for char in seed[0]):
                yield _span(seed.start(), seed.end(), "seed")


def _span(start: int, end: int, what: str, score: float = 0.8) -> Span:
    return Span(start, end, kinds.SECRET, score, f"secret-{what}")


def _pins(reading: Reading, word: str) -> Iterator[Span]:
    for start, end in reading.places[word]:
        if word in _CAPITALS and not reading.text[start:end].isupper():
            continue
        match = _PIN.match(reading.text, end) or _PIN_SAID.match(reading.text, end)
        if match is not None:
            yield _span(*match.span(1), "pin", 0.75)


def _code(reading: Reading, word: str, start: int, end: int) -> Iterator[Span]:
    around = reading.before(start) | reading.after(end)
    itself = _BY_ITSELF.match(word) is not None
    if _RECOVERY & around or (itself and word.startswith(("wieder", "herstel", "backup", "sicherungs"))):
        yield from _items(reading.text, end)
        return
    is_told = itself or _ONE_TIME & around or "one-time" in reading.text[max(0, start - 12) : start].lower()
    if is_told and (match := _BEHIND.match(reading.text, end)):
        yield _span(*match.span(1), "code")


def _ahead(reading: Reading) -> Iterator[Span]:
    """`482913 is your verification code`."""
    for match in _AHEAD.finditer(reading.text):
        line = reading.text[match.end() : match.end() + 80].lower()
        if "code" in line or "código" in line or "codice" in line:
            yield _span(*match.span(1), "code")


def _items(text: str, at: int) -> Iterator[Span]:
    """A list of recovery codes, up to the first thing that is none."""
    head = _LIST.match(text, at)
    at = head.end() if head else at
    for _ in range(_MOST_ITEMS):
        item = _ITEM.match(text, at)
        if item is None:
            return
        yield _span(*item.span(1), "recovery")
        at = item.end()
