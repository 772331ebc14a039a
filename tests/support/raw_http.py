"""An answer as whoever watches the network sees it: how many bytes at a time, and when. A raw socket, no client."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from tests.support.stack import Stack


@dataclass
class Seen:
    """`chunks` are HTTP's, as the server wrote them, each with the seconds from the request to its last byte."""

    head: bytes
    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    body: bytes = b""

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    def header(self, name: str) -> list[str]:
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:]]
        return [value.strip().decode() for key, _, value in lines if key.decode().lower() == name]


def watched(stack: Stack, path: str, body: dict[str, Any] | None, **headers: str) -> Seen:
    """Ask, and note what comes. No body: a GET."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        f"host: 127.0.0.1:{stack.port}",
        f"authorization: Bearer {stack.token}",
        "connection: close",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        *([] if body is None else ["content-type: application/json", f"content-length: {len(content)}"]),
    ]
    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as line:
        began = time.monotonic()
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        read = b""
        while b"\r\n\r\n" not in read:
            read += _more(line)
        head, _, rest = read.partition(b"\r\n\r\n")
        seen = Seen(head + b"\r\n\r\n")
        if seen.header("transfer-encoding") != ["chunked"]:
            length = int(seen.header("content-length")[0])
            while len(rest) < length:
                rest += _more(line)
            seen.body = rest
            return seen
        while True:
            while b"\r\n" not in rest:
                rest += _more(line)
            size, _, rest = rest.partition(b"\r\n")
            length = int(size, 16)
            while len(rest) < length + 2:
                rest += _more(line)
            if not length:
                return seen
            seen.chunks.append((time.monotonic() - began, rest[:length]))
            seen.body += rest[:length]
            rest = rest[length + 2 :]


def _more(line: socket.socket) -> bytes:
    read = line.recv(65536)
    assert read, "the answer ended early"
    return read
