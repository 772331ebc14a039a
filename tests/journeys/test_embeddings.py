"""OpenAI's embeddings, with its own SDK: a text has one vector, whoever else is in the request."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.support.letter import BRIEF, MAIL, NAME, assert_nothing_left, bodies
from tests.support.stack import Stack, mint


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_a_text_has_one_vector_whatever_it_is_sent_with(stack: Stack, sdk: openai.OpenAI, encoding: str):
    other = "Otto Brandt owes Eva Malm, eva.malm@fjordmail.example, three letters."
    alone = sdk.embeddings.create(model="mirror/openai", input=BRIEF, encoding_format=encoding, dimensions=8)
    both = sdk.embeddings.create(model="mirror/openai", input=[other, BRIEF], encoding_format=encoding, dimensions=8)
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
    numbers = sdk.embeddings.create(model="mirror/openai", input=[BRIEF]).data[0].embedding
    packed = sdk.embeddings.create(model="mirror/openai", input=[BRIEF], encoding_format="base64").data[0].embedding
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
