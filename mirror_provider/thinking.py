"""Thoughts of the mirror's Anthropic face: what it thinks of a request, and a signature that holds for no other text.

Used by that face; pure. As strict as the vendor: a thought that comes back changed is refused.
Source: Anthropic's guide, "Extended thinking" (preserving thinking blocks, redacted thinking).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from mirror_provider.asked import UnreadableError

_KEY = b"the mirror's own, and no secret"
SHOUTED = "REDACT"
"""A request that holds this word is thought about in secret."""


def wanted(asked: Any) -> bool:
    """Whether the request asks for thoughts. Raises `UnreadableError`."""
    match asked:
        case None | {"type": "disabled"}:
            return False
        case {"type": "adaptive"} | {"type": "enabled", "budget_tokens": int()}:
            return True
    raise UnreadableError("thinking: Input should be 'adaptive', 'disabled' or 'enabled' with budget_tokens")


def thought_of(text: str) -> dict[str, str]:
    """The block that comes before an answer which says `text`."""
    said = f"They want to hear: {text}"
    if SHOUTED in text:
        return {"type": "redacted_thinking", "data": said.encode().hex() + _signature(said)}
    return {"type": "thinking", "thinking": said, "signature": _signature(said)}


def check(block: Mapping[str, Any]) -> None:
    """Raises `UnreadableError` where the block is not just as it was signed."""
    text, signature = str(block.get("thinking")), block.get("signature")
    if block.get("type") == "redacted_thinking":
        data = str(block.get("data"))
        try:
            text, signature = bytes.fromhex(data[:-64]).decode(), data[-64:]
        except ValueError:
            signature = None
    if signature != _signature(text):
        raise UnreadableError("messages: Invalid `signature` in `thinking` block")


def _signature(text: str) -> str:
    return hmac.digest(_KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
