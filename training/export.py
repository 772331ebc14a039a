"""Writes the trained network as the file that is shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.marked import KINDS
from training.network import REACHES, Network
from training.word_list import Listed
from web_server.privacy.tagger import model_file


def export(
    path: Path,
    model: Network,
    listed: Listed,
    calibration: Mapping[str, Sequence[tuple[float, float]]],
    about: Mapping[str, Any],
) -> None:
    """Rows become bytes of one scale; all else halves."""
    rows = model.rows.weight.detach().numpy()
    scale = float(np.abs(rows).max()) / 127
    arrays: dict[str, Any] = {
        "rows": np.round(rows / scale).astype(np.int8),
        "offsets": model.offsets.numpy().astype(np.int32),
        "gain": model.first.weight.detach().numpy().astype(np.float16),
        "bias": model.first.bias.detach().numpy().astype(np.float16),
        "tags": model.tags.weight.detach().numpy().T.astype(np.float16),
        "tags_bias": model.tags.bias.detach().numpy().astype(np.float16),
        "keys": listed.words.keys,
        "words": listed.words.table,
    }
    for at, layer in enumerate(model.layers):
        weight = layer.weight.detach().numpy()  # (out, in, 3)
        arrays[f"layer{at}"] = weight.transpose(2, 1, 0).reshape(-1, weight.shape[0]).astype(np.float16)
        arrays[f"layer{at}_bias"] = layer.bias.detach().numpy().astype(np.float16)
    model_file.write(
        path,
        arrays,
        {
            **about,
            "kinds": list(KINDS),
            "reaches": list(REACHES),
            "scale": scale,
            "sizes": list(listed.sizes),
            "calibration": {kind: [list(point) for point in calibration[kind]] for kind in KINDS},
        },
    )
