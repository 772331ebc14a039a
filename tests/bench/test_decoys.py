"""The adversary of the decoys: it catches what can be caught, and finds nothing where there is nothing to find."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from bench.decoys import naive
from bench.decoys.adversary import Batch, guessed, told
from bench.decoys.memory import Memory, likeness, repeated, seen_through

THINGS = "ledger boiler invoice violin glacier tariff orchard kernel parser lease harbour pension".split()  # noqa: SIM905
TASKS = (
    "Write a polite letter to my landlord about the {} and the {}, no longer than {} lines.",
    "I have a {} that stopped working after the {} was changed. What can I do within {} days?",
    "Explain the difference between a {} and a {} in {} sentences.\n\nUse simple words.",
)


def tasks(count: int, dice: random.Random) -> list[str]:
    """What people ask a model for."""
    return [dice.choice(TASKS).format(*dice.sample(THINGS, 2), dice.randint(2, 90)) for _ in range(count)]


def batches(decoys: Callable[[int, random.Random], list[str]], count: int = 90, size: int = 4) -> list[Batch]:
    dice = random.Random(5)
    made = []
    for number in range(count):
        place = dice.randrange(size)
        texts = decoys(size - 1, dice)
        texts.insert(place, tasks(1, dice)[0])
        made.append(Batch(f"user{number}", tuple(texts), place, tuple(texts), number % 2))
    return made


def test_decoys_of_another_kind_are_seen_through():
    for decoys in (naive.searches, naive.intents):
        how = told(guessed(batches(decoys, 45), 4))
        assert how.auc > 0.95 and how.top1 > 0.9


def test_where_real_and_decoy_are_drawn_alike_guessing_is_all_there_is():
    for size in (2, 4):
        how = told(guessed(batches(tasks, 100), size))
        assert abs(how.auc - 0.5) < 0.13 and abs(how.top1 - 1 / size) < 0.16


def test_the_real_one_may_be_at_any_place_of_a_batch_that_is_cut():
    made = batches(tasks, 400)
    places = Counter(batch.kept(2).index(batch.real) for batch in made)
    assert all(len(batch.kept(2)) == 2 for batch in made) and min(places.values()) > 140


def test_a_provider_that_looks_back_finds_the_one_it_has_never_seen():
    made = batches(naive.searches)
    seen = [text for batch in made for place, text in enumerate(batch.texts) if place != batch.real]
    assert seen_through(made, Memory(seen), 4, random.Random(1)) > 0.95
    assert abs(seen_through(made, Memory([]), 4, random.Random(1)) - 0.25) < 0.15


def test_what_comes_twice_is_found_unless_all_of_it_does():
    dice = random.Random(2)
    first, other = tasks(4, dice), tasks(4, dice)
    assert repeated(first, [first[2], *naive.searches(3, dice)], dice) == first[2]
    assert len({repeated(first, first, dice) for _ in range(60)}) == 4
    assert likeness(first, [first[0]]) == 1.0 > likeness(naive.searches(2, dice), other)
