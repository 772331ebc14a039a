# What the key server may do in Vault or OpenBao, and nothing more:
#   vault policy write llmvpn-key-server vault-policy.hcl
# `transit` is VAULT_TRANSIT_MOUNT, `llmvpn` is VAULT_TRANSIT_KEY, `secret/llmvpn` is VAULT_KV_PATH.

# Seal and open keys; it cannot make, export, rotate or delete the transit key.
path "transit/encrypt/llmvpn" { capabilities = ["update"] }
path "transit/decrypt/llmvpn" { capabilities = ["update"] }
path "transit/rewrap/llmvpn" { capabilities = ["update"] }
path "transit/keys/llmvpn" { capabilities = ["read"] }

# `keys rewrap --retire` raises min_decryption_version, and nothing else: not that the key may be exported, backed up or
# deleted, which lie behind the same path. Without this rule only that is refused.
path "transit/keys/llmvpn/config" {
  capabilities       = ["update"]
  allowed_parameters = { "min_decryption_version" = [] }
}

# The sealed list of several hosts. Without VAULT_KV_PATH none of these is needed.
path "secret/data/llmvpn/index" { capabilities = ["create", "read", "update"] }
path "secret/data/llmvpn/parts/*" { capabilities = ["create", "read"] }
path "secret/metadata/llmvpn/parts" { capabilities = ["list"] }
path "secret/metadata/llmvpn/parts/*" { capabilities = ["list", "delete"] }

# Stay signed in.
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
