"""One endpoint: a provider, one of its addresses, and a key.

Made by `endpoints`; offered by `choice`, held by `leases`, shown by `servicer`. Pure.
Never holds a secret: it carries its key's record, whose secret the keyring gives out by id.
"""

from __future__ import annotations

from dataclasses import dataclass

from key_server.catalog.provider import ANY_MODEL, Provider
from key_server.keys.key_record import KeyRecord


@dataclass(frozen=True, slots=True)
class Endpoint:
    """(provider, base URL, key). `key` is None where the provider takes none."""

    endpoint_id: str
    provider: Provider
    base_url: str
    key: KeyRecord | None

    @property
    def disabled(self) -> bool:
        return self.key is not None and self.key.disabled

    @property
    def weight(self) -> int:
        return self.key.weight if self.key else 1

    @property
    def limits(self) -> tuple[str, int, int]:
        """Its id, requests and tokens a minute over all its models; 0 = unlimited."""
        return (self.endpoint_id, self.key.rpm, self.key.tpm) if self.key else (self.endpoint_id, 0, 0)

    @property
    def models(self) -> tuple[str, ...]:
        """What it serves: the provider's models, as far as its key reaches."""
        if self.key is None or ANY_MODEL in self.key.models:
            return tuple(self.provider.models)
        return self.key.models

    def serves(self, model: str) -> bool:
        return self.provider.takes(model) and (self.key is None or self.key.serves(model))
