"""The open connections to providers: kept for the next call, limited in number.

Used by `egress`. A call waits for a `Place` while too many are in use, at one destination or in all; its own deadline
ends the wait. Idle ones are closed when their time is up.
Never hands one connection to two calls, never loses a place to a call that was cancelled, never prefers one connection:
a provider could tell by it which queries follow each other.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from key_server.egress.dial import Destination
from key_server.egress.http1 import Connection


@dataclass(frozen=True, slots=True)
class Limits:
    """In use at one destination and in all, idle at one and in all: together below the usual 1,024 open files."""

    used: int = 512
    used_in_all: int = 640
    idle: int = 64
    idle_in_all: int = 256
    keep_s: float = 30.0  # below the idle limits of the usual load balancers


USUAL = Limits()
_CHANCE = random.SystemRandom()


@dataclass(slots=True)
class _Destination:
    gate: asyncio.Semaphore
    idle: list[Connection] = field(default_factory=list)


class Place:
    """The right to one connection. `leave` once, always."""

    __slots__ = ("_connections", "_destination", "_left")

    def __init__(self, connections: Connections, destination: _Destination) -> None:
        self._connections = connections
        self._destination = destination
        self._left = False

    def kept(self) -> Connection | None:
        """One that is still open and has not lain idle for too long, by chance."""
        return self._connections.taken(self._destination)

    def leave(self, connection: Connection | None) -> None:
        """Give the place to the next, and the connection too if its answer was read to the end; else end it."""
        if self._left:
            return
        self._left = True
        self._connections.left(self._destination, connection)


class Connections:
    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._gate = asyncio.Semaphore(limits.used_in_all)
        self._destinations: dict[Destination, _Destination] = {}
        self._idle = 0
        self._sweeper: asyncio.TimerHandle | None = None

    async def place(self, to: Destination) -> Place:
        """Waits while there are too many, first come, first served."""
        destination = self._destinations.get(to)
        if destination is None:
            destination = self._destinations[to] = _Destination(asyncio.Semaphore(self._limits.used))
        await destination.gate.acquire()
        try:
            await self._gate.acquire()
        except BaseException:
            destination.gate.release()
            raise
        return Place(self, destination)

    def taken(self, destination: _Destination) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - self._limits.keep_s
        idle = destination.idle
        while idle:
            # That which was used last would serve one caller's next query, too, more often than anybody else's.
            drawn = _CHANCE.randrange(len(idle))
            idle[drawn], idle[-1] = idle[-1], idle[drawn]
            connection = idle.pop()
            self._idle -= 1
            if connection.reusable and connection.idle_since > oldest:
                return connection
            connection.close()
        return None

    def left(self, destination: _Destination, connection: Connection | None) -> None:
        self._gate.release()
        destination.gate.release()
        if connection is None:
            return
        room = len(destination.idle) < self._limits.idle and self._idle < self._limits.idle_in_all
        if not room or not connection.reusable:
            connection.close()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        destination.idle.append(connection)
        self._idle += 1
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._limits.keep_s, self._sweep)

    def close(self) -> None:
        """Every idle one, now."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._close_idle_since(float("inf"))

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        self._close_idle_since(loop.time() - self._limits.keep_s)
        self._sweeper = loop.call_later(self._limits.keep_s, self._sweep) if self._idle else None

    def _close_idle_since(self, then: float) -> None:
        for destination in self._destinations.values():
            staying = [each for each in destination.idle if each.reusable and each.idle_since > then]
            for each in destination.idle:
                if each not in staying:
                    each.close()
            self._idle -= len(destination.idle) - len(staying)
            destination.idle = staying
