"""The book of what providers saw, over a real socket and as a part."""

from __future__ import annotations

import subprocess
import sys

import httpx

from mirror_provider.received import KEEP_BYTES, KEEP_REQUESTS, Received
from mirror_provider.wire import Request

CREDENTIALS = {
    "Authorization": "Bearer sk-test-not-a-key-1",
    "X-Api-Key": "sk-test-not-a-key-2",
    "Api-Key": "sk-test-not-a-key-3",
    "X-Goog-Api-Key": "sk-test-not-a-key-4",
}


def call(body: bytes) -> Request:
    return Request("POST", "/v1/chat/completions", "", {}, body)


def test_the_newest_call_comes_first_with_all_that_was_seen(http: httpx.Client) -> None:
    for text in ("old", "new"):
        http.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": text}]})
    newest, oldest = http.get("/received").json()
    assert set(newest) == {"at", "dialect", "path", "headers", "body"}
    assert (newest["dialect"], newest["path"]) == ("openai", "/v1/chat/completions")
    assert newest["body"]["messages"][0]["content"] == "new"
    assert oldest["body"]["messages"][0]["content"] == "old"
    assert newest["at"] > oldest["at"]


def test_credentials_are_struck_out(http: httpx.Client) -> None:
    http.post("/v1/chat/completions?key=sk-test-not-a-key-5&alt=sse", headers=CREDENTIALS, json={})
    seen = http.get("/received")
    assert "sk-test-not-a-key" not in seen.text
    assert {seen.json()[0]["headers"][name.lower()] for name in CREDENTIALS} == {"***"}
    assert seen.json()[0]["path"] == "/v1/chat/completions?key=***&alt=sse"


def test_delete_empties_it(http: httpx.Client) -> None:
    http.post("/v1/chat/completions", json={})
    assert http.delete("/received").status_code == 200
    assert http.get("/received").json() == []


def test_what_is_not_json_is_kept_as_text(http: httpx.Client) -> None:
    http.post("/v1/chat/completions", content=b"\xffnot json")
    assert http.get("/received").json()[0]["body"] == "\ufffdnot json"


def test_an_unchanged_book_is_not_sent_again(http: httpx.Client) -> None:
    tag = {"If-None-Match": http.get("/received").headers["etag"]}
    assert http.get("/received", headers=tag).status_code == 304
    http.post("/v1/chat/completions", json={})
    assert http.get("/received", headers=tag).status_code == 200


def test_another_name_for_this_machine_reads_nothing(http: httpx.Client) -> None:
    for path in ("/", "/received", "/page.js"):
        assert http.get(path, headers={"Host": "attacker.example:8001"}).status_code == 403
    assert http.get("/received", headers={"Host": "localhost:8001"}).status_code == 200


def test_the_page_runs_its_own_script_only(http: httpx.Client) -> None:
    page = http.get("/")
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http://" not in page.text + http.get("/page.js").text + http.get("/page.css").text
    assert "innerHTML" not in http.get("/page.js").text


def test_the_book_is_bounded_in_number_and_in_bytes() -> None:
    book = Received()
    for number in range(KEEP_REQUESTS + 50):
        book.note("openai", call(b"%d" % number))
    assert [len(book.shown()), book.shown()[0]["body"]] == [KEEP_REQUESTS, KEEP_REQUESTS + 49]
    for _ in range(5):
        book.note("openai", call(b"x" * (KEEP_BYTES // 2)))
    assert len(book.shown()) == 2


def test_neither_a_call_nor_its_sighting_shows_its_text_in_a_repr() -> None:
    assert "secret" not in repr(call(b"secret"))


def test_a_taken_port_is_one_sentence(base_url: str) -> None:
    port = base_url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "mirror_provider", "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr
