"""Paths with gaps, such as `/model/{model}/converse`, and what may fill them. Pure.

Called by `provider_rows` (is this one, and what does it need?) and `provider` (to render it for a call).
Never lets a value out of its path segment: what is filled in is percent-encoded, and `.` and `..` are no names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

GAPS = ("model", "deployment", "api_version", "region")
STREAM = ".stream"  # `chat.stream`: where a streamed answer is asked for elsewhere than a plain one
_GAP = r"\{(?:" + "|".join(GAPS) + r")\}"
TEMPLATE = re.compile(
    rf"/(?:[A-Za-z0-9._~/:@!$&'()*+,;=-]|{_GAP})*"  # the characters of RFC 3986 section 3.3, less the percent sign
    rf"(?:\?(?:[A-Za-z0-9._~:@,;=&-]|{_GAP})*)?"
)
NAME = re.compile(r"[A-Za-z0-9._~:/@+=,-]{1,512}")  # a Bedrock inference profile is named by its whole ARN
DOTS = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")


def is_template(text: object) -> bool:
    """Whether it is a path that may stand in providers.yaml."""
    return isinstance(text, str) and bool(TEMPLATE.fullmatch(text)) and ".." not in text


def gaps(template: str) -> frozenset[str]:
    return frozenset(gap for gap in GAPS if f"{{{gap}}}" in template)


def may_fill(name: str) -> bool:
    """Whether a name may stand in a path: no control characters, and no part of it that is empty, `.` or `..`,

    which a server that decodes `%2F` too early would take for a way out.
    """
    return bool(NAME.fullmatch(name)) and not DOTS.search(name)


def rendered(template: str, values: Mapping[str, str]) -> str:
    """Each gap filled with its value in percent-encoding, `/` and `:` too."""
    return re.sub(_GAP, lambda gap: quote(values[gap[0][1:-1]], safe=""), template)
