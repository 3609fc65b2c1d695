"""Tuning the baselines on validation: one left untuned would flatter the towers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from pipeline.evaluation.baselines import EASE_PRODUCTS, train_interactions
from pipeline.metrics import ndcg, pad, target_ranks
from pipeline.retrieval.candidates import Request, Retriever
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.ease import Ease
from pipeline.retrieval.retrievers import Text
from pipeline.retrieval.shoppers import Shoppers

DECAYS = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
# Of the product asked with, of the offered.
POWERS = ((0.0, 0.0), (0.1, 0.0), (0.25, 0.0), (0.25, 0.1), (0.25, 0.25), (0.5, 0.15), (0.5, 0.5), (1.0, 0.0))
FOLLOWING = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
L2 = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
START = 300.0  # where the climb over L2 begins
TUNED_ON = 2000  # shoppers at most

Candidate = TypeVar("Candidate")
Tunable = TypeVar("Tunable", bound=Retriever)


def tuned(shoppers: Shoppers, text: Text, n_products: int, tuning: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return what is best on validation for each baseline, by system and parameter.

    Args:
        shoppers: All shoppers.
        text: That baseline.
        n_products: Products in the catalogue; EASE is left out where there are too many.
        tuning: Numbers of the shoppers whose validation targets may be read; with none the defaults stay.
    """
    interactions = train_interactions(shoppers, n_products)
    counted = tuned_knn(ItemKnn(*interactions), shoppers, tuning)
    following = ItemKnnTransitions(*interactions).tuned_to(**counted.parameters())
    following = tuned_following(following, shoppers, tuning)
    text = best((text.tuned_to(decay=decay) for decay in DECAYS), shoppers, tuning, text)
    found = {each.name: each.parameters() for each in (counted, following, text)}
    if n_products <= EASE_PRODUCTS:
        found[Ease.name] = tuned_ease(lambda l2: Ease(*interactions, l2=l2), shoppers, tuning)
    return found


def tuned_knn(knn: ItemKnn, shoppers: Shoppers, tuning: Sequence[int]) -> ItemKnn:
    """Return item-KNN with the powers and the decay that are best on validation, each found beside the other."""
    for _ in range(2):
        knn = best((knn.tuned_to(asked=asked, offered=offered) for asked, offered in POWERS), shoppers, tuning, knn)
        knn = best((knn.tuned_to(decay=decay) for decay in DECAYS), shoppers, tuning, knn)
    return knn


def tuned_following(knn: ItemKnnTransitions, shoppers: Shoppers, tuning: Sequence[int]) -> ItemKnnTransitions:
    """Return item-KNN with the weight of transitions, and then the decay, that are best on validation."""
    knn = best((knn.tuned_to(following=weight) for weight in FOLLOWING), shoppers, tuning, knn)
    return best((knn.tuned_to(decay=decay) for decay in DECAYS), shoppers, tuning, knn)


def tuned_ease(make: Callable[[float], Ease], shoppers: Shoppers, tuning: Sequence[int]) -> dict[str, float]:
    """Return the l2, and with each the decay, that are best on validation; a model for every l2 costs an inversion."""
    if not len(tuning):
        return {"l2": START, "decay": 0.5}
    found: dict[float, dict[str, float]] = {}

    def quality(l2: float) -> float:
        model = make(l2)
        model = best((model.with_decay(decay) for decay in DECAYS), shoppers, tuning, model)
        found[l2] = model.parameters()
        return validation_ndcg(model, shoppers, tuning)

    return found[climb(L2, START, quality)]


def climb(grid: Sequence[Candidate], start: Candidate, quality: Callable[[Candidate], float]) -> Candidate:
    """Return an entry of an ordered grid that is better than both its neighbours, going uphill from `start`."""
    known: dict[int, float] = {}

    def at(place: int) -> float:
        if place not in known:
            known[place] = quality(grid[place]) if 0 <= place < len(grid) else -np.inf
        return known[place]

    place = grid.index(start)
    while (better := max((place, place - 1, place + 1), key=at)) != place:
        place = better
    return grid[place]


def best(candidates: Iterable[Tunable], shoppers: Shoppers, tuning: Sequence[int], untuned: Tunable) -> Tunable:
    """Return the candidate with the highest validation NDCG@10, the first of equals.

    Args:
        candidates: At least one; at most two are alive at a time.
        shoppers: All shoppers.
        tuning: Numbers of the shoppers to tune on.
        untuned: Returned when there is no one to tune on.
    """
    if not len(tuning):
        return untuned
    return max(candidates, key=lambda candidate: validation_ndcg(candidate, shoppers, tuning))


def validation_ndcg(system: Retriever, shoppers: Shoppers, tuning: Sequence[int]) -> float:
    """Return NDCG@10 of a system for the validation products of some shoppers, of whom at most TUNED_ON are read."""
    ranks = []
    for shopper in np.random.default_rng(0).permutation(tuning)[:TUNED_ON]:
        history = shoppers.before(shopper, "valid")
        scores = system.scores(Request(history=history))
        ranks.append(target_ranks(scores, shoppers.within(shopper, "valid"), history))
    return float(ndcg(pad(ranks), 10).mean())
