"""The training itself: texts in, a network out, a line of progress for each epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from queue import Queue
from threading import Thread

import numpy as np
import torch
from torch import Tensor, nn

from training.examples import IGNORED, Example
from training.network import Network
from web_server.privacy.tagger.word_list import COLUMNS

_GAP = 8
"""Tokens of nothing between two texts: as far as the furthest layer looks."""
_BATCH = 5000
_RATE = 3e-3
_UNKNOWN, _NOT_OWN = 0.12, 0.10
"""How many words are met as if no list had them, or as if they had no row of their own."""
_OWN = COLUMNS.index("own")

Batch = tuple[Tensor, Tensor, Tensor]


def fit(
    model: Network, epochs: int, epoch: Callable[[int], Sequence[Example]], progress: Callable[[str], None]
) -> None:
    """`epoch` makes the examples of each; the next are made while one is learned."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.01)
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORED, label_smoothing=0.02)
    schedule: torch.optim.lr_scheduler.OneCycleLR | None = None
    started = time.monotonic()
    for number, examples in enumerate(_ahead(epochs, epoch)):
        made = list(_batches(examples))
        if schedule is None:
            steps = int(len(made) * epochs * 1.03) + 20
            schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps, pct_start=0.15)
        model.train()
        total = 0.0
        for ids, tags, mask in made:
            loss = loss_of(model(ids, mask, _forgotten(ids)), tags)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        spent = time.monotonic() - started
        progress(f"epoch {number + 1} of {epochs}: loss {total / len(made):.4f}, {spent / 60:.1f} min so far")
    model.eval()


def _ahead(epochs: int, epoch: Callable[[int], Sequence[Example]]) -> Iterator[Sequence[Example]]:
    queue: Queue[Sequence[Example] | BaseException] = Queue(maxsize=1)

    def produce() -> None:
        try:
            for number in range(epochs):
                queue.put(epoch(number))
        except BaseException as error:  # raised again where it is waited for
            queue.put(error)

    Thread(target=produce, daemon=True).start()
    for _ in range(epochs):
        made = queue.get()
        if isinstance(made, BaseException):
            raise made
        yield made


def _forgotten(ids: Tensor) -> Tensor:
    kept = torch.ones(ids.shape)
    kept[torch.rand(len(ids)) < _UNKNOWN, : len(COLUMNS)] = 0
    kept[torch.rand(len(ids)) < _NOT_OWN, _OWN] = 0
    return kept


def _batches(examples: Sequence[Example]) -> Iterator[Batch]:
    """Many texts as one long one."""
    held: list[Example] = []
    size = 0
    for each in examples:
        if not 0 < len(each.ids) <= _BATCH:
            continue
        held.append(each)
        size += len(each.ids) + _GAP
        if size > _BATCH:
            yield _packed(held)
            held, size = [], 0
    if held:
        yield _packed(held)


def _packed(examples: Sequence[Example]) -> Batch:
    gap = np.zeros((_GAP, examples[0].ids.shape[1]), np.int32)
    ids = np.concatenate([part for each in examples for part in (each.ids, gap)])
    tags = np.concatenate([part for each in examples for part in (each.tags, np.full(_GAP, IGNORED))])
    mask = np.concatenate(
        [part for each in examples for part in (np.ones(len(each.ids), np.float32), np.zeros(_GAP, np.float32))]
    )
    return torch.from_numpy(ids), torch.from_numpy(tags), torch.from_numpy(mask)[:, None]
