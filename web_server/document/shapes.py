"""JSON Schema in few words, for the tables of this package.

Called by every table of the document. Pure: each function returns a new schema (draft 2020-12, as OpenAPI has it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

Schema: TypeAlias = dict[str, Any]

NOT_BLANK = r"\S"
"""The pattern of a text that says something."""


def text(said: str = "", **more: Any) -> Schema:
    """A string."""
    return _said({"type": "string", **more}, said)


def words(*known: str, said: str = "") -> Schema:
    """One of these words."""
    return _said({"type": "string", "enum": [*known]}, said)


def just(value: Any) -> Schema:
    """This value and no other."""
    return {"const": value}


def whole(said: str = "", minimum: int | None = 0, **more: Any) -> Schema:
    """A whole number, from `minimum` on."""
    return _said({"type": "integer", **({} if minimum is None else {"minimum": minimum}), **more}, said)


def number(said: str = "", **more: Any) -> Schema:
    """A number."""
    return _said({"type": "number", **more}, said)


def truth(said: str = "") -> Schema:
    """True or false."""
    return _said({"type": "boolean"}, said)


def many(items: Schema, said: str = "", **more: Any) -> Schema:
    """A list."""
    return _said({"type": "array", "items": items, **more}, said)


def named(values: Schema, said: str = "") -> Schema:
    """An object whose keys are names."""
    return _said({"type": "object", "additionalProperties": values}, said)


def fields(always: dict[str, Schema], maybe: dict[str, Schema] | None = None, said: str = "") -> Schema:
    """An object with these fields and no others."""
    schema = {
        "type": "object",
        "required": [*always],
        "properties": {**always, **(maybe or {})},
        "additionalProperties": False,
    }
    return _said(schema, said)


def anything(said: str = "") -> Schema:
    """Any object."""
    return _said({"type": "object"}, said)


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def either(*schemas: Schema, said: str = "") -> Schema:
    """One of these or several."""
    return _said({"anyOf": [*schemas]}, said)


def ref(name: str) -> Schema:
    """A schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def events(*said: Schema, done: bool = True) -> Schema:
    """A server-sent event whose data is one of these as JSON; `done`: the last one is `[DONE]`."""
    data: Schema = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": either(*said) if len(said) > 1 else said[0],
    }
    if done:
        data = {"anyOf": [{"const": "[DONE]"}, data]}
    return {"type": "object", "required": ["data"], "properties": {"event": {"type": "string"}, "data": data}}


def of(model: type[BaseModel]) -> Schema:
    """A body that a door reads as a model, whole in its place. Titles that pydantic makes of names say nothing."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    made: Schema = _whole(schema, parts)
    return made


def _whole(schema: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_whole(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("$ref")
    if isinstance(named, str) and named.startswith("#/$defs/"):
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**_whole(parts[named.rpartition("/")[2]], parts), **beside}
    return {key: _whole(value, parts) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def _said(schema: Schema, said: str) -> Schema:
    return {**schema, "description": said} if said else schema
