"""The names in plain prompts, as somebody has read them: what else is found there is false.

`labels/<set>.read` holds the ids of the prompts that were read whole, one a line; `labels/<set>.tsv` the names in them:
id, start, end and kind, offsets in code points. No text stands in either. Called by `bench.labelled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from web_server.privacy.spans import START, Span

LABELS = Path(__file__).parent / "labels"


def names(of: str, folder: Path = LABELS) -> Mapping[str, tuple[Span, ...]]:
    """By the id of each prompt of the set that was read, its names; nobody has read a prompt that is not here."""
    read = folder / f"{of}.read"
    if not read.exists():
        return {}
    found: dict[str, list[Span]] = {each: [] for each in read.read_text(encoding="utf-8").split()}
    for line in (folder / f"{of}.tsv").read_text(encoding="utf-8").splitlines():
        each, start, end, kind = line.split("\t")
        found[each].append(Span(int(start), int(end), kind))
    return {each: tuple(sorted(spans, key=START)) for each, spans in found.items()}
