"""Who guesses: two classifiers over everything a text shows, alone and beside the others of its batch.

Called by the benchmark with batches whose answer is known, and with those of other users, whose answer it gives. The
first is a logistic regression over n-grams of letters and words; the second, gradient boosting, has the manner of
writing, lengths and likeness to the rest of the batch; the third is both together.
"""

from __future__ import annotations

import math
import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

LONGEST = 1500
"""Characters that are looked at; the length itself is known in full."""
WORD = re.compile(r"[^\W\d_]+")
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the a an of to in for on with and or is are was be i you my me it that this what how why when who which can "
        "could would please write give make explain not do does if as at by from have has",
    )
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a provider sees at once: texts in the order they came, one of them the real one's."""

    user: str
    texts: tuple[str, ...] = field(repr=False)
    real: int
    origins: tuple[str, ...] = field(repr=False)
    """What each text was made of: a stock that is too small for the benchmark is drawn from more than once, and its
    words are not to count as often."""
    fold: int
    """Of a fold's batches the adversary knows the answer, or is asked; its decoys are from a stock of its own."""

    def kept(self, size: int) -> list[int]:
        """The places of the real one and of some decoys, in order, so many that `size` are left."""
        others = [place for place in range(len(self.texts)) if place != self.real]
        return sorted([self.real, *random.Random(self.texts[self.real]).sample(others, size - 1)])


@dataclass(frozen=True, slots=True)
class Guess:
    """What each classifier thinks of each text of a batch, and which one is real."""

    real: int
    scores: tuple[tuple[float, ...], ...]


def style(text: str) -> list[float]:
    """Of a text alone: lengths, capitals, marks, layout, the commonest words."""
    size = max(1, len(text))
    words = WORD.findall(text[:LONGEST])
    small = [word.lower() for word in words]
    lines = text.split("\n")
    count = max(1, len(words))
    return [
        math.log(size), math.log(count), len(lines), max(map(len, lines)), sum(map(len, words)) / count,
        len(set(small)) / count, sum(char.isupper() for char in text) / size, sum(map(str.isdigit, text)) / size,
        sum(char.isspace() for char in text) / size, sum(char in string.punctuation for char in text) / size,
        sum(not char.isascii() for char in text) / size, text[:1].isupper(), text[:1].isspace(), text[-1:].isspace(),
        text.rstrip()[-1:] == "?", text.rstrip()[-1:] == ".", text.rstrip()[-1:].isalnum(), text.count("?"),
        text.count(","), text.count("\n\n"), text.count("  "), "```" in text, "[" in text, "@" in text, "{" in text,
        sum(word.istitle() for word in words) / count, sum(word.isupper() for word in words) / count,
        sum(len(word) > 9 for word in words) / count, sum(map(FUNCTION_WORDS.__contains__, small)) / count,
        *(small.count(word) / count for word in sorted(FUNCTION_WORDS)),
    ]  # fmt: skip


class Log:
    """Everything a provider has seen, made into numbers once: it may read what it has to guess as well."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        texts = [text for batch in batches for text in batch.texts]
        read = [text[:LONGEST] for text in texts]
        origins = [origin for batch in batches for origin in batch.origins]
        different = [
            read[place] for place in dict(zip(reversed(origins), range(len(read) - 1, -1, -1), strict=True)).values()
        ]
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=4, sublinear_tf=True,
                                  max_features=12_000, lowercase=False)  # fmt: skip
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=15_000,
                                token_pattern=r"\w+|[^\w\s]")  # fmt: skip
        self.manner = np.array([style(text) for text in texts])
        self.words = words.fit(different).transform(read)
        scaled = csr_matrix(StandardScaler().fit_transform(self.manner) * 0.1)
        self.shown = hstack([letters.fit(different).transform(read), self.words, scaled]).tocsr()
        self.sizes = np.array([len(batch.texts) for batch in batches])
        self.starts = np.concatenate(([0], np.cumsum(self.sizes)[:-1]))

    def rows(self, which: np.ndarray, batches: Sequence[Batch], size: int) -> tuple[np.ndarray, np.ndarray]:
        """Where the texts of these batches, cut to `size`, are, and which of them are real."""
        rows, real = [], []
        for index in which:
            places = batches[index].kept(size)
            rows += [int(self.starts[index]) + place for place in places]
            real += [place == batches[index].real for place in places]
        return np.array(rows), np.array(real)

    def beside(self, rows: np.ndarray, size: int) -> np.ndarray:
        """Texts, each beside the others of its batch."""
        made = []
        for at in range(0, len(rows), size):
            batch = rows[at : at + size]
            own = self.manner[batch]
            judged = own[:, :12]
            apart = judged - judged.mean(axis=0)
            alike = (self.words[batch] @ self.words[batch].T).toarray()
            np.fill_diagonal(alike, np.nan)
            ranks = rankdata(np.abs(apart), axis=0)
            near = [np.nanmean(alike, axis=1), np.nanmax(alike, axis=1)]
            made.append(np.column_stack([own, apart / (judged.std(axis=0) + 1e-9), ranks, *near]))
        return np.concatenate(made)


def guessed(batches: Sequence[Batch], size: int, log: Log | None = None) -> list[Guess]:
    """Every batch, cut to `size`, guessed by an adversary that has trained on the other folds' batches of this size."""
    log = log or Log(batches)
    folds = np.array([batch.fold for batch in batches])
    made: list[Guess] = []
    for fold in sorted(set(folds)):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        rows, real = log.rows(train, batches, size)
        asked, answers = log.rows(test, batches, size)
        linear = LogisticRegression(C=3.0, class_weight="balanced", solver="liblinear", max_iter=200)
        linear.fit(log.shown[rows], real)
        boosted = HistGradientBoostingClassifier(
            max_iter=50, learning_rate=0.1, max_leaf_nodes=12, min_samples_leaf=20, l2_regularization=1.0,
            class_weight="balanced", random_state=0,
        )  # fmt: skip
        boosted.fit(log.beside(rows, size), real)
        thinks = linear.decision_function(log.shown[asked]).reshape(-1, size)
        sees = boosted.predict_proba(log.beside(asked, size))[:, 1].reshape(-1, size)
        made += [
            Guess(int(np.argmax(right)), (tuple(one), tuple(other), tuple(_even(one) + _even(other))))
            for right, one, other in zip(answers.reshape(-1, size), thinks, sees, strict=True)
        ]
    return made


def _even(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean()) / (scores.std() + 1e-9)


@dataclass(frozen=True, slots=True)
class Told:
    """How well the better of the classifiers did: area under the curve, the share of batches guessed right, and how
    far off either may be by chance (two standard errors)."""

    auc: float
    auc_error: float
    top1: float
    top1_error: float


def told(guesses: Sequence[Guess]) -> Told:
    size = len(guesses[0].scores[0])
    answers = np.array([place == each.real for each in guesses for place in range(size)])
    results = []
    for which in range(len(guesses[0].scores)):
        scores = np.array([each.scores[which] for each in guesses])
        beside = scores - scores.mean(axis=1, keepdims=True)
        auc = max(float(roc_auc_score(answers, scores.ravel())), float(roc_auc_score(answers, beside.ravel())))
        right = scores.argmax(axis=1) == np.array([each.real for each in guesses])
        results.append((auc, float(right.mean())))
    auc, top1 = max(each[0] for each in results), max(each[1] for each in results)
    reals = len(guesses)
    return Told(auc, 2 * _auc_error(auc, reals, reals * (size - 1)), top1, 2 * math.sqrt(top1 * (1 - top1) / reals))


def _auc_error(auc: float, reals: int, decoys: int) -> float:
    """The standard error of an area under the curve, by Hanley and McNeil."""
    one, two = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (reals - 1) * (one - auc * auc) + (decoys - 1) * (two - auc * auc)
    return math.sqrt(max(0.0, spread) / (reals * decoys))
