"""One Vault or OpenBao: signed in, kept signed in, and asked one question at a time.

Built by `at_rest`; used by `cipher_vault` and `key_store_kv`, and by the doctor for `health`. hvac is synchronous: all
of this runs in a thread, never on the event loop. Every wait has an end; nothing is asked twice unless Vault said 403,
which means that it did nothing.
Never follows a redirect (the token would go along), never goes through the providers' proxy, never repeats Vault's
words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import hvac
from hvac import exceptions

from key_server.errors import VaultUnavailable
from key_server.keys.vault_access import Access, Grant, granted, sign_in, warn_of_end

CONNECT_S = 2.0
ANSWER_S = 8.0
RENEWED_AT = 2 / 3  # of a lease; the rest is time for a Vault that is away to come back
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """`standby`: it passes questions on to the active node. `trouble`: why we cannot use it; empty where we can."""

    reachable: bool
    sealed: bool = False
    standby: bool = False
    version: str = ""
    who: str = ""
    trouble: str = ""


class Vault:
    def __init__(
        self, access: Access, *, clock: Callable[[], float] = time.monotonic, answer_s: float = ANSWER_S
    ) -> None:
        self.access = access
        self._clock = clock
        self._answer_s = answer_s
        self._client = self._connect()
        self._grant: Grant | None = None
        self._full_s = 0.0  # what the lease ran for when it began
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._alone = Lock()

    def ask(self, question: Callable[[Any], T]) -> T:
        """Put a question to hvac's client. Raises VaultUnavailable; hvac's InvalidRequest and InvalidPath pass.

        A question takes apart its answer itself: what cannot be taken apart was not a Vault's answer.
        """
        with self._alone, self._told():
            self._stay_signed_in()
            try:
                return question(self._client)
            except exceptions.Forbidden:
                if self._is_known():
                    raise  # by its policy: another token of the same kind would be refused, too
                self._sign_in()
                return question(self._client)

    def health(self) -> Health:
        """What Vault says of itself, and whether we can sign in. Raises nothing."""
        client = self._connect(namespace="")  # sys/health is asked outside of every namespace
        try:
            with self._told():
                reply = client.sys.read_health_status(method="GET")
                said = reply if isinstance(reply, dict) else reply.json()
                found = Health(True, bool(said["sealed"]), bool(said["standby"]), str(said.get("version", "")))
        except VaultUnavailable as trouble:
            return Health(False, trouble=trouble.said)
        finally:
            client.adapter.close()
        try:
            left = self.ask(lambda signed: int(signed.auth.token.lookup_self()["data"]["ttl"]))
        except VaultUnavailable as trouble:
            return Health(True, found.sealed, found.standby, found.version, trouble=trouble.said)
        who = f"{self.access.way}, {f'{left} s left' if left else 'without end'}"
        return Health(True, found.sealed, found.standby, found.version, who)

    def close(self) -> None:
        self._client.adapter.close()

    def _connect(self, namespace: str | None = None) -> Any:
        client = hvac.Client(
            self.access.address,
            token="",  # not None: hvac would look for one in the environment and the home directory
            cert=(),
            verify=str(self.access.ca_file) if self.access.ca_file else True,
            timeout=(CONNECT_S, self._answer_s),
            allow_redirects=False,
            namespace=(self.access.namespace if namespace is None else namespace) or None,
        )
        client.session.trust_env = False  # no proxy, no .netrc: Vault is reached directly
        return client

    def _stay_signed_in(self) -> None:
        now = self._clock()
        if self._grant is None or now >= self._ends_at:
            self._sign_in()
        elif now >= self._renew_at:
            self._renew(self._grant)

    def _sign_in(self) -> None:
        self._grant = None
        grant = sign_in(self._client, self.access)
        self._full_s = grant.ttl_s
        self._hold(grant)

    def _renew(self, grant: Grant) -> None:
        """A longer lease or, where another sign-in can give one, a new token. A lease that shrinks is near its last."""
        renewed = self._renewed() if grant.renewable else None
        shrinks = renewed is None or renewed.ttl_s < self._full_s / 2
        if shrinks and self.access.signs_in_again:
            self._sign_in()
            return
        if renewed is not None:
            self._hold(renewed)
        else:
            self._renew_at = self._ends_at  # nothing can be done
        if shrinks:
            warn_of_end(self._ends_at - self._clock())

    def _renewed(self) -> Grant | None:
        try:
            return granted(self._client.auth.token.renew_self())
        except (exceptions.InvalidRequest, exceptions.Forbidden):
            return None

    def _hold(self, grant: Grant) -> None:
        now = self._clock()
        self._grant = grant
        self._ends_at = now + grant.ttl_s if grant.ttl_s else float("inf")
        self._renew_at = now + grant.ttl_s * RENEWED_AT if grant.ttl_s else float("inf")

    def _is_known(self) -> bool:
        try:
            self._client.auth.token.lookup_self()
        except exceptions.Forbidden:
            return False
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """hvac's exceptions, and those below it, as one sentence. Their own text may hold a token or a key."""
        at = f"Vault at {self.access.address} (VAULT_ADDR)"
        try:
            yield
        except (exceptions.InvalidRequest, exceptions.InvalidPath, VaultUnavailable):
            raise
        except (exceptions.Forbidden, exceptions.Unauthorized):
            raise VaultUnavailable(
                f"{at} refused: the {self.access.way} is not valid (any more), or its policy does not allow what the "
                "key server needs (docker/vault-policy.hcl)."
            ) from None
        except exceptions.VaultDown as error:
            sealed = "sealed" in str(error.errors)
            raise VaultUnavailable(f"{at} is sealed; unseal it." if sealed else f"{at} is not available.") from None
        except exceptions.VaultError:
            raise VaultUnavailable(f"{at} failed or is overloaded.") from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise VaultUnavailable(f"{at} answered with something that is not Vault's, or a redirect.") from None
        except OSError:  # every exception of requests is one
            raise VaultUnavailable(f"{at} cannot be reached, or does not answer in time.") from None

    def __repr__(self) -> str:
        return "Vault(***)"
