"""Names as a pipeline of spaCy's reads them, one that the operator has installed and chosen in the policy file.

Made by `engines`, called from any thread. Nothing is fetched: a pipeline is an installed package or a folder. Of its
parts only those that find names are loaded, where these need no others. Keeps no text, and no word of one.
"""

from __future__ import annotations

import os
import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from web_server.privacy import kinds
from web_server.privacy.offline import stay_offline
from web_server.privacy.tagger.model_file import BadModel
from web_server.privacy.tagger.name import Name
from web_server.privacy.wanted import still_wanted
from web_server.privacy.windows import BEFORE, BEHIND, CORE, windows

KINDS: Final = {
    "PERSON": kinds.PERSON,
    "PER": kinds.PERSON,
    "GPE": kinds.LOCATION,
    "LOC": kinds.LOCATION,
    "FAC": kinds.LOCATION,
    "ORG": kinds.ORGANIZATION,
    **{kind: kind for kind in (kinds.LOCATION, kinds.ORGANIZATION, kinds.USERNAME)},
}
"""What the labels of pipelines are called here; any other is left alone."""

_FINDS = frozenset(("ner", "beam_ner", "entity_ruler", "future_entity_ruler"))
"""spaCy's own parts that find names, as their factories are called."""
_OTHERS: Final = (
    *("tagger", "morphologizer", "parser", "senter", "sentencizer", "lemmatizer", "trainable_lemmatizer"),
    *("attribute_ruler", "textcat", "textcat_multilabel", "spancat", "spancat_singlelabel", "entity_linker"),
)
"""Parts that find none, and take more than half of the time."""
_READS_OTHERS = re.compile(r"['\"](?:POS|TAG|MORPH|DEP|LEMMA|(?:IS_)?SENT_START)['\"]", re.IGNORECASE)
"""In a ruler's patterns: what those others say of a word."""

_LONGEST = BEFORE + CORE + BEHIND
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, which spaCy cannot read."""
_KEPT = 4
"""So many pipelines stay loaded, used or not."""
_TRIED = "Ada Lovelace of Acme wrote to Charles Babbage in London on Monday."


class SpacyTagger:
    """`model` is a package's name or a folder's path. Raises BadModel where it cannot be used, with what to do."""

    tells_unlikely = False

    def __init__(self, model: str, score: float = 0.85) -> None:
        with _loading:
            self._pipeline = _pipeline(model)
        self._score = score

    def names(self, text: str) -> list[Name]:
        """In order, none overlapping."""
        found: list[Name] = []
        behind = 0
        for window in windows(text):
            still_wanted()
            for start, end, label in self._pipeline.read(window.text):
                at = window.offset + start
                if label in KINDS and window.start <= at < window.end and at >= behind:
                    behind = window.offset + end
                    found.append(Name(at, behind, KINDS[label], self._score))
        return found


class _Pipeline:
    """A pipeline of spaCy's, one text at a time: its vocabulary grows while it reads, and is cut back afterwards."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._lock = threading.Lock()
        # What spaCy thinks of is memory for a text of a million characters.
        nlp.max_length = max(nlp.max_length, _LONGEST)

    def read(self, text: str) -> list[tuple[int, int, str]]:
        """Where each thing that it names begins and ends, and its label."""
        text = _LONE.sub("\ufffd", text)
        with self._lock, self._nlp.memory_zone():
            return [(each.start_char, each.end_char, each.label_) for each in self._nlp(text).ents]


_loading = threading.Lock()


@lru_cache(maxsize=_KEPT)
def _pipeline(model: str) -> _Pipeline:
    """Loaded once a process, whatever score its names count with."""
    stay_offline()
    where = _found(model)
    try:
        nlp = _lean(where)
    except Exception:  # a part may need one that was left out
        nlp = None
    try:
        nlp = nlp or _loaded(where, ())
        _check(nlp, model)
        nlp(_TRIED)
    except BadModel:
        raise
    except Exception as wrong:  # whatever its parts do when they are loaded or first run
        raise BadModel(f"{_called(model)} cannot be loaded by spaCy: {_why(wrong)}") from None
    return _Pipeline(nlp)


def _found(model: str) -> str | Path:
    """What spaCy loads. BadModel where there is nothing of that name."""
    if os.sep in model:
        folder = Path(model)
        if not folder.exists():
            raise BadModel(f"there is no folder {_called(model)}")
        if not folder.is_dir():
            raise BadModel(f"{_called(model)} is no folder; `pip install` it, and write the package's name")
        if not (folder / "config.cfg").is_file():
            inside = next(iter(sorted(folder.glob("*/config.cfg"))), None)
            hint = f"; did you mean {_called(str(inside.parent))}?" if inside else ""
            raise BadModel(f"{_called(model)} is no pipeline of spaCy 3: it has no config.cfg{hint}")
        return folder
    from spacy.util import is_package  # noqa: PLC0415  0.7 s and 80 MiB

    if not is_package(model):
        raise BadModel(
            f"no package {_called(model)} is installed, and there is no folder of that name; "
            "install it where the web server runs (`python -m spacy download` has spaCy's own), or write a folder"
        )
    return model


def _lean(where: str | Path) -> Any:
    """The parts that find names, alone. Nothing where any part may read what the others say."""
    nlp = _loaded(where, _OTHERS)
    finders = [name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory in _FINDS]
    vectors = [name for name in nlp.pipe_names if hasattr(nlp.get_pipe(name), "listening_components")]
    if not finders or len(finders) + len(vectors) < len(nlp.pipe_names):
        return None
    if any(_READS_OTHERS.search(_patterns(nlp.get_pipe(name))) for name in finders):
        return None
    for name in vectors:
        if not nlp.get_pipe(name).listening_components:
            nlp.remove_pipe(name)
    nlp(_TRIED)
    return nlp


def _patterns(part: Any) -> str:
    return f"{getattr(part, 'patterns', '')} {getattr(part, 'phrase_matcher_attr', '')!r}"


def _loaded(where: str | Path, left_out: tuple[str, ...]) -> Any:
    import spacy  # noqa: PLC0415 - as above

    return spacy.load(where, exclude=left_out)


def _check(nlp: Any, model: str) -> None:
    """A pipeline that can find no name would be read as a text without names. BadModel."""
    finders = [
        nlp.get_pipe(name)
        for name in nlp.pipe_names
        if nlp.get_pipe_meta(name).factory in _FINDS or "doc.ents" in nlp.get_pipe_meta(name).assigns
    ]
    if not finders:
        parts = ", ".join(nlp.pipe_names) or "nothing"
        raise BadModel(f"{_called(model)} finds no names: it has no `ner` and no `entity_ruler`, but {parts}")
    labels = {label for part in finders for label in getattr(part, "labels", KINDS)}
    if labels.isdisjoint(KINDS):
        finds = ", ".join(sorted(labels)[:10]) or "nothing"
        raise BadModel(f"{_called(model)} finds {finds}, and none of {', '.join(KINDS)}")


def _called(model: str) -> str:
    return f"`{model[:200]}`"


def _why(wrong: Exception) -> str:
    """One line of it: spaCy's own says what is missing, or that the pipeline is of another version."""
    line = " ".join(str(wrong).split())[:200]
    return f"{type(wrong).__name__}: {line}" if line else type(wrong).__name__
