"""Takes out of a provider's error what names our account there: organisations, projects, users, parts of keys.

Used by `egress` on bodies with a status of 400 and above. Bytes in, bytes out, no I/O. A word is never cut: what may go
on in the next chunk is held back, so that the result is the same wherever chunks break.
Never touches an answer: what looks like an account there is the caller's own text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MASK = b"***"
LONGEST_WORD = 64 * 1024
WORD = bytes(each for each in range(256) if each >= 0x80 or chr(each).isalnum() or chr(each) in "_.*:/\\=?&%@+-")

START = rb"(?<![A-Za-z0-9_-])"  # of a word; with what follows possessive, no text takes more than linear time
PATTERNS: Mapping[str, bytes] = {
    # OpenAI: "in organization org-...", "project `proj_...`"; OpenRouter: "user_id":"user_..."
    "account": START + rb"(?:org|proj|user|acct|usr|team|wrkspc)[-_](?=[A-Za-z]*+[0-9])[A-Za-z0-9]{8,}+",
    # "Incorrect API key provided: sk-test***********abcd", "Your api key: ****abcd is invalid"
    "starred key": START + rb"[A-Za-z0-9_-]*+\*{3,}+[A-Za-z0-9_*-]*+",
    "dotted key": START + rb"(?:sk|pk|rk|gsk|xai|pplx|fw|key|AIza|r8|hf)[A-Za-z0-9_-]*+\.{2,}+[A-Za-z0-9_-]++",
    "whole key": START + rb"(?:(?:sk|gsk|xai|pplx)[-_]|AIza)[A-Za-z0-9_-]{16,}+",
    "AWS key id": START + rb"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}+",
    # With an account in it; a foundation model's has none. Role and session names are people's.
    "AWS resource": rb"\barn:aws[a-z-]*+:[a-z0-9-]*+:[a-z0-9-]*+:[0-9]{12}:[A-Za-z0-9_.*:/\\=@+-]*+",
    "Azure resource": rb"\\?/subscriptions\\?/[A-Za-z0-9_.\\/-]++",
    "Google project": rb"(?<=projects/)[A-Za-z0-9-]++|(?<=[?&]project=)[A-Za-z0-9-]++",
    # Tenants, subscriptions, Anthropic's "(org: ...)": which of them it is cannot be told, so none passes.
    "UUID": START + rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![A-Za-z0-9_-])",
}
_ANY = re.compile(b"|".join(b"(?:%s)" % each for each in PATTERNS.values()))
NUMBER = re.compile(rb"(?<![0-9A-Za-z.])[0-9]{12}(?![0-9A-Za-z.])")
"""An AWS account or a Google project by its number. Zeros in its place: JSON stays JSON where it stands unquoted."""


def masked(data: bytes) -> bytes:
    """The bytes without accounts."""
    return NUMBER.sub(b"0" * 12, _ANY.sub(MASK, data))


class AccountIds:
    """`feed` chunks, then `close`."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What may pass now: everything up to the last word, which the next chunk may go on with."""
        data = self._held + chunk
        cut = len(data.rstrip(WORD))
        if len(data) - cut > LONGEST_WORD:
            cut = len(data)
        self._held = data[cut:]
        return masked(data[:cut])

    def close(self) -> bytes:
        """The last word."""
        held, self._held = self._held, b""
        return masked(held)
