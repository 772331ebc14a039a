"""The access file: which models the groups of the callers' tokens may use. Read again when it changes.

Made by `auth.wiring`, asked by `tokens`. A broken new version is logged by line, and the old one stays in force.
Never: a caller's name; groups are the issuer's words, and stand in the caller's token.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from web_server.auth.model_access import sensible
from web_server.config import ConfigError

log = logging.getLogger("web_server.access_file")

LOOK_AGAIN_SECONDS = 1.0
LARGEST_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Groups:
    """Patterns by group, and those of callers whose token names neither groups nor models."""

    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default: tuple[str, ...] = ()

    def of(self, groups: Iterable[str]) -> tuple[str, ...]:
        """What these groups may use, all together. Keycloak writes a group as a path, with a slash before it."""
        return tuple(pattern for group in groups for pattern in self.patterns.get(group.removeprefix("/"), ()))


def parse(text: str, file: str) -> Groups:
    """The groups in a file. Raises ConfigError with file and line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise ConfigError(f"{file}:{line}: {wrong.problem}") from None
    except yaml.YAMLError:
        raise ConfigError(f"{file}: holds characters that YAML does not have") from None
    rows = _pairs(root, file) if root is not None else []
    for key, node in rows:
        if key not in ("groups", "default"):
            raise _wrong(node, file, f"`{key}` is not known: there are `groups` and `default`")
    fields = dict(rows)
    if "groups" not in fields:
        raise ConfigError(f"{file}:1: `groups: {{NAME: [provider/*]}}` is missing; without it nobody may use anything")
    groups = {name.removeprefix("/"): _patterns(node, file) for name, node in _pairs(fields["groups"], file)}
    return Groups(groups, _patterns(fields["default"], file) if "default" in fields else ())


class AccessFile:
    """The groups as the file says them now."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError, which names file and line."""
        self._path = path
        self._clock = clock
        self._looked = clock()
        self._stamp = self._stamped()
        self._groups = self._load()
        self.mistake: str | None = None
        """What is wrong with the newest version, which is not in force then."""

    @property
    def current(self) -> Groups:
        """The groups, read again if the file changed (at most one look a second)."""
        now = self._clock()
        if now - self._looked >= LOOK_AGAIN_SECONDS:
            self._looked = now
            if (stamp := self._stamped()) != self._stamp:
                self._stamp = stamp
                try:
                    self._groups, self.mistake = self._load(), None
                except ConfigError as wrong:
                    self.mistake = str(wrong)
                    log.error("access file not taken over, the old one stays in force", extra={"error": str(wrong)})
        return self._groups

    def _load(self) -> Groups:
        try:
            with self._path.open("rb") as file:
                raw = file.read(LARGEST_FILE + 1)
            text = raw.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as wrong:
            raise ConfigError(f"{self._path}: {getattr(wrong, 'strerror', None) or 'not UTF-8'}") from None
        if len(raw) > LARGEST_FILE:
            raise ConfigError(f"{self._path}: larger than {LARGEST_FILE // 1024 // 1024} MiB")
        return parse(text, self._path.name)

    def _stamped(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _pairs(node: yaml.Node, file: str) -> list[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, file, "expected `name: value` lines")
    names: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(key, file, "expected a name")
        if key.value in names:
            raise _wrong(key, file, f"`{key.value}` is there twice")
        names.add(key.value)
    return [(str(key.value), value) for key, value in node.value]


def _patterns(node: yaml.Node, file: str) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise _wrong(node, file, "expected a list of patterns such as [openai/*]")
    found = []
    for each in node.value:
        if not isinstance(each, yaml.ScalarNode) or not each.value or not sensible(each.value):
            raise _wrong(each, file, "a pattern reads like `provider/model`, `provider/*` or '*'")
        found.append(str(each.value))
    return tuple(found)


def _wrong(node: yaml.Node, file: str, why: str) -> ConfigError:
    return ConfigError(f"{file}:{node.start_mark.line + 1}: {why}")
