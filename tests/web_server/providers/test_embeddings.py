"""Vectors in a provider's bytes, as numbers or packed; and what is none."""

from __future__ import annotations

import json
from base64 import b64encode
from struct import pack
from typing import Any

import pytest

from web_server.providers.completions import OpenAICompletions
from web_server.providers.dialect import DialectError, Unsayable
from web_server.providers.embeddings import OpenAIEmbeddings
from web_server.query import ModelRef, ScrubbedQuery, Usage

PACKED = b64encode(pack("<2f", 0.5, -1)).decode()


def read(*data: Any, **more: Any) -> list[Any]:
    return OpenAIEmbeddings().read(json.dumps({"data": [*data], **more}).encode())


def test_vectors_come_in_the_order_of_their_texts_and_in_one_form():
    last, first, usage = {"index": 1, "embedding": [0.5, -1]}, {"index": 0, "embedding": PACKED}, {"prompt_tokens": 7}
    deltas = read(last, first, usage=usage)
    assert [(delta.choice, delta.text) for delta in deltas[:2]] == [(0, PACKED), (1, PACKED)]
    assert deltas[2].usage == Usage(7)


@pytest.mark.parametrize(
    "data",
    [
        [],
        [7],
        [{"embedding": None}],
        [{"embedding": []}],
        [{"embedding": ["a"]}],
        [{"embedding": [1e300]}],
        [{"embedding": "not base64"}],
        [{"embedding": "AAA="}],
        [{"index": 1, "embedding": PACKED}],
        [{"index": 0, "embedding": PACKED}, {"index": 0, "embedding": PACKED}],
        [{"index": "0", "embedding": PACKED}],
    ],
)
def test_what_is_no_vector_is_the_providers_failure(data: list[Any]):
    with pytest.raises(DialectError):
        read(*data)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data": 7}'])
def test_neither_is_what_is_no_answer(body: bytes):
    with pytest.raises(DialectError):
        OpenAIEmbeddings().read(body)


def query(*messages: Any, **options: Any) -> ScrubbedQuery:
    return ScrubbedQuery(ModelRef("p", "m"), {"messages": [*messages], **options}, False, {})


def test_hints_for_a_model_that_thinks_are_left_out_for_one_that_only_completes():
    user = {"role": "user", "content": "a"}
    body = json.loads(OpenAICompletions().write(query(user, reasoning_effort="none", verbosity="low")))
    assert set(body) == {"model", "prompt"}


@pytest.mark.parametrize(
    "asked",
    [
        query({"role": "user", "content": "a"}, reasoning_effort="low"),
        query({"role": "system", "content": "a"}, {"role": "user", "content": "b"}),
        query({"role": "user", "content": [{"type": "text", "text": "a"}]}),
        query({"role": "user", "content": "a"}, tools=[{}]),
        query(),
    ],
)
def test_a_conversation_cannot_be_completed(asked: ScrubbedQuery):
    with pytest.raises(Unsayable):
        OpenAICompletions().write(asked)
