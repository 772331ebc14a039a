"""Chromium, driven over the DevTools protocol: what a person does at a page, and what the page did.

Used by the journeys of the page. One browser with one tab; its profile is a folder that goes with it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support.ending import end

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions"),
    *("--remote-debugging-port=0", "--window-size=1280,900", "about:blank"),
)
SECONDS = 60
"""How long anything is waited for: on a loaded machine it may well take this long."""


class Refused(Exception):
    """The browser did not do what it was told."""


class Tab:
    """One tab. What happens in it is gathered: `requests`, every address that it asked for; `sent`, the bodies that it
    sent; `complaints`, what it wrote to its console, its errors, and breaches of its content security policy.
    """

    def __init__(self, line: ClientConnection, session: str) -> None:
        self._line = line
        self._session = session
        self._number = 0
        self.requests: list[str] = []
        self.sent: list[str] = []
        self.complaints: list[str] = []

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the protocol, and what it returns. Raises Refused."""
        self._number += 1
        number = self._number
        said = {"id": number, "method": method, "params": params, "sessionId": self._session}
        self._line.send(json.dumps(said))
        while True:
            heard = json.loads(self._line.recv(timeout=SECONDS))
            if heard.get("id") == number:
                if "error" in heard:
                    raise Refused(f"{method}: {heard['error']}")
                return dict(heard["result"])
            self._note(heard)

    def _note(self, heard: dict[str, Any]) -> None:
        params = heard.get("params", {})
        match heard.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
                self.sent.append(params["request"].get("postData", ""))
            case "Runtime.consoleAPICalled":
                self.complaints.append(" ".join(str(each.get("value", each)) for each in params["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
            case "Log.entryAdded":
                self.complaints.append(params["entry"]["text"])
            case "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue":
                self.complaints.append(json.dumps(params["issue"]))

    def open(self, url: str) -> None:
        """Go there. What was gathered before is forgotten."""
        for gathered in (self.requests, self.sent, self.complaints):
            gathered.clear()
        self.call("Page.navigate", url=url)

    def does(self, script: str) -> Any:
        """The value of an expression, in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str) -> None:
        """Wait for an expression to be true."""
        by = time.monotonic() + SECONDS
        while not self._is(script):
            assert time.monotonic() < by, f"not within {SECONDS} s: {script}\n{self.text()}\n{self.complaints}"
            time.sleep(0.05)

    def _is(self, script: str) -> bool:
        try:
            return bool(self.does(f"Boolean({script})"))
        except Refused:  # the page is just being left for another
            return False

    def text(self, selector: str = "body") -> str:
        """What can be read there; nothing where there is no such thing."""
        return str(self.does(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def click(self, words: str, selector: str = "button, summary, label") -> None:
        """Press what says these words."""
        wanted = (
            f"[...document.querySelectorAll({json.dumps(selector)})].find(e => e.innerText === {json.dumps(words)})"
        )
        self.until(wanted)
        self.does(f"{wanted}.click()")

    def choose(self, label: str, value: str) -> None:
        """Choose from the list that has this label."""
        labelled = f"[...document.querySelectorAll('label')].find(e => e.innerText === {json.dumps(label)})"
        self.until(f"{labelled}?.control")
        told = "new Event('change', {bubbles: true})"
        self.does(f"(list => (list.value = {json.dumps(value)}, list.dispatchEvent({told})))({labelled}.control)")

    def type(self, text: str) -> None:
        """Write where the cursor is."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """A key, as a person presses it: `Enter`, `Tab`."""
        codes = {"Enter": (13, "\r"), "Tab": (9, "")}
        code, text = codes[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)


@contextmanager
def tab() -> Iterator[Tab]:
    """A new browser's tab; skips where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    folder = Path(tempfile.mkdtemp(prefix="lvb"))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [chromium, f"--user-data-dir={folder / 'profile'}", *FLAGS], stdout=output, stderr=output
        )
    try:
        port, path = _address(process, folder)
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None, compression=None) as line:
            yield _attached(line)
    finally:
        end(process, 20)
        shutil.rmtree(folder, ignore_errors=True)


def _address(process: subprocess.Popen[bytes], folder: Path) -> tuple[str, str]:
    by = time.monotonic() + SECONDS
    told = folder / "profile" / "DevToolsActivePort"
    while True:
        lines = told.read_text().splitlines() if told.exists() else []
        if len(lines) == 2:
            return lines[0], lines[1]
        assert process.poll() is None and time.monotonic() < by, (folder / "output").read_text()
        time.sleep(0.05)


def _attached(line: ClientConnection) -> Tab:
    browser = Tab(line, "")
    line.send(json.dumps({"id": 0, "method": "Target.getTargets"}))
    (target,) = (each for each in _reply(line, 0)["targetInfos"] if each["type"] == "page")
    attach = {"targetId": target["targetId"], "flatten": True}
    line.send(json.dumps({"id": 0, "method": "Target.attachToTarget", "params": attach}))
    browser._session = _reply(line, 0)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
        browser.call(f"{domain}.enable")
    return browser


def _reply(line: ClientConnection, number: int) -> dict[str, Any]:
    while True:
        heard = json.loads(line.recv(timeout=SECONDS))
        if heard.get("id") == number:
            return dict(heard["result"])
