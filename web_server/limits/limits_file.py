"""Limits by caller and group: what the settings say for all, and the operator's file for some.

Built by the app; asked by `gate`, once a call. The file is read again when it changes; a broken new version is logged
once and the last good one stays in force.
Never shows a caller's name in a log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from web_server.limits.limit import Limit
from web_server.privacy.callers import rule_for

log = logging.getLogger("web_server.limits")

LOOK_AGAIN_SECONDS = 0.5
LARGEST_FILE = 4 * 1024 * 1024


class LimitsError(Exception):
    """The file is wrong; the message names it and the place, no value."""


class Given(BaseModel):
    """What a rule says; what it leaves out is as for all. 0 is no limit."""

    model_config = ConfigDict(extra="forbid", strict=True)

    requests_per_minute: int | None = Field(None, ge=0)
    tokens_per_minute: int | None = Field(None, ge=0)
    answers_at_once: int | None = Field(None, ge=0)
    tokens_per_day: int | None = Field(None, ge=0)
    dollars_per_day: float | None = Field(None, ge=0, allow_inf_nan=False)

    def over(self, limit: Limit) -> Limit:
        """`limit` with what this says in its place."""
        return replace(limit, **self.model_dump(exclude_none=True))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    callers: dict[str, Given] = Field(default_factory=dict)
    groups: dict[str, Given] = Field(default_factory=dict)


class LimitsFile:
    """The limits as they are now."""

    def __init__(self, file: Path | None, everyone: Limit) -> None:
        """`everyone`: what holds where the file says nothing. Raises LimitsError."""
        self._path = file
        self.everyone = everyone
        self._stamp = self._seen = self._stat()
        self._file = self._load()
        self.mistake: str | None = None

    @property
    def callers(self) -> Mapping[str, Given]:
        """The rules by pattern of the subject."""
        return self._file.callers

    @property
    def groups(self) -> Mapping[str, Given]:
        """The rules by group."""
        return self._file.groups

    def of(self, subject: str, groups: Collection[str] = ()) -> Limit:
        """What holds for a caller: the settings, over them the first group of the file that it is in, over that the
        caller's own rule (as in the policy file: the pattern that says most about the subject)."""
        limit = self.everyone
        group = next((rule for name, rule in self._file.groups.items() if name.removeprefix("/") in groups), None)
        own = cast("Given | None", rule_for(subject, cast(Mapping[str, Any], self._file.callers)))
        for rule in (group, own):
            if rule is not None:
                limit = rule.over(limit)
        return limit

    def look(self) -> None:
        """Take over what has changed and is the same as at the last look."""
        now = self._stat()
        if now == self._stamp or now != self._seen:
            self._seen = now
            return
        self._stamp = now
        try:
            self._file = self._load()
        except LimitsError as wrong:
            self.mistake = str(wrong)
            log.error("limits file not taken over, the old one stays in force", extra={"error": str(wrong)})
        else:
            self.mistake = None
            log.info("limits file taken over")

    async def watch(self) -> None:
        """Look again for as long as the server runs."""
        while self._path is not None:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await asyncio.to_thread(self.look)

    def _load(self) -> _File:
        if self._path is None:
            return _File()
        try:
            with self._path.open("rb") as file:
                raw = file.read(LARGEST_FILE + 1)
            if len(raw) > LARGEST_FILE or not raw.strip():
                raise LimitsError(f"{self._path}: empty, or larger than {LARGEST_FILE // 1024 // 1024} MiB")
            return _File.model_validate(yaml.safe_load(raw.decode("utf-8-sig")))
        except OSError as wrong:
            raise LimitsError(f"{self._path}: {wrong.strerror}") from None
        except UnicodeDecodeError:
            raise LimitsError(f"{self._path}: not UTF-8") from None
        except yaml.YAMLError as wrong:
            mark = getattr(wrong, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise LimitsError(f"{self._path}:{line}: not YAML") from None
        except (ValidationError, RecursionError) as wrong:
            raise LimitsError(f"{self._path}: {_place(wrong)}") from None

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def _place(wrong: Exception) -> str:
    """Which rule is wrong, by its number: a pattern may be somebody's name."""
    if not isinstance(wrong, ValidationError):
        return "nested too deeply"
    first = wrong.errors(include_input=False, include_url=False)[0]
    loc = [str(part) for part in first["loc"]]
    where = ".".join((*loc[:1], *loc[2:])) or "the file as a whole"
    return f"{where}: {first['msg']}"
