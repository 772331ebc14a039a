"""What becomes of a provider's answer on its way to the caller."""

from __future__ import annotations

import httpx
import pytest

from web_server.errors import ApiError
from web_server.exchange import Reply
from web_server.privacy.ledger import Ledger
from web_server.privacy.restore import Restorer
from web_server.providers import DIALECTS
from web_server.query import ModelRef, ScrubbedQuery

LARGEST_ERROR = 64 * 1024 + 512 * 1024
"""What the key server may pass on of an error: its bound, and the piece that crosses it."""


def reply(status: int, body: bytes) -> Reply:
    query = ScrubbedQuery(ModelRef("p", "m"), {}, False, {})
    response = httpx.Response(status, stream=httpx.ByteStream(body), extensions={"endpoint_id": "ep"})
    return Reply(query, DIALECTS["openai"], response, Restorer(Ledger(bytes(32)), json_content=False))


@pytest.mark.parametrize("status", [400, 404, 413, 422])
async def test_the_callers_own_mistake_keeps_its_status_however_long_the_provider_talks(status: int):
    answer = reply(status, b'{"error": {"message": "' + b"a" * LARGEST_ERROR)
    with pytest.raises(ApiError) as caught:
        await answer.begin()
    assert (caught.value.code, caught.value.status) == ("PROVIDER_REJECTED", status)
