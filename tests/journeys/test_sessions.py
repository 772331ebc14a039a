"""A session of twenty turns: one person keeps one surrogate while processes, an endpoint and a tool come and go.

Redis is outside of the router here, as it is in production: what is restarted is both processes, not what they keep.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from tests.support.beside import command
from tests.support.redis_server import redis_server
from tests.support.sessions import asked, begun, code, events, messages, settings
from tests.support.stack import Stack, mint, running

NAME = "Marta Lindqvist"
MAIL = "marta.lindqvist@fjordmail.example"
IBAN = "SE45 5000 0000 0583 9825 7466"
PRIVATE = [NAME, "Lindqvist", MAIL, IBAN, IBAN.replace(" ", "")]
TOOL = {
    "type": "function",
    "function": {
        "name": "send_mail",
        "description": "Sends a mail",
        "parameters": {"type": "object", "properties": {"text": {"type": "string"}}},
    },
}


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(scope="module")
def stack(store: str) -> Iterator[Stack]:
    with running(settings(store, WEB_SERVER_PRIVACY_MINIMUM="none")) as stack:
        yield stack


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short one, for the sockets in it."""
    with tempfile.TemporaryDirectory(prefix="lv") as name:
        yield Path(name)


def test_twenty_turns_keep_one_surrogate_through_tools_a_restart_and_a_lost_endpoint(store: str, folder: Path):
    surrogate = ""
    seen: list[str] = []
    with running(settings(store), folder=folder) as stack, stack.client() as client:
        provider = stack.spare()
        for label in ("second", "third"):
            command(stack, "keys", "add", provider, "--label", label, given=f"sk-test-not-a-key-{label}\n")
        session_id = begun(client, f"{provider}/any", system_prompt="Be kind.")
        endpoints = set()
        for turn in range(10):
            text = f"Turn {turn}: write to {NAME} at {MAIL}." if turn % 3 else f"Turn {turn}: what of {NAME}?"
            if turn == 4:
                reply = asked(client, session_id, prompt=text, tools=[TOOL])
                (call,) = reply["message"]["tool_calls"]
                assert text in json.loads(call["function"]["arguments"]).values()
                result = {"role": "tool", "tool_call_id": call["id"], "content": f"sent to {MAIL}, account {IBAN}"}
                reply = asked(client, session_id, messages=[result])
                assert reply["message"]["content"] == f"{text}\n{result['content']}"
            elif turn == 7:
                *deltas, done = events(
                    client, "/api/v1/stateful-query", {"session_id": session_id, "prompt": text, "stream": True}
                )
                assert "".join(each["content"] for each in deltas) == text
                assert done["session_id"] == session_id
                reply = done
            else:
                reply = asked(client, session_id, prompt=text)
                assert reply["message"] == {"role": "assistant", "content": text}
            endpoints.add(reply["endpoint_id"])
            assert "rebound" not in reply
            seen.append(json.dumps(stack.received(), ensure_ascii=False))
            said = next(each["content"] for each in messages(stack) if each["content"].startswith("Turn 0: what of"))
            found = re.fullmatch(r"Turn 0: what of (.+)\?", said)
            assert found
            surrogate = surrogate or found[1]
            assert found[1] == surrogate
        assert len(endpoints) == 1
        opened = copied(store)
        listed = json.loads(command(stack, "keys", "list", "--provider", provider, "--json").stdout)
    assert surrogate not in PRIVATE
    with running(settings(store), folder=folder) as stack, stack.client() as client:
        assert client.get(f"/api/v1/sessions/{session_id}").json()["turns"] == 10
        reply = asked(client, session_id, prompt=f"Turn 10: and {NAME}?")
        assert reply["message"]["content"] == f"Turn 10: and {NAME}?"
        lost = reply["endpoint_id"]
        rows = json.loads(command(stack, "endpoints", "--provider", provider, "--json").stdout)
        key_id = next(each["key_id"] for each in rows if each["endpoint_id"] == lost)
        assert key_id in {each["key_id"] for each in listed}
        for turn in range(11, 20):
            if turn == 13:
                assert command(stack, "keys", "disable", key_id).returncode == 0
            reply = asked(client, session_id, prompt=f"Turn {turn}: and {NAME}?")
            assert reply["message"]["content"] == f"Turn {turn}: and {NAME}?"
            assert reply.get("rebound", False) == (turn == 13)
            assert (reply["endpoint_id"] == lost) == (turn < 13)
            assert f"Turn {turn}: and {surrogate}?" == messages(stack)[-1]["content"]
            seen.append(json.dumps(stack.received(), ensure_ascii=False))
        told = client.get(f"/api/v1/sessions/{session_id}").json()
        assert told["turns"] == 20
        assert told["hidden"]["PERSON"] == 1
        history = told["messages"]
        assert history[0] == {"role": "user", "content": f"Turn 0: what of {NAME}?"}
        assert history[-1] == {"role": "assistant", "content": f"Turn 19: and {NAME}?"}
        assert messages(stack)[0] == {"role": "system", "content": "Be kind."}
        logs = stack.output() + stack.log("webserver") + stack.log("keyserver")
        opened += copied(store)
    for value in PRIVATE:
        assert value not in "".join(seen)
        assert value not in logs
        assert value.encode() not in opened
    for told_by in (session_id, surrogate, "Be kind.", "a-test"):
        assert told_by.encode() not in opened
    assert session_id not in logs


def copied(store: str) -> bytes:
    """All that Redis holds of the web server's, names and values."""
    with redis.Redis.from_url(store) as client:
        names = list(client.scan_iter("ws:*"))
        assert names
        return b"".join(name + _value(client, name) for name in names)


def _value(client: redis.Redis, name: bytes) -> bytes:
    kind = client.type(name)
    if kind == b"hash":
        return b"".join(b"".join(pair) for pair in client.hgetall(name).items())
    return b"".join(client.zrange(name, 0, -1)) if kind == b"zset" else client.get(name) or b""


def test_names_in_redis_tell_nothing(stack: Stack, store: str):
    with stack.client() as client:
        asked(client, begun(client), prompt=f"A word for {NAME}.")
    with redis.Redis.from_url(store) as held:
        names = {name.decode() for name in held.scan_iter("ws:*")}
    sessions = {name for name in names if re.fullmatch(r"ws:sessions?:[0-9a-f]{64}|ws:sessions-open", name)}
    assert sessions
    assert all(re.fullmatch(r"ws:\{book\}:[a-z]+(:[0-9a-f-]+)?", name) for name in names - sessions), names


def test_another_callers_session_is_not_there_and_an_unknown_one_is_gone(stack: Stack):
    other = {"authorization": f"Bearer {mint(stack, '--subject', 'somebody-else')}"}
    with stack.client() as client:
        session_id = begun(client)
        for call in (
            client.build_request("GET", f"/api/v1/sessions/{session_id}", headers=other),
            client.build_request("DELETE", f"/api/v1/sessions/{session_id}", headers=other),
            client.build_request(
                "POST", "/api/v1/stateful-query", json={"session_id": session_id, "prompt": "x"}, headers=other
            ),
        ):
            assert code(client.send(call)) == (404, "SESSION_NOT_FOUND")
        assert session_id not in client.get("/api/v1/sessions", headers=other).text
        assert session_id in client.get("/api/v1/sessions").text
        assert code(client.get("/api/v1/sessions/nonsense")) == (404, "SESSION_NOT_FOUND")
        assert client.delete(f"/api/v1/sessions/{session_id}").status_code == 200
        gone = client.post("/api/v1/stateful-query", json={"session_id": session_id, "prompt": "x"})
        assert gone.status_code == 410
        assert gone.json()["error"]["code"] == "session_expired"
        assert gone.json()["error"]["details"] == {"action": "create_new_session"}
        assert session_id not in client.get("/api/v1/sessions").text


def test_turns_of_one_session_are_one_at_a_time(stack: Stack):
    stack.forget()
    with stack.client() as client, stack.client() as second, ThreadPoolExecutor(1) as meanwhile:
        session_id = begun(client, f"{stack.spare()}/model-silent")
        body = {"session_id": session_id, "prompt": "are you there?"}
        first = meanwhile.submit(client.post, "/api/v1/stateful-query", json=body)
        until = time.monotonic() + 10
        while not stack.received() and time.monotonic() < until:
            time.sleep(0.02)
        busy = second.post("/api/v1/stateful-query", json={"session_id": session_id, "prompt": "me too"})
        assert code(busy) == (409, "SESSION_BUSY")
        assert busy.headers["retry-after"] == "1"
        assert first.result().status_code == 504
        asked(second, session_id, prompt="now then", model="mirror/openai")
        told = second.get(f"/api/v1/sessions/{session_id}").json()
    assert told["turns"] == 1, "what was not answered is not kept"
    assert [each["content"] for each in told["messages"]] == ["now then"] * 2


def test_a_caller_who_hangs_up_leaves_the_session_as_it_was(stack: Stack):
    with stack.client() as client:
        session_id = begun(client, "mirror/openai-slow")
        body = {"session_id": session_id, "prompt": "one two three " * 200, "stream": True}
        with client.stream("POST", "/api/v1/stateful-query", json=body) as answer:
            next(answer.iter_lines())
    with stack.client() as client:
        until = time.monotonic() + 5
        turn = {"session_id": session_id, "prompt": "now then"}
        while (answer := client.post("/api/v1/stateful-query", json=turn)).status_code == 409:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert answer.status_code == 200


def test_a_providers_guess_is_sent_again_as_it_was(stack: Stack):
    guess = "Is your name Kesia Varga?"
    with stack.client() as client:
        session_id = begun(client)
        asked(client, session_id, prompt=f"Ask me: {guess}")
        first = messages(stack)[0]["content"]
        assert "Kesia Varga" not in first
        asked(client, session_id, prompt="Yes, I am Kesia Varga.")
        assert messages(stack)[1] == {"role": "assistant", "content": first}


def test_a_tool_call_waits_for_its_result_and_nothing_else(stack: Stack):
    with stack.client() as client:
        session_id = begun(client)
        result = {"role": "tool", "tool_call_id": "call_1", "content": "x"}
        stray = client.post("/api/v1/stateful-query", json={"session_id": session_id, "messages": [result]})
        assert code(stray) == (422, "VALIDATION_FAILED")
        asked(client, session_id, prompt="call it", tools=[TOOL])
        stack.forget()
        left = client.post("/api/v1/stateful-query", json={"session_id": session_id, "prompt": "never mind"})
        assert code(left) == (422, "VALIDATION_FAILED")
        assert left.json()["error"]["details"]["tool_call_ids"]
        assert stack.received() == []


def test_a_long_conversation_is_trimmed_by_whole_turns_and_says_so(stack: Stack):
    with stack.client() as client:
        session_id = begun(client, f"{stack.spare()}/any", system_prompt="Stay short.")
        trimmed = 0
        for turn in range(8):
            reply = asked(client, session_id, prompt=f"Turn {turn}. " + "word " * 3000)
            trimmed = reply.get("trimmed_turns", 0)
            sent = messages(stack)
            assert sent[0] == {"role": "system", "content": "Stay short."}
            assert sent[-1]["content"].startswith(f"Turn {turn}.")
            assert [each["role"] for each in sent[1:]] == ["user", "assistant"] * (turn - trimmed) + ["user"]
        assert trimmed > 0
        stack.forget()
        long = client.post("/api/v1/stateful-query", json={"session_id": session_id, "prompt": "word " * 30000})
        assert code(long) == (413, "CONTEXT_TOO_LONG")
        assert stack.received() == []


def test_hiding_that_was_on_once_stays_on_for_the_session(stack: Stack):
    with stack.client() as client:
        session_id = begun(client, pii_removal=False)
        asked(client, session_id, prompt=f"Write to {NAME}.")
        assert messages(stack)[-1]["content"] == f"Write to {NAME}.", "as it was asked for"
        asked(client, session_id, prompt=f"And {NAME}?", pii_removal=True)
        asked(client, session_id, prompt=f"Now {NAME}?", pii_removal=False)
        sent = [each["content"] for each in messages(stack) if each["role"] == "user"]
        assert len(sent) == 3 and NAME not in "".join(sent)


def test_another_model_takes_over_and_sees_the_same_surrogates(stack: Stack):
    with stack.client() as client:
        session_id = begun(client)
        first = asked(client, session_id, prompt=f"And {NAME}?")
        before = messages(stack)
        second = asked(client, session_id, prompt="Go on.", model=f"{stack.spare()}/other")
        assert messages(stack)[:1] == before
        assert messages(stack)[1]["content"] == before[0]["content"], "hidden anew, with the same surrogates"
        assert first["endpoint_id"] != second["endpoint_id"]
        assert asked(client, session_id, prompt="Back.")["endpoint_id"] == first["endpoint_id"]


def test_an_endpoint_is_kept_while_a_session_lasts_and_free_when_it_ends(stack: Stack):
    provider = stack.spare()
    for label in ("second", "third", "fourth"):
        command(stack, "keys", "add", provider, "--label", label, given=f"sk-test-not-a-key-{label}-kept\n")
    with stack.client() as client:
        created = client.post("/api/v1/create-session", json={"model": f"{provider}/any"}).json()
        served = {asked(client, created["session_id"], prompt="x")["endpoint_id"] for _ in range(6)}
        assert served == {created["endpoint_id"]}
        assert client.delete(f"/api/v1/sessions/{created['session_id']}").json()["ended"] is True


def test_a_model_that_takes_less_than_is_known_of_it_is_sent_less_and_no_400_comes_of_it(stack: Stack):
    with stack.client() as client:
        session_id = begun(client, f"{stack.spare()}/model-short")  # takes 8,000 bytes
        for turn in range(8):
            reply = asked(client, session_id, prompt=f"Turn {turn}. " + "word " * 200)
            assert messages(stack)[-1]["content"].startswith(f"Turn {turn}.")
        assert reply["trimmed_turns"] > 0
        stack.forget()
        asked(client, session_id, prompt="And now?")
        assert len(stack.received()) == 1, "what was too much is remembered"
        long = client.post("/api/v1/stateful-query", json={"session_id": session_id, "prompt": "word " * 2000})
        assert code(long) == (400, "PROVIDER_REJECTED"), "the newest turn alone is more than it takes"


def test_an_endpoint_that_is_kept_no_more_is_bound_again(stack: Stack, store: str):
    with stack.client() as client, redis.Redis.from_url(store) as held:
        session_id = begun(client)
        asked(client, session_id, prompt="x")
        bindings = list(held.scan_iter("ks:*bind*"))
        assert bindings
        held.delete(*bindings)
        assert asked(client, session_id, prompt="still there?")["message"]["content"] == "still there?"
