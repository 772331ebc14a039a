"""Parts that are no text: refused unless their kind may pass, and then nothing else passes with them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.planted import Planted
from tests.support.shielded import MODEL, VALUES, new_ledger
from web_server.privacy.errors import Unreadable
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.providers import DIALECTS
from web_server.providers.dialect import Unsayable
from web_server.query import Obfuscation, PrivacyFlags, Query, ScrubbedQuery

PNG = "iVBORw0KGgoAAAANSUhEUg/Anna/Kowalska+Anna+AAA=="
IMAGE: dict[str, Any] = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}", "detail": "low"}}
PDF: dict[str, Any] = {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0xLjQK"}}
AUDIO: dict[str, Any] = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
ALL = frozenset({"image", "audio", "file"})


def shielded(
    *parts: Any, attached: frozenset[str] = ALL, ledger: Ledger | None = None, obfuscate: Obfuscation = "none"
) -> ScrubbedQuery:
    content = [{"type": "text", "text": "I am Anna Kowalska, 37 years old"}, *parts]
    payload: dict[str, Any] = {"messages": [{"role": "user", "content": content}]}
    flags = PrivacyFlags(obfuscate=obfuscate, attached=attached)
    return Shield(Planted(VALUES), DEFAULT).protect(Query(MODEL, payload, flags=flags), ledger or new_ledger())


def content(query: ScrubbedQuery) -> list[Any]:
    messages: Any = query.payload["messages"]
    return list(messages[0]["content"])


NAMED = [(IMAGE, "image", "image"), (PDF, "file", "file"), (AUDIO, "audio", "recording")]


@pytest.mark.parametrize(("part", "kind", "named"), NAMED)
def test_each_kind_passes_where_it_may_and_nowhere_else(part: dict[str, Any], kind: str, named: str):
    text, passed = content(shielded(part, attached=frozenset({kind})))
    assert passed == part
    assert "Anna" not in text["text"]
    for others in (frozenset(), ALL - {kind}):
        with pytest.raises(Unreadable, match=rf"messages\[0\].content\[1\]: .*{named}"):
            shielded(part, attached=others)


@pytest.mark.parametrize("detail", [None, "auto", "low", "high", "original"])
def test_a_picture_may_say_how_closely_it_is_to_be_looked_at(detail: str | None):
    url = IMAGE["image_url"]["url"]
    _, passed = content(shielded({"type": "image_url", "image_url": {"url": url, "detail": detail}}))
    assert passed == {"type": "image_url", "image_url": {"url": url, **({"detail": detail} if detail else {})}}


MARKS = [{"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral", "ttl": None}, None]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("part", [IMAGE, PDF])
def test_the_wish_that_a_part_be_kept_goes_with_it(part: dict[str, Any], mark: dict[str, Any] | None):
    query = shielded({**part, "cache_control": mark})
    _, passed = content(query)
    assert passed == {**part, **({"cache_control": mark} if mark else {})}
    block = json.loads(DIALECTS["anthropic"].write(query))["messages"][0]["content"][1]
    assert block.get("cache_control") == mark
    for dialect in ("gemini", "bedrock"):
        assert b"ephemeral" not in DIALECTS[dialect].write(query)


@pytest.mark.parametrize("obfuscate", ["format", "quasi"])
def test_softening_the_words_leaves_the_picture_alone(obfuscate: Obfuscation):
    text, picture = content(shielded(IMAGE, obfuscate=obfuscate))
    assert picture == IMAGE
    assert "Anna" not in text["text"]


def test_a_files_name_is_text_like_any_other():
    named = {"type": "file", "file": {**PDF["file"], "filename": "Anna Kowalska.pdf"}}
    _, passed = content(shielded(named))
    assert "Kowalska" not in passed["file"]["filename"]
    assert passed["file"]["filename"].endswith(".pdf")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://pictures.test/Anna.png"}},
        {"type": "image_url", "image_url": {"url": "data:text/plain;base64,QW5uYQ=="}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,I am Anna Kowalska"}},
        {"type": "image_url", "image_url": {"url": "data:image/png,Anna"}},
        {"type": "image_url", "image_url": {**IMAGE["image_url"], "detail": "of Anna Kowalska"}},
        {"type": "image_url", "image_url": {**IMAGE["image_url"], "alt": "Anna"}},
        {"type": "image_url", "image_url": {**IMAGE["image_url"], "detail": ["low"]}},
        {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": ["wav"]}},
        {"type": "image_url", "image_url": "data:image/png;base64,QW5uYQ=="},
        {**IMAGE, "alt": "Anna"},
        {**IMAGE, "cache_control": {"type": "anna"}},
        {**IMAGE, "cache_control": {"type": "ephemeral", "ttl": "anna"}},
        {**IMAGE, "cache_control": {"type": "ephemeral", "anna": True}},
        {**IMAGE, "cache_control": "ephemeral"},
        {**IMAGE, "cache_control": {"type": ["ephemeral"], "ttl": {}}},
        {"type": "image_url"},
        {"type": "file", "file": {"file_id": "file-of-anna"}},
        {"type": "file", "file": {**PDF["file"], "file_id": "file-of-anna"}},
        {"type": "input_audio", "input_audio": {"data": "I am Anna", "format": "wav"}},
        {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "anna"}},
        {"type": "input_video", "input_video": {"data": "UklGRg=="}},
    ],
)
def test_what_is_not_the_thing_itself_is_refused_without_a_word_of_it(part: dict[str, Any]):
    with pytest.raises(Unreadable) as refused:
        shielded(part)
    assert "anna" not in str(refused.value).lower()


@pytest.mark.parametrize(
    "media", ["text/plain", "text/csv", "application/json", "application/ld+json", "application/xhtml+xml"]
)
def test_a_text_does_not_pass_unread_because_it_calls_itself_a_file(media: str):
    text = base64.b64encode(b"I am Anna Kowalska").decode()
    with pytest.raises(Unreadable, match="as text"):
        shielded({"type": "file", "file": {"file_data": f"data:{media};base64,{text}", "filename": "notes"}})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_writes_a_picture_and_the_last_look_passes_over_its_data_alone(dialect: str):
    ledger = new_ledger()
    body = DIALECTS[dialect].write(shielded(IMAGE, ledger=ledger))
    assert PNG in body.decode()
    last_look(ledger, body)
    told = json.loads(body)
    told["note"] = "Anna Kowalska"
    with pytest.raises(Exception, match="last look"):
        last_look(ledger, json.dumps(told).encode())


WRITTEN = {
    "anthropic": {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"},
    },
    "gemini": {"inline_data": {"mime_type": "application/pdf", "data": "JVBERi0xLjQK"}},
    "bedrock": {"document": {"format": "pdf", "name": "document", "source": {"bytes": "JVBERi0xLjQK"}}},
}


@pytest.mark.parametrize("dialect", WRITTEN)
def test_a_document_is_written_in_the_vendors_words(dialect: str):
    body = json.loads(DIALECTS[dialect].write(shielded(PDF)))
    (turn,) = body.get("messages") or body["contents"]
    assert (turn.get("content") or turn["parts"])[1] == WRITTEN[dialect]


@pytest.mark.parametrize("dialect", ["anthropic", "bedrock"])
def test_a_recording_is_refused_where_the_vendor_takes_none(dialect: str):
    with pytest.raises(Unsayable, match=r"messages\[0\].content"):
        DIALECTS[dialect].write(shielded(AUDIO))


def test_a_picture_that_a_tool_gave_passes_where_it_may_and_the_vendor_takes_it():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "Anna Kowalska:"}, IMAGE]}
    payload: dict[str, Any] = {"messages": [{"role": "assistant", "content": None, "tool_calls": [call]}, result]}
    with pytest.raises(Unreadable, match=r"messages\[1\].content\[1\]: an image"):
        Shield(Planted(VALUES), DEFAULT).protect(Query(MODEL, payload), new_ledger())
    flags = PrivacyFlags(attached=ALL)
    query = Shield(Planted(VALUES), DEFAULT).protect(Query(MODEL, payload, flags=flags), new_ledger())
    for dialect in ("anthropic", "bedrock"):
        body = DIALECTS[dialect].write(query).decode()
        assert PNG in body and "Anna Kowalska" not in body
    with pytest.raises(Unsayable):
        DIALECTS["gemini"].write(query)
