"""One provider: what its row in providers.yaml came to. Frozen data and the questions it answers.

Made by `provider_rows`, kept in the `catalog`; asked by `calls`, `keyring`, `pool` and `egress`.
Never lets a request choose a host, a path or a method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from key_server.catalog.paths import STREAM, gaps, may_fill, rendered
from key_server.credentials import AMBIENT, KEYLESS
from key_server.errors import UnknownModel, UnknownOperation

ANY_MODEL = "*"
LONGEST_MODEL = 512  # characters of a name that no row lists


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, in and out."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Provider:
    """One row. `timeout_s` is seconds of silence; `paths` is model dialect -> operation -> path under the base URL."""

    name: str
    base_urls: tuple[str, ...]
    auth: str
    timeout_s: float
    allow_private: bool
    max_parallel: int
    models: Mapping[str, str]  # id, or "*", -> dialect
    paths: Mapping[str, Mapping[str, str]]
    prices: Mapping[str, Price] = field(default_factory=dict)  # id, or "*" -> price; what has none is not known
    deployments: Mapping[str, str] = field(default_factory=dict)  # id -> its name at the provider, where that differs
    api_version: str = ""
    region: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)  # base URL -> region to sign for; aws-sigv4 alone

    @property
    def takes_keys(self) -> bool:
        """Whether a key of the key list may be its credential."""
        return self.auth not in KEYLESS

    @property
    def signs_without_key(self) -> bool:
        """Whether an endpoint without a key is one: nothing is needed, or the machine's own identity serves."""
        return self.auth in AMBIENT

    def takes(self, model: str) -> bool:
        return self._dialect(model) is not None

    def path(self, operation: str, model: str, *, stream: bool = False) -> str:
        """What to ask under the base URL, percent-encoded. Raises UnknownModel, UnknownOperation."""
        template = self._template(operation, model, stream)
        if "{" not in template:
            return template
        if not may_fill(model):
            raise UnknownModel
        return rendered(
            template,
            {
                "model": model,
                "deployment": self.deployments.get(model, model),
                "api_version": self.api_version,
                "region": self.region,
            },
        )

    def model_in_path(self, operation: str, model: str, *, stream: bool = False) -> bool:
        """Whether the path says which model is meant, so that the body need not. Raises as `path` does."""
        return not gaps(self._template(operation, model, stream)).isdisjoint(("model", "deployment"))

    def _template(self, operation: str, model: str, stream: bool) -> str:
        dialect = self._dialect(model)
        if dialect is None:
            raise UnknownModel
        paths = self.paths[dialect]
        if operation not in paths or operation.endswith(STREAM):
            raise UnknownOperation
        return paths.get(operation + STREAM, paths[operation]) if stream else paths[operation]

    def _dialect(self, model: str) -> str | None:
        """None where there is no such model. Under "*" the caller makes the name, which logs, sums and memory keep."""
        listed = self.models.get(model)
        if listed is None and len(model) <= LONGEST_MODEL and model.isprintable():
            return self.models.get(ANY_MODEL)
        return listed
