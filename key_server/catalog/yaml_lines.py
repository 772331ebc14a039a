"""YAML that remembers its lines, so that a bad one can be named.

Called by `catalog` and `provider_rows`. A `Block` is a dict whose `line_of(key)` says where the key stands (1 = first
line).
Never resolves tags beyond YAML's plain types (SafeLoader), and refuses a key that is written twice.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.nodes import MappingNode


class YamlError(Exception):
    """One sentence and the line it is about."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line = line
        self.sentence = sentence


class Block(dict[str, Any]):
    """A mapping of the file, with its own line and its keys' lines."""

    line: int = 1
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


def load(text: str) -> Block:
    """The file's top-level mapping; an empty file is an empty one. Raises YamlError."""
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader subclass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, error.problem or "not YAML") from None
    except yaml.YAMLError:
        raise YamlError(1, "not YAML") from None
    except RecursionError:
        raise YamlError(1, "nested too deeply") from None
    if found is None:
        return Block()
    if not isinstance(found, Block):
        raise YamlError(1, "the file is not a mapping")
    return found


def _block(loader: yaml.SafeLoader, node: MappingNode) -> Block:
    block = Block()
    block.line = node.start_mark.line + 1
    block.lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise YamlError(line, "a name here must be text")
        if key in block:
            raise YamlError(line, f"{key!r} stands here twice")
        block[key] = loader.construct_object(value_node, deep=True)
        block.lines[key] = line
    return block


class _Loader(yaml.SafeLoader):
    yaml_constructors = {**yaml.SafeLoader.yaml_constructors, "tag:yaml.org,2002:map": _block}  # noqa: RUF012 - PyYAML's own way
