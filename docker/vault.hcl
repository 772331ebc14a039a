# Vault for one machine. Sealed after every start: unseal it with your shares, or add a `seal` stanza of your cloud's KMS.
ui            = false
disable_mlock = true # raft's files are mapped; the container's memory is kept out of swap by the host instead
api_addr      = "https://vault:8200"
cluster_addr  = "https://vault:8201"

storage "raft" {
  path    = "/vault/file"
  node_id = "one"
}

listener "tcp" {
  address         = "0.0.0.0:8200"
  tls_cert_file   = "/run/secrets/vault_certificate"
  tls_key_file    = "/run/secrets/vault_key"
  tls_min_version = "tls12"
}
