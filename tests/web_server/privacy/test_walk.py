"""Every string of a request is looked at; what is no text is refused, and what links a caller is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.shielded import MODEL, called, new_ledger, protect, said
from web_server.privacy import kinds
from web_server.privacy.errors import Unreadable
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import Delta, Query


def assert_hides(payload: dict[str, Any], *values: str) -> dict[str, Any]:
    scrubbed = protect(payload)
    shown = json.dumps(scrubbed, ensure_ascii=False)
    for value in values:
        assert value.lower() not in shown.lower()
    return scrubbed


def test_every_string_of_a_request_is_walked() -> None:
    tool_name = "mail_anna_kowalska"
    name, mail, place = "Anna Kowalska", "anna.kowalska@firma.test", "Grünwald"
    arguments = json.dumps({"to": mail, name: [{"deep": place}], "n": 4111111111111111})
    field = {"type": "string", "description": f"of {place}", "enum": [mail]}
    schema = {"type": "object", "properties": {"anna_kowalska": field}, "required": ["anna_kowalska"]}
    scrubbed = assert_hides(
        {
            "messages": [
                {"role": "system", "content": f"You help {name}"},
                {"role": "user", "name": "Anna", "content": [{"type": "text", "text": f"I live in {place}"}]},
                {"role": "assistant", "refusal": f"not for {name}", "tool_calls": [called(tool_name, arguments)]},
                {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"gr": place, "who": name})},
            ],
            "tools": [{"type": "function", "function": {"name": tool_name, "description": name, "parameters": schema}}],
            "tool_choice": {"type": "function", "function": {"name": tool_name}},
            "prediction": {"type": "content", "content": f"Dear {name}"},
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"description": name}}},
            "stop": [name],
            "web_search_options": {"user_location": {"approximate": {"city": place}}},
            "unknown_field": {name: {"x": [mail]}},
            "seed": 4111111111111111,
        },
        name, mail, place, "Kowalska", "4111111111111111", "gr\\u00fcn",
    )  # fmt: skip
    call = scrubbed["messages"][2]["tool_calls"][0]
    tool = scrubbed["tools"][0]["function"]
    assert call["function"]["name"] == tool["name"] == scrubbed["tool_choice"]["function"]["name"]
    assert tool["name"].replace("_", "a").isalnum()
    assert list(tool["parameters"]["properties"]) == tool["parameters"]["required"]
    assert tool["parameters"]["type"] == "object"
    assert [message["role"] for message in scrubbed["messages"]] == ["system", "user", "assistant", "tool"]
    assert call["id"] == scrubbed["messages"][3]["tool_call_id"] == "call_1"
    assert json.loads(call["function"]["arguments"])
    assert isinstance(scrubbed["seed"], int)


@pytest.mark.parametrize("treatment", [Treatment.SURROGATE, Treatment.TAG])
def test_the_name_of_a_tool_comes_back_as_the_caller_wrote_it(treatment: Treatment) -> None:
    ledger = new_ledger()
    payload = {"tools": [{"type": "function", "function": {"name": "mail_anna_kowalska"}}], **said("Anna Kowalska")}
    sent = protect(payload, ledger, Policy("p", otherwise=treatment))["tools"][0]["function"]["name"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", sent)
    assert "anna" not in sent.lower()
    (delta,) = Restorer(ledger).feed(Delta(channel="tool", tool_id="c", tool_name=sent))
    assert delta.tool_name == "mail_anna_kowalska"


@pytest.mark.parametrize("name", ["anna_kowalska", "Anna_Kowalska"])
@pytest.mark.parametrize("text", ["Anna Kowalska wants a joke.", "Tell me a joke."])
def test_a_name_in_a_program_comes_back_as_one_and_in_a_text_as_a_name(name: str, text: str) -> None:
    ledger = new_ledger()
    for payload in (
        {"messages": [{"role": "user", "name": name, "content": text}]},
        {"tools": [{"type": "function", "function": {"name": name}}], **said(text)},
    ):
        shown = json.dumps(protect(payload, ledger))
        assert "kowalska" not in shown.lower()
    sent = ledger.assign(kinds.PERSON, name, Treatment.SURROGATE)
    (written,) = re.findall(rf"\b{sent.replace(' ', '_')}\b", shown)
    spoken = written.replace("_", " ").title()
    restore = Restorer(ledger).text
    assert restore(f"`{written}`, say hello to {spoken}!") == f"`{name}`, say hello to Anna Kowalska!"
    assert restore(f"{spoken.split()[0]} laughs.") == "Anna laughs."


def test_examples_of_a_tools_input_are_read_as_the_arguments_that_they_show() -> None:
    tool = {"name": "mail", "input_examples": [{"name": "Anna Kowalska", "type": "user", "to": ["anna@firma.example"]}]}
    payload = {"tools": [{"type": "function", "function": tool}], **said("Anna Kowalska")}
    scrubbed = assert_hides(payload, "Anna", "Kowalska", "anna@firma.example")
    example = scrubbed["tools"][0]["function"]["input_examples"][0]
    assert example["name"] == scrubbed["messages"][0]["content"]
    assert (set(example), example["type"]) == ({"name", "type", "to"}, "user")


def test_a_request_without_anything_private_leaves_as_it_came() -> None:
    payload = {
        "messages": [
            {"role": "user", "content": "What is 2+2?"},
            {"role": "assistant", "content": None, "tool_calls": [called("f", '{ "a":1 }')]},
        ],
        "temperature": 0.123456789,
        "logit_bias": {"123456": -100},
        "max_tokens": 1234567,
        "seed": 7,
        "stop": None,
        "parallel_tool_calls": False,
    }  # fmt: skip
    assert protect(payload) == payload


CARD = 4111111111111111


@pytest.mark.parametrize(
    "payload",
    [
        {"logit_bias": {str(CARD): 1}},
        {"logit_bias": {"17": CARD}},
        {"logit_bias": {"17": {"card": str(CARD)}}},
        *(
            {name: CARD}
            for name in ("n", "max_tokens", "max_completion_tokens", "top_k", "top_logprobs", "temperature")
        ),
        {"temperature": -CARD},
        {"top_p": [CARD]},
        {"max_tokens": {str(CARD): 1}},
    ],
)
def test_no_setting_of_a_model_carries_a_number_of_somebodys(payload: dict[str, Any]) -> None:
    shield = Shield(PatternFinder(DEFAULT), DEFAULT)
    scrubbed = shield.protect(Query(MODEL, {**payload, **said("hi")}), new_ledger())
    assert str(CARD) not in json.dumps(scrubbed.payload)
    assert scrubbed.entities == {"CREDIT_CARD": 1}


def test_fields_that_link_a_caller_are_left_out() -> None:
    payload = {
        **said("hi"),
        "user": "u",
        "safety_identifier": "s",
        "prompt_cache_key": "p",
        "metadata": {"a": "b"},
        "store": True,
    }
    assert protect(payload) == said("hi")


def test_parts_that_are_no_text_are_refused_and_so_are_shapes_nobody_knows() -> None:
    for part in (
        {"type": "image_url", "image_url": {"url": "data:"}},
        {"type": "input_audio"},
        {"type": "file"},
        {"type": "new"},
        {"type": {}},
        7,
    ):
        with pytest.raises(Unreadable) as refused:
            protect({"messages": [{"role": "user", "content": [part]}]})
        assert refused.value.where == "messages[0].content[0]"
    for payload in (
        {"messages": "hi"},
        {"messages": ["hi"]},
        {"messages": [{"role": "assistant", "audio": {"id": "x"}}]},
    ):
        with pytest.raises(Unreadable):
            protect(payload)


@pytest.mark.parametrize("depth", [60, 5_000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    deep: Any = "x"
    for _ in range(depth):
        deep = {"Anna Kowalska": deep}
    with pytest.raises(Unreadable) as refused:
        protect({**said("hi"), "tools": deep})
    assert "Anna" not in str(refused.value)


def test_the_same_key_twice_in_arguments_hides_nothing_from_the_walk() -> None:
    arguments = '{"a": "Anna Kowalska", "a": "x"}'
    payload = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    assert_hides(payload, "Kowalska")


def test_keys_give_their_values_context() -> None:
    class ByLabel:
        def find(self, text: str) -> Sequence[Span]:
            return [Span(len("pin: "), len(text), kinds.SECRET)] if text.startswith("pin: ") else []

    arguments = json.dumps({"pin": 123456, "n": 123456})
    payload = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    ledger = new_ledger()
    sent = Shield(ByLabel(), DEFAULT).protect(Query(MODEL, payload), ledger).payload
    assert "123456" not in json.dumps(sent)


def test_the_payload_that_came_in_is_not_changed() -> None:
    payload = said("Anna Kowalska")
    protect(payload)
    assert payload == said("Anna Kowalska")


@pytest.mark.parametrize("part", [lambda text: text, lambda text: {"type": "text", "text": text}])
def test_what_a_tool_says_is_read_as_json_in_parts_too(part: Any) -> None:
    text = json.dumps({"who": "Zoë Müllerová"})
    assert "\\u" in text
    result = {"role": "tool", "tool_call_id": "call_1", "content": [part(text)]}
    whole = {**result, "content": text}
    messages = [{"role": "user", "content": "look"}, {"role": "assistant", "tool_calls": [called("look", "{}")]}]
    in_parts, at_once = (
        protect({"messages": [*messages, each]}, values={"Zoë Müllerová": kinds.PERSON})["messages"][2]
        for each in (result, whole)
    )
    assert in_parts["content"] == [part(at_once["content"])]
    assert "\\u" not in at_once["content"] and "Zo" not in at_once["content"]
