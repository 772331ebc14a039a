"""Anthropic's own SDK at our door, in front of providers of either dialect: real processes, a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest

from tests.support.letter import MESSAGES, PRIVATE, PROMPT, assert_nothing_left, user
from tests.support.plain_http import PLAIN
from tests.support.router import in_flight, usage
from tests.support.sdks import anthropic_at, async_anthropic_at
from tests.support.stack import Stack
from tests.support.waiting import until

MODELS = ["mirror/openai", "mirror/azure", "mirror/gemini", "mirror/anthropic"]
models = pytest.mark.parametrize("model", MODELS)


@pytest.fixture
def sdk(stack: Stack) -> Iterator[anthropic.Anthropic]:
    with anthropic_at(stack) as made:
        yield made


def sent(stack: Stack) -> dict[str, Any]:
    return dict(stack.received()[0])


@models
def test_a_plain_answer_has_every_value_in_place(stack: Stack, sdk: anthropic.Anthropic, model: str):
    answer = sdk.messages.create(
        model=model,
        max_tokens=1000,
        system=[{"type": "text", "text": "Be kind."}, {"type": "text", "text": f"You serve {PRIVATE[0]}."}],
        messages=[user([{"type": "text", "text": PROMPT}])],
        stop_sequences=["THE END"],
        metadata={"user_id": "a-person"},
        extra_body={"temperature": 0.5, "top_p": 0.9, "top_k": 40},
    )
    assert [block.text for block in answer.content if block.type == "text"] == [PROMPT]
    assert (answer.type, answer.role, answer.model) == ("message", "assistant", model)
    assert (answer.stop_reason, answer.stop_sequence) == ("end_turn", None)
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    assert answer._request_id and answer._request_id.startswith("req_")
    assert_nothing_left(stack)
    body = sent(stack)["body"]
    assert "a-person" not in json.dumps(body)
    said = body.get("generation_config", body)
    assert (said["temperature"], said["top_p"], said["top_k"]) == (0.5, 0.9, 40)
    assert 1000 in (said.get("max_tokens"), said.get("max_output_tokens"))


def test_what_reaches_an_anthropic_provider_is_a_messages_request(stack: Stack, sdk: anthropic.Anthropic):
    cached = {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}
    sdk.messages.create(model="mirror/anthropic", max_tokens=9, system=[cached], messages=[user("hi")])
    seen = sent(stack)
    assert (seen["dialect"], seen["path"]) == ("anthropic", "/v1/messages")
    assert seen["headers"]["anthropic-version"] == "2023-06-01"
    assert seen["body"] == {
        "model": "anthropic",
        "max_tokens": 9,
        "system": [cached],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    }


def test_the_pools_key_goes_as_x_api_key_and_no_header_tells_of_the_caller(stack: Stack, sdk: anthropic.Anthropic):
    provider = stack.spare("anthropic")
    sdk.messages.create(
        model=f"{provider}/claude", max_tokens=9, messages=[user("hi")], extra_headers={"X-Canary": "canary"}
    )
    headers = sent(stack)["headers"]
    assert headers["x-api-key"] == "***" and "authorization" not in headers
    for word in ("canary", "stainless", "anthropic/", stack.token):
        assert word not in json.dumps(headers).lower()


@models
def test_a_stream_comes_in_the_vendors_order_and_piece_by_piece(stack: Stack, sdk: anthropic.Anthropic, model: str):
    events = list(sdk.messages.create(model=model, max_tokens=999, messages=[user(PROMPT)], stream=True))
    kinds = [event.type for event in events]
    deltas = kinds.count("content_block_delta")
    assert deltas > 10
    order = ["message_start", "content_block_start", *["content_block_delta"] * deltas]
    assert kinds == [*order, "content_block_stop", "message_delta", "message_stop"]
    assert "".join(e.delta.text for e in events if e.type == "content_block_delta") == PROMPT
    assert events[-2].delta.stop_reason == "end_turn"
    assert events[-2].usage.output_tokens > 0 and events[-2].usage.input_tokens > 0
    if model == "mirror/anthropic":
        assert events[0].message.usage.input_tokens == events[-2].usage.input_tokens
    assert_nothing_left(stack)


@models
def test_the_streaming_helper_makes_the_same_message(stack: Stack, sdk: anthropic.Anthropic, model: str):
    with sdk.messages.stream(model=model, max_tokens=999, messages=[user(PROMPT)], tools=[MESSAGES]) as stream:
        made = stream.get_final_message()
    plain = sdk.messages.create(model=model, max_tokens=999, messages=[user(PROMPT)], tools=[MESSAGES])
    for answer in (made, plain):
        (call,) = answer.content
        assert (call.type, call.name, call.input) == ("tool_use", "send_mail", {"text": PROMPT})
        assert call.id
        assert answer.stop_reason == "tool_use"
    assert_nothing_left(stack)


@models
def test_tool_arguments_are_restored_in_pieces_of_json(stack: Stack, sdk: anthropic.Anthropic, model: str):
    asked = {"tools": [MESSAGES], "tool_choice": {"type": "tool", "name": "send_mail"}}
    events = list(sdk.messages.create(model=model, max_tokens=9, messages=[user(PROMPT)], stream=True, **asked))
    pieces = [e.delta.partial_json for e in events if e.type == "content_block_delta"]
    assert len(pieces) > 10 or model == "mirror/gemini", "which calls a function all at once"
    assert json.loads("".join(pieces)) == {"text": PROMPT}
    assert_nothing_left(stack)


@models
def test_a_conversation_with_tools_goes_round(stack: Stack, sdk: anthropic.Anthropic, model: str):
    messages = [user(PROMPT)]
    first = sdk.messages.create(model=model, max_tokens=99, messages=messages, tools=[MESSAGES])
    (call,) = first.content
    result = {"type": "tool_result", "tool_use_id": call.id, "content": f"sent to {PRIVATE[1]}", "is_error": True}
    messages += [{"role": "assistant", "content": first.content}, user([result])]
    second = sdk.messages.create(model=model, max_tokens=99, messages=messages, tools=[MESSAGES])
    assert f"sent to {PRIVATE[1]}" in second.content[0].text
    assert second.stop_reason == "end_turn"
    messages += [{"role": "assistant", "content": second.content}, user("Thank you.")]
    third = sdk.messages.create(
        model=model, max_tokens=99, messages=messages, tools=[MESSAGES], tool_choice={"type": "none"}
    )
    assert third.content[0].text == "Thank you."
    assert_nothing_left(stack)
    bodies = [json.dumps(each["body"]) for each in stack.received()]
    surrogates = [body[body.index("My name is") :][:60] for body in bodies]
    assert len(set(surrogates)) == 1, "each turn meets the same surrogates"


def test_the_sdks_runner_of_tools_goes_on_without_a_thread_that_would_be_stored(stack: Stack, sdk: anthropic.Anthropic):
    told: list[str] = []

    @anthropic.beta_tool
    def send_mail(text: str) -> str:
        """Sends a mail."""
        told.append(text)
        return f"sent to {PRIVATE[1]}"

    runner = sdk.beta.messages.tool_runner(
        model="mirror/anthropic", max_tokens=99, tools=[send_mail], messages=[user(PROMPT)]
    )
    *_, last = runner
    assert told == [PROMPT]
    assert f"sent to {PRIVATE[1]}" in last.content[0].text
    assert_nothing_left(stack)
    with stack.client() as client:
        asked = {"model": "mirror/anthropic", "max_tokens": 9, "messages": [user("hi")], "thread": {"type": "create"}}
        error = client.post("/v1/messages", json=asked).json()["error"]
    assert (error["type"], error["details"]["error_code"]) == ("invalid_request_error", "thread_unsupported_request")


@models
async def test_the_asynchronous_client_does_the_same(stack: Stack, model: str):
    async with async_anthropic_at(stack) as client:
        plain = await client.messages.create(model=model, max_tokens=99, messages=[user(PROMPT)])
        assert plain.content[0].text == PROMPT
        async with client.messages.stream(model=model, max_tokens=99, messages=[user(PROMPT)]) as stream:
            assert "".join([text async for text in stream.text_stream]) == PROMPT
        counted = await client.messages.count_tokens(model=model, messages=[user(PROMPT)])
        assert counted.input_tokens > 50
    assert_nothing_left(stack)


def test_older_clients_show_their_token_as_x_api_key(stack: Stack):
    asked = {"model": "mirror/openai", "max_tokens": 9, "messages": [user("hi")]}
    headers = {"x-api-key": stack.token, "anthropic-version": "2023-06-01"}
    answer = httpx.post(f"{stack.url}/v1/messages?beta=true", json=asked, headers=headers, **PLAIN)
    assert answer.status_code == 200, answer.text
    assert answer.json()["content"] == [{"type": "text", "text": "hi"}]


@models
def test_tokens_are_counted_without_asking_anybody(stack: Stack, sdk: anthropic.Anthropic, model: str):
    few = sdk.messages.count_tokens(model=model, messages=[user("Hello there")]).input_tokens
    more = sdk.messages.count_tokens(model=model, messages=[user("Hello there" * 100)], tools=[MESSAGES]).input_tokens
    assert 2 < few < 20 < 300 < more < 600
    assert stack.received() == []


@models
def test_structured_answers_are_asked_for_in_the_providers_words(stack: Stack, sdk: anthropic.Anthropic, model: str):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    shape: dict[str, Any] = {"format": {"type": "json_schema", "schema": schema}}
    if model != "mirror/gemini":
        shape["effort"] = "low"
    sdk.messages.create(model=model, max_tokens=9, messages=[user("hi")], output_config=shape)
    body = sent(stack)["body"]
    if model == "mirror/anthropic":
        assert body["output_config"] == shape
    elif model == "mirror/gemini":
        assert body["generation_config"]["response_json_schema"] == schema
    else:
        assert body["response_format"]["json_schema"]["schema"] == schema
        assert body["reasoning_effort"] == "low"


STATUSES = [
    ("400", anthropic.BadRequestError, "invalid_request_error"),
    ("401", anthropic.APIStatusError, "api_error"),
    ("429", anthropic.RateLimitError, "rate_limit_error"),
    ("500", anthropic.APIStatusError, "api_error"),
]


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "gemini", "bedrock"])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("ending", "raised", "kind"), STATUSES)
def test_a_failing_provider_is_an_error_of_the_sdks_own(
    stack: Stack,
    sdk: anthropic.Anthropic,
    dialect: str,
    stream: bool,
    ending: str,
    raised: type[anthropic.APIStatusError],
    kind: str,
):
    model = f"{stack.spare(dialect)}/m-{ending}"
    with pytest.raises(raised) as caught:
        sdk.messages.create(model=model, max_tokens=9, messages=[user(PROMPT)], stream=stream)
    body = caught.value.body
    assert isinstance(body, dict)
    assert set(body) == {"type", "error", "request_id"} and body["type"] == "error"
    assert caught.value.type == kind and body["error"]["message"]
    assert caught.value.request_id == body["request_id"]
    assert caught.value.status_code == {"401": 502, "500": 502}.get(ending, int(ending))
    if ending == "429":
        assert int(caught.value.response.headers["retry-after"]) >= 1


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "gemini", "bedrock"])
def test_a_stream_that_breaks_off_ends_with_an_error_after_what_came(
    stack: Stack, sdk: anthropic.Anthropic, dialect: str
):
    asked = {"model": f"{stack.spare(dialect)}/m-half", "max_tokens": 99, "messages": [user(PROMPT)]}
    said = ""
    with pytest.raises(anthropic.APIStatusError) as caught:
        for event in sdk.messages.create(**asked, stream=True):
            if event.type == "content_block_delta":
                said += event.delta.text
    assert len(said) > 60 and PROMPT.startswith(said[:60])
    assert caught.value.type == "api_error"
    assert caught.value.body["error"]["details"] == {"error_code": "stream_cut"}


@models
def test_documents_of_text_and_examples_of_a_tool_are_protected_like_any_text(
    stack: Stack, sdk: anthropic.Anthropic, model: str
):
    plain = {"type": "text", "media_type": "text/plain", "data": PROMPT}
    found = {"type": "search_result", "source": "https://notes.test", "title": PRIVATE[0], "content": []}
    found["content"] = [{"type": "text", "text": PROMPT}]
    answer = sdk.messages.create(
        model=model,
        max_tokens=1000,
        tools=[{**MESSAGES, "input_examples": [{"text": PROMPT, "name": PRIVATE[0]}]}],
        tool_choice={"type": "none"},
        messages=[
            user(
                [
                    {"type": "text", "text": "Read this:"},
                    found,
                    {
                        "type": "document",
                        "source": plain,
                        "title": f"Letter of {PRIVATE[0]}",
                        "context": f"Sent to {PRIVATE[1]}.",
                        "citations": {"enabled": True},
                        "cache_control": {"type": "ephemeral"},
                    },
                ]
            )
        ],
    )
    (said,) = (block.text for block in answer.content if block.type == "text")
    assert said.endswith(f"Letter of {PRIVATE[0]}\n\nSent to {PRIVATE[1]}.\n\n{PROMPT}")
    assert_nothing_left(stack)
    if model == "mirror/anthropic":
        body = sent(stack)["body"]
        assert set(body["tools"][0]["input_examples"][0]) == {"text", "name"}
        assert body["messages"][0]["content"][-1]["cache_control"] == {"type": "ephemeral"}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"max_tokens": None}, "max_tokens"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"messages": []}, "messages"),
    ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
    ({"messages": [user([{"type": "image", "source": {"type": "base64", "data": "AA=="}}])]}, "image"),
    ({"messages": [user([{"type": "document", "source": {"type": "text", "data": "x"}}])]}, "document"),
    ({"messages": [user([{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image"}]}])]}, "image"),
    ({"messages": [{"role": "assistant", "content": [{"type": "thinking", "thinking": "x"}]}]}, "signature"),
    ({"thinking": {"type": "much"}}, "thinking.type"),
    ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
    ({"tools": [{"name": "a"}]}, "tools[0].input_schema"),
    ({"tool_choice": {"type": "perhaps"}, "tools": [MESSAGES]}, "tool_choice.type"),
    ({"mcp_servers": [{"url": "https://elsewhere.example"}]}, "mcp_servers"),
    ({"whatever": 1}, "field"),
    ({"stream": "yes"}, "stream"),
    ({"system": 5}, "system"),
    ({"stop_sequences": [5]}, "stop_sequences"),
]


@pytest.mark.parametrize(("wrong", "named"), REFUSED)
def test_what_cannot_be_passed_on_is_refused_by_name_and_nothing_is_sent(
    stack: Stack, wrong: dict[str, Any], named: str
):
    asked = {"model": "mirror/anthropic", "max_tokens": 9, "messages": [user("hi")], **wrong}
    with stack.client() as client:
        answer = client.post("/v1/messages", json=asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert named in error["message"]
    assert stack.received() == []


def test_the_doors_own_refusals_wear_the_vendors_envelope(stack: Stack, sdk: anthropic.Anthropic):
    asked: dict[str, Any] = {"max_tokens": 9, "messages": [user("hi")]}
    with pytest.raises(anthropic.NotFoundError) as nowhere:
        sdk.messages.create(model="nobody/nothing", **asked)
    assert nowhere.value.type == "not_found_error"
    with pytest.raises(anthropic.AuthenticationError) as nobody:
        sdk.with_options(api_key="not-a-token").messages.create(model="mirror/openai", **asked)
    assert nobody.value.type == "authentication_error"
    with stack.client() as client:
        for answer, status, kind in (
            (client.get("/v1/messages"), 405, "invalid_request_error"),
            (client.post("/v1/messages/batches", json={}), 404, "not_found_error"),
            (client.post("/v1/messages", content=b"x" * 5_000_000), 413, "request_too_large"),
            (client.post("/v1/messages", content=b"{"), 400, "invalid_request_error"),
        ):
            assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)
            assert answer.json()["request_id"] == answer.headers["request-id"] == answer.headers["x-request-id"]


@models
@pytest.mark.parametrize("stream", [False, True])
def test_a_word_that_the_provider_used_before_it_became_a_name_does_not_stop_the_conversation(
    stack: Stack, sdk: anthropic.Anthropic, model: str, stream: bool
):
    asked: dict[str, Any] = {"model": model, "max_tokens": 99, "tools": [MESSAGES]}
    messages = [user("Send a mail about Zorblaxen.")]
    if stream:
        with sdk.messages.stream(**asked, messages=messages) as events:
            first = events.get_final_message()
    else:
        first = sdk.messages.create(**asked, messages=messages)
    (call,) = first.content
    assert call.input == {"text": "Send a mail about Zorblaxen."}
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "done"}
    more = {"type": "text", "text": "My name is Tamsin Zorblaxen, thank you."}
    messages += [{"role": "assistant", "content": first.content}, user([result, more])]
    second = sdk.messages.create(**asked, messages=messages, tool_choice={"type": "none"})
    assert second.content[0].text.startswith("My name is Tamsin Zorblaxen, thank you.")
    seen = json.dumps(sent(stack)["body"])
    assert "Tamsin" not in seen and "is Tamsin Zorblaxen" not in seen


@models
def test_an_edited_surrogate_is_restored_whichever_dialect_it_came_through(
    stack: Stack, sdk: anthropic.Anthropic, model: str
):
    answer = sdk.messages.create(model=f"{model}-edit", max_tokens=99, messages=[user(f"I am {PRIVATE[0]}.")])
    assert "Lindqvist" in answer.content[0].text.title()
    assert_nothing_left(stack)


def test_a_caller_who_hangs_up_frees_the_endpoint(stack: Stack, sdk: anthropic.Anthropic):
    asked: dict[str, Any] = {"model": "mirror/anthropic-slow", "max_tokens": 99, "messages": [user(PROMPT * 5)]}
    with sdk.messages.create(**asked, stream=True) as events:
        next(iter(events))
    until(lambda: not in_flight(stack.state / "run"))


def test_what_was_used_is_booked(stack: Stack, sdk: anthropic.Anthropic):
    provider = stack.spare("anthropic")
    answer = sdk.messages.create(model=f"{provider}/claude", max_tokens=9, messages=[user("Count me.")])
    run = stack.state / "run"
    until(lambda: provider in (used := usage(run)) and used[provider].completion_tokens)
    row = usage(run)[provider]
    assert row.prompt_tokens == answer.usage.input_tokens
    assert row.completion_tokens == answer.usage.output_tokens
