"""KV version 2: versioned secrets with check-and-set; what is deleted can be told from what never was."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.vault.refused import Refused, absent, invalid

LARGEST_ENTRY = 1024 * 1024  # max_entry_size of integrated storage
VERSIONS_KEPT = 10  # max_versions where none is configured


@dataclass
class Version:
    data: dict[str, Any] | None
    deletion_time: str = ""
    destroyed: bool = False


@dataclass
class Entry:
    versions: dict[int, Version] = field(default_factory=dict)
    current: int = 0


class KV:
    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def read(self, path: str, version: int = 0) -> dict[str, Any]:
        entry = self.entries.get(path)
        number = version or (entry.current if entry else 0)
        found = entry.versions.get(number) if entry else None
        if found is None:
            raise absent()
        data = {"data": found.data, "metadata": _metadata(number, found)}
        if found.data is None:
            raise Refused(404, body={"data": data})
        return {"data": data}

    def write(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(body.get("data"), dict):
            raise invalid("no data provided")
        if len(json.dumps(body["data"])) > LARGEST_ENTRY:
            raise Refused(413, "put failed due to value being too large")
        cas = (body.get("options") or {}).get("cas")
        current = self.entries[path].current if path in self.entries else 0
        if cas is not None and not (isinstance(cas, int) and cas == current):
            raise invalid("check-and-set parameter did not match the current version")
        entry = self.entries.setdefault(path, Entry())
        entry.current += 1
        entry.versions[entry.current] = Version(body["data"])
        entry.versions.pop(entry.current - VERSIONS_KEPT, None)
        return {"data": _metadata(entry.current, entry.versions[entry.current])}

    def delete(self, path: str) -> None:
        """The newest version, so that it can be undeleted."""
        if entry := self.entries.get(path):
            newest = entry.versions[entry.current]
            newest.data, newest.deletion_time = None, "2026-01-01T00:00:00Z"

    def forget(self, path: str) -> None:
        """Metadata and every version."""
        self.entries.pop(path, None)

    def metadata(self, path: str) -> dict[str, Any]:
        entry = self.entries.get(path)
        if entry is None:
            raise absent()
        versions = {str(number): _metadata(number, each) for number, each in entry.versions.items()}
        return {"data": {"current_version": entry.current, "versions": versions, "cas_required": False}}

    def list(self, path: str) -> dict[str, Any]:
        """Names directly under a path, folders with a slash; 404 where there is none."""
        prefix = path.strip("/") + "/" if path.strip("/") else ""
        names = {each[len(prefix) :] for each in self.entries if each.startswith(prefix)}
        found = sorted({name.partition("/")[0] + ("/" if "/" in name else "") for name in names})
        if not found:
            raise absent()
        return {"data": {"keys": found}}


def _metadata(number: int, version: Version) -> dict[str, Any]:
    return {
        "version": number,
        "created_time": "2026-01-01T00:00:00Z",
        "deletion_time": version.deletion_time,
        "destroyed": version.destroyed,
        "custom_metadata": None,
    }
