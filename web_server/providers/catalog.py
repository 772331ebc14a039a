"""Which models there are: providers.yaml as the web server sees it. Names, dialects, sizes and prices; no hosts.

Called by `exchange` and, through it, by the doors that list models. Reads the files again when they change.
Never: base URLs, credentials or paths; those are the key server's view of the same file.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from web_server.query import ModelRef

log = logging.getLogger("web_server.catalog")

WELL_KNOWN_DIALECTS = {"anthropic": "anthropic"}
"""Well-known providers whose dialect is not `openai` where their row names none; as the key server has it."""

LOOK_AGAIN_SECONDS = 1.0


class CatalogError(Exception):
    """A line of a provider file is wrong; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model a caller may name. Prices are US dollars per million tokens."""

    ref: ModelRef
    name: str
    dialect: str
    context: int | None = None
    capabilities: tuple[str, ...] = ()
    input_price: float | None = None
    output_price: float | None = None

    @property
    def is_any(self) -> bool:
        """Whether the row stands for every model name of its provider."""
        return self.ref.model == "*"

    @property
    def only_completes(self) -> bool:
        """Whether it has no chat, but continues a text that it is given."""
        return "completions" in self.capabilities and "chat" not in self.capabilities


class Catalog:
    """The models of all providers, in file order."""

    def __init__(self, models: Iterable[Model]) -> None:
        self.models = tuple(models)
        self._by_ref = {model.ref: model for model in self.models}
        self._by_name: dict[str, Model] = {}
        for model in self.models:
            if not model.is_any:
                self._by_name.setdefault(model.ref.model, model)

    def find(self, name: str) -> Model | None:
        """The model called `provider/model`, or the first one with that bare model name.

        Unmodified clients know bare names only; a full name always wins over one that merely looks the same.
        """
        provider, slash, rest = name.partition("/")
        if slash and rest:
            exact = self._by_ref.get(ModelRef(provider, rest))
            if exact:
                return exact
            wild = self._by_ref.get(ModelRef(provider, "*"))
            if wild and rest != "*":
                return Model(ModelRef(provider, rest), rest, wild.dialect, wild.context, wild.capabilities)
        return self._by_name.get(name)


def parse(text: str, file: str) -> Catalog:
    """The catalog that one provider file describes. Raises CatalogError with file and line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise CatalogError(f"{file}:{line}: {wrong.problem}") from None
    if root is None:
        return Catalog(())
    rows = []
    for key, node in _pairs(root, file):
        if key == "providers":
            rows += [model for name, row in _pairs(node, file) for model in _provider(name, row, file)]
        else:
            rows += _short(key, node, file)
    return Catalog(rows)


class CatalogFile:
    """The catalog as the files say it now; a broken new version is logged and the old one stays in force."""

    def __init__(self, files: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._files = tuple(files)
        self._clock = clock
        self._looked = clock()
        self._stamp: tuple[object, ...] = ()
        self._catalog = self._load()

    @property
    def current(self) -> Catalog:
        """The catalog, re-read if a file changed since the last look (at most one look a second)."""
        now = self._clock()
        if now - self._looked < LOOK_AGAIN_SECONDS:
            return self._catalog
        self._looked = now
        if self._stamps() != self._stamp:
            try:
                self._catalog = self._load()
            except CatalogError as wrong:
                log.error("provider file not taken over, the old one stays in force", extra={"error": str(wrong)})
        return self._catalog

    def _load(self) -> Catalog:
        self._stamp = self._stamps()
        models: list[Model] = []
        for file in self._files:
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as wrong:
                raise CatalogError(f"{file}: {getattr(wrong, 'strerror', None) or 'not UTF-8'}") from None
            found = parse(text, file.name).models
            replaced = {model.ref.provider for model in found}
            models = [*(model for model in models if model.ref.provider not in replaced), *found]
        return Catalog(models)

    def _stamps(self) -> tuple[object, ...]:
        return tuple((s.st_mtime_ns, s.st_size) if (s := _stat(file)) else None for file in self._files)


def _stat(file: Path) -> Any:
    try:
        return file.stat()
    except OSError:
        return None


def _fail(node: yaml.Node, file: str, why: str) -> CatalogError:
    return CatalogError(f"{file}:{node.start_mark.line + 1}: {why}")


def _pairs(node: yaml.Node, file: str) -> list[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _fail(node, file, "expected `name: value` lines")
    return [(str(key.value), value) for key, value in node.value]


def _plain(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_document(node)


def _items(node: yaml.Node, file: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise _fail(node, file, "expected a list")
    return list(node.value)


def _provider(provider: str, row: yaml.Node, file: str) -> list[Model]:
    fields = dict(_pairs(row, file))
    dialect = _string(fields.get("dialect"), file) or WELL_KNOWN_DIALECTS.get(provider, "openai")
    if "models" not in fields:
        raise _fail(row, file, f"provider `{provider}` lists no models")
    return [_model(provider, node, dialect, file) for node in _items(fields["models"], file)]


def _model(provider: str, node: yaml.Node, dialect: str, file: str) -> Model:
    fields = dict(_pairs(node, file))
    name = _string(fields.get("id"), file)
    if not name:
        raise _fail(node, file, "a model needs an `id`")
    context = _plain(fields["context"]) if "context" in fields else None
    if context is not None and not isinstance(context, int):
        raise _fail(fields["context"], file, "`context` is a number of tokens")
    price = _plain(fields["price"]) if "price" in fields else {}
    if not isinstance(price, dict) or not all(isinstance(value, int | float) for value in price.values()):
        raise _fail(fields["price"], file, "`price` is {input: USD, output: USD} per million tokens")
    capabilities = _plain(fields["capabilities"]) if "capabilities" in fields else []
    if not isinstance(capabilities, list):
        raise _fail(fields["capabilities"], file, "`capabilities` is a list")
    return Model(
        ref=ModelRef(provider, name),
        name=_string(fields.get("name"), file) or name,
        dialect=_string(fields.get("dialect"), file) or dialect,
        context=context,
        capabilities=tuple(map(str, capabilities)),
        input_price=price.get("input"),
        output_price=price.get("output"),
    )


def _short(key: str, node: yaml.Node, file: str) -> list[Model]:
    provider = key.lower()
    models = []
    for item in _items(node, file):
        fields = dict(_pairs(item, file))
        tag = _string(fields.get("tag"), file)
        if not tag:
            raise _fail(item, file, "the short form is {name: ..., tag: ...}")
        name = _string(fields.get("name"), file) or tag
        models.append(Model(ModelRef(provider, tag), name, WELL_KNOWN_DIALECTS.get(provider, "openai")))
    return models


def _string(node: yaml.Node | None, file: str) -> str:
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode):
        raise _fail(node, file, "expected a word")
    return str(node.value)
