"""The page's files as browsers get them: their types, how long they may be kept, and nothing that was not built."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web_server.routes.test_web import served
from web_server.routes import front


async def test_the_page_is_asked_for_anew_and_its_files_are_kept_for_good(tmp_path: Path):
    async with served(tmp_path) as client:
        page = await client.get("/")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert page.headers["cache-control"] == "no-cache"
        kinds = {}
        for each in sorted((front.BUILD / "page").iterdir()):
            assert (f"./page/{each.name}" in page.text) == (each.suffix != ".txt")
            file = await client.get(f"/page/{each.name}")
            assert (file.status_code, file.content) == (200, each.read_bytes())
            kinds[each.suffix] = (file.headers["content-type"], "immutable" in file.headers["cache-control"])
    assert kinds == {
        ".css": ("text/css; charset=utf-8", True),
        ".js": ("text/javascript; charset=utf-8", True),
        ".svg": ("image/svg+xml", True),
        ".txt": ("text/plain; charset=utf-8", False),
    }


@pytest.mark.parametrize("path", ["/", "/page/licenses.txt"])
async def test_the_page_may_load_and_reach_its_own_server_alone(tmp_path: Path, path: str):
    async with served(tmp_path) as client:
        said = (await client.get(path)).headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in said.split(";"))
    assert parts["default-src"] == "'none'"
    assert {parts[f"{kind}-src"] for kind in ("script", "style", "img", "connect")} == {"'self'"}
    assert {parts[name] for name in ("base-uri", "form-action", "frame-ancestors", "trusted-types")} == {"'none'"}


@pytest.mark.parametrize(
    "name",
    ["index.html", "SHA256SUMS", "..%2findex.html", "%2e%2e%2fSHA256SUMS", "..%2f..%2fapp.py", "nothing-12345678.js"],
)
async def test_nothing_else_is_given_out(tmp_path: Path, name: str):
    async with served(tmp_path) as client:
        answer = await client.get(f"/page/{name}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


async def test_a_page_that_was_not_built_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(front, "BUILD", tmp_path / "nothing")
    async with served(tmp_path) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "make page" in answer.text and "/docs" in answer.text
