"""The header `X-Privacy: pii=on, obfuscate=off, decoys=0, pad=off`, by which unmodified clients steer privacy.

Called by the ecosystem doors. Pure. A word it does not know is an error, never a silent default.
"""

from __future__ import annotations

from web_server.errors import ApiError
from web_server.query import Obfuscation, PrivacyFlags

HINT = "X-Privacy reads like `pii=on, obfuscate=off, decoys=0, pad=off`, and obfuscate is off, format, quasi or rewrite"


def flags(header: str | None) -> PrivacyFlags:
    """The flags a header asks for; no header asks for the defaults. Raises ApiError BAD_REQUEST."""
    pii_removal = True
    obfuscate: Obfuscation = "none"
    pad = False
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
            case "decoys", "0" | "off":
                pass
            case "decoys", _:
                raise ApiError("BAD_REQUEST", f"{HINT}; this version has no `{name}` yet.")
            case _:
                raise ApiError("BAD_REQUEST", f"{HINT}.")
    return PrivacyFlags(pii_removal=pii_removal, obfuscate=obfuscate, pad=pad)
