"""A recognizer's own patterns, made safe: on RE2 where it takes them, else on `regex` with a limit of time.

Called for every recognizer that is plugged in. Presidio leaves a pattern out whose time is up and goes on: the value
would be sent. Here the shield fails and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, Pattern

from web_server.privacy.errors import ShieldFailure
from web_server.privacy.linear import LinearPattern, NotLinear

SECONDS = 2.0
"""The most one pattern may take over one text."""
_SAID_IN_RE2 = {regex.IGNORECASE: "i", regex.MULTILINE: "m", regex.DOTALL: "s"}
_SAYS_NOTHING = regex.UNICODE | regex.VERSION0  # how `regex` reads a `str` anyway


class TimedPattern:
    """A pattern that RE2 does not take. Lets the other threads run while it searches."""

    def __init__(self, name: str, pattern: regex.Pattern[str]) -> None:
        self._name = name
        self._pattern = pattern

    def finditer(self, text: str, **_: Any) -> Iterator[regex.Match[str]]:
        """Every match. Raises `ShieldFailure`, which names the recognizer and never the text."""
        try:
            yield from self._pattern.finditer(text, timeout=SECONDS, concurrent=True)
        except TimeoutError:
            late = ShieldFailure(f"the recognizer `{self._name}` took longer than {SECONDS:g} s; nothing was sent")
        else:
            return
        raise late  # out here it carries no context


def bound(recognizer: EntityRecognizer) -> None:
    """Puts a safe pattern in the place of each of the recognizer's. Raises nothing for one that has none."""
    patterns = getattr(recognizer, "patterns", None)
    if not isinstance(patterns, list):
        return
    flags = getattr(recognizer, "global_regex_flags", 0) or 0
    any_recognizer: Any = recognizer
    any_recognizer.patterns = [_safe(each, flags, recognizer.name) for each in patterns if isinstance(each, Pattern)]


def _safe(pattern: Pattern, flags: int, recognizer: str) -> Pattern:
    """A copy, since many recognizers share theirs; `compiled_with_flags` keeps Presidio from compiling it anew."""
    copy: Any = Pattern(pattern.name, pattern.regex, pattern.score)
    copy.compiled_regex = _linear(pattern.regex, flags) or TimedPattern(recognizer, regex.compile(pattern.regex, flags))
    copy.compiled_with_flags = flags
    return copy


def _linear(pattern: str, flags: int) -> LinearPattern | None:
    """The same on RE2; nothing where it would be read differently there."""
    left = flags & ~_SAYS_NOTHING
    letters = ""
    for flag, letter in _SAID_IN_RE2.items():
        if left & flag:
            letters, left = letters + letter, left & ~flag
    try:
        made = LinearPattern(f"(?{letters}){pattern}" if letters else pattern)
    except NotLinear:
        return None
    return None if left or not made.is_ascii or "(?P<value>" in pattern else made
