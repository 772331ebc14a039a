"""A policy as operators write it: YAML on top of a built-in one, every mistake named by file and line.

    base: default                 # or strict
    threshold: 0.5
    public_names: false
    treatments: {AGE: tag, CREDIT_CARD: block}
    thresholds: {PERSON: 0.6}
    allow: [Example Ltd]
    deny: {Project Bluebird: ORGANIZATION}

Called with the text of the file by whoever may read files. Never reads one itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import yaml

from web_server.privacy import kinds
from web_server.privacy.policy import DEFAULT, STRICT, Policy, Treatment

BUILT_IN = MappingProxyType({policy.name: policy for policy in (DEFAULT, STRICT)})


class PolicyError(ValueError):
    """`name:line: what is wrong`, naming settings and kinds, never a value of the lists."""


def load(text: str, name: str) -> Policy:
    """The policy that `text` says; `name` stands in errors and becomes the policy's name. Raises `PolicyError`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise PolicyError(f"{name}:{line}: not YAML: {wrong.problem}") from None
    except yaml.YAMLError:
        raise PolicyError(f"{name}:1: not YAML") from None
    entries = list(_entries(root, name)) if root is not None else []
    changes: dict[str, Any] = {"name": name}
    base = DEFAULT
    for key, node in entries:
        if key == "base":
            if _word(node) not in BUILT_IN:
                raise _wrong(name, node, "base must be default or strict")
            base = BUILT_IN[_word(node)]
        elif key in _READERS:
            changes[key] = _READERS[key](node, name)
        else:
            raise _wrong(name, node, f"unknown setting `{key}`; there are base, {', '.join(_READERS)}")
    for key in ("treatments", "thresholds"):
        changes[key] = MappingProxyType({**getattr(base, key), **changes.get(key, {})})
    return replace(base, **changes)


def _wrong(name: str, node: yaml.Node, why: str) -> PolicyError:
    return PolicyError(f"{name}:{node.start_mark.line + 1}: {why}")


def _entries(node: yaml.Node, name: str) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(name, node, "expected `name: value` lines")
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(name, key, "expected a plain name before the colon")
        if key.value in seen:
            raise _wrong(name, key, "said twice")
        seen.add(key.value)
        yield key.value, value


def _word(node: yaml.Node) -> str:
    """What stands there as one word; nothing where a list or a mapping does."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _share(node: yaml.Node, name: str) -> float:
    try:
        value = float(_word(node))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise _wrong(name, node, "expected a number from 0 to 1")
    return value


def _flag(node: yaml.Node, name: str) -> bool:
    if node.tag != "tag:yaml.org,2002:bool":
        raise _wrong(name, node, "expected true or false")
    return str(node.value).lower() in ("true", "yes", "on")


def _treatment(node: yaml.Node, name: str) -> Treatment:
    try:
        return Treatment(_word(node))
    except ValueError:
        raise _wrong(name, node, f"unknown treatment; there are {', '.join(Treatment)}") from None


def _kind(node: yaml.Node, name: str) -> str:
    if _word(node) not in kinds.ALL:
        raise _wrong(name, node, "unknown kind")
    return _word(node)


def _by_kind(read: Callable[[yaml.Node, str], Any]) -> Callable[[yaml.Node, str], dict[str, Any]]:
    def reader(node: yaml.Node, name: str) -> dict[str, Any]:
        found = {}
        for kind, value in _entries(node, name):
            if kind not in kinds.ALL:
                raise _wrong(name, value, f"unknown kind `{kind}`")
            found[kind] = read(value, name)
        return found

    return reader


def _values(node: yaml.Node, name: str) -> frozenset[str]:
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        raise _wrong(name, node, "expected a list of values")
    return frozenset(item.value.casefold() for item in node.value)


def _denied(node: yaml.Node, name: str) -> MappingProxyType[str, str]:
    return MappingProxyType({value.casefold(): _kind(kind, name) for value, kind in _entries(node, name)})


_READERS: dict[str, Callable[[yaml.Node, str], Any]] = {
    "treatments": _by_kind(_treatment),
    "otherwise": _treatment,
    "thresholds": _by_kind(_share),
    "threshold": _share,
    "allow": _values,
    "deny": _denied,
    "public_names": _flag,
}
