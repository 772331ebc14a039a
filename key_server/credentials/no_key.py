"""`none`: a provider that asks for nothing, such as one on this machine.

Called by `egress` through `signers`.
"""

from __future__ import annotations

from key_server.credentials.signer import NOTHING, Signed, Unsigned
from key_server.secret import Secret


class NoKey:
    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        return NOTHING
