"""The systems of a recommendation report: what the version serves, and the baselines that it must beat."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import Retriever, RowArray
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.ease import Ease
from pipeline.retrieval.retrievers import KnownShoppers, Popularity, Text, Towers
from pipeline.retrieval.shoppers import PARTS, Shoppers

EASE_PRODUCTS = 15_000  # at most: the inverse of a dense matrix of products x products is kept in memory

Interactions = tuple[npt.NDArray[np.int64], RowArray, int]
Chosen = Mapping[str, Mapping[str, float]]


def recommenders(contents: Contents, shoppers: Shoppers, chosen: Chosen) -> list[Retriever]:
    """Return the systems to evaluate; counts come from train interactions alone.

    Args:
        contents: The version.
        shoppers: Its shoppers.
        chosen: The parameters of the baselines that have any, by system, as `tuning.tuned` returns them; EASE is run
            where it is among them.
    """
    interactions = train_interactions(shoppers, len(contents.catalogue))
    systems: list[Retriever] = [
        Popularity(contents.catalogue.interactions),
        ItemKnn(*interactions).tuned_to(**chosen["item-knn"]),
        ItemKnnTransitions(*interactions).tuned_to(**chosen["item-knn+transitions"]),
    ]
    if "ease" in chosen:
        systems.append(Ease(*interactions, l2=chosen["ease"]["l2"], decay=chosen["ease"]["decay"]))
    systems.append(Text(contents.text, **chosen["text"]))
    if contents.user_tower:
        systems.append(Towers(contents.items, contents.user_tower))
    elif contents.user_vectors is not None:
        systems.append(KnownShoppers(contents.items, contents.user_vectors))
    if contents.reranked:
        systems.append(contents.reranked)
    return systems


def train_interactions(shoppers: Shoppers, n_products: int) -> Interactions:
    """Return the shopper and the product row of every train interaction, and the number of products."""
    train = shoppers.parts == PARTS.index("train")
    return shoppers.owners()[train], shoppers.rows[train], n_products
