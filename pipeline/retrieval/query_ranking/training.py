"""Teaching the search ranker: judged candidates to an order of candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.query_ranking.blending import EVEN, mixed

LEVELS = 31  # grades that LightGBM can tell apart
DISCOUNTS = 1 / np.log2(np.arange(2, 12))
LARGEST = 2.0**30  # gain; larger ones are brought down to it, all by one factor
LEADING, EVERY = 50, 5  # learned from: what gains, the first 50 of the scaled sum, and every fifth of the others
SETTINGS = {
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
        parts: float32 [2, c], BM25 and cosine, each scaled to 0..1 over the catalogue.
        gains: float64 [c], 0 for what is irrelevant or was not judged.
        judged: float64, the gains of all its judged products, candidates or not; one is above 0.
    """

    query: str
    values: FloatArray
    parts: FloatArray
    gains: npt.NDArray[np.float64]
    judged: npt.NDArray[np.float64]

    def quality(self, scores: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return float64 [m], NDCG@10 of m orders of the candidates, float [m, c]; ties put the lower gain first.

        As `metrics.graded_ndcg` has it, of many orders at once.
        """
        worst_first = np.argsort(self.gains, kind="stable")
        order = np.argsort(-scores[:, worst_first], axis=1, kind="stable")[:, :10]
        best = np.sort(self.judged)[::-1][:10]
        gained = self.gains[worst_first][order]
        reached: npt.NDArray[np.float64] = gained @ DISCOUNTS[: gained.shape[1]] / (best @ DISCOUNTS[: len(best)])
        return reached

    def thinned(self) -> tuple[FloatArray, npt.NDArray[np.float64]]:
        """Return the values and gains to learn from: far down the list most candidates are alike."""
        kept = np.arange(len(self.gains)) % EVERY == 0
        kept[np.argsort(-mixed(self.parts, EVEN), kind="stable")[:LEADING]] = True
        kept |= self.gains > 0
        return self.values[kept], self.gains[kept]


def fit(
    examples: Sequence[Example], names: Sequence[str], trees: int, seed: int, objective: str = "lambdarank"
) -> lightgbm.Booster:
    """Return a booster.

    Args:
        examples: At least one, with candidates of different gains.
        names: Of the features.
        trees: How many.
        seed: Of bagging and of the choice of features per tree.
        objective: "lambdarank" (LambdaMART: pairs of one query; Burges 2010, "From RankNet to LambdaRank to LambdaMART:
            an overview") or "regression" (each candidate's gain by itself; Cossock and Zhang 2006, "Subset ranking
            using regression").
    """
    thinned = [example.thinned() for example in examples]
    gains = np.concatenate([own for _, own in thinned])
    # NDCG does not change with the unit of gains, but LightGBM holds labels in 32 bits: 2^grade - 1 may not fit there.
    gains = gains / max(gains.max() / LARGEST, 1.0)
    values = np.concatenate([own for own, _ in thinned])
    settings = {**SETTINGS, "seed": seed, "objective": objective}
    if objective == "regression":
        return _copied(lightgbm.train(settings, lightgbm.Dataset(values, gains, feature_name=list(names)), trees))
    levels = np.unique(gains)
    if len(levels) > LEVELS:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, LEVELS)))
    data = lightgbm.Dataset(
        values, np.searchsorted(levels, gains), group=[len(own) for _, own in thinned], feature_name=list(names)
    )
    settings |= {"label_gain": levels.tolist(), "lambdarank_truncation_level": 20}
    return _copied(lightgbm.train(settings, data, trees))


def _copied(booster: lightgbm.Booster) -> lightgbm.Booster:
    """Return a booster as it comes back from a file, without the data that it learned from."""
    return lightgbm.Booster(model_str=booster.model_to_string())
