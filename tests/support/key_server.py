"""A key server of one's own, in this process or as a real one, and a caller that holds its token."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from key_server import config
from key_server.server import running
from protos import keyring_pb2_grpc, router_pb2, router_pb2_grpc

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@dataclass
class Heard:
    """What one Forward said."""

    head: router_pb2.Head | None = None
    chunks: list[bytes] = field(default_factory=list)
    tail: router_pb2.Tail | None = None

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)


class Refused(Exception):
    def __init__(self, error: grpc.aio.AioRpcError, heard: Heard) -> None:
        super().__init__(error.code().name)
        trailing = dict(error.trailing_metadata() or ())
        self.status = error.code()
        self.code = trailing.get("llmvpn-error", "")
        self.retry_after_ms = int(trailing.get("llmvpn-retry-after-ms", "0"))
        self.message = error.details() or ""
        self.heard = heard


@dataclass
class Place:
    """A private directory with everything one key server needs, and its environment."""

    directory: Path
    redis_url: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        at = self.directory
        return {
            "KEY_SERVER_SOCKET": str(at / "k.sock"),
            "KEY_SERVER_ADMIN_SOCKET": str(at / "a.sock"),
            "KEY_SERVER_TOKEN_FILE": str(at / "token"),
            "KEY_STORE_FILE": str(at / "keys.sealed"),
            "KEY_CONFIG_FILE": str(at / "api_keys.csv"),
            "PROVIDER_FILE": str(at / "providers.yaml"),
            "KEY_SERVER_REDIS_URL": self.redis_url,
            "KEY_SERVER_CIPHER_KEY_FILE": str(at / "cipher.key"),
            "KEY_SERVER_LOG_FILE": str(at / "log"),
            "KEY_SERVER_DRAIN_SECONDS": "2",
            **self.extra,
        }

    def providers(self, *, url: str, name: str = "", more: str = "") -> str:
        """Write providers.yaml with one provider at `url`, its name fresh unless given: tests share no pool."""
        name = name or f"p{secrets.token_hex(4)}"
        row = f"providers:\n  {name}:\n    base_url: {url}/v1\n    allow_private: true\n    timeout: 1\n"
        models = "    models: [{id: test-model}, {id: other-model}]\n"
        (self.directory / "providers.yaml").write_text(row + more + models)
        return name

    def keys(self, provider: str, *keys: str) -> None:
        rows = "".join(f"{provider},*,{key}\n" for key in keys)
        path = self.directory / "api_keys.csv"
        path.write_text("provider,model,api_key\n" + rows)
        path.chmod(0o600)

    @property
    def token(self) -> str:
        return (self.directory / "token").read_text()

    def command(self) -> list[str]:
        return [sys.executable, "-m", "key_server"]


@contextmanager
def place(redis_url: str) -> Iterator[Place]:
    directory = Path(tempfile.mkdtemp(prefix="lv"))
    try:
        yield Place(directory, redis_url)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class KeyServer:
    """A caller on both sockets."""

    def __init__(self, at: Place, channel: grpc.aio.Channel, admin: grpc.aio.Channel, token: str) -> None:
        self.place = at
        self.channel = channel
        self.metadata = (("llmvpn-token", token),)
        self.router = router_pb2_grpc.RouterStub(channel)
        self.keyring = keyring_pb2_grpc.KeyringStub(admin)

    def call(self, provider: str, body: Any = None, **fields: Any) -> Any:
        """A Forward under way, to be read or cancelled."""
        content = body if isinstance(body, bytes) else json.dumps({"model": "test-model", **(body or {})}).encode()
        request = router_pb2.ForwardRequest(
            call_id=fields.pop("call_id", secrets.token_hex(8)),
            provider=provider,
            model=fields.pop("model", "test-model"),
            operation=fields.pop("operation", "chat"),
            body=content,
            **fields,
        )
        return self.router.Forward(request, metadata=self.metadata)

    async def forward(self, provider: str, body: Any = None, **fields: Any) -> Heard:
        heard = Heard()
        try:
            async for reply in self.call(provider, body, **fields):
                if reply.HasField("head"):
                    heard.head = reply.head
                elif reply.HasField("tail"):
                    heard.tail = reply.tail
                else:
                    heard.chunks.append(reply.chunk)
        except grpc.aio.AioRpcError as error:
            raise Refused(error, heard) from None
        return heard

    async def in_flight(self, provider: str) -> int:
        request = router_pb2.ListEndpointsRequest(provider=provider)
        listed = await self.router.ListEndpoints(request, metadata=self.metadata)
        return sum(each.in_flight for each in listed.endpoints)


@asynccontextmanager
async def connected(at: Place) -> AsyncIterator[KeyServer]:
    limits = (("grpc.max_send_message_length", 16 << 20), ("grpc.max_receive_message_length", 16 << 20))
    async with (
        grpc.aio.insecure_channel(f"unix:{at.environment['KEY_SERVER_SOCKET']}", options=limits) as channel,
        grpc.aio.insecure_channel(f"unix:{at.environment['KEY_SERVER_ADMIN_SOCKET']}") as admin,
    ):
        yield KeyServer(at, channel, admin, at.token)


@asynccontextmanager
async def key_server(at: Place) -> AsyncIterator[KeyServer]:
    """Served in this process: everything but the process' own hardening."""
    async with running(config.read(at.environment)), connected(at) as server:
        yield server


@contextmanager
def key_server_process(at: Place, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real process, ready: its token is written and its socket is bound."""
    process = start_process(at, **extra)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not (at.directory / "a.sock").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the key server did not start")
            time.sleep(0.01)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()  # nothing is left to disturb the tests behind this one


def start_process(at: Place, **extra: str) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], **at.environment, **extra}
    return subprocess.Popen(at.command(), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
