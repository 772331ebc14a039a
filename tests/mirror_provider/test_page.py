"""The mirror's page in a real browser."""

from __future__ import annotations

import html
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

ATTACK = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script> & <b>bold</b>"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--virtual-time-budget=1500", "--dump-dom"),
)


def test_a_prompt_that_holds_html_is_shown_and_never_run(base_url: str, http: httpx.Client, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    body = {"model": "openai", "messages": [{"role": "user", "content": ATTACK}]}
    http.post("/v1/chat/completions", json=body, headers={"Authorization": "Bearer sk-test-not-a-key"})
    command = [chromium, *FLAGS, f"--user-data-dir={tmp_path}", f"{base_url}/"]
    page = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert html.escape(ATTACK, quote=False) in page
    assert "<title>Mirror: what providers saw</title>" in page
    assert "<b>bold</b>" not in page
    assert "authorization: ***" in page
    assert "sk-test-not-a-key" not in page
