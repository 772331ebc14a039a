"""Secrets: tokens of published formats, private keys, logins inside URLs, and what is assigned to a secret name.

Looks for what must never leave: the value alone is reported, not the name before it, so that a question about a
configuration still reads as one. Placeholders, variables and calls are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.secret_blocks import blocks
from web_server.privacy.detectors.secret_codes import codes
from web_server.privacy.detectors.secret_commands import handed
from web_server.privacy.detectors.secret_formats import FORMATS, Format
from web_server.privacy.detectors.secret_names import assigned
from web_server.privacy.detectors.secret_values import is_drawn, is_example
from web_server.privacy.spans import Span

_SHORTEST = 14
"""No published format is shorter."""


class SecretDetector(Detector):
    KINDS = (kinds.SECRET,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        yield from _published(reading.text)
        yield from blocks(reading)
        yield from handed(reading)
        yield from assigned(reading)
        yield from codes(reading)


def _published(text: str) -> Iterator[Span]:
    """Every format has a long word in it; where there is none, none is looked for."""
    long = "\n".join(word for word in text.split() if len(word) >= _SHORTEST)
    if not long:
        return
    for form in FORMATS:
        if form.mark in long:
            for found in _at_marks(form, text) if form.begins else form.pattern.finditer(text):
                value = found[0]
                body = value.removeprefix(form.mark)
                drawn = not form.is_weak or is_drawn(body) or (body.count("-") > 2 and is_drawn(value))
                if drawn and not is_example(value):
                    yield Span(found.start() - form.before, found.end(), kinds.SECRET, 1.0, f"secret-{form.vendor}")


def _at_marks(form: Format, text: str) -> Iterator[re.Match[str]]:
    """As `finditer`, tried only where the mark stands."""
    at = text.find(form.mark)
    while at >= 0:
        found = form.pattern.match(text, at)
        if found is not None:
            yield found
        at = text.find(form.mark, found.end() if found is not None else at + 1)
