"""`obfuscate` and `obfuscated` as the doors say them: false, or a level by its name; true asks for the first.

Called by the doors that take the flag and tell what was done. Pure.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from web_server.query import Json, Obfuscation

Asked: TypeAlias = bool | Literal["format", "quasi", "rewrite"]


def level(asked: Asked) -> Obfuscation:
    """What a caller asks for."""
    if isinstance(asked, bool):
        return "format" if asked else "none"
    return asked


def said(done: Obfuscation) -> Json:
    """What was done."""
    return False if done == "none" else done


def header(done: Obfuscation, shortfall: str | None) -> dict[str, str]:
    """What was done as a header of the answer; none where nothing was and nothing more was asked for."""
    if done == "none" and shortfall is None:
        return {}
    return {"x-privacy": f"obfuscated={done}" + (f", reason={shortfall}" if shortfall else "")}
