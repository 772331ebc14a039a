"""An eavesdropper that has learned: which topic an answer has, told by the sizes and times of its writes.

Used by `bench.traffic`. Two classifiers see each trace, one its figures (counts, spreads, histograms, the beginning),
one the sequence of its sizes and gaps as n-grams; their odds are averaged. Trained and asked by cross-validation.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

FOLDS = 5
FIRST = 30
BINS = np.array(
    [0, 200, 208, 212, 214, 216, 218, 220, 222, 224, 226, 228, 230, 235, 240, 260, 300, 500, 1000, 2000, 1e9]
)
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)

Writes = Sequence[tuple[float, int]]


class Guessed(NamedTuple):
    """Shares from 0 to 1. `chance`: of the commonest topic for accuracy; of topics on average for precision."""

    accuracy: float
    accuracy_by_chance: float
    precision: float
    precision_by_chance: float


def guessed(traces: Sequence[Writes], topics: Sequence[int], *, trees: int = 200, seed: int = 3) -> Guessed:
    """How well topics are told. Precision is the area under the curve of precision and recall, over topics."""
    truth = np.array(topics)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    by_figures = cross_val_predict(
        ExtraTreesClassifier(trees, min_samples_leaf=2, random_state=seed),
        np.array([figures(trace) for trace in traces]),
        truth,
        cv=folds,
        method="predict_proba",
    )
    by_order = cross_val_predict(
        make_pipeline(
            TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 3), min_df=2, max_features=6_000, sublinear_tf=True),
            LogisticRegression(max_iter=300, C=10),
        ),
        [words(trace) for trace in traces],
        truth,
        cv=folds,
        method="predict_proba",
    )
    odds = (by_figures + by_order) / 2
    kinds = np.unique(truth)
    shares = [float(np.mean(truth == kind)) for kind in kinds]
    precisions = [average_precision_score(truth == kind, odds[:, at]) for at, kind in enumerate(kinds)]
    return Guessed(
        float(np.mean(kinds[odds.argmax(axis=1)] == truth)),
        max(shares),
        float(np.mean(precisions)),
        float(np.mean(shares)),
    )


def figures(trace: Writes) -> list[float]:
    """One trace in numbers, as many for each."""
    sizes = np.array([size for _, size in trace], dtype=float)
    times = np.array([when for when, _ in trace])
    gaps = np.diff(times) if len(times) > 1 else np.zeros(1)
    shares = np.histogram(sizes, BINS)[0] / len(sizes)
    beginning = [*sizes[:FIRST], *[0.0] * max(0, FIRST - len(sizes))]
    return [
        *(len(sizes), sizes.sum(), sizes.mean(), sizes.std(), times[0], times[-1] - times[0], gaps.mean(), gaps.std()),
        *np.quantile(sizes, QUANTILES),
        *np.quantile(gaps, QUANTILES),
        *shares,
        *beginning,
    ]


def words(trace: Writes) -> str:
    """The order of sizes, and of gaps coarsely, as words; the length of it all as one."""
    spoken = [f"s{size}" for _, size in trace]
    gaps = [
        f"g{int(np.log2(max(1e-3, later - sooner) * 1000))}" for (sooner, _), (later, _) in itertools.pairwise(trace)
    ]
    return " ".join([*spoken, "|", *gaps, f"n{len(trace)}"])
