"""What names our account at a provider does not pass in an error, wherever it is cut; all else does."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_server.egress.account_ids import AccountIds, masked
from tests.support.key_server import Place, key_server
from tests.support.upstream import Upstream, pieces, status

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SAID = [
    ("in organization org-AbCdEfGh12345678 on tokens per min", "in organization *** on tokens per min"),
    ("Project `proj_a1B2c3D4e5F6` does not have access", "Project `***` does not have access"),
    ('"user_id":"user_2abCdEFghIJ"', '"user_id":"***"'),
    ("Incorrect API key provided: sk-test************abcd.", "Incorrect API key provided: ***."),
    ("Your api key: ****abcd is invalid", "Your api key: *** is invalid"),
    ("Invalid key sk-...wxyz given", "Invalid key *** given"),
    ("key sk-proj-...wxyz, stop", "key ***, stop"),
    ("another's sk-test-not-a-key-another-1 whole", "another's *** whole"),
    ("key AKIAIOSFODNN7EXAMPLE is not authorized", "key *** is not authorized"),
    (
        "User: arn:aws:sts::123456789012:assumed-role/ops/jane is not authorized to perform: bedrock:InvokeModel on "
        "resource: arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.a-v1:0 because",
        "User: *** is not authorized to perform: bedrock:InvokeModel on resource: *** because",
    ),
    ("account 123456789012 has", "account 000000000000 has"),
    ('{"account": 123456789012}', '{"account": 000000000000}'),
    (f"at /subscriptions/{UUID}/resourceGroups/ours/providers/x.", "at ***"),
    (rf"at \/subscriptions\/{UUID}\/resourceGroups\/ours now", "at *** now"),
    ('"consumer": "projects/our-project-1"', '"consumer": "projects/***"'),
    ("https://console.test/overview?project=1234567 then", "https://console.test/overview?project=*** then"),
    (f"rate limit (org: {UUID}, model: claude)", "rate limit (org: ***, model: claude)"),
]  # fmt: skip
PLAIN = [
    "The model `gpt-5-mini` does not exist",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3:0 is not there",
    "Limit 30000, used 29000 at 1700000000, 1700000000123; 0.123456789012; try in 6ms. Visit https://a.test/b?c=d",
    "user_message, org-chart, project, team_work: **bold** and sk-1... of 3",
    '{"error": {"type": "invalid_request_error", "param": null, "code": "context_length_exceeded"}}',
]


@pytest.mark.parametrize(("said", "passed"), SAID)
def test_an_account_is_not_named(said: str, passed: str) -> None:
    assert masked(said.encode()).decode() == passed


@pytest.mark.parametrize("said", PLAIN[:3] + PLAIN[4:])
def test_what_helps_the_caller_passes(said: str) -> None:
    assert masked(said.encode()).decode() == said


PART = st.sampled_from([each for pair in SAID for each in pair] + PLAIN + [" ", "\n", '"', "org-", "***", "1"])


@given(st.lists(PART, max_size=6).map("".join), st.lists(st.integers(0, 2000), max_size=10))
@settings(max_examples=200, deadline=None)
def test_the_result_is_the_same_wherever_chunks_break(text: str, cuts: list[int]) -> None:
    data, accounts = text.encode(), AccountIds()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    out = b"".join(accounts.feed(data[one:two]) for one, two in itertools.pairwise(places)) + accounts.close()
    assert out == masked(data)


@pytest.mark.parametrize(
    "word", ["x", "-", "sk-", "*a", "a*", "org-a", "arn:aws:", "/subscriptions", "0-", "sk..", "1"]
)
def test_no_text_takes_long(word: str) -> None:
    accounts = AccountIds()
    begun = time.monotonic()
    for _ in range(16):
        accounts.feed(word.encode() * (16_384 // len(word)))
    accounts.close()
    assert time.monotonic() - begun < 2


async def test_an_error_passes_without_accounts_and_an_answer_is_not_touched(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, "sk-test-not-a-key-accounts")
    said = "limit in organization org-AbCdEfGh12345678"
    body = json.dumps({"error": {"message": said}}).encode()
    cut = body.index(b"Cd")
    async with key_server(at) as server:
        provider.otherwise = pieces(body[:cut], body[cut:], gap_s=0.02, code=400, kind="application/json")
        heard = await server.forward(name)
        assert json.loads(heard.body) == {"error": {"message": "limit in organization ***"}}
        provider.otherwise = status(200, body)
        assert (await server.forward(name)).body == body
