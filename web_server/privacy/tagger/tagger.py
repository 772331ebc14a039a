"""Names of people, places, organisations and accounts in a text, as the shipped model reads it.

Loaded once a process and called from any thread: nothing is written after loading. Asked by `read_names`.
Never decides what is public knowledge, and keeps no text: the finder and the policy do the one, nobody the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from web_server.privacy.language import language_of
from web_server.privacy.tagger import model_file
from web_server.privacy.tagger.calibration import Calibration
from web_server.privacy.tagger.features import COLUMNS as OWN_COLUMNS
from web_server.privacy.tagger.features import SIZES, features
from web_server.privacy.tagger.model_file import BadModel, ModelFile
from web_server.privacy.tagger.name import Name
from web_server.privacy.tagger.network import Floats, Network
from web_server.privacy.tagger.tokens import Tokens, tokens
from web_server.privacy.tagger.word_list import COLUMNS, WordList

SHIPPED = Path(__file__).parent / "names.model"
_LEAST = 0.05
"""Names less likely than this are not reported to anybody."""
_OF_THE_SUREST = 0.45
"""A token this much less likely than the surest beside it is no part of the name."""
_PLACES = 4
"""A kind has a tag for a name's beginning, inside, end, and for a name of one token, in this order."""
_BEGIN, _SINGLE = 0, 3


class Tagger:
    """Raises BadModel where the file is none, is damaged, or was trained for other tables than these."""

    tells_unlikely = True

    def __init__(self, path: Path = SHIPPED) -> None:
        file = model_file.read(path)
        try:
            self._words = WordList(file.arrays["keys"], file.arrays["words"])
            self._network = Network.of(file.arrays, file.about["reaches"], file.about["scale"])
            self._kinds = tuple(file.about["kinds"])
            self._calibration = tuple(Calibration.of(file.about["calibration"][kind]) for kind in self._kinds)
            _check(file, self._words, self._network, len(self._kinds))
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise BadModel(f"{path} is no model that this version reads ({type(error).__name__})") from None

    def names(self, text: str) -> list[Name]:
        """In order, none overlapping."""
        read = tokens(text)
        if not read:
            return []
        language = language_of(frozenset(map(str.lower, read.words)))
        probabilities = self._network.probabilities(features(read, self._words, language))
        return list(self._decoded(read, probabilities))

    def _decoded(self, read: Tokens, probabilities: Floats) -> Iterator[Name]:
        by_place = probabilities[:, 1:].reshape(len(read), len(self._kinds), _PLACES)
        by_kind = by_place.sum(2)
        sure, found = by_kind.max(1), by_kind.argmax(1)
        begins = (by_place[:, :, _BEGIN] + by_place[:, :, _SINGLE]) * 2 >= by_kind
        kinds, likely = found.tolist(), sure.tolist()
        for run in _runs(np.flatnonzero(sure >= _LEAST).tolist()):
            least = _OF_THE_SUREST * max(likely[at] for at in run)
            part: list[int] = []
            for at in run:
                breaks = likely[at] < least
                if part and (breaks or kinds[at] != kinds[part[0]] or begins[at, kinds[at]]):
                    yield from self._name(read, part, likely, kinds[part[0]])
                    part = []
                if not breaks:
                    part.append(at)
            if part:
                yield from self._name(read, part, likely, kinds[part[0]])

    def _name(self, read: Tokens, part: list[int], likely: list[float], kind: int) -> Iterator[Name]:
        while part and _is_mark(read.words[part[0]]):
            part = part[1:]
        while part and _is_mark(read.words[part[-1]]) and not _ends_initial(read, part):
            part = part[:-1]
        if part:
            probability = self._calibration[kind].measured(sum(likely[at] for at in part) / len(part))
            yield Name(read.starts[part[0]], read.ends[part[-1]], self._kinds[kind], probability)


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Numbers in order, as runs of neighbours."""
    run: list[int] = []
    for at in places:
        if run and at != run[-1] + 1:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _is_mark(word: str) -> bool:
    return not word[0].isalnum()


def _ends_initial(read: Tokens, part: list[int]) -> bool:
    """The full stop of `Dave S.`, but not that of a sentence."""
    before = read.words[part[-1] - 1]
    return len(part) > 2 and read.words[part[-1]] == "." and len(before) == 1 and before.isupper()


def _check(file: ModelFile, words: WordList, network: Network, kinds: int) -> None:
    """Every index that a text can lead to is inside its table. ValueError where not."""
    sizes = [*file.about["sizes"], *SIZES]
    width = network.rows.shape[1]
    fits = (
        len(sizes) == len(COLUMNS) + len(OWN_COLUMNS) == len(network.offsets)
        and words.table.shape == (len(words.keys), len(COLUMNS))
        and (words.table.max(0) < np.array(sizes[: len(COLUMNS)])).all()
        and (network.offsets == np.cumsum([0, *sizes[:-1]])).all()
        and sum(sizes) == len(network.rows)
        and (np.diff(words.keys.astype(np.int64)) > 0).all()
        and network.tags.shape == (width, 1 + _PLACES * kinds)
        and all(layer.weight.shape == (3 * width, width) and layer.bias.shape == (width,) for layer in network.layers)
        and network.gain.shape == network.bias.shape == (width,)
        and network.tags_bias.shape == (network.tags.shape[1],)
    )
    if not fits:
        raise ValueError("tables do not fit")


@lru_cache(maxsize=1)
def shipped() -> Tagger:
    """The model that comes with the project, read once a process. Raises BadModel."""
    # Products of a few hundred rows: a second thread costs more than it saves, and takes another query's core.
    threadpool_limits(limits=1, user_api="blas")
    return Tagger()
