"""providers.yaml as this side sees it: hosts, paths, auth, limits. It alone says where a request may go.

Called by `holdings` (to read it) and `servicer` (to look up a call). The web server reads the same file with a view of
its own: names, context sizes and capabilities are skipped here.
Never lets a request choose a host, a path or a method.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from key_server.credentials import LATER, SIGNERS
from key_server.errors import ConfigError, UnknownModel, UnknownOperation, UnknownProvider
from key_server.well_known import DIALECT_AUTH, DIALECT_PATHS, WELL_KNOWN
from key_server.yaml_lines import Block, YamlError, load

ANY_MODEL = "*"
DEFAULT_TIMEOUT_S = 120.0
DEFAULT_MAX_PARALLEL = 16
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
PATH = re.compile(r"/[A-Za-z0-9._~/:@!$&'()*+,;=-]*")
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # a name or a number, as `urlsplit` gives it
FIELDS = frozenset(
    {"dialect", "base_url", "auth", "timeout", "allow_private", "paths", "models", "max_parallel"}
    | {"name", "website", "regions", "api_version", "limits", "price", "capabilities"}  # the other side's
)


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

    def takes(self, model: str) -> bool:
        return model in self.models or ANY_MODEL in self.models

    def path(self, operation: str, model: str) -> str:
        """Raises UnknownModel, UnknownOperation."""
        dialect = self.models.get(model) or self.models.get(ANY_MODEL)
        if dialect is None:
            raise UnknownModel
        try:
            return self.paths[dialect][operation]
        except KeyError:
            raise UnknownOperation from None


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
    providers: dict[str, Provider] = {}
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{path} cannot be read as UTF-8 text (PROVIDER_FILE).") from None
        try:
            providers |= _providers(load(text))
        except YamlError as error:
            raise ConfigError(f"{path}:{error.line}: {error.sentence}.") from None
    return Catalog(providers)


def _providers(top: Block) -> dict[str, Provider]:
    found: dict[str, Provider] = {}
    for key, value in top.items():
        if key == "providers":
            rows = _block(value or Block(), top.line_of(key), "providers")
            for name in rows:
                line = rows.line_of(name)
                found[name] = _row(name, _block(rows[name], line, name), line)
        else:
            provider = _short(key, value, top.line_of(key))
            found[provider.name] = provider
    return found


def _short(key: str, value: Any, line: int) -> Provider:
    """`OpenAI: [{name: "GPT-5 mini", tag: gpt-5-mini}]`."""
    name = key.lower()
    if name not in WELL_KNOWN:
        raise YamlError(line, f"{key!r} is not a provider known by name alone; write it under 'providers:'")
    if not isinstance(value, list):
        raise YamlError(line, f"{key!r} is not a list of {{name, tag}}")
    row = Block(models=[])
    row.line, row.lines = line, {}
    for each in value:
        model = _block(each, line, "a model")
        tag = model.get("tag", model.get("id"))
        named = Block({"id": _text(tag, model.line, "tag"), **{k: model[k] for k in ("price",) if k in model}})
        named.line, named.lines = model.line, model.lines
        row["models"].append(named)
    return _row(name, row, line)


def _row(name: str, row: Block, line: int) -> Provider:
    row.line = line  # what is missing from a row is named by the line of its name
    if not NAME.fullmatch(name):
        raise YamlError(line, f"{name!r} is not a provider name (a-z, 0-9, '.', '_', '-')")
    for key in row:
        if key not in FIELDS:
            raise YamlError(row.line_of(key), f"{key!r} is not a field of a provider")
    default_dialect, default_url = WELL_KNOWN.get(name, ("openai", ""))
    dialect = _dialect(row.get("dialect", default_dialect), row.line_of("dialect"))
    allow_private = row.get("allow_private", False)
    if not isinstance(allow_private, bool):
        raise YamlError(row.line_of("allow_private"), "'allow_private' is true or false")
    models = _models(row, dialect)
    return Provider(
        name=name,
        base_urls=_base_urls(row, row.get("base_url", default_url), allow_private),
        auth=_auth(row, dialect),
        timeout_s=float(_number(row, "timeout", DEFAULT_TIMEOUT_S, 3600)),
        allow_private=allow_private,
        max_parallel=int(_number(row, "max_parallel", DEFAULT_MAX_PARALLEL, 10_000)),
        models=models,
        paths={each: {**DIALECT_PATHS[each], **_paths(row)} for each in set(models.values())},
        prices=_prices(row),
    )


def _models(row: Block, dialect: str) -> dict[str, str]:
    line = row.line_of("models")
    listed = row.get("models")
    if not isinstance(listed, list) or not listed:
        raise YamlError(line, "'models' is a list of {id: ...}; [{id: \"*\"}] for any")
    models: dict[str, str] = {}
    for each in listed:
        model = each if isinstance(each, dict) else {"id": each}
        at = getattr(each, "line", line)
        models[_text(model.get("id"), at, "id")] = _dialect(model.get("dialect", dialect), at)
    return models


def _prices(row: Block) -> dict[str, Price]:
    return {each["id"]: _price(each) for each in row["models"] if isinstance(each, Block) and "price" in each}


def _price(model: Block) -> Price:
    value = model["price"]
    pair = [value.get(each) for each in ("input", "output")] if isinstance(value, dict) and len(value) == 2 else []
    if not pair or not all(_is_amount(each) for each in pair):
        raise YamlError(model.line_of("price"), "'price' is {input, output}: US dollars per million tokens, 0 or more")
    return Price(float(value["input"]), float(value["output"]))


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _base_urls(row: Block, value: Any, allow_private: bool) -> tuple[str, ...]:
    line = row.line_of("base_url")
    urls = tuple(_text(each, line, "base_url").rstrip("/") for each in (value if isinstance(value, list) else [value]))
    for url in urls:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("https", "http") and parts.port != 0 and HOST.fullmatch(parts.hostname or "")
        except ValueError:  # a port that is none, half an IPv6 address
            usable = None
        if not usable:
            raise YamlError(line, "'base_url' is not an http(s) address (an international name as xn--...)")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise YamlError(line, "'base_url' holds more than scheme, host, port and path")
        if parts.scheme == "http" and not allow_private:
            raise YamlError(line, "'base_url' must be https; http needs 'allow_private: true'")
        if parts.path and not PATH.fullmatch(parts.path):
            raise YamlError(line, "'base_url' has a path that is not one")
    return urls


def _auth(row: Block, dialect: str) -> str:
    auth, line = row.get("auth", DIALECT_AUTH[dialect]), row.line_of("auth")
    if auth in LATER:
        raise YamlError(line, f"auth {auth!r} is not supported yet")
    if auth not in SIGNERS:
        raise YamlError(line, f"'auth' is one of {', '.join(SIGNERS)}")
    return str(auth)


def _paths(row: Block) -> dict[str, str]:
    paths = _block(row.get("paths") or Block(), row.line_of("paths"), "paths")
    for operation, path in paths.items():
        if not isinstance(path, str) or not PATH.fullmatch(path) or ".." in path:
            raise YamlError(paths.line_of(operation), f"the path of {operation!r} is not one that starts with '/'")
    return dict(paths)


def _number(row: Block, key: str, default: float, most: float) -> float:
    value = row.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise YamlError(row.line_of(key), f"{key!r} is a number above 0, at most {most:g}")
    return value


def _dialect(value: Any, line: int) -> str:
    if value not in DIALECT_PATHS:
        raise YamlError(line, f"'dialect' is one of {', '.join(DIALECT_PATHS)}")
    return str(value)


def _text(value: Any, line: int, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise YamlError(line, f"{name!r} is missing or not text")
    return value


def _block(value: Any, line: int, name: str) -> Block:
    if not isinstance(value, Block):
        if isinstance(value, dict) and not value:
            return Block()
        raise YamlError(line, f"{name!r} is not a mapping")
    return value
