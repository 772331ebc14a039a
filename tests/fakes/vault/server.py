"""The fake over HTTP on 127.0.0.1, and the switches that a test turns."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.vault.auth import Auth
from tests.fakes.vault.kv import KV
from tests.fakes.vault.refused import Refused
from tests.fakes.vault.routes import Engines, Request, answer
from tests.fakes.vault.transit import Transit

LARGEST_REQUEST = 32 * 1024 * 1024  # max_request_size of a listener
STANDBY = {"standby": 429, "dr_secondary": 472, "performance_standby": 473}


class FakeVault:
    """`standby`: a name of STANDBY or empty. `failing`: a status for every request. `denying`: 403 for every token."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        namespace: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self.auth = Auth(clock)
        self.transit = Transit()
        self.kv = KV()
        self.namespace = namespace
        self.sealed = False
        self.standby = ""
        self.slow_s = 0.0
        self.failing = 0
        self.denying = False
        self.before: Callable[[Request], None] = lambda request: None  # runs before a request is answered
        self.seen: list[tuple[str, str]] = []  # method and path
        self._engines = Engines(self.auth, self.transit, self.kv)
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def root_token(self) -> str:
        return self.auth.root

    def seal(self) -> None:
        self.sealed = True

    def unseal(self) -> None:
        self.sealed = False

    def start(self) -> None:
        """Listen; a second start uses the first one's port."""
        self._server = _Server(self, self._port, self._tls)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Nobody listens any more and no connection is left."""
        if self._server is not None:
            self._server.end()
            self._server = None

    def respond(self, request: Request, namespace: str) -> tuple[int, dict[str, Any] | None]:
        time.sleep(self.slow_s)
        self.before(request)
        with self._lock:
            self.seen.append((request.method, request.path))
            if self.failing:
                return self.failing, {"errors": ["internal error"]}
            if request.path == "sys/health":
                return self._health(request)
            try:
                if self.sealed:
                    raise Refused(503, "Vault is sealed")
                if self.denying or namespace.strip("/") != self.namespace:
                    raise Refused(403, "permission denied")
                found = answer(self._engines, request)
            except Refused as refused:
                return refused.status, refused.body
        return (204, None) if found is None else (200, found)

    def _health(self, request: Request) -> tuple[int, dict[str, Any]]:
        status = 503 if self.sealed else STANDBY.get(self.standby, 200)
        if status in (429, 473) and request.query.get("standbyok") == "true":
            status = 200
        body = {"initialized": True, "sealed": self.sealed, "standby": bool(self.standby), "version": "1.20.0"}
        return status, body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, vault: FakeVault, port: int, tls: ssl.SSLContext | None) -> None:
        self.vault = vault
        self._tls = tls
        self.live: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.live.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.live.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no error of the server's."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self.live):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        method = {"POST": "PUT", "HEAD": "GET"}.get(self.command, self.command)
        if method == "GET" and query.get("list") == "true":
            method = "LIST"
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        try:
            body = self._body(raw) if raw else {}
        except Refused as refused:
            return self._write(refused.status, refused.body)
        if not parts.path.startswith("/v1/"):
            return self._write(404, {"errors": []})
        path = unquote(parts.path.removeprefix("/v1/")).rstrip("/")
        request = Request(method, path, self.headers.get("X-Vault-Token"), body, query)
        return self._write(*self.server.vault.respond(request, self.headers.get("X-Vault-Namespace", "")))

    def _body(self, raw: bytes) -> dict[str, Any]:
        if len(raw) > LARGEST_REQUEST:
            raise Refused(413, "http: request body too large")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Refused(400, "failed to parse JSON input: invalid character") from None
        if not isinstance(body, dict):
            raise Refused(400, "failed to parse JSON input: not an object")
        return body

    def _write(self, status: int, body: dict[str, Any] | None) -> None:
        content = b"" if body is None else json.dumps({"request_id": "", "warnings": None, **body}).encode()
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_LIST = _serve

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def vault_server(
    *, clock: Callable[[], float] = time.monotonic, namespace: str = "", tls: ssl.SSLContext | None = None
) -> Iterator[FakeVault]:
    vault = FakeVault(clock=clock, namespace=namespace, tls=tls)
    vault.start()
    try:
        yield vault
    finally:
        vault.stop()
