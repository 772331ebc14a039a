"""What is told of a key, on either socket: never the key.

Called by `servicer` and `admin`. Pure.
"""

from __future__ import annotations

from key_server.keys.key_record import KeyRecord
from protos import router_pb2


def key_message(record: KeyRecord, state: str = "") -> router_pb2.Key:
    return router_pb2.Key(
        key_id=record.key_id,
        provider=record.provider,
        models=record.models,
        label=record.label,
        fingerprint=record.fingerprint,
        disabled=record.disabled,
        requests_per_minute=record.rpm,
        tokens_per_minute=record.tpm,
        weight=record.weight,
        base_url=record.base_url,
        state=state,
    )
