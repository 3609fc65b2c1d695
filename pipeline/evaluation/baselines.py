"""The systems of a recommendation report: what the version serves, and the baselines that it must beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.metrics import ndcg, pad, target_ranks
from pipeline.retrieval.candidates import Request, Retriever
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn
from pipeline.retrieval.retrievers import KnownShoppers, Popularity, Text, Towers
from pipeline.retrieval.shoppers import PARTS, Shoppers

DECAYS = (0.5, 0.65, 0.8, 0.95)
TUNED_ON = 2000  # shoppers at most


def recommenders(contents: Contents, shoppers: Shoppers, tuning: Sequence[int]) -> list[Retriever]:
    """Return the systems to evaluate; counts come from train interactions alone.

    Args:
        contents: The version.
        shoppers: Its shoppers.
        tuning: Numbers of the shoppers whose validation targets a baseline may be tuned on.
    """
    train = shoppers.parts == PARTS.index("train")
    knn = ItemKnn(shoppers.owners()[train], shoppers.rows[train], len(contents.catalogue))
    systems: list[Retriever] = [
        Popularity(contents.catalogue.interactions),
        tuned(knn, shoppers, tuning),
        Text(contents.text),
    ]
    if contents.user_tower:
        systems.append(Towers(contents.items, contents.user_tower))
    elif contents.user_vectors is not None:
        systems.append(KnownShoppers(contents.items, contents.user_vectors))
    return systems


def tuned(knn: ItemKnn, shoppers: Shoppers, tuning: Sequence[int]) -> ItemKnn:
    """Return item-KNN with the decay that is best on validation: a baseline left untuned would flatter the towers.

    Args:
        knn: The counts.
        shoppers: All shoppers.
        tuning: Numbers of the shoppers to tune on; with none the decay stays as it is.
    """
    if not tuning:
        return knn
    chosen = np.random.default_rng(0).permutation(tuning)[:TUNED_ON]

    def quality(candidate: ItemKnn) -> float:
        ranks = [
            target_ranks(candidate.scores(Request(history=history)), shoppers.within(shopper, "valid"), history)
            for shopper in chosen
            for history in [shoppers.before(shopper, "valid")]
        ]
        return float(ndcg(pad(ranks), 10).mean())

    return max((knn.with_decay(decay) for decay in DECAYS), key=quality)
