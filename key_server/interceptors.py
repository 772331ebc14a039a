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
from google.protobuf.message import DecodeError

from key_server import logs
from key_server.errors import BadRequest, Internal, Refusal, TokenRefused
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
        if handler is None:
            return None  # grpc answers UNIMPLEMENTED
        admitted = details.method.startswith(HEALTH) or self._admits(details)
        make = grpc.unary_stream_rpc_method_handler if handler.unary_stream else grpc.unary_unary_rpc_method_handler
        behaviour = lidded(handler) if admitted else _refuse_token
        return make(behaviour, request_deserializer=None, response_serializer=handler.response_serializer)

    def _admits(self, details: grpc.HandlerCallDetails) -> bool:
        shown = [value for name, value in details.invocation_metadata or () if name == TOKEN_METADATA]
        if len(shown) != 1 or not isinstance(shown[0], str):
            return False
        return hmac.compare_digest(shown[0].encode(), self._token)

    def __repr__(self) -> str:
        return "Door(***)"


def lidded(handler: Any) -> Behaviour:
    """The handler's behaviour from raw bytes on, its refusals told as statuses and everything else as INTERNAL.

    It parses the message itself: grpc.aio would send a parser's exception to the client.
    """
    parse, behaviour = handler.request_deserializer, handler.unary_stream or handler.unary_unary

    async def call(raw: bytes, context: grpc.aio.ServicerContext) -> Any:
        try:
            return await behaviour(_parsed(parse, raw), context)
        except Refusal as refusal:
            logs.event("refused", code=refusal.code)
            await refuse(context, refusal)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            logs.unforeseen("unforeseen", error)
            await refuse(context, Internal())

    return call


def _parsed(parse: Callable[[bytes], Any], raw: bytes) -> Any:
    try:
        return parse(raw)
    except DecodeError:
        raise BadRequest from None


async def _refuse_token(_: bytes, context: grpc.aio.ServicerContext) -> None:
    await refuse(context, TokenRefused())
