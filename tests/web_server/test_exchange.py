"""What becomes of a query that cannot be protected, and of a provider's answer on its way to the caller."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.frames import framed, text
from tests.support.incoming import in_pieces
from tests.support.turns import turns_beside
from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.incoming import Incoming
from web_server.logs import JsonLines
from web_server.policies import PolicyFile
from web_server.privacy.ledger import Ledger
from web_server.privacy.minimum import Minimum
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.providers import DIALECTS
from web_server.providers.catalog import CatalogFile
from web_server.query import Caller, ModelRef, Query, ScrubbedQuery, Usage
from web_server.reply import Reply

LARGEST_ERROR = 64 * 1024 + 512 * 1024
"""What the key server may pass on of an error: its bound, and the piece that crosses it."""


def reply(
    status: int,
    *body: bytes,
    stream: bool = False,
    reported: list[Usage] | None = None,
    ledger: Ledger | None = None,
    dialect: str = "openai",
) -> Reply:
    query = ScrubbedQuery(ModelRef("p", "m"), {}, stream, {})
    streams = "application/vnd.amazon.eventstream" if dialect == "bedrock" else "text/event-stream"
    headers = {"content-type": streams if stream else "application/json"}
    response = Incoming(status, headers, "ep", in_pieces(*body))
    return Reply(
        query,
        DIALECTS[dialect],
        response,
        Restorer(ledger or Ledger(bytes(32)), json_content=False),
        report=reported.append if reported is not None else lambda usage: None,
    )


@pytest.mark.parametrize("status", [400, 404, 413, 422])
async def test_the_callers_own_mistake_keeps_its_status_however_long_the_provider_talks(status: int):
    answer = reply(status, b'{"error": {"message": "' + b"a" * LARGEST_ERROR)
    with pytest.raises(ApiError) as caught:
        await answer.begin()
    assert (caught.value.code, caught.value.status) == ("PROVIDER_REJECTED", status)


class FailingFinder:
    def find(self, text: str) -> list[object]:
        raise ValueError(text)


async def test_a_query_that_cannot_be_protected_is_not_sent_and_the_log_names_the_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {p: {models: [{id: m}]}}")
    policies = PolicyFile("default", Minimum(), lambda policy: Shield(FailingFinder(), policy))
    exchange = Exchange(CatalogFile([file]), policies, None, bytes(32))  # there is no way out
    query = Query(ModelRef("p", "m"), {"messages": [{"role": "user", "content": "canary"}]})
    with pytest.raises(ApiError) as caught:
        await exchange.open(Caller("somebody"), query, resent=False)
    assert caught.value.code == "PRIVACY_FAILURE"
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["error"], line["where"].partition(":")[0]) == ("ShieldFailure", "test_exchange.py")
    assert "canary" not in json.dumps(line)


async def test_who_served_is_known_of_an_answer_that_breaks_off_too():
    answer = reply(200, b'data: {"choices": [{"index": 0, "delta": {"content": "a"}}]}\n\n', stream=True)
    await answer.begin()
    with pytest.raises(ApiError) as caught:
        await answer.collect()
    assert (caught.value.code, caught.value.endpoint_id) == ("STREAM_CUT", "ep")


OPENING = b'data: {"choices": [{"index": 0, "delta": {"content": "Dear %s"}}]}\n\n'
BLOCK = b'data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Dear %s"}}\n\n'
CANDIDATE = b'data: {"candidates": [{"content": {"parts": [{"text": "Dear %s"}]}}]}\n\n'
OVERLOADED = b'data: {"type": "error", "error": {"message": "Overloaded: %s"}}\n\n'


def converse(kind: str, name: str, payload: bytes) -> bytes:
    return framed(text(f":{kind}-type", name) + text(":message-type", kind), payload)


def break_offs(name: bytes) -> dict[str, tuple[str, bytes, bytes]]:
    """By what happens: the dialect, the words that come before it, and what ends the stream."""
    said = b'{"contentBlockIndex": 0, "delta": {"text": "Dear %s"}}' % name
    frame = converse("event", "contentBlockDelta", said)
    fault = converse("exception", "throttlingException", b'{"message": "Overloaded: %s"}' % name)
    return {
        "openai": ("openai", OPENING % name, OVERLOADED % name),
        "openai, no JSON": ("openai", OPENING % name, b"data: <html>\n\n"),
        "openai, an endless event": ("openai", OPENING % name, b"data: " + b"x" * 9_000_000),
        "azure": ("azure", OPENING % name, OVERLOADED % name),
        "anthropic": ("anthropic", BLOCK % name, OVERLOADED % name),
        "gemini": ("gemini", CANDIDATE % name, OVERLOADED % name),
        "bedrock": ("bedrock", frame, fault),
        "bedrock, damaged": ("bedrock", frame, fault[:-1] + bytes([fault[-1] ^ 1])),
    }


@pytest.mark.parametrize("together", [True, False], ids=["one read", "two reads"])
@pytest.mark.parametrize("how", sorted(break_offs(b"")))
async def test_words_that_come_with_a_failure_are_told_before_it(how: str, together: bool):
    ledger = Ledger(bytes(32))
    sent = ledger.assign("PERSON", "Anna Kowalska", Treatment.SURROGATE).encode()
    dialect, words, end = break_offs(sent)[how]
    answer = reply(200, *([words + end] if together else [words, end]), stream=True, ledger=ledger, dialect=dialect)
    await answer.begin()
    told: list[str] = []
    with pytest.raises(ApiError) as caught:
        async for batch in answer.batches():
            told += [delta.text for delta in batch]
    assert "".join(told) == "Dear Anna Kowalska"
    faults = end == OVERLOADED % sent or how == "bedrock"
    assert caught.value.code == ("PROVIDER_FAILED" if faults else "STREAM_CUT")
    assert ("Anna Kowalska" in caught.value.message) == faults


async def test_a_failure_that_comes_before_any_word_has_a_status_of_its_own():
    with pytest.raises(ApiError) as caught:
        await reply(200, OVERLOADED % b"us", stream=True).begin()
    assert caught.value.code == "PROVIDER_FAILED"


USED = b'"usage": {"prompt_tokens": 12, "completion_tokens": 3}'
SAID = b'{"choices": [{"index": 0, "message": {"content": "hi"}, "finish_reason": "stop"}]'
CHUNK = b'data: {"choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": %s}]%s}\n\n'


@pytest.mark.parametrize("stream", [False, True])
async def test_what_an_answer_used_is_reported_once_when_it_is_over(stream: bool):
    reported: list[Usage] = []
    whole = SAID + b", " + USED + b"}"
    streamed = CHUNK % (b"null", b', "usage": {"prompt_tokens": 12, "completion_tokens": 1}') + CHUNK % (
        b'"stop"',
        b", " + USED,
    )
    answer = reply(200, streamed if stream else whole, stream=stream, reported=reported)
    await answer.begin()
    await answer.collect()
    assert reported == []  # never before the answer
    await answer.aclose()
    await answer.aclose()
    assert reported == [Usage(12, 3)]


async def test_a_caller_who_hangs_up_behind_the_count_does_not_take_it_with_them():
    reported: list[Usage] = []
    answer = reply(200, CHUNK % (b"null", b", " + USED), stream=True, reported=reported)
    await answer.begin()
    await answer.aclose()
    assert reported == [Usage(12, 3)]


@pytest.mark.parametrize("usage", [b"", b', "usage": null', b', "usage": {}', b', "usage": {"prompt_tokens": null}'])
async def test_where_the_provider_did_not_count_nothing_is_reported(usage: bytes):
    reported: list[Usage] = []
    answer = reply(200, SAID + usage + b"}", reported=reported)
    await answer.begin()
    await answer.collect()
    await answer.aclose()
    assert reported == []


async def test_a_rejection_used_nothing():
    reported: list[Usage] = []
    answer = reply(400, b'{"error": {"message": "no"}, ' + USED + b"}", reported=reported)
    with pytest.raises(ApiError):
        await answer.begin()
    await answer.aclose()
    assert reported == []


async def test_a_long_answer_is_restored_in_turns_with_everybody_else():
    said = "word " * 60_000
    ledger = Ledger(bytes(32))
    ledger.assign("PERSON", "Anna Kowalska", Treatment.SURROGATE)
    answer = reply(200, json.dumps({"choices": [{"index": 0, "message": {"content": said}}]}).encode(), ledger=ledger)
    collected, turns = await turns_beside(answer.collect())
    assert collected.choices[0].content == said
    assert turns > 15


async def test_the_stop_sequence_that_ended_an_answer_is_told_as_the_caller_wrote_it():
    ledger = Ledger(bytes(32))
    sent = ledger.assign("PERSON", "Anna Kowalska", Treatment.SURROGATE)
    said = {"type": "message", "content": [{"type": "text", "text": "hi"}], "stop_reason": "stop_sequence"}
    answer = reply(200, json.dumps({**said, "stop_sequence": f"{sent}:"}).encode(), ledger=ledger, dialect="anthropic")
    assert (await answer.collect()).choices[0].stopped_by == "Anna Kowalska:"


class UnsealedTalk:
    """A session whose record cannot be written."""

    ledger = Ledger(bytes(32))
    owner = "session"
    opening = b""

    async def seal(self) -> None:
        raise ApiError("SESSIONS_UNAVAILABLE")


async def test_of_a_session_whose_ledger_cannot_be_sealed_nothing_is_sent(tmp_path: Path):
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {p: {models: [{id: m}]}}")
    exchange = Exchange(CatalogFile([file]), PolicyFile("default", Minimum()), None, bytes(32))  # no way out
    query = Query(ModelRef("p", "m"), {"messages": [{"role": "user", "content": "Write to canary@firma.example"}]})
    with pytest.raises(ApiError) as caught:
        await exchange.open(Caller("somebody"), query, resent=False, talk=UnsealedTalk())
    assert caught.value.code == "SESSIONS_UNAVAILABLE"
    assert not UnsealedTalk.ledger.originals.is_empty, "what was to be sealed"
