"""A LightGBM ranker that was taught one plain rule."""

from __future__ import annotations

from functools import cache

import lightgbm
import numpy as np


@cache  # hundreds of tests ask for one of a few
def by_feature(names: tuple[str, ...], chosen: str, low: float = -1.0, high: float = 5.0) -> lightgbm.Booster:
    """Return a booster whose score rises with one feature and knows no other.

    Args:
        names: Of all features.
        chosen: The one that counts.
        low: Where its values begin; what is below scores like it.
        high: Where they end.
    """
    values = np.zeros((4000, len(names)), np.float32)
    values[:, list(names).index(chosen)] = np.linspace(low, high, len(values))
    rule = lightgbm.Dataset(values, np.arange(len(values)) / 100, feature_name=list(names))
    settings = {"objective": "regression", "num_leaves": 400, "min_data_in_leaf": 2, "max_bin": 2000, "verbose": -1}
    return lightgbm.train({**settings, "num_threads": 1, "deterministic": True}, rule, 10)
