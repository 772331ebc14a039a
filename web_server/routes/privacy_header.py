"""The header `X-Privacy: pii=on, obfuscate=off, decoys=0, give=off, pad=off`: how unmodified clients steer privacy.

Called by the ecosystem doors. Pure. A word it does not know is an error, never a silent default.
"""

from __future__ import annotations

from web_server.errors import ApiError
from web_server.query import MOST_DECOYS, USUAL_DECOYS, Obfuscation, PrivacyFlags

HINT = (
    "X-Privacy reads like `pii=on, obfuscate=off, decoys=0, give=off, pad=off`; obfuscate is off, format, quasi or"
    f" rewrite, and decoys a number from 0 to {MOST_DECOYS}, or on"
)

COUNTS = frozenset(map(str, range(MOST_DECOYS + 1)))


def flags(header: str | None) -> PrivacyFlags:
    """The flags a header asks for; no header asks for the defaults. Raises ApiError BAD_REQUEST."""
    pii_removal = True
    obfuscate: Obfuscation = "none"
    pad = False
    decoys = 0
    give = False
    for part in (header or "").split(","):
        if not part.strip():
            continue
        name, _, value = (word.strip().lower() for word in part.partition("="))
        match name, value:
            case "pii", "on" | "off":
                pii_removal = value == "on"
            case "obfuscate", "off" | "none":
                obfuscate = "none"
            case "obfuscate", "format" | "quasi" | "rewrite":
                obfuscate = value
            case "pad", "on" | "off":
                pad = value == "on"
            case "decoys", "off":
                decoys = 0
            case "decoys", "on":
                decoys = USUAL_DECOYS
            case "decoys", _ if value in COUNTS:
                decoys = int(value)
            case "give", "on" | "off":
                give = value == "on"
            case _:
                raise ApiError("BAD_REQUEST", f"{HINT}.")
    return PrivacyFlags(pii_removal, obfuscate, decoys, give, pad)
