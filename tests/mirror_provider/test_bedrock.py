"""The Bedrock dialect as the vendor's own client hears it, over a real socket; and as strict as the vendor is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import httpx
import pytest
from botocore.client import Config
from botocore.exceptions import ClientError

TEXT = "Größe 🎉 für Ms Test-Person\nand a second line."
PATH = "/model/bedrock/converse"
GOOD: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": TEXT}]}]}
SPECS = [{"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}} for name in ("first", "second")]


@pytest.fixture(scope="module")
def bedrock(base_url: str) -> Iterator[Any]:
    client = botocore.session.Session().create_client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=base_url,
        aws_access_key_id="AKIANOTAKEYNOTAKEY00",
        aws_secret_access_key="not-a-secret-not-a-secret-not-a-secret-0",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
    yield client
    client.close()


def events(bedrock: Any, **asked: Any) -> list[dict[str, Any]]:
    return list(bedrock.converse_stream(modelId="bedrock", **asked)["stream"])


def test_the_answer_is_the_last_user_text_whole_and_in_pieces(bedrock: Any) -> None:
    whole = bedrock.converse(modelId="bedrock", **GOOD)
    assert whole["output"]["message"] == {"role": "assistant", "content": [{"text": TEXT}]}
    assert whole["stopReason"] == "end_turn"
    told = events(bedrock, **GOOD)
    pieces = [each["contentBlockDelta"]["delta"]["text"] for each in told if "contentBlockDelta" in each]
    assert ("".join(pieces), len(pieces) > 5) == (TEXT, True)
    assert told[-1]["metadata"]["usage"] == whole["usage"]


@pytest.mark.parametrize(
    ("choice", "name"), [({}, "first"), ({"any": {}}, "first"), ({"tool": {"name": "second"}}, "second")]
)
def test_a_tool_is_called_and_its_result_answered(bedrock: Any, choice: dict[str, Any], name: str) -> None:
    config = {"tools": SPECS, **({"toolChoice": choice} if choice else {})}
    answer = bedrock.converse(modelId="bedrock", toolConfig=config, **GOOD)
    (block,) = answer["output"]["message"]["content"]
    assert (answer["stopReason"], block["toolUse"]["name"]) == ("tool_use", name)
    assert block["toolUse"]["input"] == {"text": TEXT}
    told = events(bedrock, toolConfig=config, **GOOD)
    assert told[1]["contentBlockStart"]["start"]["toolUse"]["name"] == name
    result = {"toolUseId": block["toolUse"]["toolUseId"], "content": [{"text": "sunny"}]}
    messages = [*GOOD["messages"], answer["output"]["message"], {"role": "user", "content": [{"toolResult": result}]}]
    answer = bedrock.converse(modelId="bedrock", messages=messages, toolConfig=config)
    assert answer["output"]["message"]["content"] == [{"text": f"{TEXT}\nsunny"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"messages": [{"role": "assistant", "content": [{"text": "x"}]}]},
        {"messages": [{"role": "user", "content": [{"text": ""}]}]},
        {"messages": [{"role": "user", "content": [{"image": {}}]}]},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "x"}}]}},
        {"model": "bedrock"},
    ],
)
def test_what_the_vendor_refuses_is_refused_in_its_words(http: httpx.Client, wrong: dict[str, Any]) -> None:
    reply = http.post(PATH, json={**GOOD, **wrong})
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert set(reply.json()) == {"message"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_it_cannot_read_is_a_400(http: httpx.Client, body: bytes) -> None:
    assert http.post(PATH, content=body).status_code == 400


def test_it_misbehaves_by_the_model_in_its_path(http: httpx.Client, bedrock: Any) -> None:
    with pytest.raises(ClientError) as refused:
        bedrock.converse(modelId="bedrock-429", **GOOD)
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert http.get("/received").json()[0]["dialect"] == "bedrock"
