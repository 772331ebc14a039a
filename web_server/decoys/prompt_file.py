"""The operator's own covers: a file with one prompt a line, or one JSON line each.

Read by the app at the start, and again when it changes; a broken new version is logged once and the last good one stays
in force. A line that begins with `{` or `"` is JSON: a text, or an object with `prompt`. `#` begins a comment.
Never shows a line in a log or an error: a bad one is named by its number.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from web_server.privacy.decoys.gift import prepared
from web_server.privacy.decoys.stock import Stock
from web_server.privacy.shield import Shield

log = logging.getLogger("web_server.decoys")

LARGEST_FILE = 8 * 1024 * 1024
MOST_PROMPTS = 10_000
LOOK_AGAIN_SECONDS = 2.0


class DecoyFileError(Exception):
    """The file is wrong; the message names it and the line, never what stands there."""


def read(path: Path) -> list[str]:
    """The prompts of a file. Raises DecoyFileError."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as wrong:
        raise DecoyFileError(f"{path}: {wrong.strerror}") from None
    if len(raw) > LARGEST_FILE:
        raise DecoyFileError(f"{path}: larger than {LARGEST_FILE // 1024 // 1024} MiB")
    prompts: list[str] = []
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        try:
            prompts.append(_prompt(line.decode().strip()))
        except UnicodeDecodeError:
            raise DecoyFileError(f"{path}:{number}: not UTF-8") from None
        except ValueError as wrong:
            raise DecoyFileError(f"{path}:{number}: {wrong}") from None
    if not prompts:
        raise DecoyFileError(f"{path}: there is no prompt in it")
    if len(prompts) > MOST_PROMPTS:
        raise DecoyFileError(f"{path}: more than {MOST_PROMPTS} prompts")
    return prompts


def _prompt(line: str) -> str:
    if line[0] not in '{"':
        return line
    try:
        said: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not JSON, though it begins like it") from None
    prompt = said.get("prompt") if isinstance(said, dict) else said
    if not isinstance(prompt, str) or not prompt.strip():
        raise ValueError('expected a text, or {"prompt": "..."}')
    return prompt.strip()


class PromptFile:
    """The file's prompts as a source, scrubbed like everybody's: what a name in it becomes is another each time."""

    def __init__(self, path: Path | None, shield: Callable[[], Shield], seed: bytes) -> None:
        """`shield` is asked when the file is taken over. Raises DecoyFileError."""
        self._path = path
        self.shield = shield
        self._seed = seed
        self.stock = Stock("file", [])
        self.mistake: str | None = None
        self._stamp = self._stat()
        self._prompts: Sequence[str] | None = read(path) if path else None

    async def watch(self) -> None:
        """Take over what was read, and what changes, for as long as the server runs."""
        while self._path is not None:
            if self._prompts is not None:
                await asyncio.to_thread(self._prepare, self._prompts)
                self._prompts = None
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await asyncio.to_thread(self._look)

    def _prepare(self, prompts: Sequence[str]) -> None:
        made = prepared(prompts, self.shield(), self._seed)
        self.stock = Stock("file", made)
        left_out = len(prompts) - len(made)
        log.info("covers of the operator's file are ready: %d, and %d that cannot be one", len(made), left_out)

    def _look(self) -> None:
        now = self._stat()
        if now == self._stamp or self._path is None:
            return
        self._stamp = now
        try:
            self._prompts = read(self._path)
        except DecoyFileError as wrong:
            self.mistake = str(wrong)
            log.error("decoy file not taken over, the old one stays in force", extra={"error": str(wrong)})
        else:
            self.mistake = None

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None
