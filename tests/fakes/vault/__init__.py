"""A local Vault that keeps the public contract of Vault and OpenBao: transit, tokens, AppRole, Kubernetes, KV v2.

    with vault_server() as vault:
        vault.transit.create("llm-vpn", derived=True)
        vault.url, vault.root_token

Written from the API documentation (developer.hashicorp.com/vault/api-docs, openbao.org/api-docs). What those refuse,
it refuses, with the same status and the same words; real AES-GCM inside. Switches: `seal()`, `unseal()`, `standby`,
`slow_s`, `failing`, `denying`, `before`, `stop()`, `start()`.
"""

from tests.fakes.vault.server import FakeVault, vault_server

__all__ = ["FakeVault", "vault_server"]
