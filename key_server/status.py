"""Domain refusals to gRPC statuses: the one place.

Called by the interceptors. Never sends exception text: grpc.aio's default would (measured on grpcio 1.85).
"""

from __future__ import annotations

from typing import NoReturn

import grpc
import grpc.aio

from key_server.errors import Refusal

ERROR_METADATA = "llmvpn-error"
RETRY_METADATA = "llmvpn-retry-after-ms"

STATUS: dict[str, grpc.StatusCode] = {
    "TOKEN_REFUSED": grpc.StatusCode.UNAUTHENTICATED,
    "BAD_REQUEST": grpc.StatusCode.INVALID_ARGUMENT,
    "UNKNOWN_PROVIDER": grpc.StatusCode.NOT_FOUND,
    "UNKNOWN_MODEL": grpc.StatusCode.NOT_FOUND,
    "UNKNOWN_OPERATION": grpc.StatusCode.NOT_FOUND,
    "UNKNOWN_ENDPOINT": grpc.StatusCode.NOT_FOUND,
    "UNKNOWN_BINDING": grpc.StatusCode.NOT_FOUND,
    "UNKNOWN_KEY": grpc.StatusCode.NOT_FOUND,
    "KEY_REFUSED": grpc.StatusCode.INVALID_ARGUMENT,
    "POOL_BUSY": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "POOL_LIMITED": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "PROVIDER_LIMITED": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "NO_KEYS": grpc.StatusCode.UNAVAILABLE,
    "POOL_RESTING": grpc.StatusCode.UNAVAILABLE,
    "KEYS_LOCKED": grpc.StatusCode.UNAVAILABLE,
    "VAULT_UNAVAILABLE": grpc.StatusCode.UNAVAILABLE,
    "STORE_UNAVAILABLE": grpc.StatusCode.UNAVAILABLE,
    "PROVIDER_REFUSED": grpc.StatusCode.FAILED_PRECONDITION,
    "PROVIDER_FAILED": grpc.StatusCode.ABORTED,
    "PROVIDER_SILENT": grpc.StatusCode.DEADLINE_EXCEEDED,
    "STREAM_CUT": grpc.StatusCode.DATA_LOSS,
    "INTERNAL": grpc.StatusCode.INTERNAL,
}


async def refuse(context: grpc.aio.ServicerContext, refusal: Refusal) -> NoReturn:
    """End the call with the refusal's status, fixed sentence and trailing metadata."""
    trailing: list[tuple[str, str]] = [(ERROR_METADATA, refusal.code)]
    if refusal.retry_after_ms > 0:
        trailing.append((RETRY_METADATA, str(refusal.retry_after_ms)))
    await context.abort(STATUS[refusal.code], str(refusal), tuple(trailing))
    raise AssertionError("abort always raises")
