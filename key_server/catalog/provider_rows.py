"""A row of providers.yaml to a `Provider`, or the line that is wrong.

Called by `catalog`. Pure.
Never guesses: a field that is not one, a number out of range or a path that is none is named with its line.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import Any
from urllib.parse import urlsplit

from key_server.catalog.paths import STREAM, gaps, is_template, may_fill
from key_server.catalog.provider import ANY_MODEL, Price, Provider
from key_server.catalog.well_known import DIALECT_AUTH, DIALECT_PATHS, DIALECT_URLS, DIALECT_VERSION, WELL_KNOWN
from key_server.catalog.yaml_lines import Block, YamlError
from key_server.credentials import SCHEMES

DEFAULT_TIMEOUT_S = 120.0
DEFAULT_MAX_PARALLEL = 16
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
BASE_PATH = re.compile(r"/[A-Za-z0-9._~/:@!$&'()*+,;=-]*")
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # a name or a number, as `urlsplit` gives it
REGION = re.compile(r"[a-z0-9-]{1,32}")
AWS_HOST = re.compile(r"(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)")
API_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
NO_REGION = "'regions' is a list of names such as us-east-1, 'region' is one"
FIELDS = frozenset(
    {"dialect", "base_url", "auth", "timeout", "allow_private", "paths", "models", "max_parallel"}
    | {"api_version", "region", "regions"}
    | {"name", "website", "limits", "price", "capabilities"}  # the other side's
)


def providers(top: Block) -> dict[str, Provider]:
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
        raise YamlError(line, f"{key!r} is not a list of {{name, tag}}; its row goes under 'providers:'")
    row = Block(models=[])
    row.line, row.lines = line, {}
    for each in value:
        model = _block(each, line, "a model")
        tag = model.get("tag", model.get("id"))
        named = Block({**model, "id": _text(tag, model.line, "tag")})
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
    known_dialect, known_url = WELL_KNOWN.get(name, ("openai", ""))
    dialect = _dialect(row.get("dialect", known_dialect), row.line_of("dialect"))
    models = _models(row, dialect)
    auth = _auth(row, dialect)
    allow_private = row.get("allow_private", False)
    if not isinstance(allow_private, bool):
        raise YamlError(row.line_of("allow_private"), "'allow_private' is true or false")
    default_urls = known_url if known_url and dialect == known_dialect else DIALECT_URLS.get(dialect, "")
    base_urls = _base_urls(row, _regional(row, dialect) or row.get("base_url", default_urls), allow_private)
    provider = Provider(
        name=name,
        base_urls=base_urls,
        auth=auth,
        timeout_s=float(_number(row, "timeout", DEFAULT_TIMEOUT_S, 3600)),
        allow_private=allow_private,
        max_parallel=int(_number(row, "max_parallel", DEFAULT_MAX_PARALLEL, 10_000)),
        models=models,
        paths={each: {**_default_paths(each, row), **_paths(row)} for each in set(models.values())},
        prices=_prices(row),
        deployments=_deployments(row),
        api_version=_matched(row, "api_version", API_VERSION, _default_version(models)),
        region=_matched(row, "region", REGION, ""),
        regions=_signing_regions(row, base_urls) if auth == "aws-sigv4" else {},
    )
    _check_gaps(row, provider)
    return provider


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
    if not urls:
        raise YamlError(line, "'base_url' is an empty list")
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
        if parts.path and not BASE_PATH.fullmatch(parts.path):
            raise YamlError(line, "'base_url' has a path that is not one")
    return urls


def _regional(row: Block, dialect: str) -> list[str]:
    """The vendor's own address in each of `regions`, or in `region`, where the row names no address."""
    if "regions" in row and (dialect != "bedrock" or "base_url" in row):
        raise YamlError(row.line_of("regions"), "'regions' is for dialect bedrock without 'base_url'")
    if dialect != "bedrock" or "base_url" in row:
        return []
    regions = row.get("regions", [row["region"]] if "region" in row else [])
    if not isinstance(regions, list) or not all(isinstance(each, str) and REGION.fullmatch(each) for each in regions):
        raise YamlError(row.line_of("regions" if "regions" in row else "region"), NO_REGION)
    return [f"https://bedrock-runtime.{each}.amazonaws.com" for each in regions]


def _signing_regions(row: Block, base_urls: tuple[str, ...]) -> dict[str, str]:
    """What each address is signed for: the region in its name, else the row's."""
    found = {}
    for url in base_urls:
        named = AWS_HOST.search(urlsplit(url).hostname or "")
        found[url] = named[1] if named else _matched(row, "region", REGION, "")
        if not found[url]:
            raise YamlError(row.line_of("base_url"), "'region' is missing, and the address does not name one")
    return found


def _auth(row: Block, dialect: str) -> str:
    auth, line = row.get("auth", DIALECT_AUTH[dialect]), row.line_of("auth")
    if auth not in SCHEMES:
        raise YamlError(line, f"'auth' is one of {', '.join(SCHEMES)}")
    return str(auth)


def _paths(row: Block) -> dict[str, str]:
    paths = _block(row.get("paths") or Block(), row.line_of("paths"), "paths")
    for operation, path in paths.items():
        if not is_template(path):
            raise YamlError(paths.line_of(operation), f"the path of {operation!r} is not one that starts with '/'")
    return dict(paths)


def _default_paths(dialect: str, row: Block) -> dict[str, str]:
    """The dialect's own; an operation that the row moves takes its streamed form along."""
    moved = row.get("paths") or {}
    return {each: path for each, path in DIALECT_PATHS[dialect].items() if each.removesuffix(STREAM) not in moved}


def _default_version(models: dict[str, str]) -> str:
    return max(DIALECT_VERSION.get(each, "") for each in models.values())


def _check_gaps(row: Block, provider: Provider) -> None:
    """What a path asks for must be there to fill it."""
    for dialect, templates in provider.paths.items():
        needed = frozenset[str]().union(*map(gaps, templates.values()))
        for gap in ("api_version", "region"):
            if gap in needed and not getattr(provider, gap):
                raise YamlError(row.line_of("paths"), f"a path holds {{{gap}}}, but the row has no {gap!r}")
        if "model" in needed:
            for model in (each for each, speaks in provider.models.items() if speaks == dialect):
                if not may_fill(model) and model != ANY_MODEL:
                    raise YamlError(row.line_of("models"), f"{model!r} cannot be part of a path")


def _deployments(row: Block) -> dict[str, str]:
    found = {}
    for model in row["models"]:
        if isinstance(model, Block) and "deployment" in model:
            name = model["deployment"]
            if not isinstance(name, str) or not may_fill(name):
                raise YamlError(model.line_of("deployment"), "'deployment' is not a name")
            found[model["id"]] = name
    return found


def _matched(row: Block, key: str, pattern: re.Pattern[str], default: str) -> str:
    value = row.get(key, default)
    if isinstance(value, datetime.date):
        value = value.isoformat()  # what YAML makes of an unquoted 2024-10-21
    if not isinstance(value, str) or (value and not pattern.fullmatch(value)):
        raise YamlError(row.line_of(key), f"{key!r} is not one")
    return value


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
