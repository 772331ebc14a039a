"""The cyclic garbage collector, kept from stopping every thread while a long list of keys is being built, and from
looking too often.

Called by `holdings`, and once by `__main__`. With 100,000 keys a full collection holds the event loop for 110 ms, and
building the list sets off several; without them the longest wait is 37 ms (measured). The list itself has no cycles:
reference counts free it. Never leaves the collector off.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 10_000
SELDOM = (10_000, 20, 50)
"""What a call makes is freed by its counts and has few cycles: no need to look after each 700 objects, Python's way."""


@contextmanager
def paused() -> Iterator[None]:
    """No collection within the block. Blocks may stand within each other."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def spare(size: int) -> None:
    """Let no later collection look through what is there now, where it is many objects: it is there to stay."""
    if size >= LARGE:
        gc.freeze()


def seldom() -> None:
    """Collections at greater intervals, from now on."""
    gc.set_threshold(*SELDOM)
