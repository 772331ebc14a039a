"""What the web server's memory holds after a day's work: everybody's words, and not one key."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support import memory, stack
from tests.support.stack import Stack
from tests.support.waiting import until

KEYS = 50


@pytest.fixture
def canaries() -> list[str]:
    return [f"sk-test-not-a-key-canary-{number:02}-{secrets.token_hex(8)}" for number in range(KEYS)]


@pytest.fixture
def router(canaries: list[str]) -> Iterator[Stack]:
    """A router with fifty providers of one key each."""
    folder = Path(tempfile.mkdtemp(prefix="lv"))
    found = stack.start(None, folder)
    try:
        found.wait_ready()
        found.token = stack.mint(found)
        rows = "".join(f"spare-{number},,{key}\n" for number, key in enumerate(canaries))
        (folder / "spare_keys.csv").write_text("provider,model,api_key\n" + rows)
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.promise(1)
def test_no_key_is_in_the_web_servers_memory(
    router: Stack, canaries: list[str], record_property: Callable[[str, object], None]
) -> None:
    said = f"the colour of the day is {secrets.token_hex(8)}"
    with router.client() as client:
        _wait_for_keys(client)
        for number in range(KEYS):
            body = {"model": f"spare-{number}/any", "prompt": said, "stream": number % 2 == 0}
            answer = client.post("/api/v1/stateless-query", json=body)
            assert answer.status_code == 200, answer.text
    needles = [key.encode() for key in canaries]
    web, keys = router.pids("web_server"), router.pids("key_server")
    assert len(web) == len(keys) == 1
    here = memory.found(web[0], [*needles, said.encode()])
    if os.geteuid() == 0:  # root alone may look where they are
        assert len(memory.found(keys[0], needles)) == KEYS
    record_property(
        "measured", f"{KEYS} keys used in {KEYS} chats, {len(here & set(needles))} in the web server's memory"
    )
    assert here == {said.encode()}, "its callers' words are there, or nothing was read"


def _wait_for_keys(client: httpx.Client) -> None:
    wanted = {f"spare-{number}" for number in range(KEYS)}
    until(lambda: wanted <= {row["id"] for row in listed(client) if row["status"] == "ready"})


def listed(client: httpx.Client) -> list[dict[str, str]]:
    return list(client.get("/api/providers").json()["providers"])
