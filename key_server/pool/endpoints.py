"""The pool: every endpoint there is, and which of them may serve a model.

Built by `holdings` from the catalog and the keyring at each reload; read by the rest of this package and by `servicer`.
Never puts an endpoint without a key in the place of one whose key was disabled or does not open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from key_server.catalog.catalog import Catalog
from key_server.catalog.provider import Provider
from key_server.keys.key_record import KeyRecord
from key_server.keys.keyring import Keyring
from key_server.pool.choice import Candidates
from key_server.pool.endpoint import Endpoint

MOST_REMEMBERED = 256  # where a provider takes any name, callers make the names


@dataclass(frozen=True, slots=True)
class Pool:
    by_id: Mapping[str, Endpoint]
    _by_model: dict[tuple[str, str], Candidates] = field(default_factory=dict, repr=False)

    def candidates(self, provider: str, model: str) -> Candidates:
        """Those that may serve the model now. Remembered, so that a call costs the same in a pool of 10,000."""
        found = self._by_model.get((provider, model))
        if found is None:
            found = Candidates(
                [
                    each
                    for each in self.by_id.values()
                    if each.provider.name == provider and not each.disabled and each.serves(model)
                ]
            )
            if len(self._by_model) >= MOST_REMEMBERED:
                self._by_model.clear()
            self._by_model[provider, model] = found
        return found


def build(catalog: Catalog, keyring: Keyring) -> Pool:
    """One endpoint for each key that opened, and one for each address of a provider that is called without one.

    A provider that takes keys but can do without (aws-sigv4) does so as long as none is listed for it: a key that was
    disabled or does not open is never replaced by the machine's own identity behind the operator's back.
    """
    endpoints = []
    with_keys = {record.provider for record in keyring.records.values()}
    for provider in catalog.providers.values():
        if provider.signs_without_key and not (provider.takes_keys and provider.name in with_keys):
            endpoints += [_endpoint(keyring, provider, url, None) for url in provider.base_urls]
    for record in keyring.records.values():
        owner = catalog.providers.get(record.provider)
        if owner is None or not owner.takes_keys or record.key_id not in keyring.secrets:
            continue
        if record.base_url and record.base_url not in owner.base_urls:
            continue
        endpoints.append(_endpoint(keyring, owner, record.base_url or owner.base_urls[0], record))
    return Pool({each.endpoint_id: each for each in endpoints})


def _endpoint(keyring: Keyring, provider: Provider, base_url: str, key: KeyRecord | None) -> Endpoint:
    endpoint_id = keyring.opaque_id("ep", provider.name, base_url, key.key_id if key else "")
    return Endpoint(endpoint_id, provider, base_url, key)
