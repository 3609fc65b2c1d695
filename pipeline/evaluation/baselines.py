"""The systems of a recommendation report: what the version serves, and the baselines that it must beat.

The baselines are tuned on validation: one left untuned would flatter the towers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from pipeline.metrics import ndcg, pad, target_ranks
from pipeline.retrieval.candidates import Request, Retriever
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.ease import Ease
from pipeline.retrieval.retrievers import KnownShoppers, Popularity, Text, Towers
from pipeline.retrieval.shoppers import PARTS, Shoppers

DECAYS = (0.35, 0.5, 0.65, 0.8, 0.95)
POWERS = ((0.25, 0.1), (0.25, 0.25), (0.5, 0.15), (0.5, 0.5), (1.0, 0.0))  # of the product asked with, of the offered
FOLLOWING = (0.25, 0.5, 1.0, 2.0, 4.0)
L2 = (100.0, 300.0)
EASE_PRODUCTS = 15_000  # at most: the inverse of a dense matrix of products x products is kept in memory
TUNED_ON = 2000  # shoppers at most

Tunable = TypeVar("Tunable", bound=Retriever)


def recommenders(contents: Contents, shoppers: Shoppers, tuning: Sequence[int]) -> list[Retriever]:
    """Return the systems to evaluate; counts come from train interactions alone.

    Args:
        contents: The version.
        shoppers: Its shoppers.
        tuning: Numbers of the shoppers whose validation targets a baseline may be tuned on.
    """
    train = shoppers.parts == PARTS.index("train")
    interactions = (shoppers.owners()[train], shoppers.rows[train], len(contents.catalogue))
    counted = tuned_knn(ItemKnn(*interactions), shoppers, tuning)
    following = ItemKnnTransitions(*interactions).tuned_to(**counted.parameters())
    systems: list[Retriever] = [
        Popularity(contents.catalogue.interactions),
        counted,
        tuned_following(following, shoppers, tuning),
        Text(contents.text),
    ]
    if len(contents.catalogue) <= EASE_PRODUCTS:
        models = (Ease(*interactions, l2=l2) for l2 in (L2 if len(tuning) else L2[:1]))
        systems.insert(3, best(_with_decays(models), shoppers, tuning))
    if contents.user_tower:
        systems.append(Towers(contents.items, contents.user_tower))
    elif contents.user_vectors is not None:
        systems.append(KnownShoppers(contents.items, contents.user_vectors))
    if contents.reranked:
        systems.append(contents.reranked)
    return systems


def chosen_parameters(systems: Iterable[Retriever]) -> dict[str, dict[str, float]]:
    """Return what was chosen for each tuned baseline, by system and parameter."""
    found: dict[str, dict[str, float]] = {}
    for system in systems:
        if isinstance(system, ItemKnn):
            found[system.name] = system.parameters()
        elif isinstance(system, Ease):
            found[system.name] = {"l2": system.l2, "decay": system.decay}
    return found


def tuned_knn(knn: ItemKnn, shoppers: Shoppers, tuning: Sequence[int]) -> ItemKnn:
    """Return item-KNN with the powers, and then the decay, that are best on validation.

    Args:
        knn: The counts.
        shoppers: All shoppers.
        tuning: Numbers of the shoppers to tune on; with none the parameters stay as they are.
    """
    knn = best((knn.tuned_to(asked=asked, offered=offered) for asked, offered in POWERS), shoppers, tuning, knn)
    return best((knn.tuned_to(decay=decay) for decay in DECAYS), shoppers, tuning, knn)


def tuned_following(knn: ItemKnnTransitions, shoppers: Shoppers, tuning: Sequence[int]) -> ItemKnnTransitions:
    """Return item-KNN with the weight of transitions, and then the decay, that are best on validation."""
    knn = best((knn.tuned_to(following=weight) for weight in FOLLOWING), shoppers, tuning, knn)
    return best((knn.tuned_to(decay=decay) for decay in DECAYS), shoppers, tuning, knn)


def best(
    candidates: Iterable[Tunable], shoppers: Shoppers, tuning: Sequence[int], untuned: Tunable | None = None
) -> Tunable:
    """Return the candidate with the highest validation NDCG@10, the first of equals.

    Args:
        candidates: At least one; at most two are alive at a time.
        shoppers: All shoppers.
        tuning: Numbers of the shoppers to tune on, of whom at most TUNED_ON are read.
        untuned: Returned when there is no one to tune on; None means the first candidate.
    """
    if not len(tuning):
        return next(iter(candidates)) if untuned is None else untuned
    sampled = np.random.default_rng(0).permutation(tuning)[:TUNED_ON]
    asked = [(shoppers.before(shopper, "valid"), shoppers.within(shopper, "valid")) for shopper in sampled]

    def quality(candidate: Tunable) -> float:
        ranks = [
            target_ranks(candidate.scores(Request(history=history)), targets, history) for history, targets in asked
        ]
        return float(ndcg(pad(ranks), 10).mean())

    return max(candidates, key=quality)


def _with_decays(models: Iterable[Ease]) -> Iterator[Ease]:
    for model in models:
        for decay in DECAYS:
            yield model.with_decay(decay)
