"""A policy as operators write it: YAML on top of a built-in one, every mistake named by file, line and column.

docs/privacy-policy.md says what each setting means. Called with the text of the file by whoever may read files.
Never reads one itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import yaml

from web_server.privacy.attachments import A_KIND
from web_server.privacy.callers import CallerRule
from web_server.privacy.fold import fold
from web_server.privacy.minimum import LEVELS, Minimum
from web_server.privacy.obfuscation.rewrite_model import RewriteModel
from web_server.privacy.policy import DEFAULT, STRICT, Policy, Treatment, spelled
from web_server.privacy.policy_names import names
from web_server.privacy.policy_page import Page, PolicyError, unknown
from web_server.privacy.policy_patterns import patterns
from web_server.privacy.policy_recognizers import recognizers
from web_server.query import MOST_DECOYS

__all__ = ["BUILT_IN", "PolicyError", "load"]

BUILT_IN = MappingProxyType({policy.name: policy for policy in (DEFAULT, STRICT)})

Reader = Callable[[Page, yaml.Node], Any]


def load(text: str, name: str) -> Policy:
    """The policy that `text` says; `name` stands in errors and becomes the policy's name. Raises `PolicyError`."""
    page = Page(text, name)
    found = {key.value: (key, node) for key, node in page.entries(page.root)} if page.root is not None else {}
    for word, (key, _) in found.items():
        if word != "base" and word not in READERS:
            page.mistakes.append(page.wrong(key, unknown(word, ["base", *READERS], "setting")))
    base = DEFAULT
    if "base" in found:
        base = BUILT_IN[page.tried(lambda: page.one_of(found["base"][1], BUILT_IN, "base")) or base.name]
    changes: dict[str, Any] = {"name": name}
    for setting, read in READERS.items():  # in the table's order, whatever the file's
        if setting in found:
            before = len(page.mistakes)
            changes[setting] = page.tried(partial(read, page, found[setting][1]))
            if setting in FINDING and changes[setting] is None and len(page.mistakes) > before:
                page.checked()  # without their kinds, what names them would look wrong too
    page.checked()
    for setting in ("treatments", "thresholds"):
        changes[setting] = MappingProxyType({**getattr(base, setting), **changes.get(setting, {})})
    policy = replace(base, **changes)
    if "deny" in found:
        _refuse_kept(page, found["deny"][1], policy)
    return policy


def _refuse_kept(page: Page, node: yaml.Node, policy: Policy) -> None:
    """What is denied is always hidden, so that its kind cannot be one that is kept."""
    for _, kind in page.entries(node):
        if policy.treatment(kind.value) is Treatment.KEEP:
            raise page.wrong(kind, f"{kind.value} is kept by this policy, so the value would not be hidden")


def _treatment(page: Page, node: yaml.Node) -> Treatment:
    return Treatment(page.one_of(node, [*Treatment], "treatment"))


def _treatments(page: Page, node: yaml.Node) -> Mapping[str, Treatment]:
    return page.by_kind(lambda value: _treatment(page, value))(node)


def _thresholds(page: Page, node: yaml.Node) -> Mapping[str, float]:
    return page.by_kind(page.share)(node)


def _values(page: Page, node: yaml.Node) -> frozenset[str]:
    return frozenset(spelled(_folded(value)) for value in page.values(node))


def _keep(page: Page, node: yaml.Node) -> Mapping[str, frozenset[str]]:
    return MappingProxyType(page.by_kind(lambda value: _values(page, value))(node))


def _denied(page: Page, node: yaml.Node) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for value, kind in page.entries(node):
        row = page.tried(partial(_denial, page, value, kind))
        if row is not None:
            found[row[0]] = row[1]
            found.setdefault(row[0].replace("ß", "ss"), row[1])  # as it is written in capitals
    return MappingProxyType(found)


def _denial(page: Page, value: yaml.Node, kind: yaml.Node) -> tuple[str, str]:
    return _folded(page.value(value)), page.kind(kind)


def _folded(value: str) -> str:
    """A value as the finder reads it."""
    return unicodedata.normalize("NFC", fold(value).text).strip()


def _attachments(page: Page, node: yaml.Node) -> frozenset[str]:
    return frozenset(page.one_of(item, [*A_KIND], "kind of attachment") for item in page.items(node))


def _parts(page: Page, node: yaml.Node, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """A mapping of settings of its own."""
    made = {}
    for key, value in page.entries(node):
        if key.value not in readers:
            raise page.wrong(key, unknown(key.value, readers, "setting"))
        made[key.value] = readers[key.value](page, value)
    return made


def _level(page: Page, node: yaml.Node) -> str:
    if node.tag == "tag:yaml.org,2002:bool" and not page.flag(node):
        return "none"  # YAML's `off`
    return page.one_of(node, LEVELS, "level")


def _decoys(page: Page, node: yaml.Node) -> int:
    if node.tag == "tag:yaml.org,2002:bool" and not page.flag(node):
        return 0  # YAML's `off`
    word = page.word(node, f"a number from 0 to {MOST_DECOYS}")
    if not word.isascii() or not word.isdigit() or len(word) > 1 or int(word) > MOST_DECOYS:
        raise page.wrong(node, f"expected a number of decoys from 0 to {MOST_DECOYS}")
    return int(word)


_MINIMUM: Mapping[str, Reader] = {
    "pii": lambda page, node: page.flag(node),
    "obfuscate": _level,
    "decoys": _decoys,
    "pad": lambda page, node: page.flag(node),
    "text_only": lambda page, node: page.flag(node),
}
_CALLER: Mapping[str, Reader] = {**_MINIMUM, "policy": lambda page, node: page.word(node, "default, strict or a file")}


def _minimum(page: Page, node: yaml.Node) -> Minimum:
    return Minimum(**_parts(page, node, _MINIMUM))


def _callers(page: Page, node: yaml.Node) -> Mapping[str, CallerRule]:
    made = {}
    for caller, rule in page.entries(node):
        parts = _parts(page, rule, _CALLER)
        policy = parts.pop("policy", None)
        made[page.value(caller)] = CallerRule(Minimum(**parts), policy)
    return MappingProxyType(made)


def _rewrite(page: Page, node: yaml.Node) -> RewriteModel:
    made = RewriteModel(**{"model": "", **_parts(page, node, _REWRITE)})
    if "/" not in made.model:
        raise page.wrong(node, "expected a model, as in `rewrite: {model: provider/model}`")
    return made


def _seconds(page: Page, node: yaml.Node) -> float:
    word = page.word(node, "a number of seconds")
    try:
        seconds = float(word)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_REWRITE:
        raise page.wrong(node, f"expected a number of seconds up to {_LONGEST_REWRITE}")
    return seconds


_LONGEST_REWRITE = 600
_REWRITE: Mapping[str, Reader] = {
    "model": lambda page, node: page.word(node, "provider/model"),
    "seconds": _seconds,
}

READERS: Mapping[str, Reader] = {
    "patterns": patterns,
    "recognizers": recognizers,
    "treatments": _treatments,
    "otherwise": _treatment,
    "thresholds": _thresholds,
    "threshold": lambda page, node: page.share(node),
    "allow": _values,
    "keep": _keep,
    "deny": _denied,
    "public_names": lambda page, node: page.flag(node),
    "names": names,
    "attachments": _attachments,
    "minimum": _minimum,
    "callers": _callers,
    "rewrite": _rewrite,
}
"""Every setting but `base`, in the order they are read: rules that find kinds of the file's own come first."""

FINDING = frozenset({"patterns", "recognizers"})
"""Settings that make kinds known."""
