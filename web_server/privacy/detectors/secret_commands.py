"""Secrets handed to programs: `curl -u user:pass`, `mysql -psecret`, `sshpass -p secret`.

Read by the secret detector. A table of programs and of the option behind which their secret stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret_values import is_link_placeholder, is_password
from web_server.privacy.spans import Span

_REST = r"[^\n|;]{0,300}?\s"
_VALUE = r"[\"']?([^\s\"'$<>|;]{3,128})"


def _option(pattern: str) -> re.Pattern[str]:
    return re.compile(_REST + pattern)


_LOGIN = _option(r"(?:-u|--user|--proxy-user|-U|-a|--auth)[ =]?[\"']?[^\s:\"'$<>]{1,64}:([^\s\"'$<>]{2,128})")
_ATTACHED = _option(r"-p(?!ort|ro|lu|re)[\"']?([^\s\"'$<>\-][^\s\"'$<>]{2,127})")
_P = _option(rf"(?:-p|--password|-Password)[ =]{_VALUE}")
_COMMANDS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("curl", "http", "https", "wget"), _LOGIN),
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb"), _ATTACHED),
    "sshpass": re.compile(rf"\s{{1,3}}-p\s?{_VALUE}"),
    **dict.fromkeys(("docker", "podman", "helm", "oras", "skopeo", "buildah"), re.compile(
        rf"[^\n|;]{{0,80}}?\slogin{_REST}-p[ =]{_VALUE}")),
    **dict.fromkeys(("mongo", "mongosh", "mongodump", "influx", "clickhouse", "sqlcmd", "cqlsh"), re.compile(
        rf"{_REST}-[pP][ =]{_VALUE}")),
    "redis": re.compile(rf"-cli{_REST}-a\s{{1,3}}{_VALUE}"),
    "smbclient": _option(r"-U[ =]?[\"']?[^\s\"'%]{1,64}%([^\s\"'$<>]{2,128})"),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami"), _option(rf"-w[ =]?{_VALUE}")),
    "openssl": _option(r"-(?:passin|passout|pass|k)[ =](?:pass:)?[\"']?([^\s\"'$<>:]{3,128})(?!:)"),
    "net": re.compile(r" use\s[^\n|;]{0,200}?/user:\S{1,64}\s{1,3}([^\s\"'$<>/*]{3,128})"),
    "identified": re.compile(
        r"\s{1,3}(?:WITH \S{1,40} )?(?:BY|AS)\s{1,3}(?:PASSWORD )?['\"]([^'\"\n]{2,300})['\"]", re.IGNORECASE),
    "runas": _P,
    "az": _P,
    "htpasswd": re.compile(r"\s[^\n|;]{0,20}-b\w{0,3}\s[^\s]{1,100}\s\S{1,64}\s{1,3}([^\s\"'$<>]{3,128})"),
    "zip": _option(rf"(?:-P|--password)[ =]?{_VALUE}"),
    "unzip": _option(rf"-P[ =]?{_VALUE}"),
}  # fmt: skip
_PROGRAMS = frozenset(_COMMANDS)


def handed(reading: Reading) -> Iterator[Span]:
    """What stands behind the option."""
    for program in _PROGRAMS & reading.words:
        for _, end in reading.places[program]:
            if found := _COMMANDS[program].match(reading.text, end):
                value = found[1]
                if is_password(value) and not is_link_placeholder(value):
                    yield Span(*found.span(1), kinds.SECRET, 0.9, f"secret-command-{program}")
