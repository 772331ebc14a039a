"""The policy file's `names:`, what reads names beside the rules:

    names: {engine: built-in}
    names: {engine: rules}
    names: {engine: spacy, model: en_core_web_md, score: 0.85}

Called by `policy_file` with the node of that part, and by whoever reads a policy: what it chose must be there, whether
a file says so or not. A pipeline of spaCy's is loaded here, at the start, so that one that cannot be is an error with
its line; spaCy itself is imported only where the part names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from web_server.privacy.name_engine import Engine, NameEngine
from web_server.privacy.policy_page import Page, PolicyError, unknown


def names(page: Page, node: yaml.Node) -> NameEngine | None:
    """What the part says. Raises `PolicyError`.

    None where settings of it have mistakes of their own, which the page keeps.
    """
    said: dict[str, Any] = {}
    at: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in page.entries(node):
        if key.value not in _READERS:
            raise page.wrong(key, unknown(key.value, _READERS, "setting of names"))
        at[key.value] = key, value
        said[key.value] = page.tried(partial(_READERS[key.value], page, value))
    if None in said.values():
        return None
    made = NameEngine(**said)
    if made.engine is not Engine.SPACY:
        for setting in sorted(at.keys() - {"engine"}):
            raise page.wrong(at[setting][0], f"`{setting}` is for `engine: spacy` alone")
    elif not made.model:
        raise page.wrong(node, "`engine: spacy` needs its `model`, the name of an installed package or a folder")
    else:
        _load(page, at["model"][1], made)
    return made


def check_reader(chosen: NameEngine, name: str) -> None:
    """Raises `PolicyError`, as the policy of that name, where what it chose to read names with cannot be loaded."""
    from web_server.privacy.tagger.engines import BadModel, tagger_of  # noqa: PLC0415 - as in `_load`

    try:
        tagger_of(chosen)
    except BadModel as refused:
        raise PolicyError(name, str(refused)) from None


def _load(page: Page, node: yaml.Node, made: NameEngine) -> None:
    from web_server.privacy.tagger.engines import BadModel, tagger_of  # noqa: PLC0415 - NumPy, for this engine alone

    try:
        tagger_of(made)
    except BadModel as refused:
        raise page.wrong(node, str(refused)) from None


def _model(page: Page, node: yaml.Node) -> str:
    """A folder as seen from this file's, else what is hoped to be a package."""
    word = page.word(node, "the name of an installed package or a folder")
    if not word.isprintable():
        raise page.wrong(node, "expected the name of an installed package or a folder")
    folder = Path(page.name).parent / word
    return str(folder.resolve()) if "/" in word or folder.is_dir() else word


_READERS: Mapping[str, Callable[[Page, yaml.Node], Any]] = {
    "engine": lambda page, node: Engine(page.one_of(node, [*Engine], "engine")),
    "model": _model,
    "score": lambda page, node: page.share(node),
}
