"""Bad input gets its status and its sentence at once; nothing is sent and nothing private is said."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import httpx
import openai
import pytest

from tests.support.plain_http import PLAIN
from tests.support.router import in_flight
from tests.support.sdks import openai_at
from tests.support.stack import Stack, mint

OWN = "/api/v1/stateless-query"
SDK = "/v1/chat/completions"
CANARY = "canary.person@fjordmail.example"


def body(door: str, text: Any, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"model": "mirror/openai", **more}
    if door == OWN:
        return asked | {"prompt": text}
    return asked | {"messages": [{"role": "user", "content": text}]}


def code(answer: httpx.Response, door: str) -> str:
    """The error's code, having checked that it wears the door's own envelope."""
    error = answer.json()["error"]
    assert set(error) == ({"code", "message", "details"} if door == OWN else {"message", "type", "param", "code"})
    assert error["message"]
    assert CANARY not in answer.text
    return str(error["code"]).upper()


doors = pytest.mark.parametrize("door", [OWN, SDK])


@doors
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"model": "mirror/openai", "prompt": "' + CANARY.encode(),
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"model": NaN}',
        b'{"model": Infinity}',
        b'{"a":' * 100_000,
        b'{"model": "mirror/openai", "prompt": "half \\ud83d a pair", "messages": []}',
    ],
)
def test_what_is_not_a_json_object_is_400(stack: Stack, door: str, raw: bytes):
    with stack.client() as client:
        answer = client.post(door, content=raw)
    assert (answer.status_code, code(answer, door)) == (400, "BAD_REQUEST")
    assert stack.received() == []


@doors
def test_json_nested_a_hundred_deep_is_refused(stack: Stack, door: str):
    deep: Any = CANARY
    for _ in range(100):
        deep = [deep]
    with stack.client() as client:
        answer = client.post(door, json=body(door, "hi", tools=[{"type": "function", "function": {"x": deep}}]))
    assert answer.status_code == 400, answer.text
    code(answer, door)
    assert stack.received() == []


@doors
@pytest.mark.parametrize("name", ["nobody/nothing", "mirror/", "nothing", "/", "mirror/*", "x" * 300])
def test_an_unknown_model_is_404(stack: Stack, door: str, name: str):
    with stack.client() as client:
        answer = client.post(door, json=body(door, CANARY) | {"model": name})
    assert (answer.status_code, code(answer, door)) == (404, "MODEL_NOT_FOUND")
    assert stack.received() == []


@doors
def test_a_missing_or_forged_token_is_401(stack: Stack, door: str):
    head, claims, signature = stack.token.split(".")
    forged = f"{head}.{claims}.{signature[::-1]}"
    for header in (None, "Bearer", f"Bearer {forged}", f"Basic {stack.token}", "Bearer a.b.c"):
        headers = {"authorization": header} if header else {}
        answer = httpx.post(stack.url + door, json=body(door, CANARY), headers=headers, **PLAIN)
        assert (answer.status_code, code(answer, door)) == (401, "UNAUTHORIZED"), header
        assert answer.headers["www-authenticate"] == "Bearer"
    assert stack.received() == []


@doors
def test_a_token_without_the_scope_is_403(stack: Stack, door: str):
    headers = {"authorization": f"Bearer {mint(stack, '--scopes', 'ops')}"}
    answer = httpx.post(stack.url + door, json=body(door, CANARY), headers=headers, **PLAIN)
    assert (answer.status_code, code(answer, door)) == (403, "FORBIDDEN")
    assert stack.received() == []


@doors
def test_an_empty_prompt_is_refused(stack: Stack, door: str):
    with stack.client() as client:
        if door == OWN:
            for prompt in ("", "  \n"):
                answer = client.post(door, json=body(door, prompt))
                assert (answer.status_code, code(answer, door)) == (422, "VALIDATION_FAILED")
        else:
            answer = client.post(door, json={"model": "mirror/openai", "messages": []})
            assert (answer.status_code, code(answer, door)) == (400, "BAD_REQUEST")
    assert stack.received() == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"model": "mirror/openai"},
        {"model": 7, "prompt": CANARY},
        {"model": "mirror/openai", "prompt": CANARY, "messages": [{"role": "user", "content": CANARY}]},
        {"model": "mirror/openai", "prompt": [CANARY]},
        {"model": "mirror/openai", "messages": []},
        {"model": "mirror/openai", "messages": [CANARY]},
        {"model": "mirror/openai", "prompt": CANARY, "stream": "yes"},
        {"model": "mirror/openai", "prompt": CANARY, "temperature": 9},
        {"model": "mirror/openai", "prompt": CANARY, "unheard_of": True},
        {"model": "mirror/openai", "prompt": CANARY, "obfuscate": "loud"},
        {"model": "mirror/openai", "prompt": CANARY, "decoy": 9},
        {"model": "mirror/openai", "prompt": CANARY, "decoy": "two"},
        {"model": "mirror/openai", "prompt": CANARY, "give": True},
    ],
)
def test_a_wrong_field_is_422_and_named_without_its_value(stack: Stack, asked: dict[str, Any]):
    with stack.client() as client:
        answer = client.post(OWN, json=asked)
    assert (answer.status_code, code(answer, OWN)) == (422, "VALIDATION_FAILED")
    assert stack.received() == []


@doors
def test_a_prompt_of_a_megabyte_is_answered_whole(stack: Stack, door: str):
    text = ("The quick brown fox jumps over the lazy dog. " * 24_000)[: 1024 * 1024 - 100] + f" Mail {CANARY} now."
    with stack.client(follow_redirects=False) as client:
        answer = client.post(door, json=body(door, text), timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    reply = answer.json()
    message = reply["message"] if door == OWN else reply["choices"][0]["message"]
    assert message["content"] == text
    assert CANARY not in json.dumps(stack.received())


@doors
def test_a_body_over_the_limit_is_413(stack: Stack, door: str):
    with stack.client() as client:
        answer = client.post(door, json=body(door, "x" * (4 * 1024 * 1024)))
    assert (answer.status_code, code(answer, door)) == (413, "PAYLOAD_TOO_LARGE")


@doors
def test_a_nul_goes_there_and_back(stack: Stack, door: str):
    text = f"before\0after {CANARY}\0 \N{GRINNING FACE} \u202ertl"
    with stack.client() as client:
        reply = client.post(door, json=body(door, text)).json()
    message = reply["message"] if door == OWN else reply["choices"][0]["message"]
    assert message["content"] == text
    assert CANARY not in json.dumps(stack.received())


@doors
@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "something_new", "text": CANARY},
        {"text": CANARY},
    ],
)
def test_a_part_that_cannot_be_read_as_text_is_refused(stack: Stack, door: str, part: Any):
    messages = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, part]}]
    with stack.client() as client:
        answer = client.post(door, json={"model": "mirror/openai", "messages": messages})
    assert answer.status_code in (400, 422), answer.text
    code(answer, door)
    assert stack.received() == []


PNG = "data:image/png;base64,iVBORw0KGgo="
LOOK: list[dict[str, Any]] = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": PNG}}]
HI = {"role": "user", "content": "Hi."}
TALK = {"model": "mirror/openai", "system_prompt": "Be kind.", "messages": [HI, {"role": "user", "content": LOOK}]}
SEEN = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
USED = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
TURNS = [
    {"role": "user", "content": "Hi."},
    {"role": "assistant", "content": [USED]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "x"}, LOOK[0], SEEN]},
]
ITEM = {"role": "user", "content": [{"type": "input_text", "text": "x"}, {"type": "input_image", "image_url": PNG}]}
CALLED = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
NAMED = [
    ("/v1/chat/completions", {"model": "mirror/openai", "messages": TALK["messages"]}, "messages[1].content[1]"),
    ("/api/v1/stateless-query", TALK, "messages[1].content[1]"),
    ("/api/v1/chat", TALK, "messages[1].content[1]"),
    ("/chat", TALK, "messages[1].content[1]"),
    ("/api/v1/stateful-query", {"messages": TALK["messages"][1:]}, "messages[0].content[1]"),
    (
        "/v1/messages",
        {"model": "mirror/openai", "max_tokens": 9, "system": "Be kind.", "messages": TURNS},
        "messages[2].content[2]",
    ),
    (
        "/v1/responses",
        {"model": "mirror/openai", "instructions": "Be kind.", "input": [CALLED, CALLED, ITEM]},
        "input[2].content[1]",
    ),
]


@pytest.mark.parametrize(("door", "asked", "where"), NAMED, ids=[door for door, _, _ in NAMED])
def test_what_cannot_be_read_is_named_as_it_stands_in_the_callers_own_request(
    stack: Stack, door: str, asked: dict[str, Any], where: str
):
    with stack.client() as client:
        if door == "/api/v1/stateful-query":
            begun = {"model": "mirror/openai", "system_prompt": "Be kind."}
            session = client.post("/api/v1/create-session", json=begun).json()["session_id"]
            asked = {**asked, "session_id": session}
            client.post(door, json={"session_id": session, "prompt": "Hi."}).raise_for_status()
        error = client.post(door, json=asked).json()["error"]
    assert error["message"].startswith(f"{where}: an image;")
    if str(error.get("code", "")).isupper():
        assert error["details"] == {"where": where}


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("openai-401", 502, "PROVIDER_REFUSED"),
        ("openai-echo-key", 502, "PROVIDER_REFUSED"),
        ("openai-429", 429, "PROVIDER_LIMITED"),
        ("openai-500", 502, "PROVIDER_FAILED"),
        ("openai-redirect", 502, "PROVIDER_FAILED"),
        ("openai-garbage", 502, "PROVIDER_FAILED"),
        ("openai-empty", 502, "PROVIDER_FAILED"),
        ("openai-badjson", 502, "PROVIDER_FAILED"),
        ("openai-400", 400, "PROVIDER_REJECTED"),
    ],
)
@doors
@pytest.mark.parametrize("stream", [False, True])
def test_a_failing_provider_is_named_for_what_it_did(
    stack: Stack, door: str, name: str, status: int, said: str, stream: bool
):
    with stack.client() as client:
        answer = client.post(door, json=body(door, CANARY, stream=stream) | {"model": f"{stack.spare()}/{name}"})
    assert (answer.status_code, code(answer, door)) == (status, said), answer.text
    if said == "PROVIDER_LIMITED":
        assert int(answer.headers["retry-after"]) >= 1
    if said == "PROVIDER_REJECTED":
        assert answer.headers["x-served-by"].startswith("ep_")
    assert "not-a-key" not in answer.text
    assert CANARY not in json.dumps(stack.received())


@doors
def test_half_a_stream_ends_with_what_came_and_an_error(stack: Stack, door: str):
    text = f"Please write to {CANARY} about the meeting on the first floor, and do it soon. " * 3
    asked = body(door, text, stream=True) | {"model": f"{stack.spare()}/openai-half"}
    with stack.client() as client, client.stream("POST", door, json=asked) as answer:
        assert answer.status_code == 200
        events = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
    assert events[-1] == "[DONE]"
    *parts, last = map(json.loads, events[:-1])
    error = last["error"]
    assert str(error["code"]).upper() == "STREAM_CUT"
    came = "".join(p["content"] if door == OWN else p["choices"][0]["delta"].get("content", "") for p in parts)
    assert came and text.startswith(came)


def test_the_sdk_raises_what_it_raises_for_openai(stack: Stack):
    with openai_at(stack) as client:
        _raises_as_openai_does(client, stack)


def _raises_as_openai_does(client: openai.OpenAI, stack: Stack) -> None:
    asked: list[Any] = [{"role": "user", "content": "hi"}]
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model=f"{stack.spare()}/openai-429", messages=asked)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="nobody/nothing", messages=asked)
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="mirror/openai", messages=[])
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="nonsense").models.list()


def test_a_silent_provider_is_504_within_the_deadline(stack: Stack):
    began = time.monotonic()
    with stack.client() as client:
        answer = client.post(OWN, json=body(OWN, "hi") | {"model": f"{stack.spare()}/openai-silent"})
    assert (answer.status_code, code(answer, OWN)) == (504, "PROVIDER_SILENT")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("stream", [False, True])
def test_a_caller_who_hangs_up_frees_the_endpoint(stack: Stack, stream: bool):
    model = "mirror/openai-slow" if stream else f"{stack.spare()}/openai-silent"
    asked = json.dumps(body(OWN, "word " * 2000, stream=stream) | {"model": model}).encode()
    head = (
        f"POST {OWN} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {stack.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(asked)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", stack.port)) as caller:
        caller.sendall(head + asked)
        until = time.monotonic() + 10
        while not stack.received() and time.monotonic() < until:
            time.sleep(0.05)
        assert stack.received()
        if stream:
            assert caller.recv(100)
        assert in_flight(stack.state / "run") == 1
    assert _in_flight_drains(stack)


def _in_flight_drains(stack: Stack) -> bool:
    """Whether no lease is left: the key server's own list says so through the socket."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if in_flight(stack.state / "run") == 0:
            return True
        time.sleep(0.05)
    return False


def test_no_log_holds_anything_private_that_was_said(stack: Stack):
    secret = "log.canary@fjordmail.example"
    with stack.client() as client:
        assert client.post(OWN, json=body(OWN, f"Write to {secret}")).status_code == 200
        client.post(OWN, json=body(OWN, f"Write to {secret}") | {"model": f"{stack.spare()}/openai-500"})
        client.post(OWN, content=f'{{"prompt": "{secret}"'.encode())
        client.get(f"/v1/models/{secret}")
        client.get("/api/health", params={"q": secret})
    for name in ("webserver", "keyserver"):
        assert secret not in stack.log(name)
        assert stack.token not in stack.log(name)
