"""A recognizer that a policy names: found, made, and made safe to run.

Called by `policy_recognizers`, with one entry as plain values. Understands a class by its import path, and Presidio's
own YAML for recognizers without code and for predefined ones. Never fetches anything, and refuses what would.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import presidio_analyzer
from presidio_analyzer import EntityRecognizer, LMRecognizer, PatternRecognizer, RemoteRecognizer
from presidio_analyzer import predefined_recognizers as predefined

from web_server.privacy.offline import stay_offline
from web_server.privacy.presidio.bounded import bound

_LANGUAGES = ("supported_language", "supported_languages")
_SAYS_NOTHING_HERE = ("type", "enabled")
"""Of Presidio's YAML."""
_REMOTE = (RemoteRecognizer, LMRecognizer)
_NEEDS_MODEL = (predefined.SpacyRecognizer, predefined.GLiNERRecognizer, predefined.HuggingFaceNerRecognizer)


class CannotPlug(ValueError):
    """Why a recognizer cannot be used: names of classes and settings, never a value of a list."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recognizer and what its entities are called here."""

    recognizer: EntityRecognizer
    renamed: Mapping[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.renamed.get(entity, entity) for entity in self.recognizer.supported_entities)


def choose(said: Mapping[str, Any]) -> Chosen:
    """The recognizer that an entry asks for. Raises `CannotPlug`."""
    stay_offline()
    asked = dict(said)
    renamed = asked.pop("kinds", {})
    recognizer = _made(asked)
    unknown = sorted(set(renamed) - set(recognizer.supported_entities))
    if unknown:
        raise CannotPlug(f"{recognizer.name} finds {', '.join(recognizer.supported_entities)}, not {unknown[0]}")
    bound(recognizer)
    return Chosen(recognizer, renamed)


def _made(asked: dict[str, Any]) -> EntityRecognizer:
    """`class` is ours; `name` with `type: predefined`, and `patterns` or `deny_list`, are Presidio's YAML."""
    path = asked.pop("class", None)
    without_code = "patterns" in asked or "deny_list" in asked
    if path is None and not without_code and asked.get("type") == "predefined":
        path = f"{predefined.__name__}.{asked.pop('name', '')}"
    if path is None:
        if not without_code:
            raise CannotPlug("expected a class, or patterns, or a deny_list")
        return _without_code(asked)
    language = asked.pop("language", None) or _language(asked)
    context = _context(asked)
    for key in _SAYS_NOTHING_HERE:
        asked.pop(key, None)
    if language:
        asked["supported_language"] = language
    if context:
        asked["context"] = context
    return _constructed(_class(str(path)), asked)


def _without_code(asked: dict[str, Any]) -> EntityRecognizer:
    language = asked.pop("language", None) or _language(asked) or "en"
    context = _context(asked)
    for key in _SAYS_NOTHING_HERE:
        asked.pop(key, None)
    try:
        return PatternRecognizer.from_dict({**asked, "supported_language": language, "context": context})
    except (TypeError, ValueError, KeyError, AttributeError) as wrong:
        raise CannotPlug(f"not a recognizer of Presidio's: {_why(wrong)}") from None


def _language(asked: dict[str, Any]) -> str | None:
    """The first one named: our readers know no languages, and a recognizer runs over every text."""
    one, many = (asked.pop(key, None) for key in _LANGUAGES)
    if isinstance(many, list) and many:
        first = many[0]
        if isinstance(first, dict):
            asked.setdefault("context", first.get("context"))
            return str(first.get("language", "en"))
        return str(first)
    return str(one) if one else None


def _context(asked: dict[str, Any]) -> list[str] | None:
    context = asked.pop("context", None)
    if context is not None and not (isinstance(context, list) and all(isinstance(word, str) for word in context)):
        raise CannotPlug("context must be a list of words")
    return context


def _class(path: str) -> type[EntityRecognizer]:
    """`module:Class` or `module.Class`; a class of Presidio's own may stand without its module."""
    module, _, name = path.partition(":") if ":" in path else path.rpartition(".")
    module = module or predefined.__name__
    try:
        found = getattr(importlib.import_module(module), name, None)
    except Exception as wrong:  # whatever the module does when it is imported
        raise CannotPlug(f"cannot import `{module}`: {type(wrong).__name__}") from None
    if found is None:
        raise CannotPlug(f"`{module}` has no class `{name}`")
    if not (isinstance(found, type) and issubclass(found, EntityRecognizer)):
        raise CannotPlug(f"`{name}` is no Presidio recognizer")
    if issubclass(found, _REMOTE):
        raise CannotPlug(f"`{name}` would send the text elsewhere; only recognizers that run here can be used")
    if issubclass(found, _NEEDS_MODEL) or found.__module__.startswith(
        f"{presidio_analyzer.__name__}.predefined_recognizers.ner"
    ):
        raise CannotPlug(f"`{name}` needs a trained model, which nothing loads here")
    return found


def _constructed(of: type[EntityRecognizer], asked: dict[str, Any]) -> EntityRecognizer:
    try:
        return of(**asked)
    except Exception as wrong:  # a constructor may raise anything
        raise CannotPlug(f"`{of.__name__}` cannot be made: {_why(wrong)}") from None


def _why(wrong: Exception) -> str:
    """The message where it speaks of arguments and patterns; a deny-list's words are in none of these."""
    if isinstance(wrong, TypeError) or str(wrong).startswith(("Invalid regex pattern", "Invalid score")):
        return str(wrong)[:200]
    return type(wrong).__name__
