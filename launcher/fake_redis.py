"""fakeredis' server on a Unix socket: the Redis of a machine that has none. `python -m launcher.fake_redis SOCKET`.

Started by way of `embedded_redis`. It holds everything in memory and is meant for one person trying things out.
Three habits of fakeredis' TCP server (2.40) are mended here: it closes a connection after every error reply, so that
EVALSHA's NOSCRIPT ends in a lost connection; it loses a reply larger than the socket's buffer; and it tells its clients
apart by address, which Unix clients do not have.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from fakeredis import TcpFakeServer
from redis.exceptions import ResponseError

WRITE_SECONDS = 30.0


class UnixFakeServer(TcpFakeServer):  # type: ignore[misc]  # mypy does not follow fakeredis
    """Listens on a Unix socket that only this user can open (0600)."""

    address_family = socket.AF_UNIX
    request_queue_size = 128  # socketserver's 5 refuses the sixth of callers who come at once
    RequestHandlerClass: Any

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._numbers = count(1)
        before = os.umask(0o177)
        try:
            super().__init__(str(path))
        finally:
            os.umask(before)
        self.daemon_threads = True
        self.RequestHandlerClass = _mended(self.RequestHandlerClass)

    def get_request(self) -> tuple[Any, Any]:
        """A new connection, with a number in place of an address."""
        connection, _ = super().get_request()
        return connection, ("unix", next(self._numbers))


class _PatientWriter:
    """Writes all of it to a non-blocking socket, waiting while the caller reads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[self._connection.send(left) :]
            except BlockingIOError:
                if not select.select([], [self._connection], [], WRITE_SECONDS)[1]:
                    raise ConnectionError("the caller stopped reading") from None

    def flush(self) -> None:
        pass


def _mended(handler: Any) -> Any:
    class Handler(handler):  # type: ignore[misc]  # the class is only known at run time
        def setup(self) -> None:
            super().setup()
            self.writer.writer = _PatientWriter(self.connection)
            self.current_client.read_response = _errors_returned(self.current_client.read_response)

    return Handler


def _errors_returned(read: Callable[[], Any]) -> Callable[[], Any]:
    """An error is a reply like any other: the server writes it as one, and goes on."""

    def read_response() -> Any:
        try:
            return read()
        except ResponseError as error:
            return error

    return read_response


def main() -> None:
    """Serve until SIGTERM."""
    with UnixFakeServer(Path(sys.argv[1])) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
