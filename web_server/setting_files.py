"""Settings that live in files: `NAME_FILE` for any setting NAME. A container's secrets come that way.

Called by `config`. Never shows what is in a file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

LARGEST = 64 * 1024


class Unusable(Exception):
    """The message names the setting and what is wrong; never a content."""


def from_files(environment: Mapping[str, str], settings: Collection[str]) -> dict[str, str]:
    """The settings that are given as `NAME_FILE`, by NAME, the line end stripped.

    A setting whose own name ends in `_FILE` is none of these.

    Raises:
        Unusable: both are set, or the file does not hold one line of text.
    """
    found = {}
    for name in settings:
        variable = f"{name}_FILE"
        path = environment.get(variable)
        if not path or variable in settings:
            continue
        if environment.get(name):
            raise Unusable(f"{name} and {variable} are both set: unset one of them")
        found[name] = _content(Path(path), variable)
    return found


def _content(path: Path, variable: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1).rstrip("\r\n")
    except (OSError, ValueError):
        raise Unusable(f"{variable} names a file that cannot be read as text") from None
    if not text or len(text) > LARGEST or "\n" in text:
        raise Unusable(f"{variable} names a file that does not hold one line of at most {LARGEST} characters")
    return text
