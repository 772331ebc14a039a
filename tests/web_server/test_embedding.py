"""Texts on their way to becoming vectors: what becomes of one depends on it and on its caller alone."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hatch import Call, Hatch
from tests.support.planted import Planted
from tests.support.shielded import MODEL, VALUES, said
from tests.support.turns import turns_beside
from web_server import embedding
from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.policies import PolicyFile
from web_server.privacy.minimum import Minimum
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.providers import EMBEDDERS
from web_server.providers.catalog import CatalogFile
from web_server.query import Caller, Choice, ModelRef, PrivacyFlags, Query
from web_server.routes import embeddings

SHIELD = Shield(Planted(VALUES), DEFAULT)
SEED = bytes(range(32))
ANNA = "Anna Kowalska writes from anna.kowalska@firma.test"
TEXTS = st.lists(
    st.lists(st.sampled_from([*VALUES, "met", "in", "Anna", "called"]), min_size=1).map(" ".join), min_size=1
)


def busy(_call: Call) -> ApiError:
    return ApiError("POOL_BUSY", retry_after=1)


def sent(*texts: str, seed: bytes = SEED, **more: Any) -> list[str]:
    query = Query(MODEL, said(*texts), embeds=True, **more)
    scrubbed, body, _ = embedding.protect(SHIELD, query, seed, EMBEDDERS["openai"])
    inputs: list[str] = json.loads(body)["input"]
    assert inputs == [message["content"] for message in scrubbed.payload["messages"]]
    return inputs


@given(TEXTS)
@settings(deadline=None, max_examples=50)
def test_a_text_is_the_same_alone_and_among_others(texts: list[str]):
    assert sent(*texts) == [sent(text)[0] for text in texts]
    assert sent(*reversed(texts)) == [*reversed(sent(*texts))]


def test_a_person_is_one_person_in_all_texts_of_a_caller_and_another_for_others():
    whole, again, other = sent(ANNA)[0], sent(f"Will Baker met {ANNA}")[0], sent(ANNA, seed=bytes(32))[0]
    assert again.endswith(whole)
    assert not {*whole.split()} & {*other.split()} - {"writes", "from"}


def test_a_text_may_be_softened_and_stays_the_same():
    soft = PrivacyFlags(obfuscate="quasi")
    assert sent(ANNA, "I am 37!!", flags=soft) == [*sent(ANNA, flags=soft), *sent("I am 37!!", flags=soft)]


def test_a_complaint_about_any_of_them_gets_its_values_back():
    query = Query(MODEL, said("hello", ANNA, "Will Baker"), embeds=True)
    _, body, complaints = embedding.protect(SHIELD, query, SEED, EMBEDDERS["openai"])
    _, anna, will = json.loads(body)["input"]
    assert complaints.text(f"too long: {anna}; {will}") == f"too long: {ANNA}; Will Baker"


async def test_many_texts_hold_nobody_up_however_short_they_are(tmp_path: Path):
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {p: {models: [{id: m}]}}")
    exchange = Exchange(CatalogFile([file]), PolicyFile("default", Minimum()), Hatch(refuses=busy), bytes(32))
    query = Query(ModelRef("p", "m"), said(*"abcdefghij" * 10), embeds=True, size=600)

    async def embed() -> None:
        with pytest.raises(ApiError, match="POOL_BUSY"):
            await exchange.open(Caller("somebody"), query, resent=False)

    _, turns = await turns_beside(embed())
    assert turns > 20


@pytest.mark.parametrize("packed", [True, False])
async def test_many_vectors_are_written_in_turns_with_everybody_else(packed: bool):
    choices = [Choice(at, b64encode(struct.pack("<2f", at, 0.5)).decode(), None, None, (), None) for at in range(50)]
    rows: list[Any] = []

    async def write() -> None:
        rows.extend([json.loads(row) async for row in embeddings.written(choices, packed=packed)])

    _, turns = await turns_beside(write())
    assert turns > 40
    assert [row["index"] for row in rows] == [*range(50)]
    assert rows[3]["embedding"] == (choices[3].content if packed else [3.0, 0.5])


def test_options_are_no_way_around():
    query = Query(MODEL, {**said("hello"), "dimensions": 8, "note": "of Anna Kowalska"}, embeds=True)
    scrubbed, body, _ = embedding.protect(SHIELD, query, SEED, EMBEDDERS["openai"])
    assert b"Kowalska" not in body and json.loads(body)["dimensions"] == 8
    assert scrubbed.entities == {"PERSON": 1}
