"""How many steps a backtracking engine takes for a pattern and a text, counted and not timed.

Walks the tree that `re` parses a pattern into, the way its engine does, and counts every character looked at. Bounded
repeats are made short first: they cost a constant, however large, and only what grows with the text is asked about.
"""

from __future__ import annotations

import re
import re._constants as op
import re._parser as parser
from collections.abc import Callable, Iterator
from typing import Any

_SHORT_LEAST, _SHORT_MOST = 3, 6
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    op.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    op.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}
_SAMPLES = "aA1 _-.,:;@/'\"(|\n=é٣中\u0301\u200b%\\<>[]{}!?&#+*$~`^😀\t\x00"

Then = Callable[[int], bool]


class TooMany(Exception):
    """More steps than allowed."""


class Counter:
    """One pattern. `anywhere`: it is searched for; otherwise it is tried at the first character alone."""

    def __init__(self, pattern: re.Pattern[str], anywhere: bool = True, most: int = 2_000_000) -> None:
        self.tree = parser.parse(pattern.pattern, pattern.flags)
        self._flags = pattern.flags
        self._anywhere = anywhere
        self._most = most
        self._text = ""
        self._groups: dict[int, tuple[int, int]] = {}
        self.steps = 0

    def count(self, text: str) -> int:
        """The steps taken over `text`, every match of it looked for. Raises `TooMany`."""
        self._text, self.steps = text, 0
        at = 0
        while at <= len(text):
            end = self._end(at)
            if not self._anywhere:
                break
            at = end if end is not None and end > at else at + 1
        return self.steps

    def _end(self, at: int) -> int | None:
        ends: list[int] = []
        self._groups = {}
        return ends[0] if self._run(list(self.tree), 0, at, self._flags, lambda end: not ends.append(end)) else None

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._most:
            raise TooMany

    def _run(self, nodes: list[Any], index: int, at: int, flags: int, then: Then) -> bool:
        if index == len(nodes):
            return then(at)
        code, value = nodes[index]

        def rest(end: int) -> bool:
            return self._run(nodes, index + 1, end, flags, then)

        self._step()
        if code in _REPEATS:
            return self._repeat(code, value, at, flags, rest)
        if code is op.SUBPATTERN:
            group, add, drop, body = value
            return self._run(list(body), 0, at, (flags | add) & ~drop, lambda end: self._grouped(group, at, end, rest))
        if code is op.BRANCH:
            return any(self._run(list(branch), 0, at, flags, rest) for branch in value[1])
        if code in (op.ASSERT, op.ASSERT_NOT):
            return self._looks(value, at, flags) is (code is op.ASSERT) and rest(at)
        if code is op.ATOMIC_GROUP:
            ends: list[int] = []
            return self._run(list(value), 0, at, flags, lambda end: not ends.append(end)) and rest(ends[0])
        if code is op.AT:
            return self._is_place(value, at) and rest(at)
        if code is op.GROUPREF:
            start, end = self._groups.get(value, (0, 0))
            size = end - start
            return self._text[at : at + size] == self._text[start:end] and rest(at + size)
        if code is op.GROUPREF_EXISTS:
            chosen = value[1] if value[0] in self._groups else value[2]
            return self._run(list(chosen or ()), 0, at, flags, rest)
        return at < len(self._text) and fits(code, value, self._text[at], flags) and rest(at + 1)

    def _grouped(self, group: int | None, start: int, end: int, rest: Then) -> bool:
        if group is not None:
            self._groups[group] = (start, end)
        return rest(end)

    def _looks(self, value: Any, at: int, flags: int) -> bool:
        direction, body = value
        if direction < 0:
            at -= body.getwidth()[0]
            if at < 0:
                return False
        return self._run(list(body), 0, at, flags, lambda _: True)

    def _repeat(self, code: Any, value: Any, at: int, flags: int, rest: Then) -> bool:
        least, most, body = value
        if most is not op.MAXREPEAT:
            least, most = min(least, _SHORT_LEAST), min(most, _SHORT_MOST)
        nodes = list(body)

        def more(done: int, here: int) -> bool:
            self._step()

            def again(end: int) -> bool:
                return end > here and more(done + 1, end)

            may = most is op.MAXREPEAT or done < most
            if done < least:
                return self._run(nodes, 0, here, flags, lambda end: more(done + 1, end))
            if code is op.MIN_REPEAT:
                return rest(here) or (may and self._run(nodes, 0, here, flags, again))
            return (may and self._run(nodes, 0, here, flags, again)) or rest(here)

        if code is op.POSSESSIVE_REPEAT:
            kept, self_rest = [at], rest
            rest = lambda end: not kept.append(end)  # noqa: E731
            return more(0, at) and self_rest(kept[-1])
        return more(0, at)

    def _is_place(self, value: Any, at: int) -> bool:
        text, size = self._text, len(self._text)
        if value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return at == 0 or (value is op.AT_BEGINNING and bool(self._flags & re.M) and text[at - 1] == "\n")
        if value in (op.AT_END, op.AT_END_STRING):
            multi = value is op.AT_END and (bool(self._flags & re.M) or at == size - 1)
            return at == size or (multi and text[at] == "\n")
        sides = [0 <= here < size and _CATEGORIES[op.CATEGORY_WORD](text[here]) for here in (at - 1, at)]
        return (sides[0] != sides[1]) is (value is op.AT_BOUNDARY)


def fits(code: Any, value: Any, char: str, flags: int = 0) -> bool:
    """Whether one character fits one atom of a tree."""
    if flags & re.I and char.lower() != char.upper():
        plain = flags & ~re.I
        return fits(code, value, char.lower(), plain) or fits(code, value, char.upper(), plain)
    if code is op.LITERAL:
        return ord(char) == value
    if code is op.NOT_LITERAL:
        return ord(char) != value
    if code is op.ANY:
        return char != "\n" or bool(flags & re.S)
    negated = value[0][0] is op.NEGATE
    return negated is not any(_in(item, char) for item in value[negated:])


def _in(item: Any, char: str) -> bool:
    code, value = item
    if code is op.LITERAL:
        return ord(char) == value
    if code is op.RANGE:
        return value[0] <= ord(char) <= value[1]
    return _CATEGORIES[value](char)


def unbounded(nodes: Any) -> bool:
    """Whether a repeat without an end is anywhere in a tree."""
    return any(True for _ in _baits(nodes, "", endless=True))


def baits(nodes: Any) -> list[tuple[str, str]]:
    """For each repeat: a shortest text that leads to it, and one that it repeats."""
    return list(dict.fromkeys(_baits(nodes, "", endless=False)))


def _baits(nodes: Any, lead: str, endless: bool) -> Iterator[tuple[str, str]]:
    for code, value in nodes:
        if code in _REPEATS:
            if value[1] is op.MAXREPEAT or (not endless and value[1] > _SHORT_MOST):
                yield lead, shortest(value[2]) or "a"
            yield from _baits(value[2], lead, endless)
        elif code is op.BRANCH:
            for branch in value[1]:
                yield from _baits(branch, lead, endless)
        elif code in (op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT):
            yield from _baits(value[-1], lead, endless)
        elif code is op.ATOMIC_GROUP:
            yield from _baits(value, lead, endless)
        elif code is op.GROUPREF_EXISTS:
            for branch in value[1:]:
                yield from _baits(branch or (), lead, endless)
        lead += shortest([(code, value)])


def shortest(nodes: Any) -> str:
    """A text that the nodes match, look-around aside; repeats as few times as they may, and once at least."""
    made = ""
    for code, value in nodes:
        if code in _REPEATS:
            made += shortest(value[2]) * max(1, min(value[0], _SHORT_LEAST))
        elif code is op.SUBPATTERN:
            made += shortest(value[-1])
        elif code is op.BRANCH:
            made += min((shortest(branch) for branch in value[1]), key=len)
        elif code is op.ATOMIC_GROUP:
            made += shortest(value)
        elif code is op.LITERAL:
            made += chr(value)
        elif code in (op.NOT_LITERAL, op.ANY, op.IN):
            made += next((char for char in _SAMPLES if fits(code, value, char)), _first(code, value))
    return made


def _first(code: Any, value: Any) -> str:
    if code is op.IN:
        for item, inner in value:
            if item is op.LITERAL:
                return chr(inner)
            if item is op.RANGE:
                return chr(inner[0])
    return ""
