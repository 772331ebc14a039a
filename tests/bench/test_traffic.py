"""The eavesdropper tells what can be told, and no more; the answers differ by their tokens, not by their number."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench.labelled import Set, Text, sets
from bench.traffic.answers import USUAL, answers

pytest.importorskip("sklearn")
guess = pytest.importorskip("bench.traffic.guess")
command = pytest.importorskip("bench.traffic.__main__")


def test_topics_that_differ_in_sizes_are_told_and_those_that_do_not_are_not():
    chance = random.Random(5)
    topics = [number % 3 for number in range(45)]
    told = [[(at * 0.01, 210 + chance.choice((0, topic))) for at in range(20)] for topic in topics]
    alike = [[(at * 0.01, 210 + chance.choice((0, 1))) for at in range(20)] for _ in topics]
    assert guess.guessed(told, topics, trees=20).accuracy > 0.9
    blind = guess.guessed(alike, topics, trees=20)
    assert blind.accuracy < 0.65 and blind.accuracy_by_chance == pytest.approx(1 / 3)
    assert blind.precision_by_chance == pytest.approx(1 / 3)


def test_answers_are_as_long_in_every_topic_unless_topics_have_lengths_of_their_own():
    words = [["well", "so", "then"], ["Verantwortung", "Zusammenhang", "Unterschied"]]
    made = [
        Set(
            str(at), tuple(Text(" ".join(random.Random(each).choices(some, k=30)), "en", (), ()) for each in range(900))
        )
        for at, some in enumerate(words)
    ]
    alike, own = (answers(made, 60, own_lengths=each) for each in (False, True))
    means = [[_mean(found, topic) for topic in (0, 1)] for found in (alike, own)]
    assert abs(means[0][0] - means[0][1]) < USUAL * 0.35
    assert means[1][1] > 3 * means[1][0]
    assert alike == answers(made, 60, own_lengths=False)


def _mean(found: list, topic: int) -> float:
    lengths = [len(each.tokens) for each in found if each.topic == topic]
    return sum(lengths) / len(lengths)


def test_sets_whose_names_begin_alike_are_one_topic(tmp_path: Path):
    for name in ("a_dev", "a_train", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "1", "lang": "en", "text": "Hello."}\n')
    assert [(each.name, len(each.texts)) for each in command.topics_of(sets(tmp_path))] == [("a", 2), ("b", 1)]
