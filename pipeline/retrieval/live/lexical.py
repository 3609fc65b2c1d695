"""BM25 over a published index and the products added since, which are weighed by the statistics of what was published.

How rare a word is and how long a text usually is are counted once, over the published products: an addition then takes
no time that grows with the catalogue, and changes the score of no other product. A word that no published product holds
counts as one in none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.text.lexical import K1, B, LexicalIndex, indexed_terms, joined, terms

SAMPLED = 64  # published texts from whose scores the mean length is read
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Statistics:
    """What a published index says of words and texts.

    Args:
        index: The published one.
        mean_length: Terms of a text, on average over the published products.
    """

    index: LexicalIndex
    mean_length: float

    @classmethod
    def of(cls, index: LexicalIndex, texts: Sequence[str], rows: Sequence[int]) -> Statistics:
        """Read the mean length back from the scores of some products; the index keeps scores alone.

        s = idf * tf / (tf + k1 (1 - b + b length / mean)) is solved for the mean.

        Args:
            index: The published one.
            texts: What it read of some products.
            rows: Their rows.
        """
        found = []
        for text, row in zip(texts, rows, strict=True):
            listed = indexed_terms(text, index.knows)
            for term, count in Counter(listed).items():
                score = index.weights(term)[index.rows(term) == row]
                if len(score):
                    norm = count * (cls(index, 1.0).idf(term) / float(score[0]) - 1) / K1 - (1 - B)
                    found.append(B * len(listed) / norm)
                    break
        return cls(index, float(np.median(found)) if found else 1.0)

    def idf(self, term: str) -> float:
        """Return log(1 + (n - df + 0.5) / (df + 0.5)) over the published products, as Lucene has it."""
        n, held = self.index.size, len(self.index.rows(term))
        return float(np.log1p((n - held + 0.5) / (held + 0.5)))

    def weigh(self, text: str) -> Weights:
        """Return what each index term of a text adds to the score of its product."""
        listed = indexed_terms(text, self.index.knows)
        usual = K1 * (1 - B + B * len(listed) / self.mean_length)
        return {term: self.idf(term) * count / (count + usual) for term, count in Counter(listed).items()}


class LiveLexical(LexicalIndex):
    """A published index and added products behind it.

    Args:
        index: The published one.
        added: What each term adds to the score of each added product, in row order.
    """

    def __init__(self, index: LexicalIndex, added: Sequence[Weights]) -> None:
        self._published, self._size = index, index.size + len(added)
        places: dict[str, list[int]] = {}
        weights: dict[str, list[float]] = {}
        for place, own in enumerate(added, start=index.size):
            for term, weight in own.items():
                places.setdefault(term, []).append(place)
                weights.setdefault(term, []).append(weight)
        self._added = {
            term: (np.array(own, np.int32), np.array(weights[term], np.float32)) for term, own in places.items()
        }

    def knows(self, term: str) -> bool:
        return term in self._added or self._published.knows(term)

    def rows(self, term: str) -> npt.NDArray[np.int32]:
        own = self._published.rows(term)
        return np.concatenate([own, self._added[term][0]]) if term in self._added else own

    def weights(self, term: str) -> npt.NDArray[np.float32]:
        own = self._published.weights(term)
        return np.concatenate([own, self._added[term][1]]) if term in self._added else own

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        scores = np.zeros(self._size, np.float32)
        scores[: self._published.size] = self._published.scores(query)
        for term in (*terms(query), *joined(query)):
            if term in self._added:
                rows, weights = self._added[term]
                scores[rows] += weights
        return scores
