"""All wiring: files to holdings, holdings to servicers, servicers to two unix sockets.

Called by `__main__`, and by tests. `running(settings)` serves for as long as its block runs, then drains.
Never listens on TCP; nothing happens at import.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import grpc.aio
from grpc_health.v1 import health, health_pb2_grpc

from key_server import __version__, logs
from key_server.admin import KeyringServicer
from key_server.config import Settings
from key_server.egress.egress import Egress
from key_server.errors import ConfigError
from key_server.holdings import Holdings
from key_server.interceptors import Door
from key_server.keys.at_rest import at_rest
from key_server.pool.allocator import Allocator
from key_server.pool.bindings import Bindings
from key_server.pool.leases import Leases
from key_server.private_files import admits_group, locked, remove_stale_socket, write_atomically
from key_server.servicer import RouterServicer
from key_server.store.bindings import BindingStore
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore
from key_server.store.usage import UsageStore
from key_server.usage.book import Book
from key_server.usage.journal import Journal
from key_server.watches import keep_current, keep_open
from protos import keyring_pb2_grpc, router_pb2_grpc

LARGEST_MESSAGE = 9 * 1024 * 1024  # an 8 MiB body and its envelope
# What is sent is ours: the list of 10,000 endpoints with 60 models each has 20 MB.
OPTIONS = (("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", -1))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """Serve on both sockets. Leaving the block stops new calls and lets running ones finish within the drain time.

    Raises ConfigError.
    """
    with (
        locked(settings.socket, "KEY_SERVER_SOCKET"),
        locked(settings.admin_socket, "KEY_SERVER_ADMIN_SOCKET"),
        locked(settings.token_file, "KEY_SERVER_TOKEN_FILE"),
        locked(settings.journal, "KEY_SERVER_USAGE_JOURNAL"),
    ):
        holdings = Holdings(
            at_rest=at_rest(settings),
            provider_files=settings.provider_files,
            key_files=settings.key_files,
        )
        connection = Connection(settings.redis_url, patience_s=settings.redis_patience_ms / 1000)
        store = PoolStore(connection)
        egress = Egress(settings)
        leases = Leases(store)
        bindings = Bindings(BindingStore(connection), leases, holdings)
        book = Book(Journal(settings.journal), UsageStore(connection, days=settings.usage_days))
        allocator = Allocator(holdings=holdings, egress=egress, leases=leases, bindings=bindings, accounts=book)
        token = secrets.token_urlsafe(32)
        shared = admits_group(settings.token_file.parent)
        write_atomically(settings.token_file, token.encode(), 0o640 if shared else 0o600)
        healthy = health.aio.HealthServicer()
        router, admin = _server(token, healthy), _server(token, healthy)
        router_pb2_grpc.add_RouterServicer_to_server(
            RouterServicer(holdings=holdings, store=store, allocator=allocator, bindings=bindings, book=book), router
        )
        keyring_pb2_grpc.add_KeyringServicer_to_server(KeyringServicer(holdings, store), admin)
        _bind(router, settings.socket, 0o660 if admits_group(settings.socket.parent) else 0o600)
        _bind(admin, settings.admin_socket, 0o600)
        kept = (keep_current(holdings), keep_open(holdings, store), leases.keep(), book.keep())
        background = [asyncio.create_task(each) for each in kept]
        await router.start()
        await admin.start()
        held = holdings.current
        logs.event(
            "serving", version=__version__, keys=len(held.keyring.records), providers=len(held.catalog.providers)
        )
        try:
            yield
        finally:
            logs.event("draining", seconds=settings.drain_seconds)
            await healthy.enter_graceful_shutdown()
            await asyncio.gather(router.stop(settings.drain_seconds), admin.stop(settings.drain_seconds))
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            holdings.close()
            await leases.settled()
            egress.close()
            await book.close()
            await connection.close()
            for path in (settings.socket, settings.admin_socket, settings.token_file):
                path.unlink(missing_ok=True)
            logs.event("stopped")


def _server(token: str, healthy: health.aio.HealthServicer) -> grpc.aio.Server:
    server = grpc.aio.server(interceptors=(Door(token),), options=OPTIONS)
    health_pb2_grpc.add_HealthServicer_to_server(healthy, server)
    return server


def _bind(server: grpc.aio.Server, path: Path, mode: int) -> None:
    """Raises ConfigError. The socket is never open to more, not even between bind and chmod."""
    remove_stale_socket(path)
    try:
        with _umask(0o777 & ~mode):
            server.add_insecure_port(f"unix:{path.absolute()}")
    except RuntimeError:
        raise ConfigError(f"{path} cannot be bound; choose another path.") from None


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
