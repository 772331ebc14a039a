"""A finder for tests: it finds exactly the values that it was given, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from web_server.privacy.spans import Span


class Planted:
    """`values` by value: its kind. Longer values win over shorter ones that they hold."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        longest_first = sorted(map(re.escape, values), key=len, reverse=True)
        self._pattern = re.compile("|".join(longest_first) or r"(?!)")

    def find(self, text: str) -> Sequence[Span]:
        return [Span(match.start(), match.end(), self._values[match[0]]) for match in self._pattern.finditer(text)]
