"""A YAML page, read node by node, so that every mistake is named by file, line and column.

Used by `policy_file` and by the readers of single settings. Pure.
Never shows a value of a list: messages hold names of settings and kinds, and what was expected.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import TypeVar

import yaml

from web_server.privacy import kinds

T = TypeVar("T")

_LONGEST_WORD = 60
_QUOTED = re.compile(r"(['\"])(.+?)\1", re.DOTALL)
"""What a message of the parser's quotes of the file."""

_NAME = re.compile(r"[A-Za-z_]{1,40}\Z")


class PolicyError(ValueError):
    """`file:line:column: what is wrong`, naming settings and kinds, never a value of the lists.

    `where` says the place alone, in words, for those who may not know what the file says. `mistakes` are all that were
    found, this one first.
    """

    def __init__(self, file: str, why: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{file}:{line}:{column}: {why}" if line else f"{file}: {why}")
        self.file = file
        self.place = (line, column)
        self.where = f"line {line}, column {column}" if line else "the file as a whole"
        self.mistakes: Sequence[PolicyError] = (self,)


class Page:
    """One policy file. `kinds` are those that may be named: the built-in ones and those the file's own rules find."""

    def __init__(self, text: str, name: str) -> None:
        """Raises PolicyError where `text` is not YAML."""
        self.name = name
        self.kinds = set(kinds.ALL)
        self.mistakes: list[PolicyError] = []
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            problem = _QUOTED.sub(
                lambda part: part[0] if len(part[2]) == 1 else "...", wrong.problem or "it ends early"
            )
            raise PolicyError(name, f"not YAML: {problem}{_hint(wrong.problem or '')}", *place) from None
        except (yaml.YAMLError, RecursionError):
            raise PolicyError(name, "not YAML", 1, 1) from None

    def wrong(self, node: yaml.Node, why: str) -> PolicyError:
        """The mistake at `node`, to be raised."""
        return PolicyError(self.name, why, node.start_mark.line + 1, node.start_mark.column + 1)

    def tried(self, read: Callable[[], T]) -> T | None:
        """What `read` reads, or None where that is a mistake, which is kept: the next one is then found too."""
        try:
            return read()
        except PolicyError as wrong:
            self.mistakes += wrong.mistakes
            return None

    def checked(self) -> None:
        """Raises the first mistake that was kept, with all others."""
        if self.mistakes:
            self.mistakes.sort(key=lambda wrong: wrong.place)
            first = self.mistakes[0]
            first.mistakes = tuple(self.mistakes)
            raise first

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

        def reader(node: yaml.Node) -> dict[str, T]:
            found = {}
            for key, value in self.entries(node):
                row = self.tried(partial(self._row, key, value, read))
                if row is not None:
                    found[row[0]] = row[1]
            return found

        return reader

    def _row(self, key: yaml.Node, value: yaml.Node, read: Callable[[yaml.Node], T]) -> tuple[str, T]:
        return self.kind(key), read(value)


def unknown(word: str, choices: Collection[str], what: str) -> str:
    """The sentence that says that `word` is none of `choices`, with the one that was probably meant."""
    return _suggested(f"unknown {what}{_quoted(word)}", word, choices, f"; there are {', '.join(choices)}")


def _suggested(sentence: str, word: str, choices: Collection[str], otherwise: str = "") -> str:
    by_capitals = {choice.upper(): choice for choice in choices}
    part_of = [choice for choice in sorted(by_capitals) if word.upper() in choice.split("_")]
    close = part_of or difflib.get_close_matches(word.upper()[:_LONGEST_WORD], sorted(by_capitals), n=1, cutoff=0.6)
    return f"{sentence}; did you mean {by_capitals[close[0]]}?" if close else f"{sentence}{otherwise}"


def _hint(problem: str) -> str:
    """What to write instead, for what people write most."""
    if r"'\t'" in problem:
        return "; it is a tab, and YAML indents with spaces"
    if "unknown escape character" in problem:
        return "; in single quotes backslashes stay as they are"
    return ""


def _quoted(word: str) -> str:
    """A word as it stands there, if it can be a name of ours: anything else may be a value in the wrong place."""
    return f" `{word}`" if _NAME.match(word) else ""
