"""Every pattern of the privacy room takes time that grows with the text and not faster.

Found by walking the modules, so that a new pattern is asked too. One without an endless repeat costs at most a constant
a character; of the others the steps are counted, over texts pumped up from the pattern itself.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import ModuleType
from typing import Any

import pytest

import web_server.privacy
from tests.support.backtracking import Counter, TooMany, baits, unbounded

_SIZES = ((20, 80), (128, 512))
"""The larger pair is asked where the smaller one says no: a product of bounded repeats is a constant only there."""
_MOST = 8.8
"""Linear is 4 and a square 16; small counts waver."""
_FEW = 20_000
"""More steps than these over a small text are no constant's: the most that a pattern here takes is 1,400."""
_SEARCHES = frozenset(("search", "finditer", "findall", "sub", "subn", "split"))
_SHORT = {
    "detectors.mailbox._IN_A_LINK": "looks at the part of an address before its @, of 64 characters",
    "obfuscation.sentences._THANKS": "looks at the last 160 characters",
}
"""Not linear, and never given a text of any length."""
_PLACES = frozenset(("match", "fullmatch"))


_MODULES = [
    module.name.removeprefix("web_server.privacy.")
    for module in pkgutil.walk_packages(web_server.privacy.__path__, "web_server.privacy.")
    if ".presidio" not in module.name
]


def _inside(value: Any, seen: set[int], depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
        return
    if depth > 5 or id(value) in seen:
        return
    seen.add(id(value))
    parts: list[Any] = []
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = list(value)
    elif isinstance(value, type) and value.__module__.startswith("web_server.privacy"):
        parts = list(vars(value).values())
    elif is_dataclass(value):
        parts = [getattr(value, field.name, None) for field in fields(value)]
    for part in parts:
        yield from _inside(part, seen, depth + 1)


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """How each name of a pattern is used in a module: `_HEX` -> {"fullmatch"}."""
    uses: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Attribute) and node.attr in _SEARCHES | _PLACES:
            named = node.value
            name = named.id if isinstance(named, ast.Name) else named.attr if isinstance(named, ast.Attribute) else ""
            uses.setdefault(name, set()).add(node.attr)
    return uses


@cache
def _endless() -> dict[str, tuple[re.Pattern[str], bool]]:
    """Those with an endless repeat, and whether they are searched for; one in a table is taken for searched."""
    modules = [importlib.import_module(f"web_server.privacy.{name}") for name in _MODULES]
    uses = {module.__name__: _uses(module) for module in modules}
    found: dict[str, tuple[re.Pattern[str], bool]] = {}
    for module in modules:
        for name, value in vars(module).items():
            used = uses[module.__name__].get(name) or set().union(*(each.get(name, set()) for each in uses.values()))
            for number, pattern in enumerate(_inside(value, set())):
                if isinstance(pattern.pattern, str) and unbounded(Counter(pattern).tree):
                    key = f"{module.__name__.removeprefix('web_server.privacy.')}.{name}[{number}]"
                    found.setdefault(key, (pattern, not used or bool(used & _SEARCHES)))
    return found


def _texts(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    for lead, pump in baits(Counter(pattern).tree):
        times = size // len(pump)
        yield lead + pump * times + "\x00"
        yield (lead + pump) * max(1, size // len(lead + pump)) + "\x00"
    for pump in ("a", "1", " ", "A ", "\n"):
        yield pump * (size // len(pump)) + "\x00"


@cache
def _is_linear(pattern: re.Pattern[str], anywhere: bool) -> bool:
    return any(_growth(pattern, anywhere, *sizes) < _MOST for sizes in _SIZES)


def _growth(pattern: re.Pattern[str], anywhere: bool, less: int, more: int) -> float:
    worst = 0.0
    for small, large in zip(_texts(pattern, less), _texts(pattern, more), strict=True):
        try:
            few = Counter(pattern, anywhere, most=_FEW).count(small)
            many = Counter(pattern, anywhere, most=12 * few + 4_000).count(large)
        except TooMany:
            return float("inf")
        worst = max(worst, many / max(few, 200))
    return worst


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("module", _MODULES)
def test_four_times_the_text_is_four_times_the_steps(module: str) -> None:
    these = {name: each for name, each in _endless().items() if name.partition("[")[0].rpartition(".")[0] == module}
    assert not [name for name, each in these.items() if name.partition("[")[0] not in _SHORT and not _is_linear(*each)]


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:a|a)*b", r"[\w.]+@", r"\d+\d+x", r"(?:a*,?)*;", r"\s+$"])
def test_the_counter_sees_what_is_not_linear(bad: str) -> None:
    assert _growth(re.compile(bad), True, *_SIZES[0]) > _MOST


@pytest.mark.parametrize("good", [r"(?<!\w)\w+@", r"\A(?:,\w+)*;", r"[a-z]{1,300}@", r"(?<!x)x++y", r"\d+"])
def test_the_counter_lets_pass_what_is(good: str) -> None:
    assert _is_linear(re.compile(good), anywhere=True)


def test_what_is_excused_is_still_there() -> None:
    assert {name.partition("[")[0] for name in _endless()} >= set(_SHORT)


def test_the_walk_finds_the_patterns_of_tables_and_classes() -> None:
    names = set(_endless())
    assert any(name.startswith("spelling.") for name in names)
    assert len(names) > 40
