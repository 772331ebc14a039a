"""The policy file's `patterns:`, an operator's own:

    patterns:
      - {name: ticket, kind: TICKET, pattern: 'PRJ-\\d{4,8}', score: 0.8, context: [ticket, case]}

Called by `policy_file` with the node of that part. A pattern that cannot be searched in linear time is an error here,
at the start, with its line. Never runs one over a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import yaml

from web_server.privacy.linear import LinearPattern, NotLinear, may_be_empty
from web_server.privacy.own_patterns import OwnPattern
from web_server.privacy.policy_page import Page, unknown

_OWN_KIND = re.compile(r"[A-Z][A-Z_]{1,39}\Z")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_CONTEXT = re.compile(r"[^\W\d_]{1,40}\Z")
_NEEDED = ("name", "kind", "pattern")


def patterns(page: Page, node: yaml.Node) -> tuple[OwnPattern, ...]:
    """What the part says; its new kinds are known to the page from then on. Raises `PolicyError`."""
    made: dict[str, OwnPattern] = {}
    for item in page.items(node):
        own = page.tried(partial(_pattern, page, item))
        if own is not None and own.name in made:
            page.mistakes.append(page.wrong(item, f"two patterns are named `{own.name}`"))
        elif own is not None:
            made[own.name] = own
    return tuple(made.values())


def new_kind(page: Page, node: yaml.Node) -> str:
    """A kind of ours, or a new name."""
    word = page.word(node, "a kind")
    if word not in page.kinds and not _OWN_KIND.match(word):
        raise page.wrong(node, "expected a kind, or a new name of 2 to 40 capitals and `_`")
    return word


def _pattern(page: Page, node: yaml.Node) -> OwnPattern | None:
    """None where its settings have mistakes of their own, which are kept; its kind is known all the same."""
    said: dict[str, Any] = {"score": 0.8}
    for key, value in page.entries(node):
        if key.value not in _READERS:
            raise page.wrong(key, unknown(key.value, _READERS, "setting of a pattern"))
        said[key.value] = page.tried(partial(_READERS[key.value], page, value))
    if kind := said.get("kind"):
        page.kinds.add(kind)
    if missing := [key for key in _NEEDED if key not in said]:
        raise page.wrong(node, f"a pattern needs its {' and its '.join(missing)}")
    return None if None in said.values() else OwnPattern(**said)


def _name(page: Page, node: yaml.Node) -> str:
    word = page.word(node, "a name")
    if not _NAME.match(word):
        raise page.wrong(node, "expected a name of letters, digits, `-` and `_`")
    return word


def _linear(page: Page, node: yaml.Node) -> LinearPattern:
    pattern = page.word(node, "a pattern, in single quotes")
    try:
        made = LinearPattern(pattern)
    except NotLinear as refused:
        raise page.wrong(node, f"not a pattern of RE2: {refused}") from None
    if may_be_empty(pattern):
        raise page.wrong(node, "matches the empty text, so it would be found everywhere")
    return made


def _context(page: Page, node: yaml.Node) -> frozenset[str]:
    for item in page.items(node):
        if not _CONTEXT.match(page.word(item)):
            raise page.wrong(item, "a context word is one word of letters")
    return frozenset(page.word(item).lower() for item in page.items(node))


_READERS: Mapping[str, Callable[[Page, yaml.Node], Any]] = {
    "name": _name,
    "kind": new_kind,
    "pattern": _linear,
    "score": lambda page, node: page.share(node),
    "context": _context,
}
