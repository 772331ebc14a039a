"""What every door has at hand: the exchange, the tokens, the settings; and how a door waits for its caller.

Called by the doors. Never: a decision of a door's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from starlette.requests import Request
from starlette.types import Receive

from web_server.auth.presented import presented
from web_server.auth.tokens import Tokens
from web_server.config import Settings
from web_server.exchange import Exchange
from web_server.limits.limits_file import LimitsFile
from web_server.query import Caller
from web_server.sealing import Sealing
from web_server.sessions import Sessions
from web_server.state import State
from web_server.usage.book import UsageBook
from web_server.usage.metrics import Metrics

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hall:
    """Kept on `app.state.hall` while the app runs."""

    settings: Settings
    tokens: Tokens
    exchange: Exchange
    sessions: Sessions
    sealing: Sealing
    state: State
    limits: LimitsFile
    usage: UsageBook
    metrics: Metrics
    started: float
    """`time.monotonic()` at start."""


def hall(request: Request) -> Hall:
    """The hall of the app that serves `request`."""
    return cast(Hall, request.app.state.hall)


def caller(request: Request, scope: str = "query") -> Caller:
    """Who is asking, if their token allows `scope`. Raises ApiError."""
    return caller_of(request, presented(request.headers), scope)


def caller_of(request: Request, authorization: str | None, scope: str = "query") -> Caller:
    """Who is asking with this authorization, wherever the door has it from. Raises ApiError."""
    return hall(request).tokens.read(authorization, scope=scope)


class HungUp(Exception):
    """The caller is gone; nobody reads what a door would say now."""


async def unless_hung_up(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, cancelled as soon as the caller hangs up. To be used once the body has been read.

    Raises HungUp, or what `work` raises.
    """
    task = asyncio.current_task()
    assert task is not None
    watch = asyncio.ensure_future(_hung_up(receive))
    gone, over = False, False

    def leave(watched: asyncio.Future[None]) -> None:
        nonlocal gone
        if watched.cancelled():
            return
        watched.exception()
        if not over:  # the end of an answer looks like a caller who hangs up, and may be heard of after the work
            gone = True
            task.cancel()

    watch.add_done_callback(leave)
    try:
        return await work
    except asyncio.CancelledError:
        if not gone or task.uncancel():
            raise  # somebody else wants it, too
        raise HungUp from None
    finally:
        over = True
        watch.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
