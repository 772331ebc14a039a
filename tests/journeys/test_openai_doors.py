"""OpenAI's doors beside chat, with its own SDK: completions, responses, embeddings; nothing private leaves by any."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pydantic
import pytest

from tests.support.plain_http import PLAIN
from tests.support.sdks import async_openai_at, openai_at
from tests.support.stack import Stack, mint

NAME, MAIL = "Marta Lindqvist", "marta.lindqvist@fjordmail.example"
PROMPT = f"My name is {NAME}, write to {MAIL} for me. Sign it Marta."
TOOL = {
    "type": "function",
    "name": "send_mail",
    "description": f"Sends a mail on behalf of {NAME}",
    "parameters": {
        "type": "object",
        "properties": {"text": {"type": "string", "description": "What it says."}},
        "required": ["text"],
        "additionalProperties": False,
    },
    "strict": True,
}


def bodies(stack: Stack) -> list[Any]:
    """What the provider was sent, the oldest first."""
    return [call["body"] for call in reversed(stack.received())]


def assert_nothing_left(stack: Stack) -> None:
    seen = json.dumps(stack.received(), ensure_ascii=False)
    assert seen != "[]", "the provider was not asked at all"
    for value in (NAME, MAIL, "Marta", "Lindqvist", "lindqvist"):
        assert value not in seen


@pytest.fixture
def sdk(stack: Stack) -> Iterator[openai.OpenAI]:
    with openai_at(stack) as client:
        yield client


def test_a_response_has_its_text_its_usage_and_its_request(stack: Stack, sdk: openai.OpenAI):
    response = sdk.responses.create(
        model="mirror/openai",
        instructions="Be kind.",
        input=PROMPT,
        metadata={"case": "7"},
        temperature=0.5,
        store=False,
    )
    assert response.output_text == PROMPT
    assert (response.status, response.error, response.incomplete_details) == ("completed", None, None)
    assert (response.instructions, response.metadata, response.temperature) == ("Be kind.", {"case": "7"}, 0.5)
    assert response.usage and response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
    (sent,) = bodies(stack)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert "metadata" not in sent and "store" not in sent
    assert_nothing_left(stack)


def test_a_streamed_response_has_every_event_in_its_order(stack: Stack, sdk: openai.OpenAI):
    events = list(sdk.responses.create(model="mirror/openai", input=PROMPT, stream=True))
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds[:4] == ["created", "in_progress", "output_item.added", "content_part.added"]
    assert kinds[-4:] == ["output_text.done", "content_part.done", "output_item.done", "completed"]
    assert set(kinds[4:-4]) == {"output_text.delta"} and len(kinds) > 12
    assert [event.sequence_number for event in events] == [*range(len(events))]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == PROMPT
    assert events[-1].type == "response.completed" and events[-1].response.output_text == PROMPT
    assert events[-1].response.usage and events[-1].response.usage.output_tokens > 0
    assert_nothing_left(stack)


def test_the_sdks_own_stream_of_a_response_ends_in_the_whole_of_it(stack: Stack, sdk: openai.OpenAI):
    with sdk.responses.stream(model="mirror/openai", input=PROMPT, tools=[TOOL]) as stream:
        final = stream.get_final_response()
    (call,) = final.output
    assert call.type == "function_call" and call.name == "send_mail"
    assert json.loads(call.arguments) == {"text": PROMPT}
    assert_nothing_left(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_of_a_function_goes_there_and_back(stack: Stack, sdk: openai.OpenAI, stream: bool):
    asked: dict[str, Any] = {"model": "mirror/openai", "tools": [TOOL], "tool_choice": "auto"}
    turns: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": PROMPT}]}]

    def output() -> list[Any]:
        if not stream:
            return list(sdk.responses.create(**asked, input=turns).output)
        events = list(sdk.responses.create(**asked, input=turns, stream=True))
        assert events[-1].type == "response.completed"
        return list(events[-1].response.output)

    (call,) = output()
    assert json.loads(call.arguments) == {"text": PROMPT}
    turns += [call]
    turns += [{"type": "function_call_output", "call_id": call.call_id, "output": f"sent to {MAIL}"}]
    (message,) = output()
    assert message.content[0].text == f"{PROMPT}\nsent to {MAIL}"
    turns += [message, {"role": "user", "content": "Thanks"}]
    output()
    first, second, third = bodies(stack)
    assert [each["role"] for each in third["messages"]] == ["user", "assistant", "tool", "assistant", "user"]
    assert first["messages"] == second["messages"][:1] == third["messages"][:1]
    assert third["messages"][1]["tool_calls"][0]["id"] == third["messages"][2]["tool_call_id"] == call.call_id
    assert_nothing_left(stack)


def test_a_response_of_a_shape_is_parsed_by_the_sdk(stack: Stack, sdk: openai.OpenAI):
    schema = {"type": "json_schema", "name": "letter", "schema": {"type": "object"}, "strict": True}
    sdk.responses.create(model="mirror/openai", input=PROMPT, text={"format": schema}, reasoning={"effort": "low"})
    (sent,) = bodies(stack)
    assert sent["response_format"]["json_schema"]["name"] == "letter"
    assert sent["reasoning_effort"] == "low"


class Letter(pydantic.BaseModel):
    to: str
    text: str


def test_what_is_parsed_holds_the_real_values(stack: Stack, sdk: openai.OpenAI):
    letter = Letter(to=MAIL, text=f'"Dear {NAME}"')
    parsed = sdk.responses.parse(model="mirror/openai", input=letter.model_dump_json(), text_format=Letter)
    assert parsed.output_parsed == letter
    (sent,) = bodies(stack)
    assert sent["response_format"]["type"] == "json_schema"
    assert_nothing_left(stack)


IMAGE = {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"}
FILE = {"type": "input_file", "file_id": "file-1"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"previous_response_id": "resp_1"}, "bad_request"),
        ({"conversation": "conv_1"}, "bad_request"),
        ({"store": True}, "bad_request"),
        ({"background": True}, "bad_request"),
        ({"prompt": {"id": "pmpt_1"}}, "bad_request"),
        ({"truncation": "auto"}, "bad_request"),
        ({"include": ["message.output_text.logprobs"]}, "bad_request"),
        ({"extra_body": {"something_new": 1}}, "bad_request"),
        ({"tools": [{"type": "web_search"}]}, "bad_request"),
        ({"tools": [{"type": "mcp", "server_label": "a", "server_url": "https://example.com"}]}, "bad_request"),
        ({"tool_choice": {"type": "file_search"}}, "bad_request"),
        ({"input": []}, "bad_request"),
        ({"input": [{"role": "nobody", "content": "x"}]}, "bad_request"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "bad_request"),
        ({"input": [{"type": "web_search_call", "id": "ws_1", "status": "completed"}]}, "unsupported_content"),
        ({"input": [{"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x"}]}, "unsupported_content"),
        ({"input": [{"role": "user", "content": [IMAGE]}]}, "unsupported_content"),
        ({"input": [{"role": "user", "content": [FILE]}]}, "unsupported_content"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": [IMAGE]}]}, "unsupported_content"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_would_be_stored_or_cannot_be_read_is_refused(
    stack: Stack, sdk: openai.OpenAI, asked: dict[str, Any], code: str, stream: bool
):
    with pytest.raises(openai.BadRequestError) as refused:
        sdk.responses.create(**{"model": "mirror/openai", "input": PROMPT, "stream": stream, **asked})
    assert refused.value.code == code
    assert stack.received() == []


def test_no_response_is_there_to_be_fetched(sdk: openai.OpenAI):
    with pytest.raises(openai.NotFoundError, match="not stored"):
        sdk.responses.retrieve("resp_1")
    with pytest.raises(openai.NotFoundError, match="not stored"):
        sdk.responses.delete("resp_1")


def test_a_response_that_is_cut_says_what_came_and_then_that_it_failed(stack: Stack, sdk: openai.OpenAI):
    asked = {"model": f"{stack.spare()}/openai-half", "input": PROMPT, "stream": True}
    text = ""
    with pytest.raises(openai.APIError) as cut:
        for event in sdk.responses.create(**asked):
            text += event.delta if event.type == "response.output_text.delta" else ""
    assert cut.value.code == "stream_cut"
    assert text.startswith(f"My name is {NAME}")
    with stack.client() as client:
        raw = client.post("/v1/responses", json=asked | {"model": f"{stack.spare()}/openai-half"}).text
    last = json.loads(raw.rstrip().splitlines()[-1].removeprefix("data: "))
    assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")
    assert last["response"]["output"][0]["content"][0]["text"].startswith(f"My name is {NAME}")
    assert last["response"]["error"]["message"]


def test_a_resent_conversation_meets_the_same_surrogates_by_either_door(stack: Stack, sdk: openai.OpenAI):
    sdk.responses.create(model="mirror/openai", input=PROMPT)
    sdk.chat.completions.create(model="mirror/openai", messages=[{"role": "user", "content": PROMPT}])
    one, other = bodies(stack)
    assert one["messages"] == other["messages"]


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_a_text_has_one_vector_whatever_it_is_sent_with(stack: Stack, sdk: openai.OpenAI, encoding: str):
    other = "Otto Brandt owes Eva Malm, eva.malm@fjordmail.example, three letters."
    alone = sdk.embeddings.create(model="mirror/openai", input=PROMPT, encoding_format=encoding, dimensions=8)
    both = sdk.embeddings.create(model="mirror/openai", input=[other, PROMPT], encoding_format=encoding, dimensions=8)
    assert alone.data[0].embedding == both.data[1].embedding != both.data[0].embedding
    assert [each.index for each in both.data] == [0, 1]
    assert (alone.model, alone.usage.prompt_tokens > 0) == ("mirror/openai", True)
    first, second = bodies(stack)
    assert first["input"] == second["input"][1:]
    assert first["dimensions"] == 8
    assert_nothing_left(stack)
    assert "Brandt" not in json.dumps(bodies(stack))


def test_two_callers_share_no_surrogate_of_what_they_embed(stack: Stack, sdk: openai.OpenAI):
    other = sdk.with_options(api_key=mint(stack, "--subject", "another-test"))
    for client in (sdk, other, sdk):
        client.embeddings.create(model="mirror/openai", input=f"{NAME}, {MAIL}")
    one, two, again = (body["input"][0] for body in bodies(stack))
    assert one == again
    assert set(one.replace(",", "").split()).isdisjoint(two.replace(",", "").split())


def test_the_sdks_default_embedding_is_a_list_of_numbers(stack: Stack, sdk: openai.OpenAI):
    numbers = sdk.embeddings.create(model="mirror/openai", input=[PROMPT]).data[0].embedding
    packed = sdk.embeddings.create(model="mirror/openai", input=[PROMPT], encoding_format="base64").data[0].embedding
    assert all(isinstance(number, float) for number in numbers) and isinstance(packed, str)


@pytest.mark.parametrize(
    "asked",
    [
        {"input": [1, 2, 3]},
        {"input": [[1, 2], [3]]},
        {"input": ""},
        {"input": []},
        {"input": ["a", ""]},
        {"input": "a", "encoding_format": "int8"},
        {"input": "a", "dimensions": 0},
        {"input": "a", "extra_body": {"stream": True}},
        {"input": "a", "extra_body": {"messages": []}},
        {"input": "a", "extra_headers": {"x-privacy": "obfuscate=rewrite"}},
    ],
)
def test_what_is_no_text_is_not_embedded(stack: Stack, sdk: openai.OpenAI, asked: dict[str, Any]):
    with pytest.raises(openai.BadRequestError):
        sdk.embeddings.create(**{"model": "mirror/openai", "encoding_format": "float", **asked})
    assert stack.received() == []


def test_an_old_completion_is_served_through_chat(stack: Stack, sdk: openai.OpenAI):
    answer = sdk.completions.create(model="mirror/openai", prompt=PROMPT, max_tokens=100)
    assert (answer.choices[0].text, answer.choices[0].finish_reason) == (PROMPT, "stop")
    assert answer.object == "text_completion" and answer.usage and answer.usage.total_tokens > 0
    (call,) = stack.received()
    assert call["path"].endswith("/chat/completions")
    assert_nothing_left(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_several_prompts_are_several_choices(stack: Stack, sdk: openai.OpenAI, stream: bool):
    prompts = [PROMPT, "Hello there.", f"{MAIL} again"]
    asked: dict[str, Any] = {"model": "mirror/openai", "prompt": prompts, "n": 2}
    texts = dict.fromkeys(range(6), "")
    if stream:
        chunks = list(sdk.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
        for chunk in chunks:
            for choice in chunk.choices:
                texts[choice.index] += choice.text
        used = chunks[-1].usage
    else:
        answer = sdk.completions.create(**asked)
        texts |= {choice.index: choice.text for choice in answer.choices}
        used = answer.usage
    assert [*texts.values()] == [prompt for prompt in prompts for _ in range(2)]
    assert used and used.total_tokens > 0
    assert_nothing_left(stack)


COMPLETER = """
  completer:
    dialect: openai
    base_url: {mirror}/v1
    allow_private: true
    auth: none
    models: [{{id: base, capabilities: [completions]}}]
"""


@pytest.fixture
def completer(stack: Stack, sdk: openai.OpenAI) -> str:
    """A provider that has completions and no chat; both processes follow the file."""
    file = stack.folder / "providers.yaml"
    if "completer:" not in file.read_text():
        with file.open("a") as providers:
            providers.write(COMPLETER.format(mirror=stack.mirror))
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with stack.client() as client:
            listed = {row["id"]: row for row in client.get("/api/providers").json()["providers"]}
        if listed.get("completer", {}).get("status") == "ready":
            return "completer/base"
        time.sleep(0.1)
    raise AssertionError("the new provider was not taken over")


def test_a_model_that_only_completes_is_asked_so(stack: Stack, sdk: openai.OpenAI, completer: str):
    answer = sdk.completions.create(model=completer, prompt=PROMPT, max_tokens=9)
    assert answer.choices[0].text == PROMPT
    chunks = list(sdk.completions.create(model=completer, prompt=PROMPT, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == PROMPT
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    chat = sdk.chat.completions.create(model=completer, messages=[{"role": "user", "content": PROMPT}])
    assert chat.choices[0].message.content == PROMPT
    assert {call["path"] for call in stack.received()} == {"/v1/completions"}
    assert_nothing_left(stack)
    with pytest.raises(openai.BadRequestError, match="only completes"):
        sdk.responses.create(model=completer, input=PROMPT, instructions="Be kind.")


@pytest.mark.parametrize(
    "asked",
    [
        {"prompt": [1, 2]},
        {"prompt": []},
        {"prompt": ""},
        {"prompt": ["a"] * 33},
        {"prompt": "a", "echo": True},
        {"prompt": "a", "suffix": "b"},
        {"prompt": "a", "logprobs": 1},
        {"prompt": "a", "best_of": 3},
    ],
)
def test_a_completion_that_cannot_be_had_is_refused(stack: Stack, sdk: openai.OpenAI, asked: dict[str, Any]):
    with pytest.raises(openai.BadRequestError):
        sdk.completions.create(model="mirror/openai", **asked)
    assert stack.received() == []


async def test_the_asynchronous_sdk_gets_all_of_it_side_by_side(stack: Stack):
    async with async_openai_at(stack) as sdk:

        async def responded() -> str:
            stream = await sdk.responses.create(model="mirror/openai", input=PROMPT, stream=True)
            return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])

        async def called() -> str:
            async with sdk.responses.stream(model="mirror/openai", input=PROMPT, tools=[TOOL]) as stream:
                final = await stream.get_final_response()
            assert final.output[0].type == "function_call"
            return str(json.loads(final.output[0].arguments)["text"])

        async def completed() -> str:
            stream = await sdk.completions.create(model="mirror/openai", prompt=PROMPT, stream=True)
            return "".join([chunk.choices[0].text async for chunk in stream])

        async def chatted() -> str:
            messages: Any = [{"role": "user", "content": PROMPT}]
            answer = await sdk.chat.completions.create(model="mirror/openai", messages=messages)
            return str(answer.choices[0].message.content)

        vector, *texts = await asyncio.gather(
            sdk.embeddings.create(model="mirror/openai", input=PROMPT),
            *(each() for each in (responded, called, completed, chatted) for _ in range(4)),
        )
    assert set(texts) == {PROMPT} and len(texts) == 16
    assert vector.data[0].embedding
    assert_nothing_left(stack)


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
def test_errors_wear_openais_envelope_at_each_door(stack: Stack, door: str):
    field = "prompt" if door == "completions" else "input"
    asked = {"model": "mirror/openai", field: PROMPT}
    with stack.client() as client:
        for body, headers, status, code in (
            (asked | {"model": "nobody/nothing"}, {}, 404, "model_not_found"),
            ({field: PROMPT}, {}, 400, "bad_request"),
            (asked, {"authorization": "Bearer x"}, 401, "unauthorized"),
            (asked, {"x-privacy": "pii=perhaps"}, 400, "bad_request"),
            (asked | {"model": f"{stack.spare()}/openai-400"}, {}, 400, "provider_rejected"),
            (asked | {"model": f"{stack.spare()}/openai-garbage"}, {}, 502, "provider_failed"),
            (asked | {"model": f"{stack.spare()}/openai-429"}, {}, 429, "provider_limited"),
        ):
            answer = client.post(f"/v1/{door}", json=body, headers=headers)
            assert answer.status_code == status, answer.text
            assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
            assert answer.json()["error"]["code"] == code
            assert "Lindqvist" not in answer.text


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b'{"a": NaN}', 400), (b" " * 5_000_000, 413)],
)
def test_what_is_no_request_is_refused_at_each_door(stack: Stack, door: str, raw: bytes, status: int):
    with stack.client() as client:
        answer = client.post(f"/v1/{door}", content=raw)
    assert (answer.status_code, set(answer.json()["error"])) == (status, {"message", "type", "param", "code"})
    assert stack.received() == []


def test_json_that_is_nested_too_deeply_is_refused_at_each_door(stack: Stack):
    deep: Any = {}
    for _ in range(100):
        deep = {"type": "object", "properties": {"a": deep}}
    tools = [{"type": "function", "name": "find", "parameters": deep}]
    with stack.client() as client:
        for door, body in (
            ("responses", {"input": "a", "tools": tools}),
            ("completions", {"prompt": "a", "other": deep}),
            ("embeddings", {"input": "a", "other": deep}),
        ):
            assert client.post(f"/v1/{door}", json={"model": "mirror/openai", **body}).status_code == 400
    assert stack.received() == []


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
def test_the_privacy_header_is_honoured(stack: Stack, door: str):
    field = "prompt" if door == "completions" else "input"
    asked = {"model": "mirror/openai", field: PROMPT}
    with stack.client() as client:
        open_ = client.post(f"/v1/{door}", json=asked, headers={"x-privacy": "pii=off"})
        soft = client.post(f"/v1/{door}", json=asked, headers={"x-privacy": "obfuscate=format"})
    assert (open_.status_code, soft.status_code) == (200, 200)
    assert soft.headers["x-privacy"] == "obfuscated=format" and soft.headers["x-served-by"]
    seen, hidden = (json.dumps(body) for body in bodies(stack))
    assert NAME in seen and NAME not in hidden


def test_a_caller_that_hangs_up_frees_the_endpoint(stack: Stack):
    asked = {"model": "mirror/openai-slow", "input": PROMPT * 20, "stream": True}
    with (
        stack.client() as client,
        client.stream("POST", "/v1/responses", json=asked) as answer,
    ):
        assert next(answer.iter_lines()).startswith("event: response.created")
    assert httpx.get(f"{stack.url}/livez", **PLAIN).status_code == 200
