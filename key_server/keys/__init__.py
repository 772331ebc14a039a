"""The keys and what seals them: records, stores, ciphers, Vault. The only place where a secret is opened."""
