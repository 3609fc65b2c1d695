"""The retrievers that serve: lexical, semantic and collaborative, all under one contract (`candidates.Retriever`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, RowArray, no_rows, top_k
from pipeline.retrieval.together import Together
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex

RECENT = 50  # products of a history that a text profile reads
TEXT_DECAY = 0.8  # where nothing was tuned
TOGETHER = 8  # queries answered at once: most of the time of one goes into reading weights and vectors from memory


class UserTower(Protocol):
    def __call__(self, history: FloatArray) -> FloatArray:
        """Return the shopper's vector float32 [d] for the history's item vectors float32 [length, d], oldest first."""


class Lexical:
    """BM25 over product text."""

    name = "bm25"

    def __init__(self, index: LexicalIndex) -> None:
        self._index = index

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return products that share a word with the query; others are not listed."""
        scores = self.scores(request)
        matched = scores > 0
        return top_k(scores, k, matched if request.allowed is None else matched & request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self._index.scores(request.text)


class Semantic:
    """Cosine between the query's text vector and each product's."""

    name = "minilm"

    def __init__(self, encoder: Encoder, index: VectorIndex) -> None:
        self._encoder = encoder
        self._index = index
        self._scores: Together[str, FloatArray] = Together(self._of_texts, TOGETHER)

    def retrieve(self, request: Request, k: int) -> Candidates:
        return self._index.search(self._encoder.encode_query(request.text), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self._scores(request.text)

    def _of_texts(self, texts: Sequence[str]) -> Sequence[FloatArray]:
        return list(self._index.scores(self._encoder.queries(texts)))


class _FromHistory(ABC):
    """Cosine between a vector made of the history and each product's vector; an empty history lists nothing."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index

    @abstractmethod
    def profile(self, history: RowArray) -> FloatArray:
        """Return float32 [d], L2-normalised, for a history of at least one product, oldest first."""

    def vector(self, request: Request) -> FloatArray | None:
        """Return the shopper's vector, float32 [d], L2-normalised; None where there is nothing to make it of."""
        return self.profile(request.history) if len(request.history) else None

    def retrieve(self, request: Request, k: int) -> Candidates:
        if not len(request.history):
            return Candidates(no_rows(), np.empty(0, np.float32))
        return self._index.search(self.profile(request.history), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        if not len(request.history):
            return np.zeros(len(self._index.vectors), dtype=np.float32)
        return self._index.scores(self.profile(request.history))

    def scores_many(self, requests: Sequence[Request]) -> FloatArray:
        """Return float32 [n_requests, n_products], by one matrix product."""
        profiles = np.zeros((len(requests), self._index.vectors.shape[1]), np.float32)
        for place, request in enumerate(requests):
            if len(request.history):
                profiles[place] = self.profile(request.history)
        scores: FloatArray = profiles @ self._index.vectors.T
        return scores


class Towers(_FromHistory):
    """The user tower's vector against the item vectors."""

    name = "towers"

    def __init__(self, index: VectorIndex, tower: UserTower) -> None:
        super().__init__(index)
        self._tower = tower

    def profile(self, history: RowArray) -> FloatArray:
        return self._tower(self._index.vectors[history])


class KnownShoppers:
    """A vector for each shopper, learned by name, against the item vectors; who has none is listed nothing.

    Args:
        index: The item vectors.
        users: float32 [n_shoppers, d]; a row of zeros is a shopper who was not trained on.
    """

    name = "towers"

    def __init__(self, index: VectorIndex, users: FloatArray) -> None:
        self._index = index
        self._users = users

    def knows(self, shopper: int | None) -> bool:
        """Return whether the shopper of that number has a vector."""
        return shopper is not None and bool(self._users[shopper].any())

    def vector(self, request: Request) -> FloatArray | None:
        """Return the shopper's vector, float32 [d], L2-normalised; None of one who has none."""
        if request.shopper is None or not self.knows(request.shopper):
            return None
        own = self._users[request.shopper]
        normalised: FloatArray = own / np.linalg.norm(own)
        return normalised

    def retrieve(self, request: Request, k: int) -> Candidates:
        if request.shopper is None or not self.knows(request.shopper):
            return Candidates(no_rows(), np.empty(0, np.float32))
        return self._index.search(self._users[request.shopper], k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        if request.shopper is None or not self.knows(request.shopper):
            return np.zeros(len(self._index.vectors), dtype=np.float32)
        return self._index.scores(self._users[request.shopper])


class Text(_FromHistory):
    """The recency-weighted mean of the history's text vectors against the text vectors: needs no training.

    Args:
        index: The text vectors.
        decay: Weight of each older product of a history, relative to the next newer one.
    """

    name = "text"

    def __init__(self, index: VectorIndex, decay: float = TEXT_DECAY) -> None:
        super().__init__(index)
        self.decay = decay

    def parameters(self) -> dict[str, float]:
        """Return what can be tuned, by name."""
        return {"decay": self.decay}

    def tuned_to(self, **parameters: float) -> Self:
        """Return the same vectors read with other parameters."""
        return type(self)(self._index, **parameters)

    def profile(self, history: RowArray) -> FloatArray:
        recent = history[-RECENT:]
        mean = self._weights(len(recent)) @ self._index.vectors[recent]
        normalised: FloatArray = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return normalised

    def parts(self, history: RowArray) -> FloatArray:
        """Return float32 [n, d], what each product of a history adds to its profile: their sum."""
        recent = history[-RECENT:]
        found = np.zeros((len(history), self._index.vectors.shape[1]), np.float32)
        found[len(history) - len(recent) :] = self._weights(len(recent))[:, None] * self._index.vectors[recent]
        parts: FloatArray = found / max(float(np.linalg.norm(found.sum(axis=0))), 1e-12)
        return parts

    def _weights(self, length: int) -> FloatArray:
        weights: FloatArray = (self.decay ** np.arange(length - 1, -1, -1)).astype(np.float32)
        return weights


class Popularity:
    """Products by their number of train interactions, the same for everyone."""

    name = "popularity"

    def __init__(self, interactions: npt.NDArray[np.int64]) -> None:
        self._scores = interactions.astype(np.float32)

    def retrieve(self, request: Request, k: int) -> Candidates:
        return top_k(self._scores, k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self._scores
