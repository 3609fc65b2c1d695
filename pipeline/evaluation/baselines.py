"""The systems of a recommendation report: what the version serves, and the baselines that it must beat."""

from __future__ import annotations

import numpy as np

from pipeline.retrieval.candidates import Retriever
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn
from pipeline.retrieval.retrievers import Popularity, Text, Towers
from pipeline.retrieval.shoppers import PARTS, Shoppers


def recommenders(contents: Contents, shoppers: Shoppers) -> list[Retriever]:
    """Return the systems to evaluate; counts come from train interactions alone."""
    train = shoppers.parts == PARTS.index("train")
    owner = np.repeat(np.arange(len(shoppers)), [len(shoppers.rows[shoppers.span(i)]) for i in range(len(shoppers))])
    systems: list[Retriever] = [
        Popularity(contents.catalogue.interactions),
        ItemKnn(owner[train], shoppers.rows[train], len(contents.catalogue)),
        Text(contents.text),
    ]
    if contents.user_tower:
        systems.append(Towers(contents.items, contents.user_tower))
    return systems
