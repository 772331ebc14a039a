"""The mirror's own pages, for a person and for tests: `/` and `/received`. They are never noted as a provider's call.

The app asks it first. What it serves is what providers saw, so it answers only to the names in `hosts`: a web page
elsewhere that rebinds its name to this machine must not read it (DNS rebinding). It sends no CORS header.
"""

from __future__ import annotations

from pathlib import Path

from mirror_provider.received import Received
from mirror_provider.wire import Reply, Request, as_json

PAGE = Path(__file__).with_name("page")
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Desk:
    """Answers the mirror's own paths and leaves every other call to the dialects."""

    def __init__(self, received: Received, hosts: frozenset[str] | None) -> None:
        self._received = received
        self._hosts = hosts
        self._files = {path: (PAGE.joinpath(name).read_bytes(), kind) for path, (name, kind) in FILES.items()}

    def answer(self, request: Request) -> Reply | None:
        """The reply, or None where the call is not for the desk."""
        if request.path != "/received" and request.path not in self._files:
            return None
        if self._hosts is not None and _name(request.headers.get("host", "")) not in self._hosts:
            return _text(403, "This page answers to its own machine only.")
        if request.path == "/received":
            return self._book(request)
        if request.method not in {"GET", "HEAD"}:
            return _text(405, "GET this page.", ("Allow", "GET"))
        content, kind = self._files[request.path]
        return Reply([content], content_type=kind, headers=HEADERS)

    def _book(self, request: Request) -> Reply:
        if request.method == "DELETE":
            self._received.empty()
            return Reply([b"[]"], headers=HEADERS)
        if request.method != "GET":
            return _text(405, "GET or DELETE what was received.", ("Allow", "GET, DELETE"))
        version = ("ETag", f'"{self._received.version}"')
        if request.headers.get("if-none-match") == version[1]:
            return Reply([b""], status=304, headers=(*HEADERS, version))
        return Reply([as_json(self._received.shown())], headers=(*HEADERS, version))


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host).lower()


def _text(status: int, sentence: str, *headers: tuple[str, str]) -> Reply:
    return Reply([sentence.encode()], status, content_type="text/plain; charset=utf-8", headers=(*HEADERS, *headers))
