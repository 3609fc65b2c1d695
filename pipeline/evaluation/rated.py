"""Liked against disliked: ROC curves, and how far a probability made of each system's scores can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluation.sampled import LIKED, Sampled, pools
from pipeline.retrieval.candidates import FloatArray

Values = npt.NDArray[np.float64]
POINTS = 200  # of a curve, at most
BINS = 10  # of a reliability diagram, of as many products each
STEPS, SETTLED = 50, 1e-9  # of Newton's method, and the change at which it stops
NORMAL = 1.959964  # the 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class Scale:
    """Turns scores into probabilities: p = 1 / (1 + e^-(slope * score + offset))."""

    slope: float
    offset: float

    def __call__(self, scores: npt.ArrayLike) -> Values:
        found: Values = 1 / (1 + np.exp(-(self.slope * np.asarray(scores, np.float64) + self.offset)))
        return found


def roc(positive: FloatArray, negative: FloatArray) -> tuple[Values, Values]:
    """Return the share of negatives and of positives at or above every threshold, from (0, 0) to (1, 1).

    Equal scores are one step, so that the area below is the AUC with ties counting half.
    Source: Fawcett 2006, "An introduction to ROC analysis".

    Args:
        positive: float32 [any], at least one.
        negative: float32 [any], at least one.
    """
    scores = np.concatenate([positive, negative])
    is_positive = np.arange(len(scores)) < len(positive)
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)  # of each run of equal scores
    up = np.cumsum(is_positive[order])[last] / len(positive)
    across = np.cumsum(~is_positive[order])[last] / len(negative)
    return np.insert(across, 0, 0.0), np.insert(up, 0, 0.0)


def thinned(across: Values, up: Values, points: int = POINTS) -> tuple[Values, Values]:
    """Return a curve of fewer points, evenly spread over its length, both ends kept."""
    if len(across) <= points:
        return across, up
    length = across + up  # grows at every point, from 0 to 2
    places = np.unique(np.searchsorted(length, np.linspace(0, 2, points)).clip(0, len(length) - 1))
    return across[places], up[places]


def roc_table(duels: Mapping[str, Sampled], ratings: npt.NDArray[np.float32]) -> pa.Table | None:
    """Return system, false_positives, true_positives, positives, negatives, rated: the ROC curve whose area is `auc`.

    None where one side is empty.

    Args:
        duels: By system.
        ratings: float32 [n, r], of the held-out products, not a number where unrated or where there are fewer.
    """
    rows: list[dict[str, object]] = []
    rated = bool((~np.isnan(ratings)).any())
    for system, duel in duels.items():
        (own, positive), (other, negative) = pools(duel.own, duel.other, ratings)
        if not positive.any() or not negative.any():
            return None
        counts = {"positives": int(positive.sum()), "negatives": int(negative.sum()), "rated": rated}
        across, up = thinned(*roc(own[positive], other[negative]))
        rows += [
            {"system": system, "false_positives": x, "true_positives": y, **counts}
            for x, y in zip(across.tolist(), up.tolist(), strict=True)
        ]
    return pa.Table.from_pylist(rows) if rows else None


def fit(scores: Values, liked: npt.NDArray[np.bool_]) -> Scale:
    """Return the scale by which scores tell best how likely a product is liked: logistic regression on one number.

    Targets are drawn in a little from 0 and 1, so that scores that part the two kinds wholly have a finite slope.
    Source: Platt 1999, "Probabilistic outputs for support vector machines"; solved by Newton's method.

    Args:
        scores: float64 [n].
        liked: bool [n], some of each.
    """
    n_liked, n_other = int(liked.sum()), int((~liked).sum())
    wanted = np.where(liked, (n_liked + 1) / (n_liked + 2), 1 / (n_other + 2))
    centre, spread = float(scores.mean()), float(scores.std()) or 1.0
    design = np.stack([(scores - centre) / spread, np.ones_like(scores)], axis=1)
    found = np.array([0.0, np.log((n_liked + 1) / (n_other + 1))])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(design @ found)))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (wanted - p))
        found += np.clip(step, -5, 5)
        if np.abs(step).max() < SETTLED:
            break
    slope = float(found[0] / spread)
    return Scale(slope, float(found[1] - slope * centre))


def reliability(predicted: Values, liked: npt.NDArray[np.bool_], bins: int = BINS) -> list[dict[str, float]]:
    """Return, for bins of as many products each: the mean prediction, the share that is liked, and how many there are.

    Equal predictions share a bin. The interval of the share is Wilson's.
    Source: Niculescu-Mizil and Caruana 2005, "Predicting good probabilities with supervised learning"; Wilson 1927,
    "Probable inference, the law of succession, and statistical inference".

    Args:
        predicted: float64 [n].
        liked: bool [n].
        bins: How many, at most.
    """
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, bins + 1)[1:-1]))
    own = np.searchsorted(edges, predicted, side="right")
    found = []
    for each in np.unique(own):
        inside = own == each
        n, share = int(inside.sum()), float(liked[inside].mean())
        middle = (share + NORMAL**2 / (2 * n)) / (1 + NORMAL**2 / n)
        half = NORMAL / (1 + NORMAL**2 / n) * np.sqrt(share * (1 - share) / n + NORMAL**2 / (4 * n**2))
        mean = float(predicted[inside].mean())
        found.append(
            {"predicted": mean, "observed": share, "low": float(middle - half), "high": float(middle + half), "n": n}
        )
    return found


def calibration_table(
    learned: tuple[Mapping[str, Sampled], npt.NDArray[np.float32]],
    tested: tuple[Mapping[str, Sampled], npt.NDArray[np.float32]],
) -> pa.Table | None:
    """Return system, predicted, observed, low, high, n, slope and offset: a reliability diagram for every system.

    A cosine or a ranker's score is no probability. The scale that makes one of it is learned from the validation
    products, as every choice is; what it predicts is compared with the test products. Liked is what is rated 4 or
    better. None where either lacks ratings of both kinds.

    Args:
        learned: Duels by system and ratings float32 [n, r] of the validation products.
        tested: The same of the test products.
    """
    rows: list[dict[str, object]] = []
    for system, duel in tested[0].items():
        if system not in learned[0]:  # measured on test alone
            continue
        (scores, liked), (known, wanted) = _rated(duel, tested[1]), _rated(learned[0][system], learned[1])
        if not all(kind.any() and not kind.all() for kind in (liked, wanted)):
            return None
        scale = fit(known, wanted)
        rows += [
            {"system": system, **each, "slope": scale.slope, "offset": scale.offset}
            for each in reliability(scale(scores), liked)
        ]
    return pa.Table.from_pylist(rows) if rows else None


def _rated(duel: Sampled, ratings: npt.NDArray[np.float32]) -> tuple[Values, npt.NDArray[np.bool_]]:
    """Return the scores of the rated held-out products, and which of them are liked."""
    rated = ~np.isnan(ratings)
    return duel.own[rated].astype(np.float64), ratings[rated] >= LIKED
