"""Names of machines that only their owner knows: internal ones, those in connection strings, those of settings.

A host of the public web is kept, and so are names that every example and every container has. Never resolves one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_LABEL = r"[^\W_](?:[\w\-]{0,61}[^\W_])?"
_PORT = r"(?::\d{2,5})?"
_MARKS = (".internal", ".intranet", ".corp", ".lan", ".local", ".intra", ".home.arpa", ".ad.")
_INTERNAL = re.compile(
    rf"(?<![\w@.\-/\\$])(?:{_LABEL}\.){{1,6}}(?:internal|intranet|corp|lan|local|localdomain|intra|home\.arpa)"
    r"(?![\w(]|[.\-]\w)",
    re.IGNORECASE,
)
_PACKAGES = words("com org net io java javax sun jdk android this self env config settings app module window")
_OF_ANY_CONTAINER = ("host.docker.internal", "metadata.google.internal", "svc.cluster.local", "cluster.local")
_NAMED_BY_WORDS = words(
    "host hostname server ssh ping connect machine node rdp dns proxy gateway vpn ldap smb share printer nas database "
    "db rechner serveur servidor"
)
_CONNECTION = re.compile(
    r"(?<![A-Za-z0-9])(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|ldaps?|mssql|sqlserver|"
    r"oracle|clickhouse|cassandra|kafka|nats|mqtts?|smb|nfs|s?ftp|ssh|imaps?|smtps?|vnc|rdp)(?:\+\w{1,12})?"
    rf"://(?:[^\s/@\"'<>]{{0,200}}@)?((?:{_LABEL}\.){{0,6}}{_LABEL}{_PORT}(?:,(?:{_LABEL}\.){{0,6}}{_LABEL}{_PORT}){{0,8}})"
)
_HOST = re.compile(r"(?<![\w:.\-])[A-Za-z][\w.\-]{1,253}")
_SETTING = re.compile(
    r"[\"']?\s{0,2}(?:=>|[:=])\s{0,3}[\"']?(?:tcp:|\w{2,8}://)?"
    rf"((?:{_LABEL}\.){{2,6}}[A-Za-z]{{2,18}})(?![\w(]|\.\w)"
)
_SETTINGS = words("host hostname server dbhost source fqdn nameserver broker brokers endpoint hosts")
_OWN = re.compile(
    r"\d|(?:^|[.\-_])(?:prod|prd|stag|stage|staging|dev|test|qa|uat|int|db|sql|corp|vpn|dc|srv|app)(?=[.\-_\d])"
)
_NOBODYS = re.compile(
    r"(?i)(?:.*\.)?(?:localhost|example|test|invalid|example\.(?:com|org|net)|localdomain)(?::\d+)?$|[\d.]+(?::\d+)?$"
    r"|(?:.*\.)?(?:google|googleapis|gmail|github|gitlab|microsoft|office365|outlook|openai|anthropic|cloudflare|docker|"
    r"debian|ubuntu|npmjs|pypi|python|apache|mozilla|yahoo|ntp|pool\.ntp)\.(?:com|org|net|io|dev)(?::\d+)?$"
)


class HostDetector(Detector):
    """Reported as URL, whose surrogates know how to name a host."""

    KINDS = (kinds.URL,)
    BEST = 0.85

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        lower = text.lower() if "." in text else ""
        if any(mark in lower for mark in _MARKS):
            yield from self._internal(reading)
        if "://" in text:
            for found in _CONNECTION.finditer(text):
                yield from _hosts(found)
        for word in _SETTINGS & reading.words:
            for _, end in reading.places[word]:
                found_ = _SETTING.match(text, end)
                if found_ is not None and _OWN.search(found_[1].lower()) and _NOBODYS.match(found_[1]) is None:
                    yield Span(*found_.span(1), kinds.URL, 0.7, "host-setting")

    @staticmethod
    def _internal(reading: Reading) -> Iterator[Span]:
        for found in _INTERNAL.finditer(reading.text):
            host = found[0].lower()
            first, rest = host.split(".", 1)
            if (
                first in _PACKAGES
                or host.endswith(_OF_ANY_CONTAINER[:2])
                or host == "kubernetes.default.svc.cluster.local"
            ):
                continue
            named = (
                "." in rest
                or reading.text[found.end() : found.end() + 1] == ":"
                or any(char.isdigit() or char == "-" for char in first)
            )
            if named or not reading.before(found.start()).isdisjoint(_NAMED_BY_WORDS):
                yield Span(*found.span(), kinds.URL, 0.8, "host-internal")


def _hosts(found: re.Match[str]) -> Iterator[Span]:
    """Each host of a connection string, without its port; one label without a digit is a container's name."""
    for named in _HOST.finditer(found[1]):
        if _NOBODYS.match(named[0]) is None and ("." in named[0] or any(char.isdigit() for char in named[0])):
            yield Span(found.start(1) + named.start(), found.start(1) + named.end(), kinds.URL, 0.85, "host-connection")
