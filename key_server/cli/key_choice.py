"""Which key a person means: its id, the beginning of it that no other has, or a label that no other has.

Called by the commands that change one key. Never repeats what was typed: it may be the key itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from key_server.cli import connection
from key_server.cli.trouble import Trouble


def choose(text: str) -> Any:
    """The one key (a protos Key). Raises Trouble for none, and for more than one."""
    with connection.router() as server:
        from protos import router_pb2  # noqa: PLC0415 - the generated code loads protobuf

        keys = server.ask("ListKeys", router_pb2.ListKeysRequest()).keys
    return among(text, keys)


def among(text: str, keys: Sequence[Any]) -> Any:
    """The same, among these."""
    by_id = [key for key in keys if key.key_id == text]
    labelled = [key for key in keys if text and key.label == text]
    begun = [key for key in keys if text and key.key_id.startswith((text, f"key_{text}"))]
    for found in (by_id, labelled, begun):
        if len(found) == 1:
            return found[0]
        if found:
            some = ", ".join(f"{key.key_id} ({key.provider})" for key in found[:5])
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            raise Trouble(f"{len(found)} keys are meant by that, name one: {some}{more}.")
    raise Trouble("No key has that id or label: `python -m key_server keys list` shows them.")
