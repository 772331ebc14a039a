"""A conversation in the common language as the turns that most vendors know: a system's words, then two who alternate.

Called by the writers of requests; each brings its own words for a text, a call and a result. Pure. Raises Unsayable,
which names a field of the vocabulary and never what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from web_server.providers.attached import ATTACHED
from web_server.providers.chat import OWN_WORDS, a_list, an_object, only
from web_server.providers.dialect import Unsayable
from web_server.query import Json

Part: TypeAlias = "dict[str, Any]"


def unattached(part: Part, where: str) -> Json:
    """Raises Unsayable."""
    raise Unsayable(f"`{where}` has a part that this provider's API does not take as it is.")


def unthought(said: Json, where: str) -> Json:
    """Raises Unsayable."""
    raise Unsayable(f"`{where}.thoughts` are of another provider's API.")


class Words(NamedTuple):
    """How one vendor writes what a turn is made of; each function is told where in the request it stands."""

    texts: Callable[[Json, str], list[Json]]
    call: Callable[[Part, str], Json]
    result: Callable[[Part, str], Json]
    assistant: str = "assistant"
    attached: Callable[[Part, str], Json] = unattached
    """A part that is no text, of a user's turn."""
    thought: Callable[[Json, str], Json] = unthought


def turns(messages: Json, words: Words) -> tuple[list[Json], list[tuple[str, list[Json]]]]:
    """The system's parts, and the turns: neighbours of one role are one turn. A turn that says nothing is none."""
    system: list[Json] = []
    found: list[tuple[str, list[Json]]] = []
    for index, message in enumerate(a_list(messages, "messages")):
        where = f"messages[{index}]"
        role, said = _turn(an_object(message, where), words, where)
        if role == "system":
            system += said
        elif said and found and found[-1][0] == role:
            found[-1][1].extend(said)
        elif said:
            found.append((role, said))
    return system, found


def parts(
    content: Json, where: str, texts: Callable[[Json, str], list[Json]], attached: Callable[[Part, str], Json]
) -> list[Json]:
    """A content in a vendor's words: texts, and what is attached between them."""
    made: list[Json] = []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, dict) and part.get("type") in ATTACHED:
            made.append(attached(part, f"{where}.content"))
        else:
            made += texts([part], where)
    return made


def _turn(message: Part, words: Words, where: str) -> tuple[str, list[Json]]:
    content = message.get("content")
    match message.get("role"):
        case "system" | "developer":
            only(message, {"content"}, where)
            return "system", words.texts(content, where)
        case "user":
            only(message, {"content"}, where)
            return "user", parts(content, where, words.texts, words.attached)
        case "tool":
            only(message, {"content", "tool_call_id", "is_error", "cache_control", "name"}, where)
            return "user", [words.result(message, where)]
        case "assistant":
            only(message, {"content", "tool_calls", "refusal", "thoughts", *OWN_WORDS}, where)
            said = [words.thought(each, where) for each in a_list(message.get("thoughts") or [], f"{where}.thoughts")]
            said += words.texts(content, where) + words.texts(message.get("refusal"), where)
            for at, call in enumerate(a_list(message.get("tool_calls") or [], f"{where}.tool_calls")):
                here = f"{where}.tool_calls[{at}]"
                said.append(words.call(an_object(call, here), here))
            return words.assistant, said
        case _:
            raise Unsayable(f"`{where}.role` is not supported by this provider's API.")
