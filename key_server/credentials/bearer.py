"""`Authorization: Bearer KEY`, RFC 6750 section 2.1: OpenAI and all that speak like it.

Called by `egress` through `signers`. Awaits nothing: this is every call's path.
"""

from __future__ import annotations

from key_server.credentials.signer import Signed, Unsigned
from key_server.secret import Secret


class Bearer:
    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        key = secret.reveal() if secret else b""
        return Signed(((b"Authorization", b"Bearer " + key),), (key,))
