"""Training against a sample of the catalogue, where a softmax over the whole of it would take too long."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from pipeline.recipe import Recipe
from pipeline.towers.batches import Batches
from pipeline.towers.features import FloatArray, IntArray, ItemFeatures
from pipeline.towers.losses import sampled_softmax
from pipeline.towers.two_towers import TwoTowers

# Negatives are drawn by train popularity to this power. A softmax spends its sum on popular products, so drawing those
# more often makes the estimate steadier; the power keeps rare products from never being drawn.
# Source: Mikolov et al. 2013, "Distributed representations of words and phrases and their compositionality".
FLATTENING = 0.75


class NegativeSampler:
    """Draws products, with replacement, by train popularity; one without train interactions is never drawn.

    Args:
        popularity: int64 [n_products], train interactions of each.
        n: Draws in a step.
    """

    def __init__(self, popularity: npt.NDArray[np.int64], n: int) -> None:
        weights = popularity.astype(np.float64) ** FLATTENING
        weights[popularity == 0] = 0
        shares = weights / weights.sum()
        self._upto = np.cumsum(shares)
        self._last = int(np.flatnonzero(shares)[-1])  # rounding may leave the sum a little below 1
        self.n = n
        with np.errstate(divide="ignore"):
            self.log_expected = np.log(n * shares).astype(np.float32)  # of the number of times a step draws a product

    def draw(self, generator: np.random.Generator) -> IntArray:
        """Return int32 [n], product rows."""
        drawn = np.searchsorted(self._upto, generator.random(self.n), side="right")
        return np.minimum(drawn, self._last).astype(np.int32)


class SampledBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of training sequences, each with negatives drawn anew and with the products that its step needs.

    Args:
        batches: Histories and targets.
        sampler: Draws the negatives.
        seed: Of the draws.
    """

    def __init__(self, batches: Batches, sampler: NegativeSampler, seed: int) -> None:
        super().__init__()
        self._batches, self._sampler = batches, sampler
        self._generator = np.random.default_rng(seed)

    def on_epoch_end(self) -> None:
        self._batches.on_epoch_end()

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[dict[str, IntArray | FloatArray], IntArray]:
        """Return inputs and targets; places are those in `rows`, + 1, 0 beyond the end.

        Inputs: history int32 [batch, length], places; negatives int32 [n], places less 1; log_expected float32 [n];
        rows int32 [any], the distinct products of the step. Targets: int32 [batch, length], places.
        """
        history, targets = self._batches[index]
        drawn = self._sampler.draw(self._generator)
        rows, places = np.unique(np.concatenate([history.ravel(), targets.ravel(), drawn + 1]), return_inverse=True)
        # What stands for "none" in histories and targets, 0, comes first where there is any; all others move down.
        if rows[0] == 0:
            rows = rows[1:]
        else:
            places = places + 1
        ends = [history.size, 2 * history.size]
        own, followed, against = np.split(places.astype(np.int32), ends)
        inputs = {
            "history": own.reshape(history.shape),
            "negatives": against - 1,
            "log_expected": self._sampler.log_expected[drawn],
            "rows": (rows - 1).astype(np.int32),
        }
        return inputs, followed.reshape(targets.shape)


class SampledTowers(TwoTowers):
    """Both towers, trained against sampled negatives; a step reads and moves the rows of its own products only."""

    def __init__(self, features: ItemFeatures, recipe: Recipe) -> None:
        super().__init__(features, recipe)
        self.hard_negatives = recipe.training.hard_negatives

    def call(self, inputs: dict[str, Any], training: bool = False) -> dict[str, Any]:
        """Return the vectors of the step's products [rows, d] and of its shoppers [batch, length, d].

        Args:
            inputs: As `SampledBatches` makes them.
            training: Whether dropout is on.
        """
        chosen = {name: ops.take(values, inputs["rows"], axis=0) for name, values in self.catalogue.items()}
        items = self.item_tower(chosen, training=training)
        return {"items": items, "users": self.shopper_vectors(items, inputs["history"], training)}

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return the sampled softmax loss over every position of the batch; `y` int32 [batch, length], 0 = none."""
        users, targets = self.positions(y, y_pred["users"])
        return sampled_softmax(
            users, y_pred["items"], targets, x["negatives"], x["log_expected"], self.temperature, self.hard_negatives
        )
