"""Teaching the search ranker: judged candidates to an order of candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.metrics import graded_ndcg
from pipeline.retrieval.candidates import FloatArray

LEVELS = 31  # grades that LightGBM can tell apart
LEADING, EVERY = 50, 5  # learned from: what gains, the first 50 of the scaled sum, and every fifth of the others
SETTINGS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.08,
    "num_leaves": 8,
    "min_data_in_leaf": 50,
    "lambda_l2": 20.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,  # the choice by speed would differ from run to run
    "verbose": -1,
}


@dataclass(frozen=True)
class Example:
    """The candidates of one judged query.

    Args:
        query: Its text.
        values: float32 [c, n_features].
        base: float32 [c], the scaled sum.
        gains: float64 [c], 0 for what is irrelevant or was not judged.
        judged: float64, the gains of all its judged products, candidates or not; one is above 0.
    """

    query: str
    values: FloatArray
    base: FloatArray
    gains: npt.NDArray[np.float64]
    judged: npt.NDArray[np.float64]

    def quality(self, scores: npt.NDArray[np.floating], k: int = 10) -> float:
        """Return NDCG@k of an order of the candidates; among equal scores the lower gain comes first."""
        return graded_ndcg(self.gains[np.lexsort((self.gains, -scores))], self.judged, k)

    def thinned(self) -> tuple[FloatArray, npt.NDArray[np.float64]]:
        """Return the values and gains to learn from: far down the list most candidates are alike."""
        kept = np.arange(len(self.base)) % EVERY == 0
        kept[np.argsort(-self.base, kind="stable")[:LEADING]] = True
        kept |= self.gains > 0
        return self.values[kept], self.gains[kept]


def fit(
    examples: Sequence[Example],
    names: Sequence[str],
    trees: int,
    seed: int,
    start: lightgbm.Booster | None = None,
) -> lightgbm.Booster:
    """Return a LambdaMART booster.

    Source: Burges 2010, "From RankNet to LambdaRank to LambdaMART: an overview".

    Args:
        examples: At least one, with candidates of different gains.
        names: Of the features.
        trees: How many it adds.
        seed: Of bagging and of the choice of features per tree.
        start: What it goes on from; its trees are kept.
    """
    thinned = [example.thinned() for example in examples]
    gains = np.concatenate([own for _, own in thinned])
    levels = np.unique(gains)
    if len(levels) > LEVELS:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, LEVELS)))
    data = lightgbm.Dataset(
        np.concatenate([values for values, _ in thinned]),
        np.searchsorted(levels, gains),
        group=[len(own) for _, own in thinned],
        feature_name=list(names),
        free_raw_data=False,  # read again to go on from `start`
    )
    settings = {**SETTINGS, "seed": seed, "label_gain": levels.tolist()}
    booster = lightgbm.train(settings, data, trees, init_model=start)
    return lightgbm.Booster(model_str=booster.model_to_string())
