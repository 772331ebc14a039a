"""`api-key: KEY`: Azure OpenAI.

Called by `egress` through `signers`. Awaits nothing: this is every call's path.
"""

from __future__ import annotations

from key_server.credentials.signer import Signed, Unsigned
from key_server.secret import Secret


class ApiKey:
    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        key = secret.reveal() if secret else b""
        return Signed(((b"api-key", key),), (key,))
