"""Training the two towers together, under Keras' own loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from pipeline.metrics import ndcg, target_ranks
from pipeline.recipe import Recipe
from pipeline.towers.features import FloatArray, Histories, IntArray, ItemFeatures, windows
from pipeline.towers.item import ItemTower
from pipeline.towers.losses import full_softmax
from pipeline.towers.user import HistoryTower

VALIDATED_USERS = 10_000  # early stopping reads at most so many; the standard error of its NDCG is then below .003


@dataclass(frozen=True)
class Holdout:
    """What early stopping reads: shoppers, by number, and the products that followed their train history."""

    shoppers: list[int]
    targets: list[IntArray]


class TwoTowers(keras.Model):  # type: ignore[misc]
    """Both towers and the loss that joins them.

    Args:
        features: The catalogue.
        recipe: Shapes, temperature, seed.
    """

    def __init__(self, features: ItemFeatures, recipe: Recipe) -> None:
        super().__init__(name="two_towers")
        self.item_tower = ItemTower(
            len(features.ids), int(features.brands.max()), int(features.categories.max()), recipe.towers, recipe.seed
        )
        self.user_tower = HistoryTower(recipe.towers, recipe.seed + 1)
        self.temperature = recipe.training.temperature
        self.catalogue = {
            "id": ops.convert_to_tensor(features.ids),
            "brand": ops.convert_to_tensor(features.brands),
            "category": ops.convert_to_tensor(features.categories),
            "text": ops.convert_to_tensor(features.text),
        }
        self.cold = ops.convert_to_tensor(features.ids == 0)

    def call(self, history: Any, training: bool = False) -> dict[str, Any]:
        """Return the item vectors [n_products, d] and the user vectors [batch, length, d].

        Args:
            history: int32 [batch, length], product row + 1, oldest first, 0 beyond the end.
            training: Whether dropout is on.
        """
        items = self.item_tower(self.catalogue, training=training)
        vectors = ops.take(items, ops.maximum(history - 1, 0), axis=0)
        vectors = vectors * ops.cast(history > 0, "float32")[..., None]
        return {"items": items, "users": self.user_tower(vectors, training=training)}

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return the softmax loss over every position of the batch; `y` int32 [batch, length] is row + 1, 0 = none."""
        places = ops.where(ops.reshape(y, (-1,)) > 0)[0]
        users = ops.take(ops.reshape(y_pred["users"], (-1, y_pred["users"].shape[-1])), places, axis=0)
        targets = ops.take(ops.reshape(y, (-1,)), places) - 1
        return full_softmax(users, y_pred["items"], targets, self.cold, self.temperature)

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


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Training sequences in random order, those of like length together so that little of a batch is padding."""

    def __init__(self, sequences: list[IntArray], positions: int, seed: int) -> None:
        super().__init__()
        self._sequences = sequences
        self._positions = positions
        self._generator = np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        lengths = np.array([len(sequence) - 1 for sequence in self._sequences])
        order = np.lexsort((self._generator.random(len(lengths)), lengths))
        batches = np.split(order, np.flatnonzero(np.diff(np.cumsum(lengths[order]) // self._positions)) + 1)
        self._batches = [batches[place] for place in self._generator.permutation(len(batches))]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[IntArray, IntArray]:
        """Return histories and the products that followed, both int32 [batch, length], row + 1, 0 beyond the end."""
        chosen = [self._sequences[place] for place in self._batches[index]]
        inputs = np.zeros((len(chosen), max(map(len, chosen)) - 1), dtype=np.int32)
        targets = np.zeros_like(inputs)
        for place, sequence in enumerate(chosen):
            inputs[place, : len(sequence) - 1] = sequence[:-1] + 1
            targets[place, : len(sequence) - 1] = sequence[1:] + 1
        return inputs, targets


class Validation(keras.callbacks.Callback):  # type: ignore[misc]
    """After every epoch: NDCG@10 of the held-out products, by full ranking, into the logs."""

    def __init__(self, histories: Histories, holdout: Holdout, advance: Callable[[dict[str, float]], None]) -> None:
        super().__init__()
        self._histories = [histories[shopper] for shopper in holdout.shoppers]
        self._targets = holdout.targets
        self._advance = advance
        self.curve: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = {} if logs is None else logs
        items = self.model.item_vectors()
        users = self.model.user_vectors(items, self._histories)
        values = [
            ndcg(target_ranks(items @ user, targets, history)[None, :], 10)[0]
            for user, targets, history in zip(users, self._targets, self._histories, strict=True)
        ]
        logs["val_ndcg@10"] = float(np.mean(values))
        self.curve.append({"epoch": epoch + 1, "loss": float(logs["loss"]), "val_ndcg@10": logs["val_ndcg@10"]})
        self._advance(self.curve[-1])


def train(
    features: ItemFeatures,
    histories: Histories,
    holdout: Holdout,
    recipe: Recipe,
    advance: Callable[[dict[str, float]], None] = lambda epoch: None,
) -> tuple[TwoTowers, list[dict[str, float]]]:
    """Train until the validation NDCG@10 stops rising, and keep the best epoch.

    Args:
        features: The catalogue.
        histories: Train interactions by shopper.
        holdout: What early stopping reads; without any shopper, all epochs are run and the last is kept.
        recipe: Shapes and settings; its seed fixes weights, order and dropout.
        advance: Called after each epoch with epoch, loss and val_ndcg@10.

    Returns:
        The trained towers, and one entry per epoch.
    """
    keras.utils.set_random_seed(recipe.seed)
    settings = recipe.training
    if len(holdout.shoppers) > VALIDATED_USERS:
        chosen = np.random.default_rng(recipe.seed).choice(len(holdout.shoppers), VALIDATED_USERS, replace=False)
        holdout = Holdout([holdout.shoppers[i] for i in chosen], [holdout.targets[i] for i in chosen])
    model = TwoTowers(features, recipe)
    model.compile(optimizer=keras.optimizers.Adam(settings.learning_rate), jit_compile=False)
    batches = Batches(windows(histories, recipe.towers.history), settings.positions, recipe.seed)
    validation = Validation(histories, holdout, advance)
    stopping = keras.callbacks.EarlyStopping(
        "val_ndcg@10", mode="max", patience=settings.patience, restore_best_weights=True
    )
    callbacks = [validation, stopping] if holdout.shoppers else []
    model.fit(batches, epochs=settings.epochs, callbacks=callbacks, verbose=0, shuffle=False)
    return model, validation.curve
