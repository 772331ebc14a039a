"""`x-api-key: KEY`: Anthropic.

Called by `egress` through `signers`. Awaits nothing: this is every call's path.
"""

from __future__ import annotations

from key_server.credentials.signer import Signed, Unsigned
from key_server.secret import Secret


class XApiKey:
    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        key = secret.reveal() if secret else b""
        return Signed(((b"x-api-key", key),), (key,))
