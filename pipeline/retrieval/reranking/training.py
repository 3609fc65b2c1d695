"""Teaching the re-ranker: from held-out validation products to an order of candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, Request
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.shoppers import Shoppers

NEGATIVES = 0.5  # share of the other candidates that are learned from: as good as all of them, in half the time
ROUNDS, PATIENCE = 250, 75  # trees at most; rounds without a better NDCG@10, which is noisy, before it stops
SETTINGS = {
    "objective": "lambdarank",
    "metric": "ndcg",
    "eval_at": [10],
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 200,
    "lambda_l2": 20.0,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,  # the choice by speed would differ from run to run
    "verbose": -1,
}


@dataclass(frozen=True)
class Examples:
    """Candidates of shoppers, and which were held out; a shopper none of whose candidates was teaches nothing.

    Args:
        values: float32 [n_candidates, n_features].
        labels: int8 [n_candidates], 1 for a held-out product.
        sizes: int64 [n_shoppers], candidates of each.
        asked: How many shoppers were asked for.
    """

    values: FloatArray
    labels: npt.NDArray[np.int8]
    sizes: npt.NDArray[np.int64]
    asked: int

    @classmethod
    def gather(
        cls,
        features: Features,
        shoppers: Shoppers,
        chosen: Iterable[int],
        thinned: np.random.Generator | None = None,
        advance: Callable[[int], None] = lambda done: None,
    ) -> Examples:
        """Ask for the candidates of shoppers as they stood before validation.

        Args:
            features: Proposes and describes.
            shoppers: All shoppers.
            chosen: Numbers of those to read; each has a history before its validation products.
            thinned: Draws which of the other candidates are kept, and their order, to learn from; None keeps all, what
                was held out last, to stop by.
            advance: Called with the number of shoppers done since the last call.
        """
        values, labels = [np.empty((0, len(features.names)), np.float32)], [np.empty(0, np.int8)]
        asked = 0
        for index in chosen:
            asked += 1
            proposal = features.propose(request_before(shoppers, index, "valid"))
            held_out = np.isin(proposal.rows, shoppers.within(index, "valid"))
            advance(1)
            if not held_out.any():
                continue
            # LightGBM breaks ties by the order of rows: where it only stops by them, what was held out comes last, so
            # that ties count against it as everywhere else; where it learns from them, chance decides.
            order = np.argsort(held_out, kind="stable")
            if thinned is not None:
                order = thinned.permutation(np.flatnonzero(held_out | (thinned.random(len(held_out)) < NEGATIVES)))
            values.append(proposal.values[order])
            labels.append(held_out[order].astype(np.int8))
        sizes = np.array([len(own) for own in labels[1:]], dtype=np.int64)
        return cls(np.concatenate(values), np.concatenate(labels), sizes, asked)

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Return the examples of several, in order."""
        return cls(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.labels for part in parts]),
            np.concatenate([part.sizes for part in parts]),
            sum(part.asked for part in parts),
        )


def request_before(shoppers: Shoppers, index: int, part: str) -> Request:
    """Return what is known of a shopper before a part."""
    return Request(history=shoppers.before(index, part), times=shoppers.times_before(index, part))


def fit(learning: Examples, tuning: Examples, names: Sequence[str], seed: int) -> lightgbm.Booster:
    """Return a booster trained on some shoppers, stopped where it is best on others.

    Args:
        learning: To learn from, at least one shopper.
        tuning: To stop by, at least one shopper.
        names: Of the features.
        seed: Of bagging and of the choice of features per tree.
    """
    first = lightgbm.Dataset(learning.values, learning.labels, group=learning.sizes, feature_name=list(names))
    second = lightgbm.Dataset(tuning.values, tuning.labels, group=tuning.sizes, reference=first)
    stopping = lightgbm.early_stopping(PATIENCE, verbose=False)
    booster = lightgbm.train({**SETTINGS, "seed": seed}, first, ROUNDS, valid_sets=[second], callbacks=[stopping])
    text = booster.model_to_string(num_iteration=booster.best_iteration)
    return lightgbm.Booster(model_str=text)
