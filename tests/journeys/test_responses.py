"""OpenAI's responses, with its own SDK: every event in its order, tools, shapes, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import openai
import pydantic
import pytest

from tests.support.letter import BRIEF, MAIL, NAME, RESPONSES, assert_nothing_left, bodies
from tests.support.stack import Stack


def test_a_response_has_its_text_its_usage_and_its_request(stack: Stack, sdk: openai.OpenAI):
    response = sdk.responses.create(
        model="mirror/openai",
        instructions="Be kind.",
        input=BRIEF,
        metadata={"case": "7"},
        temperature=0.5,
        store=False,
    )
    assert response.output_text == BRIEF
    assert (response.status, response.error, response.incomplete_details) == ("completed", None, None)
    assert (response.instructions, response.metadata, response.temperature) == ("Be kind.", {"case": "7"}, 0.5)
    assert response.usage and response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
    (sent,) = bodies(stack)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert "metadata" not in sent and "store" not in sent
    assert_nothing_left(stack)


def test_a_streamed_response_has_every_event_in_its_order(stack: Stack, sdk: openai.OpenAI):
    events = list(sdk.responses.create(model="mirror/openai", input=BRIEF, stream=True))
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds[:4] == ["created", "in_progress", "output_item.added", "content_part.added"]
    assert kinds[-4:] == ["output_text.done", "content_part.done", "output_item.done", "completed"]
    assert set(kinds[4:-4]) == {"output_text.delta"} and len(kinds) > 12
    assert [event.sequence_number for event in events] == [*range(len(events))]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == BRIEF
    assert events[-1].type == "response.completed" and events[-1].response.output_text == BRIEF
    assert events[-1].response.usage and events[-1].response.usage.output_tokens > 0
    assert_nothing_left(stack)


def test_the_sdks_own_stream_of_a_response_ends_in_the_whole_of_it(stack: Stack, sdk: openai.OpenAI):
    with sdk.responses.stream(model="mirror/openai", input=BRIEF, tools=[RESPONSES]) as stream:
        final = stream.get_final_response()
    (call,) = final.output
    assert call.type == "function_call" and call.name == "send_mail"
    assert json.loads(call.arguments) == {"text": BRIEF}
    assert_nothing_left(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_of_a_function_goes_there_and_back(stack: Stack, sdk: openai.OpenAI, stream: bool):
    asked: dict[str, Any] = {"model": "mirror/openai", "tools": [RESPONSES], "tool_choice": "auto"}
    turns: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": BRIEF}]}]

    def output() -> list[Any]:
        if not stream:
            return list(sdk.responses.create(**asked, input=turns).output)
        events = list(sdk.responses.create(**asked, input=turns, stream=True))
        assert events[-1].type == "response.completed"
        return list(events[-1].response.output)

    (call,) = output()
    assert json.loads(call.arguments) == {"text": BRIEF}
    turns += [call]
    turns += [{"type": "function_call_output", "call_id": call.call_id, "output": f"sent to {MAIL}"}]
    (message,) = output()
    assert message.content[0].text == f"{BRIEF}\nsent to {MAIL}"
    turns += [message, {"role": "user", "content": "Thanks"}]
    output()
    first, second, third = bodies(stack)
    assert [each["role"] for each in third["messages"]] == ["user", "assistant", "tool", "assistant", "user"]
    assert first["messages"] == second["messages"][:1] == third["messages"][:1]
    assert third["messages"][1]["tool_calls"][0]["id"] == third["messages"][2]["tool_call_id"] == call.call_id
    assert_nothing_left(stack)


def test_a_response_of_a_shape_is_parsed_by_the_sdk(stack: Stack, sdk: openai.OpenAI):
    schema = {"type": "json_schema", "name": "letter", "schema": {"type": "object"}, "strict": True}
    sdk.responses.create(model="mirror/openai", input=BRIEF, text={"format": schema}, reasoning={"effort": "low"})
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
        sdk.responses.create(**{"model": "mirror/openai", "input": BRIEF, "stream": stream, **asked})
    assert refused.value.code == code
    assert stack.received() == []


def test_no_response_is_there_to_be_fetched(sdk: openai.OpenAI):
    with pytest.raises(openai.NotFoundError, match="not stored"):
        sdk.responses.retrieve("resp_1")
    with pytest.raises(openai.NotFoundError, match="not stored"):
        sdk.responses.delete("resp_1")


def test_a_response_that_is_cut_says_what_came_and_then_that_it_failed(stack: Stack, sdk: openai.OpenAI):
    asked = {"model": f"{stack.spare()}/openai-half", "input": BRIEF, "stream": True}
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
    sdk.responses.create(model="mirror/openai", input=BRIEF)
    sdk.chat.completions.create(model="mirror/openai", messages=[{"role": "user", "content": BRIEF}])
    one, other = bodies(stack)
    assert one["messages"] == other["messages"]
