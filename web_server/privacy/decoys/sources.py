"""What a source of covers is.

Asked by `covers`. Stocks (the operator's file, a model's questions, the pool) and the grammar have files of their own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.template import Template

Origin: TypeAlias = Literal["file", "pool", "grammar", "model"]


class Source(Protocol):
    """Somewhere to draw templates from."""

    @property
    def name(self) -> Origin: ...

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        """Up to `count` different templates of the shape; fewer where there are no more. The same for the same state
        of `rng`, as long as what there is to draw from is the same."""
        ...
