"""Item-KNN: products that the same shoppers interacted with, and those that came next. Counting, no learning."""

from __future__ import annotations

from copy import copy
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, RowArray, top_k
from pipeline.retrieval.reranking.neighbours import Entries, together
from pipeline.retrieval.reranking.neighbours import following as successors


class ItemKnn:
    """Scores a product by its co-occurrence with the history, recent products weighing more.

    score(j) = sum over the products i of the history of decay^age(i) * c_ij / (c_i^asked * c_j^offered), where c_i is
    the number of train shoppers with i, and c_ij the sum over those with both of 1 / log(1 + products of the shopper):
    who has everything says little about any pair. With both powers one half it is close to the cosine, with `asked` 1
    and `offered` 0 to the conditional probability.
    Source: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms", section 4.2 (the power of c_j, and
    shoppers weighing less the more they have; the logarithm is that of Adamic and Adar 2003, "Friends and neighbors on
    the web"); the decay by age follows Ludewig and Jannach 2018, "Evaluation of session-based recommendation
    algorithms".

    Args:
        users: int [n], the shopper of each train interaction; a shopper's interactions lie together, oldest first.
        rows: int [n], its product row.
        n_products: Products in the catalogue.
        decay: Weight of each older product of a history, relative to the next newer one.
        asked: How much a frequent product of the history is held back, 0 (not) to 1.
        offered: How much a frequent product that is scored is held back, 0 (not) to 1.
    """

    name = "item-knn"

    def __init__(
        self,
        users: npt.NDArray[np.int64],
        rows: RowArray,
        n_products: int,
        decay: float = 0.5,
        asked: float = 0.25,
        offered: float = 0.1,
    ) -> None:
        self.decay, self.asked, self.offered = decay, asked, offered
        self._frequency = np.maximum(np.bincount(rows, minlength=n_products), 1).astype(np.float32)
        self._counts = together(users, rows, n_products)

    def parameters(self) -> dict[str, float]:
        """Return what can be tuned, by name."""
        return {"decay": self.decay, "asked": self.asked, "offered": self.offered}

    def tuned_to(self, **parameters: float) -> Self:
        """Return the same counts with other parameters."""
        other = copy(self)
        for name, value in parameters.items():
            setattr(other, name, value)
        return other

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return products that co-occur with the history; others are not listed."""
        scores = self.scores(request)
        related = scores > 0
        return top_k(scores, k, related if request.allowed is None else related & request.allowed)

    def scores(self, request: Request) -> FloatArray:
        ages = np.arange(len(request.history) - 1, -1, -1)
        weights = (self.decay**ages / self._frequency[request.history] ** self.asked).astype(np.float32)
        scores: FloatArray = self._counted(request.history, weights) / self._frequency**self.offered
        return scores

    def _counted(self, history: RowArray, weights: FloatArray) -> FloatArray:
        return Entries.of(self._counts, history).total(weights)


class ItemKnnTransitions(ItemKnn):
    """Item-KNN in which a pair also counts for every train history where one product came right after the other.

    c_ij grows by `following` times the number of histories in which j is the very next product after i.

    Args:
        users: As for ItemKnn.
        rows: As for ItemKnn.
        n_products: As for ItemKnn.
        following: Weight of a transition beside a co-occurrence.
        **parameters: As for ItemKnn.
    """

    name = "item-knn+transitions"

    def __init__(
        self,
        users: npt.NDArray[np.int64],
        rows: RowArray,
        n_products: int,
        following: float = 2.0,
        **parameters: float,
    ) -> None:
        super().__init__(users, rows, n_products, **parameters)
        self.following = following
        self._transitions = successors(users, rows, n_products, window=1)

    def parameters(self) -> dict[str, float]:
        return {**super().parameters(), "following": self.following}

    def _counted(self, history: RowArray, weights: FloatArray) -> FloatArray:
        came_next = Entries.of(self._transitions, history).total(weights)
        return super()._counted(history, weights) + np.float32(self.following) * came_next
