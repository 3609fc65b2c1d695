"""Both towers and the loss that joins them, as one Keras model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from pipeline.recipe import Recipe
from pipeline.towers.features import FloatArray, IntArray, ItemFeatures
from pipeline.towers.history import HistoryTower
from pipeline.towers.item import ItemTower
from pipeline.towers.losses import full_softmax
from pipeline.towers.sequence import SequenceTower
from pipeline.towers.user import UserTower

USER_TOWERS: dict[str, type[UserTower]] = {"history": HistoryTower, "sequence": SequenceTower}


class TwoTowers(keras.Model):  # type: ignore[misc]
    """Both towers and the loss that joins them.

    Args:
        features: The catalogue.
        recipe: Shapes, temperature, seed.
    """

    def __init__(self, features: ItemFeatures, recipe: Recipe) -> None:
        super().__init__(name="two_towers")
        self.item_tower = ItemTower(
            len(features.ids),
            int(features.brands.max()),
            int(features.categories.max()),
            recipe.towers,
            recipe.seed,
            tuple(features.blocks),
        )
        self.user_tower = USER_TOWERS[recipe.towers.kind](recipe.towers, recipe.seed + 1)
        self.temperature = recipe.training.temperature
        self.catalogue = {name: ops.convert_to_tensor(values) for name, values in features.inputs().items()}
        self.cold = ops.convert_to_tensor(features.ids == 0)

    def call(self, history: Any, training: bool = False) -> dict[str, Any]:
        """Return the item vectors [n_products, d] and the user vectors [batch, length, d].

        Args:
            history: int32 [batch, length], product row + 1, oldest first, 0 beyond the end.
            training: Whether dropout is on.
        """
        items = self.item_tower(self.catalogue, training=training)
        return {"items": items, "users": self.shopper_vectors(items, history, training)}

    def shopper_vectors(self, items: Any, history: Any, training: bool) -> Any:
        """Return float32 [batch, length, d] for `history` int32 [batch, length], row of `items` + 1, 0 = none."""
        vectors = ops.take(items, ops.maximum(history - 1, 0), axis=0)
        vectors = vectors * ops.cast(history > 0, "float32")[..., None]
        return self.user_tower(vectors, training=training)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return the softmax loss over every position of the batch; `y` int32 [batch, length] is row + 1, 0 = none."""
        users, targets = self.positions(y, y_pred["users"])
        return full_softmax(users, y_pred["items"], targets, self.cold, self.temperature)

    def positions(self, y: Any, users: Any) -> tuple[Any, Any]:
        """Return the shopper vectors [n, d] and targets [n] of the places of a batch that are not beyond an end."""
        places = ops.where(ops.reshape(y, (-1,)) > 0)[0]
        kept = ops.take(ops.reshape(users, (-1, users.shape[-1])), places, axis=0)
        return kept, ops.take(ops.reshape(y, (-1,)), places) - 1

    def item_vectors(self) -> FloatArray:
        """Return float32 [n_products, d], rows L2-normalised."""
        return np.asarray(ops.convert_to_numpy(self.item_tower(self.catalogue, training=False)), dtype=np.float32)

    def user_vectors(self, items: FloatArray, histories: list[IntArray], batch: int = 1024) -> FloatArray:
        """Return float32 [n, d]: each history's shopper vector, made from its newest products."""
        found = []
        for start in range(0, len(histories), batch):
            recent = [history[-self.user_tower.length :] for history in histories[start : start + batch]]
            padded = np.zeros((len(recent), max(map(len, recent)), items.shape[1]), dtype=np.float32)
            for place, history in enumerate(recent):
                padded[place, : len(history)] = items[history]
            vectors = ops.convert_to_numpy(self.user_tower(padded, training=False))
            found.append(vectors[np.arange(len(recent)), [len(history) - 1 for history in recent]])
        return np.concatenate(found)
