"""A Messages request as Anthropic's clients write it, in the common language.

Called by Anthropic's door. Pure. What this version cannot pass on is refused by name; what is left out links a caller
(`metadata`), is the operator's to decide (`service_tier`), or is a hint that only Anthropic reads: how to think is one.
Left out, too, is a thought of an earlier turn that was not sealed here for this caller, or that no tool needs.
Never: a value in a message of an error.
Source: Anthropic's API reference, "Create a Message", versions 2023-06-01 and 2026-10-21.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from web_server.errors import ApiError
from web_server.query import Json, Spot, Thought
from web_server.routes.anthropic_fields import Block, a_list, a_string, an_object, blocks, only, wrong
from web_server.routes.anthropic_parts import Part, parts, text
from web_server.thoughts import Thoughts

LEFT_OUT: Final = frozenset(
    {"model", "stream", "metadata", "service_tier", "cache_control", "user_profile_id", "context_management"}
)
SAMPLING: Final = frozenset({"max_tokens", "temperature", "top_p", "top_k"})
WORDS: Final = frozenset({"messages", "system", "stop_sequences", "tools", "tool_choice", "thinking", "output_config"})
THOUGHTS: Final[Mapping[str, str]] = {"thinking": "signature", "redacted_thinking": "data"}
"""The field of each kind of thought that stands for all of it."""
ELSEWHERE: Final = "what it does would leave through another door"


class Translation:
    """One request on its way into the common language.

    `own`: the provider speaks Anthropic's API itself, so that its hints (`cache_control`, `is_error`) have a reader.
    `thoughts`: what this caller was given of them.
    """

    def __init__(self, thoughts: Thoughts, *, own: bool) -> None:
        self._thoughts = thoughts
        self._own = own
        self.spots: list[Spot] = []
        """Where each message of the chat request stands in this one."""
        self._thinks = False

    def payload(self, fields: Mapping[str, Any]) -> dict[str, Json]:
        """The chat request that says what `fields` say. Raises ApiError BAD_REQUEST or UNSUPPORTED_CONTENT."""
        if fields.get("thread") is not None:
            raise ApiError("THREAD_UNSUPPORTED_REQUEST")  # the vendor's own word: its clients then go on without one
        for name, value in fields.items():
            if name not in LEFT_OUT | SAMPLING | WORDS and value is not None:
                known = name if name in {"container", "mcp_servers", "inference_geo"} else None
                raise wrong(known or "A field of the request", "it is not supported here")
        # Only where a tool's result is waited for must a thought come back; with tools no covers go, which have none.
        thinking = fields.get("thinking")
        asked = {} if thinking is None else an_object(thinking, "thinking")
        if asked and asked.get("type") not in ("adaptive", "disabled", "enabled"):
            raise wrong("thinking.type", "it must be `adaptive`, `disabled` or `enabled`")
        self._thinks = self._own and asked.get("type") != "disabled" and bool(fields.get("tools"))
        made: dict[str, Json] = {"messages": self._messages(fields)}
        if self._own and asked:
            made["thinking"] = asked
        made |= {name: fields[name] for name in sorted(SAMPLING) if fields.get(name) is not None}
        if (stop := fields.get("stop_sequences")) not in (None, []):
            made["stop"] = [a_string(each, "stop_sequences") for each in a_list(stop, "stop_sequences")]
        if (tools := fields.get("tools")) not in (None, []):
            made["tools"] = [self._tool(tool, f"tools[{at}]") for at, tool in enumerate(a_list(tools, "tools"))]
        choice = _choice(fields.get("tool_choice"))
        if "tools" in made:
            made |= choice
        return made | _config(fields.get("output_config"))

    def _messages(self, fields: Mapping[str, Any]) -> list[Json]:
        given = fields.get("messages")
        if not isinstance(given, list) or not given:
            raise wrong("messages", "it must be a list with at least one message")
        made: list[Json] = []
        if (system := fields.get("system")) not in (None, "", []):
            made.append(self._turn("system", blocks(system, "system"), "system"))
        for at, message in enumerate(given):
            made += self._message(message, f"messages[{at}]")
        return made

    def _message(self, message: Json, where: str) -> list[Json]:
        turn = an_object(message, where)
        role, given = turn.get("role"), blocks(turn.get("content"), f"{where}.content")
        match role:
            case "user":
                return self._user(given, where)
            case "assistant":
                return [self._assistant(given, where)]
            case "system":
                return [self._turn("system", given, where)]
        raise wrong(f"{where}.role", "it must be `user`, `assistant` or `system`")

    def _turn(self, role: str, given: list[Block], where: str) -> Json:
        content, parts = self._said(given)
        self.spots.append(Spot(where, parts))
        return {"role": role, "content": content}

    def _user(self, given: list[Block], where: str) -> list[Json]:
        """Results of tools, each a message of its own, and before them nothing: then what the user says."""
        made = [self._result(block, where) for where, block in given if block.get("type") == "tool_result"]
        said = [(where, block) for where, block in given if block.get("type") != "tool_result"]
        if said or not made:
            made.append(self._turn("user", said, where))
        return made

    def _result(self, block: dict[str, Any], where: str) -> Json:
        only(block, {"tool_use_id", "content", "is_error", "cache_control"}, where)
        content = block.get("content")
        given = blocks([] if content is None else content, f"{where}.content")
        said = [(here, part) for here, inner in given for part in parts(inner, here)]
        texts = [part["text"] for _, part in said if part["type"] == "text"]
        whole: Json = "\n".join(map(str, texts)) if len(texts) == len(said) else [part for _, part in said]
        self.spots.append(Spot(where, tuple(here for here, _ in said)))
        made: dict[str, Json] = {
            "role": "tool",
            "tool_call_id": a_string(block.get("tool_use_id"), f"{where}.tool_use_id"),
            "content": whole,
        }
        if block.get("is_error") is True:
            if self._own:
                made["is_error"] = True
            elif isinstance(whole, list):
                made["content"] = [{"type": "text", "text": "Error:"}, *whole]
            elif isinstance(whole, str) and not whole.lower().startswith("error"):
                made["content"] = f"Error: {whole}"
        return made | self._cached(block)

    def _assistant(self, given: list[Block], where: str) -> Json:
        """Its texts are one, as it wrote them: then they are known again. Not where words would run into each other."""
        signed = (*THOUGHTS,)  # by `==`: a type may be anything that JSON has
        apart = ("tool_use", *signed)
        calls = [self._call(block, where) for where, block in given if block.get("type") == "tool_use"]
        thoughts = [self._thought(block, where) for where, block in given if block.get("type") in signed]
        said = [(where, {**block, "citations": None}) for where, block in given if block.get("type") not in apart]
        texts = [text(block, where) for where, block in said]
        made: dict[str, Json] = {"role": "assistant", "content": None}
        self.spots.append(Spot(where))
        if said:
            several = _run_together(texts) or any(self._cached(block) for _, block in said)
            made["content"] = self._said(said)[0] if several else "".join(texts)
        elif not calls:
            made["content"] = ""
        if calls:
            made["tool_calls"] = [*calls]
        if self._thinks and (known := [each for each in thoughts if each is not None]):
            made["thoughts"] = [*known]
        return made

    def _thought(self, block: dict[str, Any], where: str) -> Thought | None:
        name = THOUGHTS[str(block["type"])]
        only(block, {"thinking", "signature"} if name == "signature" else {name}, where)
        return self._thoughts.opened(a_string(block.get(name), f"{where}.{name}"))

    def _call(self, block: dict[str, Any], where: str) -> Json:
        only(block, {"id", "name", "input", "cache_control", "caller"}, where)
        arguments = json.dumps(an_object(block.get("input"), f"{where}.input"), ensure_ascii=False)
        function: dict[str, Json] = {"name": a_string(block.get("name"), f"{where}.name"), "arguments": arguments}
        call_id = a_string(block.get("id"), f"{where}.id")
        return {"id": call_id, "type": "function", "function": function, **self._cached(block)}

    def _said(self, given: list[Block]) -> tuple[Json, tuple[str, ...]]:
        """One text as it is, several as parts; and where each of them stands."""
        made: list[Part] = []
        spots: list[str] = []
        for where, block in given:
            said = parts(block, where)
            made += said
            spots += [where] * len(said)
            if made:
                made[-1] |= self._cached(block)
        match made:
            case []:
                return "", ()
            case [{"text": alone, **more}] if set(more) == {"type"}:
                return alone, (*spots,)
        return [*made], (*spots,)

    def _tool(self, tool: Json, where: str) -> Json:
        given = an_object(tool, where)
        if given.get("type") not in (None, "custom"):
            raise wrong(f"{where}.type", f"a tool of the vendor's own is not supported: {ELSEWHERE}")
        # Who may call it and how its input is streamed are hints; `defer_loading` is for a search that is not offered.
        hints = {"cache_control", "allowed_callers", "eager_input_streaming", "defer_loading"}
        only(given, {"name", "description", "input_schema", "strict", "input_examples", *hints}, where)
        if not isinstance(given.get("description"), str | None) or not isinstance(given.get("strict"), bool | None):
            raise wrong(where, "`description` must be text, and `strict` true or false")
        function: dict[str, Json] = {
            "name": a_string(given.get("name"), f"{where}.name"),
            "parameters": an_object(given.get("input_schema"), f"{where}.input_schema"),
        }
        function |= {name: given[name] for name in ("description", "strict") if given.get(name)}
        if examples := self._examples(given.get("input_examples"), f"{where}.input_examples"):
            if self._own:
                function["input_examples"] = [*examples]
            else:
                shown = "\n".join(json.dumps(each, ensure_ascii=False) for each in examples)
                function["description"] = f"{given.get('description') or ''}\n\nExamples of its input:\n{shown}".strip()
        return {"type": "function", "function": function, **self._cached(given)}

    @staticmethod
    def _examples(given: Json, where: str) -> list[dict[str, Json]]:
        listed = [] if given is None else a_list(given, where)
        return [an_object(each, f"{where}[{at}]") for at, each in enumerate(listed)]

    def _cached(self, block: Mapping[str, Any]) -> dict[str, Json]:
        mark = block.get("cache_control")
        if not self._own or not isinstance(mark, dict):
            return {}
        ttl: dict[str, Json] = {"ttl": mark["ttl"]} if mark.get("ttl") in ("5m", "1h") else {}
        return {"cache_control": {"type": "ephemeral", **ttl}}


def _run_together(texts: list[str]) -> bool:
    """Whether a word that ends one text and a word that begins the next would be one, which nobody would know."""
    said = [each for each in texts if each]
    return any(one[-1].isalnum() and other[0].isalnum() for one, other in pairwise(said))


def _choice(asked: Json) -> dict[str, Json]:
    if asked is None:
        return {}
    choice = an_object(asked, "tool_choice")
    made: dict[str, Json] = {"parallel_tool_calls": False} if choice.get("disable_parallel_tool_use") else {}
    match choice.get("type"):
        case "auto" | "none" as word:
            return made | {"tool_choice": word}
        case "any":
            return made | {"tool_choice": "required"}
        case "tool":
            name = a_string(choice.get("name"), "tool_choice.name")
            return made | {"tool_choice": {"type": "function", "function": {"name": name}}}
    raise wrong("tool_choice.type", "it must be `auto`, `any`, `tool` or `none`")


def _config(asked: Json) -> dict[str, Json]:
    made: dict[str, Json] = {}
    config = an_object({} if asked is None else asked, "output_config")
    only(config, {"effort", "format"}, "output_config")
    if (effort := config.get("effort")) is not None:
        made["reasoning_effort"] = a_string(effort, "output_config.effort")
    if (asked_shape := config.get("format")) is not None:
        shape = an_object(asked_shape, "output_config.format")
        if shape.get("type") != "json_schema":
            raise wrong("output_config.format.type", "it must be `json_schema`")
        schema = an_object(shape.get("schema"), "output_config.format.schema")
        named: dict[str, Json] = {"name": "answer", "strict": True, "schema": schema}
        made["response_format"] = {"type": "json_schema", "json_schema": named}
    return made
