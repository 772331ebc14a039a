"""The OpenAPI document as tests read it: references followed, schemas that check values, examples by call.

Used by the tests of the document and by the journey that asks what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

EVENTS = "text/event-stream"
LINES = "application/x-ndjson"
DONE = "[DONE]"
SCHEMAS = "#/components/schemas/"


class Media(NamedTuple):
    """A body or a reply of one media type."""

    where: str
    kind: str
    said: Mapping[str, Any]


class Described:
    """A document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def calls(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Method, path and operation of each call."""
        for path, ways in self.document["paths"].items():
            for method, said in ways.items():
                yield method.upper(), path, said

    def follow(self, said: Any) -> Any:
        """What a reference means, or what is there itself."""
        while isinstance(said, dict) and "$ref" in said:
            found: Any = self.document
            for name in said["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            said = found
        return said

    def bodies(self) -> Iterator[Media]:
        """Every body that a call takes."""
        for method, path, said in self.calls():
            for kind, media in said.get("requestBody", {}).get("content", {}).items():
                yield Media(f"{method} {path}", kind, media)

    def replies(self) -> Iterator[Media]:
        """Every reply, refusals too."""
        for method, path, said in self.calls():
            for status, reply in said["responses"].items():
                for kind, media in self.follow(reply)["content"].items():
                    yield Media(f"{method} {path} {status}", kind, media)

    def examples(self, media: Media) -> list[Any]:
        """The values of the examples."""
        return [self.follow(each)["value"] for each in media.said.get("examples", {}).values()]

    def wrong(self, media: Media, value: Any) -> list[str]:
        """What is wrong with a value; of a stream the value is a list of its events."""
        if media.kind == EVENTS:
            return [why for event in value for why in self._wrong_event(media.said["itemSchema"], event)]
        if media.kind == LINES:
            return [why for line in value for why in self._errors(media.said["itemSchema"], line)]
        return self._errors(media.said["schema"], value)

    def _wrong_event(self, schema: Mapping[str, Any], event: Mapping[str, Any]) -> list[str]:
        if set(event) - {"event", "data"}:
            return [f"an event has more than a name and data: {sorted(event)}"]
        data = schema["properties"]["data"]
        ways = data.get("anyOf", [data])
        if {"const": DONE} in ways and event["data"] == DONE:
            return []
        (said,) = (way["contentSchema"] for way in ways if "contentSchema" in way)
        return self._errors(said, json.loads(event["data"]))

    def _errors(self, schema: Any, value: Any) -> list[str]:
        schemas: dict[str, Any] = {}
        self._refer(schema, schemas)
        whole = {**schema, "components": {"schemas": schemas}}
        return [
            f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
            for error in jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(value)
        ]

    def _refer(self, part: Any, schemas: dict[str, Any]) -> None:
        """Put in those of the document's schemas that `part` comes to: all of them take ten times as long."""
        for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            if isinstance(each, str) and each.startswith(SCHEMAS):
                name = each.removeprefix(SCHEMAS)
                if name not in schemas:
                    schemas[name] = self.document["components"]["schemas"][name]
                    self._refer(schemas[name], schemas)
            self._refer(each, schemas)


def events(text: str) -> list[dict[str, str]]:
    """A stream of server-sent events as it came, comments left out."""
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith(":")]
        if lines:
            found.append(dict(line.split(": ", 1) for line in lines))
    return found
