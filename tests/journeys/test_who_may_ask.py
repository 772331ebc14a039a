"""Who may ask, and for what: an issuer's key set, models by claim and group, revocation, rotation; real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
import pytest

from tests.support import issuers
from tests.support.plain_http import PLAIN
from tests.support.redis_server import redis_process
from tests.support.stack import ROOT, Stack, mint, start, workers
from tests.support.waiting import until
from tests.support.web_servers import server

OWN = "/api/v1/stateless-query"
SDK = "/v1/chat/completions"
doors = pytest.mark.parametrize("door", [OWN, SDK])


@contextmanager
def router(settings: dict[str, str], folder: Path | None = None) -> Iterator[Stack]:
    """A router of these settings; its tokens are the test's business."""
    own = folder or Path(tempfile.mkdtemp(prefix="lv"))
    stack = start(settings, own)
    try:
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)


def ask(url: str, token: str, door: str = OWN, model: str = "mirror/openai", **headers: str) -> tuple[int, str]:
    """Status and code of a query with this token."""
    asked = {"model": model, "prompt": "hello"} if door == OWN else chat(model)
    headers = headers or {"authorization": f"Bearer {token}"}
    answer = httpx.post(url + door, json=asked, headers=headers, timeout=60, **PLAIN)
    assert token not in answer.text
    return answer.status_code, str(answer.json().get("error", {}).get("code", "")).upper()


def chat(model: str) -> dict[str, object]:
    return {"model": model, "messages": [{"role": "user", "content": "hello"}]}


def listed(stack: Stack, token: str) -> tuple[set[str], set[str]]:
    """The models of the two lists."""
    headers = {"authorization": f"Bearer {token}"}
    names = httpx.get(f"{stack.url}/v1/models", headers=headers, **PLAIN).json()["data"]
    rows = httpx.get(f"{stack.url}/api/providers", headers=headers, **PLAIN).json()["providers"]
    return {row["id"] for row in names}, {model["id"] for row in rows for model in row["models"]}


def command(stack: Stack, *words: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LLMVPN_STATE_DIR": str(stack.state),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "web_server", "token", *words],
        env=environment, cwd=stack.folder, input=typed, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def issued(url: str) -> dict[str, str]:
    return {
        "WEB_SERVER_JWKS_URL": url,
        "WEB_SERVER_JWT_ISSUER": issuers.ISSUER,
        "WEB_SERVER_JWT_AUDIENCE": issuers.AUDIENCE,
    }


@dataclass
class Issued:
    """A router that believes an issuer, and when it may have asked the issuer's address last."""

    served: issuers.Served
    router: Stack
    asked: float

    def unknown_keys_ask_again(self) -> None:
        """An unknown key asks the address at most every ten seconds: what is left of these."""
        time.sleep(max(0.0, self.asked + 11 - time.monotonic()))
        self.asked = time.monotonic()


@pytest.fixture(scope="module")
def issued_by() -> Iterator[Issued]:
    with issuers.key_set_server(issuers.key_set(issuers.jwk("fake-key-1"))) as served, router(issued(served.url)) as it:
        yield Issued(served, it, time.monotonic())


def test_tokens_of_an_issuer_open_every_door(issued_by: Issued):
    it = issued_by.router
    for token in (issuers.keycloak(), issuers.entra(), issuers.auth0(), issuers.auth0(typ="at+jwt")):
        assert ask(it.url, token) == (200, "")
        assert ask(it.url, token, SDK) == (200, "")
    assert ask(it.url, mint_with(it, "j" * 32)) == (401, "UNAUTHORIZED"), "no secret is in force beside the key set"
    assert ask(it.url, issuers.entra(scp="other")) == (403, "FORBIDDEN")
    assert command(it, "--subject", "ann").returncode == 2
    assert "TOKEN_OF_YOUR_ISSUER" in it.output()
    issued_by.asked = time.monotonic()


def mint_with(stack: Stack, secret: str) -> str:
    now = int(time.time())
    claims = {"iss": issuers.ISSUER, "aud": issuers.AUDIENCE, "sub": "a", "iat": now, "exp": now + 60, "scope": "query"}
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "fake-key-1"})


ACCESS = """
groups:
  research: ["mirror/openai", "spare-3/*"]
  others: ["spare-*"]
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lv"))
    (made / "access.yaml").write_text(ACCESS)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def by_groups(folder: Path) -> Iterator[Stack]:
    with router({"WEB_SERVER_ACCESS_FILE": str(folder / "access.yaml")}, folder) as it:
        yield it


@doors
def test_a_model_outside_the_tokens_models_or_groups_is_403_and_nothing_is_sent(by_groups: Stack, door: str):
    by_groups.forget()
    for words in (("--models", "mirror/anthropic,spare-*"), ("--groups", "others"), ("--groups", "nobodys"), ()):
        assert ask(by_groups.url, mint(by_groups, *words), door) == (403, "MODEL_FORBIDDEN"), words
    assert by_groups.received() == []
    for words in (("--models", "mirror/*"), ("--groups", "others,research"), ("--models", "*", "--groups", "research")):
        assert ask(by_groups.url, mint(by_groups, *words), door) == (200, ""), words
    both = mint(by_groups, "--models", "spare-3/*", "--groups", "research")
    assert ask(by_groups.url, both, door) == (403, "MODEL_FORBIDDEN"), "each of the two must allow it"


MODEL = {"model": "mirror/openai"}
ASKED: dict[str, dict[str, object]] = {
    "/v1/messages": {**chat("mirror/openai"), "max_tokens": 9},
    "/v1/messages/count_tokens": chat("mirror/openai"),
    "/v1/responses": {**MODEL, "input": "hello"},
    "/v1/completions": {**MODEL, "prompt": "hello"},
    "/v1/embeddings": {**MODEL, "input": "hello"},
    "/v1/playground/agents/mirror/openai/runs": {"message": "hello", "stream": False},
    "/chat": {**MODEL, "message": "hello"},
    "/api/v1/create-session": MODEL,
    "/api/v1/chat": {**MODEL, "message": "hello"},
    "/api/v1/compare": {"modelA": "mirror/openai", "modelB": "mirror/openai", "prompt": "hello"},
    "/api/v1/chain": {"message": "hello", "steps": [MODEL]},
    "/api/web/generate": {**MODEL, "prompt": "hello", "stateless": True},
    "/api/web/initialize-session": {"models": ["mirror/openai"]},
}


@pytest.mark.parametrize("door", ASKED)
def test_no_door_asks_a_model_that_the_token_does_not_allow(by_groups: Stack, door: str):
    by_groups.forget()
    for groups, status in (("others", 403), ("research", 200)):
        headers = {"authorization": f"Bearer {mint(by_groups, '--groups', groups)}"}
        answer = httpx.post(by_groups.url + door, json=ASKED[door], headers=headers, timeout=60, **PLAIN)
        assert answer.status_code == status, answer.text
        assert status == 200 or ("MODEL_FORBIDDEN" in answer.text.upper() and by_groups.received() == [])


def test_a_token_that_the_command_prints_opens_a_door(by_groups: Stack):
    printed = command(by_groups, "--subject", "ann", "--models", "mirror/*").stdout.strip()
    assert ask(by_groups.url, printed) == (200, "")
    assert ask(by_groups.url, printed, model="spare-3/any") == (403, "MODEL_FORBIDDEN")


def test_where_no_model_is_named_one_of_the_callers_own_answers(by_groups: Stack):
    for groups, status, agents in (("research", 200, ["mirror/openai"]), ("others", 503, [])):
        headers = {"authorization": f"Bearer {mint(by_groups, '--groups', groups)}"}
        answer = httpx.get(f"{by_groups.url}/completion?query=hello", headers=headers, timeout=60, **PLAIN)
        assert answer.status_code == status, answer.text
        listed = httpx.get(f"{by_groups.url}/v1/playground/agents", headers=headers, **PLAIN).json()
        assert [agent["agent_id"] for agent in listed] == agents


def test_the_lists_of_models_show_what_may_be_used(by_groups: Stack):
    assert listed(by_groups, mint(by_groups, "--groups", "research")) == (
        {"mirror/openai"},
        {"mirror/openai", "spare-3/*"},
    )
    one = f"{by_groups.url}/v1/models/mirror/openai"
    for groups, status in (("research", 200), ("others", 403)):
        headers = {"authorization": f"Bearer {mint(by_groups, '--groups', groups)}"}
        assert httpx.get(one, headers=headers, **PLAIN).status_code == status


def test_a_changed_access_file_holds_soon_and_a_broken_one_changes_nothing(by_groups: Stack):
    file, token = by_groups.folder / "access.yaml", mint(by_groups, "--groups", "others")
    try:
        file.write_text(ACCESS + "  third: [mirror/*]\n")
        third = mint(by_groups, "--groups", "third")
        until(lambda: ask(by_groups.url, third) == (200, ""))
        assert ask(by_groups.url, token) == (403, "MODEL_FORBIDDEN")
        file.write_text("groups: {others: [mirror/*]}")
        until(lambda: ask(by_groups.url, token) == (200, ""))
        file.write_text("groups: [")
        answers = []  # the file is looked at by who asks
        until(lambda: answers.append(ask(by_groups.url, token)) or "access.yaml:1" in by_groups.log("webserver"))
        assert set(answers) == {(200, "")}
    finally:
        file.write_text(ACCESS)


def test_the_first_token_of_an_issuers_new_key_is_served(issued_by: Issued):
    issued_by.unknown_keys_ask_again()
    issued_by.served.body = issuers.key_set(issuers.jwk("fake-key-1"), issuers.jwk("fake-key-2"))
    assert ask(issued_by.router.url, issuers.keycloak("fake-key-2")) == (200, "")


@pytest.mark.parametrize("by", ["token", "jti", "stdin"])
def test_a_revoked_token_opens_nothing_as_soon_as_the_command_is_done(by_groups: Stack, by: str):
    token, other = mint(by_groups, "--models", "mirror/*"), mint(by_groups, "--models", "mirror/*")
    assert ask(by_groups.url, token) == (200, "")
    named = str(jwt.decode(token, options={"verify_signature": False})["jti"]) if by == "jti" else token
    done = command(by_groups, f"--revoke={'-' if by == 'stdin' else named}", typed=f"{token}\n")
    assert (done.returncode, done.stderr) == (0, "") and token not in done.stdout
    assert ask(by_groups.url, token) == (401, "TOKEN_REVOKED")
    assert ask(by_groups.url, token, SDK) == (401, "TOKEN_REVOKED")
    assert ask(by_groups.url, other) == (200, "")


@doors
def test_the_token_may_come_as_an_api_key_of_anthropics_clients(by_groups: Stack, door: str):
    token = mint(by_groups, "--groups", "research")
    assert ask(by_groups.url, token, door, **{"x-api-key": token}) == (200, "")
    assert ask(by_groups.url, token, door, **{"x-api-key": token[:-4]}) == (401, "UNAUTHORIZED")
    both = {"x-api-key": "sk-ant-not-a-key-of-anyone", "authorization": f"Bearer {token}"}
    assert ask(by_groups.url, token, door, **both) == (200, ""), "a key that was left in the environment is no token"


def test_while_redis_is_away_what_was_revoked_stays_so_and_a_worker_that_never_saw_the_list_lets_nobody_in(
    by_groups: Stack,
):
    with (
        redis_process() as (store, away),
        server(by_groups, "ours", WEB_SERVER_REDIS_URL=away) as (process, url, _),
    ):
        bad, good = mint(by_groups), mint(by_groups)
        done = command(by_groups, "--revoke", bad, WEB_SERVER_REDIS_URL=away)
        assert done.returncode == 0, done.stderr
        store.send_signal(signal.SIGSTOP)
        for _ in range(8):  # both workers have their turns
            assert ask(url, bad) == (401, "TOKEN_REVOKED")
            assert ask(url, good) == (200, "")
        assert command(by_groups, "--revoke", good, WEB_SERVER_REDIS_URL=away).returncode == 1
        before = workers(process.pid)
        for each in before:
            os.kill(each, signal.SIGKILL)
        until(lambda: len(workers(process.pid)) == 2 and not {*workers(process.pid)} & {*before})
        assert ask(url, good) == (503, "REVOCATIONS_UNKNOWN")
        store.send_signal(signal.SIGCONT)
        until(lambda: [ask(url, token) for token in (good, bad)] == [(200, ""), (401, "TOKEN_REVOKED")])


def test_two_secrets_live_side_by_side_while_one_takes_over_from_the_other(by_groups: Stack):
    old, new = "o" * 40, "n" * 40
    claims = {"iss": "llm-vpn", "aud": "llm-vpn", "sub": "a", "iat": int(time.time()), "scope": "query"}
    claims["exp"] = claims["iat"] + 600
    both = [jwt.encode(claims, secret) for secret in (old, new)]
    single = {"WEB_SERVER_WORKERS": "1", "WEB_SERVER_JWT_SECRET": new}
    with server(by_groups, "ours", **single, WEB_SERVER_JWT_SECRET_PREVIOUS=old) as (_, url, _log):
        assert [ask(url, token) for token in both] == [(200, ""), (200, "")]
    with server(by_groups, "ours", **single) as (_, url, _log):
        assert [ask(url, token) for token in both] == [(401, "UNAUTHORIZED"), (200, "")]


def test_while_an_issuers_address_is_away_known_keys_are_good_and_others_are_not_refused_but_unknown(issued_by: Issued):
    issued_by.unknown_keys_ask_again()
    issued_by.served.status = 503
    assert ask(issued_by.router.url, issuers.keycloak("fake-key-3")) == (503, "TOKEN_KEYS_UNAVAILABLE")
    assert ask(issued_by.router.url, issuers.keycloak("fake-key-1")) == (200, "")
