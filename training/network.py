"""The network as it is trained: rows added up, then convolutions that look further and further around."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.marked import TAGS

REACHES = (1, 1, 2, 4, 8)
"""How far each layer looks to both sides."""


class Network(nn.Module):
    def __init__(self, sizes: Sequence[int], width: int = 128, drop: float = 0.2) -> None:
        super().__init__()
        offsets = torch.tensor([0, *sizes[:-1]]).cumsum(0)
        self.register_buffer("offsets", offsets)
        self.rows = nn.EmbeddingBag(sum(sizes), width, mode="sum")
        nn.init.normal_(self.rows.weight, std=0.1)
        self.first = nn.LayerNorm(width)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, padding=reach, dilation=reach) for reach in REACHES)
        self.tags = nn.Linear(width, len(TAGS))
        self.drop = nn.Dropout(drop)

    def forward(self, ids: Tensor, mask: Tensor, kept: Tensor | None = None) -> Tensor:
        """`ids` (tokens, columns); `mask` (tokens, 1) is 0 between texts; `kept` is 0 for what is not to be seen."""
        x = self.rows(ids + self.offsets, per_sample_weights=torch.ones(ids.shape) if kept is None else kept)
        x = self.drop(self.first(x)) * mask
        for layer in self.layers:
            seen = layer(x.t().unsqueeze(0)).squeeze(0).t()
            x = (x + self.drop(torch.relu(seen))) * mask
        return self.tags(x)
