"""An attacker who tells authors by the characters they type: 1- to 4-grams, tf-idf, regularised least squares.

Called by `bench.obfuscation`. Case and marks are kept, since habits show in them. One linear function an author,
fitted to all authors' texts at once (as a least-squares support vector machine is), with the regularisation chosen on
texts held back from training: stronger than distances to centroids, and as strong as logistic regression here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

LONGEST = 4
FEATURES = 20_000
PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0)


def grams(text: str) -> Counter[str]:
    """How often each run of up to four characters stands in a text, its ends marked."""
    text = f"\x02{text}\x03"
    return Counter(text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1))


class Attributor:
    """Trained on texts and who wrote them; says for other texts how likely each author is."""

    def __init__(self, texts: Sequence[str], authors: np.ndarray) -> None:
        counted = [grams(text) for text in texts]
        spread = Counter(gram for counts in counted for gram in counts)
        common = [gram for gram, times in spread.most_common(FEATURES) if times > 1]
        self._index = {gram: at for at, gram in enumerate(common)}
        self._idf = np.log(len(texts) / np.array([spread[gram] for gram in common], dtype=np.float32)) + 1
        self._known = self._vectors(counted)
        self._count = int(authors.max()) + 1
        self._weights = self._fitted(authors)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """A row a text, a column an author."""
        return self._vectors([grams(text) for text in texts]) @ self._known.T @ self._weights

    def _vectors(self, counted: Sequence[Counter[str]]) -> np.ndarray:
        rows = np.zeros((len(counted), len(self._index)), dtype=np.float32)
        for row, counts in zip(rows, counted, strict=True):
            for gram, times in counts.items():
                at = self._index.get(gram)
                if at is not None:
                    row[at] = 1 + np.log(times)
        rows *= self._idf
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def _fitted(self, authors: np.ndarray) -> np.ndarray:
        alike = self._known @ self._known.T
        targets = np.where(authors[:, None] == np.arange(self._count), 1.0, -1.0 / self._count).astype(np.float32)
        held = np.arange(len(authors)) % 5 == 0

        def hits(penalty: float) -> float:
            kept = alike[np.ix_(~held, ~held)] + penalty * np.eye(int((~held).sum()), dtype=np.float32)
            guess = alike[np.ix_(held, ~held)] @ np.linalg.solve(kept, targets[~held])
            return float((guess.argmax(axis=1) == authors[held]).mean())

        best = max(PENALTIES, key=hits)
        return np.linalg.solve(alike + best * np.eye(len(authors), dtype=np.float32), targets)


def ranked(scores: np.ndarray, authors: np.ndarray, within: int) -> float:
    """The share of rows whose true author is among the best `within`."""
    best = np.argsort(-scores, axis=1)[:, :within]
    return float((best == authors[:, None]).any(axis=1).mean())


def bundled(scores: np.ndarray, authors: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of `size` texts of one author taken together."""
    sums, owners = [], []
    for author in np.unique(authors):
        rows = scores[authors == author]
        for at in range(0, len(rows) - size + 1, size):
            sums.append(rows[at : at + size].sum(axis=0))
            owners.append(author)
    return np.array(sums), np.array(owners)
