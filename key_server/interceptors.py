"""At the door of both sockets: the token, and a lid on every exception.

Installed by `server`. Health is asked without a token: it says only whether we serve.
Never lets an exception's text out (grpc.aio sends it by default), never compares a token in variable time.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio

from key_server import logs
from key_server.errors import Internal, Refusal, TokenRefused
from key_server.status import refuse

TOKEN_METADATA = "llmvpn-token"  # noqa: S105 - the entry's name
HEALTH = "/grpc.health.v1.Health/"
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]
Behaviour = Callable[[Any, Any], Awaitable[Any]]


class Door(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc.aio has no stubs
    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def intercept_service(self, continuation: Continuation, details: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(details)
        if handler is None or details.method.startswith(HEALTH):
            return handler
        if not self._admits(details):
            return _handler(handler, _refuse_token)
        return _handler(handler, lidded(handler.unary_stream or handler.unary_unary))

    def _admits(self, details: grpc.HandlerCallDetails) -> bool:
        shown = [value for name, value in details.invocation_metadata or () if name == TOKEN_METADATA]
        if len(shown) != 1 or not isinstance(shown[0], str):
            return False
        return hmac.compare_digest(shown[0].encode(), self._token)

    def __repr__(self) -> str:
        return "Door(***)"


def lidded(behaviour: Behaviour) -> Behaviour:
    """The behaviour, its refusals told as statuses and everything else as INTERNAL."""

    async def call(request: Any, context: grpc.aio.ServicerContext) -> Any:
        try:
            return await behaviour(request, context)
        except Refusal as refusal:
            logs.event("refused", code=refusal.code)
            await refuse(context, refusal)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            logs.unforeseen("unforeseen", error)
            await refuse(context, Internal())

    return call


async def _refuse_token(_: Any, context: grpc.aio.ServicerContext) -> None:
    await refuse(context, TokenRefused())


def _handler(like: Any, behaviour: Behaviour) -> Any:
    make = grpc.unary_stream_rpc_method_handler if like.unary_stream else grpc.unary_unary_rpc_method_handler
    return make(behaviour, like.request_deserializer, like.response_serializer)
