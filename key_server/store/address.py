"""Where Redis is: KEY_SERVER_REDIS_URL, read and checked.

Called by `config` (may it be used?) and `connection` (what does it say?). Pure. The forms:

    redis[s]://[[user]:password@]host[:port][/db]                   one server
    unix://[[user]:password@]/path/to.sock[?db=1]                   one server on this machine
    redis[s]+cluster://[[user]:password@]host[:port][,host...]      a Cluster; any of its nodes
    redis[s]+sentinel://[[user]:password@]host[:port][,host...]/service[/db]

`rediss` is TLS, always verified: against the system's bundle (SSL_CERT_FILE is honoured) or `?ssl_ca_certs=FILE`, with
`ssl_certfile` and `ssl_keyfile` for a client certificate. Sentinels of their own password take `sentinel_username` and
`sentinel_password`. No other option is taken: redis-py would let a URL switch verification off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Kind = Literal["single", "cluster", "sentinel"]
KINDS: dict[str, tuple[Kind, bool]] = {
    "redis": ("single", False),
    "rediss": ("single", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
}
TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
SENTINEL_OPTIONS = frozenset({"sentinel_username", "sentinel_password"})
PORTS: dict[Kind, int] = {"single": 6379, "cluster": 6379, "sentinel": 26379}


@dataclass(frozen=True, slots=True)
class Address:
    """`path` for a Unix socket, else `hosts`. `service`: the name that sentinels know the master by."""

    kind: Kind
    hosts: tuple[tuple[str, int], ...] = ()
    path: str = ""
    db: int = 0
    service: str = ""
    tls: bool = False
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)


def parse(url: str) -> Address:
    """Raises ValueError, whose text says nothing of the URL."""
    try:
        parts = urlsplit(url)
        return _unix(parts) if parts.scheme == "unix" else _network(parts)
    except (ValueError, LookupError):
        raise ValueError("not the URL of a Redis") from None


def _unix(parts: SplitResult) -> Address:
    username, password, rest = _user(parts.netloc)
    options = _options(parts.query, frozenset({"db"}))
    if rest or not parts.path or parts.fragment:
        raise ValueError
    db = _number(options.pop("db", "0"))
    return Address("single", path=unquote(parts.path), db=db, username=username, password=password)


def _network(parts: SplitResult) -> Address:
    kind, tls = KINDS[parts.scheme]
    username, password, rest = _user(parts.netloc)
    allowed = (TLS_OPTIONS if tls else frozenset()) | (SENTINEL_OPTIONS if kind == "sentinel" else frozenset())
    options = _options(parts.query, allowed | (frozenset() if kind == "cluster" else frozenset({"db"})))
    names = [unquote(each) for each in parts.path.strip("/").split("/") if each]
    service = names.pop(0) if kind == "sentinel" else ""
    db = _number(options.pop("db", names.pop(0) if names else "0"))
    hosts = tuple(_host(each, PORTS[kind]) for each in rest.split(","))
    if names or parts.fragment or (kind == "single" and len(hosts) > 1) or (kind == "cluster" and db):
        raise ValueError
    return Address(kind, hosts, db=db, service=service, tls=tls, username=username, password=password, options=options)


def _user(netloc: str) -> tuple[str | None, str | None, str]:
    """User, password, and what stands behind them."""
    user, found, rest = netloc.rpartition("@")
    name, _, password = user.partition(":")
    return (unquote(name) or None, unquote(password) or None, rest) if found else (None, None, rest)


def _host(text: str, port: int) -> tuple[str, int]:
    found = urlsplit(f"//{text}")
    if not found.hostname:
        raise ValueError
    return found.hostname, found.port or port


def _options(query: str, allowed: frozenset[str]) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    if not found.keys() <= allowed:
        raise ValueError
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)
