"""The network as it is used: rows added up, convolutions that look further and further around, a probability by tag.

Called by the tagger. NumPy alone; never writes to its weights, so that threads share one and processes map one file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from web_server.privacy.tagger.features import Features

Floats: TypeAlias = NDArray[np.float32]

_SMALLEST = 1e-5
_BLOCK = 400
"""Tokens that are read at once: their numbers lie in the second cache of any processor of today."""


@dataclass(frozen=True, slots=True)
class Layer:
    """`weight` (3 * width, width) takes a token between its neighbours `reach` before and behind."""

    reach: int
    weight: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Network:
    rows: NDArray[np.int8]
    """All tables below each other; a row times `scale` is what is added up."""
    scale: float
    offsets: NDArray[np.int32]
    """Where the table of each column begins."""
    gain: Floats
    bias: Floats
    layers: tuple[Layer, ...]
    tags: Floats
    tags_bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], reaches: Sequence[int], scale: float) -> Network:
        """Of a model file's arrays. KeyError where one is missing."""

        def floats(name: str) -> Floats:
            return np.ascontiguousarray(arrays[name], np.float32)

        layers = tuple(
            Layer(reach, floats(f"layer{at}"), floats(f"layer{at}_bias")) for at, reach in enumerate(reaches)
        )
        rows, offsets = arrays["rows"].view(np.int8), arrays["offsets"].astype(np.int32)
        return cls(rows, scale, offsets, floats("gain"), floats("bias"), layers, floats("tags"), floats("tags_bias"))

    def probabilities(self, of: Features) -> Floats:
        """(tokens, tags), each row adding up to 1. A long text is read in blocks that fit the processor's cache."""
        by_word = self._summed(of.ids)
        reach = sum(layer.reach for layer in self.layers)
        size = len(of.places)
        blocks = []
        for start in range(0, size, _BLOCK):
            first, end = max(0, start - reach), min(size, start + _BLOCK)
            last = min(size, end + reach)
            read = self._read(by_word[of.places[first:last]], of.glue[first:last])
            blocks.append(read[start - first : end - first])
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def _summed(self, ids: NDArray[np.int32]) -> NDArray[np.int16]:
        """Once for each different word. Sixteen bits hold the sum of 258 bytes."""
        total = np.zeros((len(ids), self.rows.shape[1]), np.int16)
        for column in (ids + self.offsets[:-1]).T:
            total += self.rows.take(column, 0)
        return total

    def _read(self, summed: NDArray[np.int16], glue: NDArray[np.int32]) -> Floats:
        summed += self.rows.take(glue + self.offsets[-1], 0)
        x = summed.astype(np.float32)
        x *= self.scale
        x -= x.mean(1, keepdims=True)
        spread = np.sqrt(np.einsum("tw,tw->t", x, x) / x.shape[1] + _SMALLEST)
        x *= self.gain / spread[:, None]
        x += self.bias
        for layer in self.layers:
            seen = _around(x, layer.reach) @ layer.weight
            seen += layer.bias
            x += np.maximum(seen, 0, out=seen)
        scores: Floats = x @ self.tags + self.tags_bias
        scores -= scores.max(1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(1, keepdims=True)
        return scores


def _around(x: Floats, reach: int) -> Floats:
    """Each token's own values between those of its neighbours; beyond the text there is nothing."""
    size, width = x.shape
    if size <= reach:
        made = np.zeros((size, 3 * width), np.float32)
        made[:, width : 2 * width] = x
        return made
    made = np.empty((size, 3 * width), np.float32)
    made[:, width : 2 * width] = x
    made[:reach, :width] = 0
    made[reach:, :width] = x[:-reach]
    made[-reach:, 2 * width :] = 0
    made[:-reach, 2 * width :] = x[reach:]
    return made
