"""Names of accounts where machines write them: logs, shells, connection strings, `user=...` beside an address.

Accounts that every machine has (`root`, `postgres`) are kept. The spoken forms (`my login is ...`) are in `handles`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.account_names import is_made_of_a_name
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_NAME = r"([A-Za-z][\w.\-]{1,38}\w)"
_LOGGED = re.compile(
    r"\b(?:(?:Failed|Accepted) [\w\-/]{2,30} for (?:(?:invalid|illegal) user )?|(?:Invalid|Illegal|Unknown) user |"
    r"(?:authenticating|invalid) user |session (?:opened|closed) for user |(?:r|log)user=|logged in as )"
    rf"[\"'`]?{_NAME}(?=[\s\"'`(,;:.@]|$)",
    re.IGNORECASE,
)
_LOGGED_WORDS = words("failed accepted invalid illegal unknown authenticating session ruser loguser logged")
_REQUEST = re.compile(rf"(?<=[0-9A-Fa-f]) - {_NAME}(?:@[\w.\-]{{1,60}})? \[\d{{1,2}}/")
_AT_ADDRESS = re.compile(rf"(?<![\w.@/:\-])(?i:{_NAME})@(?=\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\d))")
_SHELL = re.compile(
    r"\b(?:ssh|scp|sftp|rsync|ssh-copy-id|mosh)\b[^\n|;&]{0,120}?[ =]"
    rf"{_NAME}@(?=[\w\-]{{1,60}}(?:[:\s\"'`]|$))"
    r"|\b(?:sudo -u|su -l|su -) "
    rf"{_NAME}(?=\s|$|[;&|\"'`)])"
    r"|\b(?:useradd|adduser|usermod|userdel|deluser|chage|net user)\b"
    rf"(?: +-{{1,2}}[A-Za-z][\w\-]*(?:[ =][\w,/.]+)?){{0,6}} +"
    rf"{_NAME}(?=[ \t]*(?:$|[\n;&|\"'`)#]))"
)
_SHELL_WORDS = words("ssh scp sftp rsync mosh useradd adduser usermod userdel deluser chage sudo su")
_CONNECTION = re.compile(rf"\w://{_NAME}:[^\s@/]{{1,200}}@")
_FIELD = re.compile(rf"[\"']?\s{{0,2}}[:=]\s{{0,3}}[\"'`]?{_NAME}(?![\w(\[]|[.@]\w)")
_ASSIGNED = re.compile(r"\s{0,2}=\s{0,3}[A-Za-z]")
"""`owner = repo.owner` is code."""
_FIELD_WORDS = words(
    "user usr uid username login account principal owner actor usuario utilisateur benutzer utente gebruiker"
)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?!\d)|(?:[0-9a-f]{1,4}:){5}")
_BEHIND = re.compile(
    r" (?:(?:the )?user |benutzer |l'utilisateur |el usuario |l'utente |gebruiker )?[\"'`]?"
    r"([a-z][\w.\-]{3,38}\w)(?![\w@(]|[.]\w)"
)
_DOERS = words("by par por von durch da door przez")
_DONE = words(
    "login logins logged log access accessed session sessions account connexion connecté accès compte anmeldung "
    "angemeldet zugriff konto sitzung sesión acceso accedido cuenta accesso accede sessione inloggen ingelogd "
    "created edited modified uploaded deleted committed approved submitted assigned changed updated opened reported "
    "commit ticket issue file erstellt geändert hochgeladen créé modifié supprimé creado modificado subido creato "
    "modificato caricato aangemaakt gewijzigd"
)
_SPEAKER = re.compile(rf"(?:^|\n)(?:\[[\d:. ]{{4,20}}\] ?)?(?:\*\*{_NAME}(?::\*\*|\*\*:)|<{_NAME}> )")
_EVERYONES = words(
    "root admin administrator guest user users username test tester anonymous nobody postgres postgresql mysql mariadb "
    "oracle redis mongo mongodb ubuntu debian centos fedora ec2-user azureuser opc core pi git jenkins deploy deployer "
    "docker www-data nginx apache httpd daemon system sa app api service svc backup monitor nagios zabbix ansible "
    "vagrant hadoop hdfs tomcat elastic kibana grafana default public none null undefined unknown true false string "
    "password name your-user youruser myuser demo dev prod staging airflow node bot ftp ftpuser support operator "
    "master minio rabbitmq keycloak sys dba db dbuser appuser runner github gitlab client server host agent id login "
    "logged failed from with not has was who invalid illegal session account on at in is the this that and or for to "
    "email mail type role group self other me you int str object number value text required optional unknown_user"
)


class LoginDetector(Detector):
    KINDS = (kinds.USERNAME,)
    BEST = 0.75

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for begin, end in reading.near(_LOGGED_WORDS, 200):
            yield from _each(_LOGGED, text, begin, end)
        if " - " in text and " [" in text:
            yield from _each(_REQUEST, text)
        if "@" in text:
            yield from _each(_AT_ADDRESS, text)
            if "://" in text:
                yield from _each(_CONNECTION, text)
        if not _SHELL_WORDS.isdisjoint(reading.words):
            yield from _each(_SHELL, text)
        yield from self._fields(reading)
        yield from self._doers(reading)
        if "**" in text or "> " in text:
            for found in _SPEAKER.finditer(text):
                if is_made_of_a_name(found[found.lastindex or 0], self._names, initials=False):
                    yield from _span(found, 0.6)

    def _fields(self, reading: Reading) -> Iterator[Span]:
        """`user: x`, where x is made of a name, or an address of the net stands on the line."""
        for word in _FIELD_WORDS & reading.words:
            for start, end in reading.places[word]:
                found = _FIELD.match(reading.text, end)
                if (
                    found is not None
                    and not ("." in found[1] and _ASSIGNED.match(found[0]))
                    and (is_made_of_a_name(found[1], self._names) or _ADDRESS.search(_line(reading.text, start)))
                ):
                    yield from _span(found, 0.6)

    def _doers(self, reading: Reading) -> Iterator[Span]:
        """`deleted by jdupont77`."""
        doers = _DOERS & reading.words
        if not doers or _DONE.isdisjoint(reading.words):
            return
        for word in doers:
            for start, end in reading.places[word]:
                found = _BEHIND.match(reading.text, end)
                if found is not None and is_made_of_a_name(
                    found[1], self._names, initials=_ADDRESS.search(_line(reading.text, start)) is not None
                ):
                    yield from _span(found, 0.6)


def _each(pattern: re.Pattern[str], text: str, begin: int = 0, end: int = sys.maxsize) -> Iterator[Span]:
    for found in pattern.finditer(text, begin, end):
        yield from _span(found, 0.75)


def _span(found: re.Match[str], score: float) -> Iterator[Span]:
    group = found.lastindex or 0
    if found[group].lower() not in _EVERYONES:
        yield Span(*found.span(group), kinds.USERNAME, score, "username-log")


def _line(text: str, at: int) -> str:
    """The line around a place, or what of it is near."""
    before = text[max(0, at - 200) : at].rpartition("\n")[2]
    return before + text[at : at + 200].partition("\n")[0]
