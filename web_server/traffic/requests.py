"""A request's body, blank at its end up to a bucket of bytes.

Used by `keys` on every body that leaves, before it is signed. Pure. Hides a text's length from who watches the network
between the key server and the provider: the provider reads the text, and counts it. Blanks behind a JSON text mean
nothing (RFC 8259, section 2), and are no tokens.
"""

from __future__ import annotations

from web_server.traffic.buckets import bucket

STEPS = 8
"""At most an eighth is added."""

LEAST = 1024
"""Bytes; what is less leaves in one packet anyhow."""


def filled(body: bytes) -> bytes:
    """`body` and blanks behind it, where it is a JSON object; anything else as it is."""
    return body.ljust(max(LEAST, bucket(len(body), STEPS))) if body.endswith(b"}") else body
