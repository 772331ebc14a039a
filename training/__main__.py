"""`python -m training --data FOLDER`: trains the model of names that is shipped, and replaces it when all is done.

About twenty minutes on two cores. An interrupted run leaves the shipped model as it is; vectors of words, the one slow
step that never changes, are kept in the work folder. docs/names-model.md says what it is trained on.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training import calibration, meaning, sets, word_list
from training.examples import Example, example
from training.export import export
from training.fit import fit
from training.marked import KINDS, SKIP, Marked
from training.network import Network
from training.sources import Sources
from training.word_list import Listed
from web_server.privacy.tagger.features import SIZES
from web_server.privacy.tagger.tagger import SHIPPED, Tagger

_SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets, one JSON object a line")
    parser.add_argument("--out", type=Path, default=SHIPPED, help=f"where the model goes (default: {SHIPPED.name})")
    parser.add_argument("--work", type=Path, default=Path(".training"), help="what is kept between runs")
    parser.add_argument("--epochs", type=int, default=3, help="more learn the texts by heart (default: 3)")
    parser.add_argument("--filled", type=int, default=20_000, help="filled templates an epoch (default: 20,000)")
    parser.add_argument("--width", type=int, default=128, help="numbers by token (default: 128)")
    asked = parser.parse_args()
    if not any(asked.data.glob("*.jsonl")):
        parser.error(f"{asked.data} holds no *.jsonl")
    asked.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(_SEED)

    try:
        sources = Sources(asked.data, asked.filled, plain=2500)
    except sets.BadSet as wrong:
        parser.error(str(wrong))
    _say(f"{len(sources.labelled):,} labelled texts, {len(sources.templates):,} templates")
    listed = word_list.build(sources.words(), lambda words: _vectors(words, asked.work))
    _say(f"{len(listed.words.keys):,} words")
    model = Network((*listed.sizes, *SIZES), asked.width)

    def epoch(number: int) -> Sequence[Example]:
        return [example(each, listed.words) for each in sources.epoch(number)]

    fit(model, asked.epochs, epoch, _say)
    torch.save(model.state_dict(), asked.work / "network.pt")
    (asked.work / "words.pickle").write_bytes(pickle.dumps(listed))
    ship(model, listed, asked.data, asked.out)


def ship(model: Network, listed: Listed, data: Path, out: Path) -> None:
    """Calibrates what was trained, as it will be used, and puts it in place."""
    held_out = [each for name, each in sets.learned(data, held_out=True) if name != "prompts_arena_v01"]
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.model"
        export(raw, model, listed, dict.fromkeys(KINDS, calibration.NOTHING), {})
        curves = _calibrated(Tagger(raw), held_out)
    about = {"texts_held_out": len(held_out), "words": len(listed.words.keys)}
    export(out, model, listed, curves, about)
    _say(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


def _calibrated(tagger: Tagger, texts: Sequence[Marked]) -> dict[str, calibration.Points]:
    read: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    for text in texts:
        for name in tagger.names(text.text):
            over = [mark for mark in text.marks if mark.start < name.end and name.start < mark.end]
            if not any(mark.kind == SKIP for mark in over):
                read[name.kind].append((name.probability, any(mark.kind == name.kind for mark in over)))
    # No set labels accounts: their probabilities stay as they are.
    return {kind: calibration.fitted(read[kind]) if kind != "USERNAME" else calibration.NOTHING for kind in KINDS}


def _vectors(words: Sequence[str], work: Path) -> NDArray[np.float32]:
    """Those of earlier runs, and new ones for new words."""
    path = work / "vectors.npz"
    kept: dict[str, int] = {}
    vectors = np.zeros((0, 384), np.float16)
    if path.exists():
        with np.load(path) as file:
            kept = {word: at for at, word in enumerate(file["words"].tolist())}
            vectors = file["vectors"]
    new = [word for word in words if word not in kept]
    if new:
        _say(f"{len(new):,} words are read one by one; about a minute for 60,000")
        vectors = np.concatenate((vectors, meaning.vectors(new).astype(np.float16)))
        kept.update({word: len(kept) + at for at, word in enumerate(new)})
        np.savez(path, words=np.array(list(kept)), vectors=vectors)
    return vectors[[kept[word] for word in words]].astype(np.float32)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
