"""A title that is somebody's name: `Don` alone, and `Don Miller`."""

from __future__ import annotations

import json

import pytest

from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query


@pytest.mark.parametrize("title", ["Don", "Sister", "Rev"])
def test_a_title_that_is_somebody_s_name_is_one_in_longer_names_too(title: str) -> None:
    finder = Planted({title: kinds.PERSON, f"{title} Miller": kinds.PERSON})
    text = f"{title} Miller is my friend. {title} has called."
    ledger = Ledger(b"a seed of sixteen bytes or more")
    payload = Shield(finder, DEFAULT).protect(Query(ModelRef("m", "x"), {"text": text}), ledger).payload
    last_look(ledger, json.dumps(payload).encode())
    assert title not in str(payload["text"])
    assert Restorer(ledger).text(str(payload["text"])) == text
