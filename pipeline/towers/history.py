"""The user tower of recipe `history`: a recency-weighted pool of the history's item vectors."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from pipeline.towers.user import UserTower

FIRST_DECAY = 0.8  # weight of each older product relative to the next newer one, before training


@keras.saving.register_keras_serializable(package="towers")
class HistoryTower(UserTower):
    """Reads a shopper as what they interacted with: recent products weigh more, by weights that are learned.

    vector = normalise(pool + MLP(pool)), pool = sum over the history of w(age) * item vector, the weights a softmax
    over the ages present.
    """

    def make(self) -> None:
        recipe, seed = self.recipe, self.seed
        fading = np.log(FIRST_DECAY) * np.arange(recipe.history, dtype=np.float32)
        self.age_weights = self.add_weight(
            shape=(recipe.history,), initializer=keras.initializers.Constant(fading), name="age_weights"
        )
        glorot = keras.initializers.GlorotUniform(seed=seed)
        self.mlp = keras.Sequential(
            [
                keras.layers.Dense(recipe.hidden, activation="silu", kernel_initializer=glorot),
                keras.layers.Dropout(recipe.dropout, seed=seed),
                keras.layers.Dense(recipe.dimension, kernel_initializer="zeros"),
            ],
            name="mlp",
        )

    def call(self, history: Any, training: bool = False) -> Any:
        """Return float32 [batch, length, d]: after each product of the history, the shopper as known by then.

        Args:
            history: float32 [batch, length, d], item vectors, oldest first, filled up at the end.
            training: Whether dropout is on.
        """
        places = ops.arange(ops.shape(history)[1])
        age = places[:, None] - places[None, :]
        weights = ops.exp(ops.take(self.age_weights, ops.clip(age, 0, self.length - 1)))
        weights = weights * ops.cast(age >= 0, "float32")
        weights = weights / ops.sum(weights, axis=-1, keepdims=True)
        pool = self.dropout(ops.matmul(weights, history), training=training)
        return ops.normalize(pool + self.mlp(pool, training=training), axis=-1)
