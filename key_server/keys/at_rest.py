"""What the settings say of keys at rest: which cipher seals them, which store keeps them.

Called by `server`, and by the doctor. Vault's client is loaded only where there is a Vault.
Never makes a cipher key where something was sealed under an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from key_server.config import Settings
from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys.cipher import Cipher
from key_server.keys.cipher_local import LocalCipher, create_key_file, read_key_file
from key_server.keys.key_store import KeyStore
from key_server.keys.key_store_file import FileKeyStore

if TYPE_CHECKING:
    from key_server.keys.vault import Vault


@dataclass(frozen=True, slots=True)
class AtRest:
    """`grace_s`: how long opened keys serve while the cipher cannot be asked; None where it always can."""

    cipher: Cipher
    store: KeyStore
    grace_s: float | None = None
    close: Callable[[], None] = lambda: None


def at_rest(settings: Settings) -> AtRest:
    """Raises ConfigError: also where Vault is sealed, away, or refuses."""
    if not settings.vault_address:
        return AtRest(_local(settings), FileKeyStore(settings.store_file))
    from key_server.keys.cipher_vault import VaultCipher  # noqa: PLC0415 - hvac takes 0.2 s to load
    from key_server.keys.key_store_kv import KvKeyStore  # noqa: PLC0415 - as above

    vault = connected(settings)
    cipher = VaultCipher(vault, mount=settings.vault_transit_mount, key=settings.vault_transit_key)
    try:
        cipher.check()
    except VaultUnavailable as trouble:
        vault.close()
        raise ConfigError(trouble.said) from None
    store: KeyStore = FileKeyStore(settings.store_file)
    if settings.vault_kv_path:
        mount, _, path = settings.vault_kv_path.partition("/")
        store = KvKeyStore(vault, mount=mount, path=path)
    return AtRest(cipher, store, settings.vault_grace_seconds, vault.close)


def connected(settings: Settings) -> Vault:
    """The Vault of the settings, not asked anything yet."""
    from key_server.keys.vault import Vault  # noqa: PLC0415 - as above
    from key_server.keys.vault_access import Access  # noqa: PLC0415 - as above

    access = Access(
        address=settings.vault_address,
        namespace=settings.vault_namespace,
        ca_file=settings.vault_ca_file or settings.ca_file,
        token=settings.vault_token,
        token_file=settings.vault_token_file,
        role_id=settings.vault_role_id,
        secret_id=settings.vault_secret_id,
        secret_id_file=settings.vault_secret_id_file,
        kubernetes_role=settings.vault_kubernetes_role,
    )
    return Vault(access)


def sealed_by_vault(settings: Settings) -> str:
    """The sentence for a list that a Vault sealed, where none is set; empty for any other."""
    try:
        with settings.store_file.open("rb") as file:
            if b'"vault:v' not in file.read(200):
                return ""
    except OSError:
        return ""
    return (
        f"{settings.store_file} (KEY_STORE_FILE) was sealed by a Vault, and VAULT_ADDR is not set; set it as it was, "
        "or move the file away and import the keys again."
    )


def _local(settings: Settings) -> LocalCipher:
    """Raises ConfigError. A key file is made only where nothing was sealed under an earlier one."""
    if sentence := sealed_by_vault(settings):
        raise ConfigError(sentence)
    if not settings.cipher_key_file.exists():
        if settings.store_file.exists():
            raise ConfigError(
                f"{settings.cipher_key_file} (KEY_SERVER_CIPHER_KEY_FILE) is missing, but {settings.store_file} "
                "was sealed under it; restore it."
            )
        create_key_file(settings.cipher_key_file)
    return LocalCipher(*read_key_file(settings.cipher_key_file))
