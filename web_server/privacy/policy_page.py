"""A YAML page, read node by node, so that every mistake is named by file, line and column.

Used by `policy_file` and by the readers of single settings. Pure.
Never shows a value of a list: messages hold names of settings and kinds, and what was expected.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

import yaml

from web_server.privacy import kinds

T = TypeVar("T")

_LONGEST_WORD = 60


class PolicyError(ValueError):
    """`file:line:column: what is wrong`, naming settings and kinds, never a value of the lists."""


class Page:
    """One policy file. `kinds` are those that may be named: the built-in ones and those the file's own rules find."""

    def __init__(self, text: str, name: str) -> None:
        """Raises PolicyError where `text` is not YAML."""
        self.name = name
        self.kinds = set(kinds.ALL)
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark
            place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
            raise PolicyError(f"{name}:{place}: not YAML: {wrong.problem}") from None
        except (yaml.YAMLError, RecursionError):
            raise PolicyError(f"{name}:1:1: not YAML") from None

    def wrong(self, node: yaml.Node, why: str) -> PolicyError:
        """The mistake at `node`, to be raised."""
        return PolicyError(f"{self.name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {why}")

    def entries(self, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """The keys of a mapping with what stands behind them, each key once."""
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, "expected `name: value` lines")
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.wrong(key, "expected a plain name before the colon")
            if key.value in seen:
                raise self.wrong(key, "said twice")
            seen.add(key.value)
            yield key, value

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        """The items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, "expected a list")
        return list(node.value)

    def word(self, node: yaml.Node, what: str = "a word") -> str:
        """What stands there as one word."""
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self.wrong(node, f"expected {what}")
        return str(node.value)

    def one_of(self, node: yaml.Node, choices: Collection[str], what: str) -> str:
        """One of `choices`; `what` they are called in the message."""
        word = node.value if isinstance(node, yaml.ScalarNode) else ""
        if word not in choices:
            raise self.wrong(node, unknown(word, choices, what))
        return str(word)

    def kind(self, node: yaml.Node) -> str:
        """The name of a kind."""
        word = node.value if isinstance(node, yaml.ScalarNode) else ""
        if word not in self.kinds:
            raise self.wrong(node, _suggested(f"unknown kind{_quoted(word)}", word, self.kinds))
        return str(word)

    def share(self, node: yaml.Node) -> float:
        """A number from 0 to 1."""
        try:
            value = float(node.value) if isinstance(node, yaml.ScalarNode) else -1.0
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise self.wrong(node, "expected a number from 0 to 1")
        return value

    def flag(self, node: yaml.Node) -> bool:
        """true or false, on or off, yes or no."""
        if node.tag != "tag:yaml.org,2002:bool":
            raise self.wrong(node, "expected true or false")
        return str(node.value).lower() in ("true", "yes", "on")

    def values(self, node: yaml.Node) -> list[str]:
        """A list of values, none of them empty."""
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, "expected a list of values")
        return [self.value(item) for item in node.value]

    def value(self, node: yaml.Node) -> str:
        """One value as it may stand in a text. Quoted where YAML would take it for something else."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.wrong(node, "expected a value")
        return str(node.value)

    def by_kind(self, read: Callable[[yaml.Node], T]) -> Callable[[yaml.Node], dict[str, T]]:
        """A reader of `KIND: what read reads` lines."""
        return lambda node: {self.kind(key): read(value) for key, value in self.entries(node)}


def unknown(word: str, choices: Collection[str], what: str) -> str:
    """The sentence that says that `word` is none of `choices`, with the one that was probably meant."""
    return _suggested(f"unknown {what}{_quoted(word)}", word, choices, f"; there are {', '.join(choices)}")


def _suggested(sentence: str, word: str, choices: Collection[str], otherwise: str = "") -> str:
    by_capitals = {choice.upper(): choice for choice in choices}
    close = difflib.get_close_matches(word.upper()[:_LONGEST_WORD], sorted(by_capitals), n=1, cutoff=0.6)
    return f"{sentence}; did you mean {by_capitals[close[0]]}?" if close else f"{sentence}{otherwise}"


def _quoted(word: str) -> str:
    return f" `{word}`" if word and len(word) <= _LONGEST_WORD and word.isprintable() else ""
