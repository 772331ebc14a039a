"""Sources that are a stock of texts: the operator's file, what a named model wrote, the pool of givers.

Asked by `covers`. A stock is parted once into groups of at least LEAST templates, by what a shape says; a cover is
drawn evenly from the real query's group. Every group is a part of one partition, so that each member of a batch could
have been the real one just as well: a group that grew around the real query would have it in its middle.
Pure: whoever reads a file, asks a model or opens a pool hands in what was in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, TypeAlias

from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.template import Template

LEAST: Final = 12
FEWEST_GIVERS: Final = 5

_Trait: TypeAlias = Callable[[Shape], "str | int"]
_TRAITS: Final[Sequence[_Trait]] = (
    lambda shape: shape.turns,
    lambda shape: shape.language,
    lambda shape: shape.length,
    lambda shape: shape.holds,
    lambda shape: shape.format,
)
"""What parts a stock, the most telling first."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A template, and who gave it: a digest that nobody can turn back, or reckon without the key."""

    giver: str = field(repr=False)
    template: Template


class Stock:
    """Templates that are there to be drawn. Which of them were used already is for the keeper to leave out."""

    def __init__(self, name: Origin, templates: Iterable[Template], givers: Mapping[str, str] | None = None) -> None:
        """`givers`: who gave a template, by its id; one that nobody gave is by itself."""
        self._name: Origin = name
        givers = givers or {}
        different = {each.id: each for each in templates}
        items = [
            (Shape.of_frame(each.turns), key, _Given(givers.get(key, key), each)) for key, each in different.items()
        ]
        self._openings = _Groups([each for each in items if not each[2].template.goes_on], 0)
        self._groups = _Groups(items, 0) if any(each.goes_on for each in different.values()) else self._openings

    @property
    def name(self) -> Origin:
        return self._name

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        """Drawn by rank under a key of the generator's: what comes into the stock or leaves it moves no other's rank,
        so that a query asked again mostly meets what it met before. Of each giver one alone: two of one person's would
        be alike, and the real one, whose author has nothing else there, would be the one that is like no other. What
        was said after something else begins no conversation; what began one may go on with another."""
        key = rng.randbytes(16)
        groups = self._groups if shape.goes_on else self._openings
        ranked = sorted(groups.of(shape), key=lambda item: blake2b(item[1].encode(), key=key).digest())
        first: dict[str, Template] = {}
        for _, _, given in ranked:
            first.setdefault(given.giver, given.template)
        return list(first.values())[:count]


_Item: TypeAlias = tuple[Shape, str, _Given]


class _Groups:
    """One part of a stock, and its parts."""

    def __init__(self, items: Sequence[_Item], depth: int) -> None:
        self._items = items
        self._trait = _TRAITS[depth] if depth < len(_TRAITS) else None
        self._parts: dict[str | int, _Groups] = {}
        if self._trait is None:
            return
        by_trait: dict[str | int, list[_Item]] = {}
        for item in items:
            by_trait.setdefault(self._trait(item[0]), []).append(item)
        for values in _merged(by_trait, alone=depth == 0):
            part = _Groups([item for value in values for item in by_trait[value]], depth + 1)
            self._parts.update(dict.fromkeys(values, part))

    def of(self, shape: Shape) -> Sequence[_Item]:
        """The templates of the group that this shape falls into; none where there is none like it: beside shorter texts
        alone the longest one would be known by its length."""
        if self._trait is None or not self._parts:
            return self._items
        value = self._trait(shape)
        part = self._parts.get(value)
        if part is None and isinstance(value, int) and min(self._parts) < value < max(self._parts):  # type: ignore[operator]
            part = self._parts[min(self._parts, key=lambda each: abs(int(each) - value))]
        return part.of(shape) if part else ()


def _merged(by_trait: dict[str | int, list[_Item]], *, alone: bool) -> Iterator[list[str | int]]:
    """Values of a trait in groups of at least LEAST templates, neighbours together; `alone`: each by itself."""
    waiting: list[str | int] = []
    made: list[list[str | int]] = []
    size = 0
    for value in sorted(by_trait, key=lambda each: (isinstance(each, str), each)):
        waiting.append(value)
        size += len(by_trait[value])
        if size >= LEAST or alone:
            made.append(waiting)
            waiting, size = [], 0
    if waiting:
        made = [*made[:-1], [*(made[-1] if made else []), *waiting]]
    yield from made
