"""`decoy` and `decoys` as the doors say them: false, a number of covers, or true for as many as the operator says.

Called by the doors that take the flag and tell what was done. Pure.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from web_server.query import MOST_DECOYS, USUAL_DECOYS, Json
from web_server.reply import Reply
from web_server.routes import levels


def _one_sentence(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A union of types fails with one sentence for each of them, of which people would see the first."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError(f"expected false, true or a number from 0 to {MOST_DECOYS}") from None


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Asked: TypeAlias = Annotated[
    bool | Annotated[int, Field(ge=0, le=MOST_DECOYS)], BeforeValidator(_whole), WrapValidator(_one_sentence)
]
SAYS = "How many covers go along; true is as many as the operator says."
GIVES = "Whether your scrubbed turns may become covers of others'."


def number(asked: Asked) -> int:
    """What a caller asks for."""
    if isinstance(asked, bool):
        return USUAL_DECOYS if asked else 0
    return asked


def said(number: int) -> Json:
    """What a session is asked for."""
    return True if number == USUAL_DECOYS else number or False


def told(reply: Reply) -> dict[str, Json]:
    """How many went along, and why they were fewer than were asked for."""
    done: dict[str, Json] = {"decoys": reply.company.covers}
    if reply.company.reason is not None:
        done["decoys_reason"] = reply.company.reason
    return done


def header(reply: Reply) -> dict[str, str]:
    """What was done for privacy as a header of the answer; none where nothing was and nothing more was asked for."""
    words = [levels.header(reply.obfuscated, reply.shortfall).get("x-privacy", "")]
    if reply.company.covers or reply.company.reason:
        words += [f"{name}={value}" for name, value in told(reply).items()]
    value = ", ".join(filter(None, words))
    return {"x-privacy": value} if value else {}
