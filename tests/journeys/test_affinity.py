"""The same endpoint again, for callers without a session who ask for it: by `X-Endpoint`, or by a cookie."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.sessions import begun, code
from tests.support.stack import Stack

KEYS = 4
COOKIE = "llmvpn-endpoint"
PROMPT = [{"role": "user", "content": "Write to Marta Lindqvist."}]


@pytest.fixture(scope="module")
def several(shared_stack: Stack) -> str:
    """A provider of several endpoints."""
    name = shared_stack.spare()
    with (shared_stack.folder / "spare_keys.csv").open("a") as keys:
        keys.writelines(f"{name},,sk-test-not-a-key-of-{name}-{number}\n" for number in range(1, KEYS))
    until = time.monotonic() + 20
    with shared_stack.client() as client:
        while time.monotonic() < until:
            rows = client.get("/api/providers").json()["providers"]
            if next(row["endpoints"] for row in rows if row["id"] == name) == KEYS:
                return name
            time.sleep(0.1)
    raise AssertionError("the keys were not read")


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


DOORS: dict[str, dict[str, Any]] = {
    "/api/v1/stateless-query": {"prompt": "Hello."},
    "/api/v1/chat": {"message": "Hello."},
    "/api/v1/chat/stream": {"message": "Hello."},
    "/chat": {"message": "Hello."},
    "/v1/chat/completions": {"messages": PROMPT},
    "/v1/completions": {"prompt": "Hello."},
    "/v1/responses": {"input": "Hello."},
    "/v1/embeddings": {"input": "Hello."},
    "/v1/messages": {"messages": PROMPT, "max_tokens": 10},
}


def answered(client: httpx.Client, door: str, model: str, **headers: str) -> httpx.Response:
    return client.post(door, json={**DOORS[door], "model": model}, headers=headers)


def served(client: httpx.Client, model: str, **headers: str) -> str:
    answer = answered(client, "/api/v1/stateless-query", model, **headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["x-served-by"]


@pytest.mark.parametrize("door", DOORS)
def test_a_caller_that_names_an_endpoint_is_served_by_it_at_every_door(client: httpx.Client, several: str, door: str):
    first = answered(client, door, f"{several}/m")
    assert first.status_code == 200, first.text
    wanted = first.headers["x-served-by"]
    again = [answered(client, door, f"{several}/m", **{"x-endpoint": wanted}) for _ in range(5)]
    assert {each.headers["x-served-by"] for each in again} == {wanted}
    assert "set-cookie" not in again[0].headers, "nobody asked for one"


def test_a_run_of_the_playground_goes_to_the_endpoint_too(client: httpx.Client, several: str):
    path = f"/v1/playground/agents/{several}/m/runs"
    wanted = client.post(path, json={"message": "Hello."}).headers["x-served-by"]
    again = [client.post(path, json={"message": "Hello."}, headers={"x-endpoint": wanted}) for _ in range(5)]
    assert {each.headers["x-served-by"] for each in again} == {wanted}


def test_without_asking_nobody_keeps_an_endpoint(client: httpx.Client, several: str):
    assert len({served(client, f"{several}/m") for _ in range(12)}) > 1
    assert not client.cookies


def test_a_caller_that_asks_to_keep_one_gets_a_cookie_and_is_served_by_it(client: httpx.Client, several: str):
    answer = answered(client, "/v1/chat/completions", f"{several}/m", **{"x-endpoint": "keep"})
    wanted = answer.headers["x-served-by"]
    assert client.cookies[COOKIE] == wanted
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
    assert {served(client, f"{several}/m") for _ in range(8)} == {wanted}
    streamed = client.post("/v1/chat/completions", json={"model": f"{several}/m", "messages": PROMPT, "stream": True})
    assert streamed.headers["x-served-by"] == wanted


def test_a_cookie_of_an_endpoint_that_cannot_serve_gives_way_to_another(
    stack: Stack, client: httpx.Client, several: str
):
    other = f"{stack.spare()}/m"
    client.cookies[COOKIE] = stale = "ep_0123456789abcdef"
    answer = answered(client, "/api/v1/stateless-query", f"{several}/m")
    assert answer.status_code == 200
    kept = answer.headers["x-served-by"]
    assert kept != stale
    assert client.cookies.get(COOKIE, domain="127.0.0.1") == kept or kept in answer.headers["set-cookie"]
    client.cookies.clear()
    client.cookies[COOKIE] = kept
    assert served(client, other) != kept, "it is another provider's"
    client.cookies.clear()
    refusing = answered(client, "/api/v1/stateless-query", f"{several}/m-401", **{"x-endpoint": kept})
    assert code(refusing) == (502, "PROVIDER_REFUSED")
    client.cookies[COOKIE] = kept
    assert served(client, f"{several}/m") != kept, "it rests"


def test_an_endpoint_that_is_named_and_cannot_serve_is_an_error(stack: Stack, client: httpx.Client, several: str):
    foreign = served(client, f"{stack.spare()}/m")
    stack.forget()
    for unknown in ("ep_0123456789abcdef", foreign):
        asked = {"x-endpoint": unknown}
        assert code(answered(client, "/api/v1/stateless-query", f"{several}/m", **asked)) == (
            404, "ENDPOINT_NOT_FOUND",
        )  # fmt: skip
        refused = answered(client, "/v1/chat/completions", f"{several}/m", **asked)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "endpoint_not_found")
        assert answered(client, "/v1/messages", f"{several}/m", **asked).json()["error"]["type"] == "not_found_error"
    for wrong in ("a b", "x" * 65, "../../etc"):
        answer = answered(client, "/api/v1/stateless-query", f"{several}/m", **{"x-endpoint": wrong})
        assert code(answer) == (400, "BAD_REQUEST")
    assert stack.received() == []


def test_a_turn_of_a_session_moves_to_the_endpoint_that_is_named_and_stays(client: httpx.Client, several: str):
    session_id = begun(client, f"{several}/m")

    def turn(**headers: str) -> httpx.Response:
        return client.post(
            "/api/v1/stateful-query", json={"session_id": session_id, "prompt": "Hello."}, headers=headers
        )

    home = turn().headers["x-served-by"]
    elsewhere = next(each for each in (served(client, f"{several}/m") for _ in range(30)) if each != home)
    assert turn(**{"x-endpoint": elsewhere}).headers["x-served-by"] == elsewhere
    assert turn().headers["x-served-by"] == elsewhere
    client.cookies[COOKIE] = home
    assert turn().headers["x-served-by"] == elsewhere, "a session keeps its own endpoint"
    assert code(turn(**{"x-endpoint": "ep_0123456789abcdef"})) == (404, "ENDPOINT_NOT_FOUND")


def test_several_models_at_once_cannot_share_one_endpoint_and_say_who_served(client: httpx.Client, several: str):
    model = f"{several}/m"
    compare = {"prompt": "Hello.", "modelA": model, "modelB": model}
    chain = {"message": "Hello.", "steps": [{"model": model}, {"model": model}]}
    for door, body in (("compare", compare), ("chain", chain)):
        refused = client.post(f"/api/v1/{door}", json=body, headers={"x-endpoint": "ep_0123456789abcdef"})
        assert code(refused) == (400, "BAD_REQUEST")
        for stream in (False, True):
            answer = client.post(f"/api/v1/{door}", json={**body, "stream": stream})
            assert answer.status_code == 200, answer.text
            assert answer.headers["x-served-by"].startswith("ep_")
