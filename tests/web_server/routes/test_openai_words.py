"""What OpenAI's doors read alike: what has the wrong type is refused by its name, and never passed on."""

from __future__ import annotations

from typing import Any

import pytest

from web_server.errors import ApiError
from web_server.routes import openai_words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("temperature", value) for value in ("hot", True, {}, [])),
        *(("top_p", value) for value in ("1", False)),
        *(("max_tokens", value) for value in (0, -1, 1.5, "9", True)),
        *(("n", value) for value in (0, {}, "2")),
    ],
)
def test_a_number_that_is_none_is_refused_by_its_name(name: str, value: Any):
    with pytest.raises(ApiError) as refused:
        openai_words.numbers({name: value})
    assert refused.value.code == "BAD_REQUEST"
    assert name in refused.value.message


def test_a_count_may_be_written_with_a_point_and_is_whole_then():
    fields = {"max_tokens": 3.0, "n": None, "temperature": 0, "other": "x"}
    openai_words.numbers(fields)
    assert fields == {"max_tokens": 3, "n": None, "temperature": 0, "other": "x"}
    assert isinstance(fields["max_tokens"], int)


@pytest.mark.parametrize("stream", [0, 1, "true", {}, []])
def test_a_stream_is_asked_for_by_a_boolean(stream: Any):
    with pytest.raises(ApiError, match="BAD_REQUEST"):
        openai_words.streamed({"stream": stream})


@pytest.mark.parametrize("options", [1, "on", [], {"include_usage": 1}, {"include_usage": {}}])
def test_options_of_a_stream_that_mean_nothing_are_refused(options: Any):
    with pytest.raises(ApiError, match="BAD_REQUEST"):
        openai_words.wants_usage({"stream_options": options})


@pytest.mark.parametrize(
    "message",
    [
        *(5, "hello", {}, {"role": 5}),
        *({"role": "user", "content": content} for content in (5, True, {}, [{"type": "text"}])),
        {"role": "user", "content": [{"type": "text", "text": 5}]},
        {"role": "user", "name": 5},
        {"role": "assistant", "tool_calls": {}},
        {"role": "assistant", "tool_calls": ["x"]},
    ],
)
def test_a_message_that_is_none_is_refused_by_its_place(message: Any):
    with pytest.raises(ApiError) as refused:
        openai_words.messages([{"role": "user", "content": "a"}, message])
    assert refused.value.code == "BAD_REQUEST"
    assert "messages[1]" in refused.value.message


@pytest.mark.parametrize(
    "content", [None, "a", "", [], ["a"], [{"type": "text", "text": "a"}], [{"type": "image_url"}]]
)
def test_a_message_passes_and_what_is_no_text_is_for_the_shield_to_refuse(content: Any):
    openai_words.messages([{"role": "user", "content": content, "more": {}}])
