"""AWS Signature Version 4, as botocore computes it, for Bedrock's runtime.

Called by `egress` through `signers`. The key of the list is `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`; an
endpoint without one uses the usual chain: settings, environment, profile, web identity, container, instance.
Never signs what is not sent: host, path, query, content type and body are those of the request.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any

from key_server.credentials.fresh import Fresh, Held
from key_server.credentials.signer import CredentialUnavailable, Signed, Unsigned
from key_server.secret import Secret

SERVICE = "bedrock"  # the signing name of bedrock-runtime, botocore's own service model
CELL = re.compile(rb"([A-Z0-9]{16,128}):([A-Za-z0-9/+=]{16,128})(?::([\x21-\x7e]+))?")
LOOK_AGAIN_S = 60.0
# botocore never hands out credentials that end sooner than this (RefreshableCredentials._mandatory_refresh_timeout).
SERVES_S = 600.0
LARGE = 256 * 1024  # bytes of body whose SHA-256 (0.5 ms a MiB, at best) is not worth a thread


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """What botocore's signer asks of a credential, by its own names."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def is_cell(key: bytes) -> bool:
    """Whether a key of the list has the form that this scheme needs."""
    return CELL.fullmatch(key) is not None


class AwsSigV4:
    def __init__(self, keys: AwsKeys | None, profile: str) -> None:
        """`keys`, `profile`: from the settings; empty leaves the search to botocore."""
        self._keys = keys
        self._profile = profile
        self._session: Any = None
        self._chain = Fresh("aws-sigv4", self._from_chain)
        self._loaded = False

    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        """Raises CredentialUnavailable."""
        keys = _of_cell(secret.reveal()) if secret else self._keys or await self._chain.current()
        if self._loaded and len(request.body) < LARGE:
            return _signed(request, keys)
        self._loaded = True
        return await asyncio.to_thread(_signed, request, keys)  # the first one loads botocore, 0.1 s

    def _from_chain(self) -> Held[AwsKeys]:
        import botocore.session  # noqa: PLC0415 - 0.1 s that only those who use it should pay

        self._session = self._session or botocore.session.Session(profile=self._profile or None)
        found = self._session.get_credentials()
        if found is None:
            self._session = None
            raise CredentialUnavailable("no credentials in the chain")
        frozen = found.get_frozen_credentials()
        now = time.time()
        return Held(AwsKeys(frozen.access_key, frozen.secret_key, frozen.token), now + LOOK_AGAIN_S, now + SERVES_S)


def _of_cell(key: bytes) -> AwsKeys:
    found = CELL.fullmatch(key)
    if found is None:
        raise CredentialUnavailable("not ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]")
    access_key, secret_key, token = (each.decode() if each else None for each in found.groups())
    return AwsKeys(access_key or "", secret_key or "", token)


def _signed(request: Unsigned, keys: AwsKeys) -> Signed:
    from botocore.auth import SigV4Auth  # noqa: PLC0415 - see above
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - see above

    signing = {"Host": request.host}
    signing |= {name.decode(): value.decode() for name, value in request.headers if name == b"content-type"}
    asked = AWSRequest(request.method, f"https://{request.host}{request.target}", signing, request.body)
    SigV4Auth(keys, SERVICE, request.region).add_auth(asked)
    names = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")
    added = {name: asked.headers[name] for name in names if name in asked.headers}
    signature = added["Authorization"].rpartition("Signature=")[2]
    values = (keys.access_key, keys.secret_key, keys.token or "", signature)
    return Signed(
        tuple((name.encode(), value.encode()) for name, value in added.items()),
        tuple(value.encode() for value in values if value),
    )
