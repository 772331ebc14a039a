"""`obfuscate` and `obfuscated` as the doors say them: false, or a level by its name; true asks for the first.

Called by the doors that take the flag and tell what was done. Pure.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from web_server.query import Json, Obfuscation


def _one_sentence(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A union of types fails with one sentence for each of them, of which people would see the first."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError("expected false, true, `format`, `quasi` or `rewrite`") from None


Asked: TypeAlias = Annotated[bool | Literal["format", "quasi", "rewrite"], WrapValidator(_one_sentence)]


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
