"""Every way in which this process says no, and nothing else.

    Refusal                  a call that is not answered; `code` travels as `llmvpn-error`
    +-- TokenRefused         missing or stale per-start token
    +-- BadRequest           not JSON, another model in the body, a header off the list, too large
    +-- UnknownProvider, UnknownModel, UnknownOperation, UnknownEndpoint, UnknownBinding, UnknownKey
    +-- PoolBusy, PoolLimited, PoolResting, NoKeys, KeysLocked, StoreUnavailable, VaultUnavailable
    +-- ProviderLimited, ProviderRefused, ProviderFailed, ProviderSilent, StreamCut
    +-- KeyRefused           a key that an operator handed in and that cannot be taken
    +-- Internal
    ConfigError              a setting or file that keeps the process from starting, or a new version from being used

Raised everywhere; turned into a gRPC status once, in `status`.
Never: the text of another exception, a key, a prompt. A `Refusal`'s sentence is a fixed one.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A call that is not answered. `retry_after_ms`: when trying again may help; 0 = unknown or never."""

    code: ClassVar[str] = "INTERNAL"
    sentence: ClassVar[str] = "The key server could not answer."

    def __init__(self, sentence: str = "", *, retry_after_ms: int = 0) -> None:
        super().__init__(sentence or self.sentence)
        self.retry_after_ms = retry_after_ms


class TokenRefused(Refusal):
    code = "TOKEN_REFUSED"
    sentence = "The key server's token is missing or stale."


class BadRequest(Refusal):
    code = "BAD_REQUEST"
    sentence = "The request is not one that may be forwarded."


class UnknownProvider(Refusal):
    code = "UNKNOWN_PROVIDER"
    sentence = "No such provider."


class UnknownModel(Refusal):
    code = "UNKNOWN_MODEL"
    sentence = "The provider has no such model here."


class UnknownOperation(Refusal):
    code = "UNKNOWN_OPERATION"
    sentence = "The provider has no such operation here."


class UnknownEndpoint(Refusal):
    code = "UNKNOWN_ENDPOINT"
    sentence = "No such endpoint for this model."


class UnknownBinding(Refusal):
    code = "UNKNOWN_BINDING"
    sentence = "No such binding; it was released or has expired."


class UnknownKey(Refusal):
    code = "UNKNOWN_KEY"
    sentence = "No such key."


class KeyRefused(Refusal):
    """A key that an operator handed in. Its sentence, a fixed one of `keyring` or `admin`, says why; never what."""

    code = "KEY_REFUSED"
    sentence = "The key cannot be taken."


class PoolBusy(Refusal):
    code = "POOL_BUSY"
    sentence = "Every endpoint of this provider is in use."


class PoolLimited(Refusal):
    code = "POOL_LIMITED"
    sentence = "Every endpoint of this provider has spent its requests or tokens for this minute."


class PoolResting(Refusal):
    code = "POOL_RESTING"
    sentence = "Every endpoint of this provider is resting after failures."


class NoKeys(Refusal):
    code = "NO_KEYS"
    sentence = "There is no key for this provider and model."


class KeysLocked(Refusal):
    code = "KEYS_LOCKED"
    sentence = "The cipher has been away for too long; the keys are locked until it is back."


class VaultUnavailable(Refusal):
    """`said`: why, in the operator's sentence, for a log or a refusal to start. A caller reads the fixed one."""

    code = "VAULT_UNAVAILABLE"
    sentence = "The key server cannot reach its Vault, or Vault refused."

    def __init__(self, said: str = "", *, retry_after_ms: int = 5_000) -> None:
        super().__init__(retry_after_ms=retry_after_ms)
        self.said = said or self.sentence


class StoreUnavailable(Refusal):
    code = "STORE_UNAVAILABLE"
    sentence = "The key server cannot reach its store."


class ProviderLimited(Refusal):
    code = "PROVIDER_LIMITED"
    sentence = "The provider is limiting calls."


class ProviderRefused(Refusal):
    code = "PROVIDER_REFUSED"
    sentence = "The provider refused every credential."


class ProviderFailed(Refusal):
    code = "PROVIDER_FAILED"
    sentence = "The provider failed."


class ProviderSilent(Refusal):
    code = "PROVIDER_SILENT"
    sentence = "The provider did not answer in time."


class StreamCut(Refusal):
    code = "STREAM_CUT"
    sentence = "The provider's answer broke off."


class Internal(Refusal):
    """Anything unforeseen. What it was is in the log, by type and place."""


class ConfigError(Exception):
    """One sentence for the operator: what is wrong and what to set. Never holds a secret."""
