"""providers.yaml as this side sees it: hosts, paths, auth, limits. It alone says where a request may go.

Read by `holdings` and by the doctor, asked by `calls`; `provider_rows` reads the rows. The web server reads
the same file with a view of its own: names, context sizes and capabilities are skipped here.
Never lets a request choose a host, a path or a method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from key_server.catalog.provider import Provider
from key_server.catalog.provider_rows import providers
from key_server.catalog.yaml_lines import YamlError, load
from key_server.errors import ConfigError, UnknownProvider


@dataclass(frozen=True, slots=True)
class Catalog:
    providers: Mapping[str, Provider]

    def provider(self, name: str) -> Provider:
        """Raises UnknownProvider."""
        try:
            return self.providers[name]
        except KeyError:
            raise UnknownProvider from None


def read(paths: Sequence[Path]) -> Catalog:
    """The files, one after the other; a later row of the same name replaces the earlier one. Raises ConfigError."""
    found: dict[str, Provider] = {}
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigError(f"{path.absolute()} does not exist (PROVIDER_FILE).") from None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{path} cannot be read as UTF-8 text (PROVIDER_FILE).") from None
        try:
            found |= providers(load(text))
        except YamlError as error:
            raise ConfigError(f"{path}:{error.line}: {error.sentence}.") from None
    return Catalog(found)
