"""Training the towers of recipe `seed`, as the system that they stand for was trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from pipeline.recipe import Recipe
from pipeline.towers.features import FloatArray, IntArray, ItemFeatures
from pipeline.towers.optimizer import LazyAdam
from pipeline.towers.seed import SeedTowers

LIKED = 4.0  # a rating from here on is a positive
PLATEAU = 2  # epochs without a better AUC before the learning rate is halved
REDRAWS = 10  # of negatives that the shopper has interacted with; what is still one then stays


@dataclass(frozen=True)
class Rated:
    """Interactions with their ratings.

    Args:
        shoppers: int32 [n], numbers.
        rows: int32 [n], product rows.
        ratings: float32 [n], NaN where unrated.
    """

    shoppers: IntArray
    rows: IntArray
    ratings: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def liked(self) -> FloatArray:
        """float32 [n]: 1 where liked or unrated, else 0."""
        return np.where(np.isnan(self.ratings) | (self.ratings >= LIKED), 1, 0).astype(np.float32)

    @property
    def two_sided(self) -> bool:
        """Whether there are ratings on both sides of the line; without, they cannot tell likes from dislikes."""
        rated = self.ratings[~np.isnan(self.ratings)]
        return bool((rated >= LIKED).any() and (rated < LIKED).any())

    def unrated(self) -> Rated:
        """Return the same interactions, their ratings forgotten."""
        return Rated(self.shoppers, self.rows, np.full(len(self), np.nan, np.float32))


class Negatives:
    """Draws products that a shopper has not interacted with in training, uniformly among those that someone has.

    Args:
        train: Train interactions.
        n_products: Products in the catalogue.
    """

    def __init__(self, train: Rated, n_products: int) -> None:
        self._n_products = n_products
        self._warm = np.unique(train.rows)
        self._seen = np.unique(train.shoppers.astype(np.int64) * n_products + train.rows)

    def draw(self, shoppers: IntArray, generator: np.random.Generator) -> IntArray:
        """Return int32 [n], a product for each shopper."""
        rows = generator.choice(self._warm, len(shoppers))
        for _ in range(REDRAWS):
            known = np.flatnonzero(np.isin(shoppers.astype(np.int64) * self._n_products + rows, self._seen))
            if not len(known):
                break
            rows[known] = generator.choice(self._warm, len(known))
        return rows.astype(np.int32)


class Pairs(keras.utils.PyDataset):  # type: ignore[misc]
    """Shoppers and products with labels, in a new order every epoch; each unrated one with a newly drawn negative."""

    def __init__(self, train: Rated, negatives: Negatives, batch: int, seed: int) -> None:
        super().__init__()
        self._train, self._negatives, self._batch = train, negatives, batch
        self._unrated = np.isnan(train.ratings)
        self._generator = np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        drawn_for = self._train.shoppers[self._unrated]
        drawn = self._negatives.draw(drawn_for, self._generator)
        order = self._generator.permutation(len(self._train) + len(drawn))
        self._shoppers = np.concatenate([self._train.shoppers, drawn_for])[order]
        self._rows = np.concatenate([self._train.rows, drawn])[order]
        self._labels = np.concatenate([self._train.liked, np.zeros(len(drawn), np.float32)])[order]

    def __len__(self) -> int:
        return -(-len(self._rows) // self._batch)

    def __getitem__(self, index: int) -> tuple[dict[str, IntArray], FloatArray]:
        """Return shopper number + 1 and product row, int32 [batch] each, and labels float32 [batch, 1]."""
        part = slice(index * self._batch, (index + 1) * self._batch)
        return {"product": self._rows[part], "shopper": self._shoppers[part] + 1}, self._labels[part, None]


class Validation(keras.callbacks.Callback):  # type: ignore[misc]
    """After every epoch: the AUC of held-out interactions into the logs.

    Liked against disliked where ratings tell; else every held-out product against one that was drawn for it.
    """

    def __init__(
        self, held: Rated, negatives: Negatives, seed: int, advance: Callable[[dict[str, float]], None]
    ) -> None:
        super().__init__()
        self._advance = advance
        self.curve: list[dict[str, float]] = []
        if held.two_sided:
            rated = ~np.isnan(held.ratings)
            self._shoppers, self._rows, self._labels = held.shoppers[rated], held.rows[rated], held.liked[rated]
        else:
            drawn = negatives.draw(held.shoppers, np.random.default_rng(seed))
            self._shoppers, self._rows = np.tile(held.shoppers, 2), np.concatenate([held.rows, drawn])
            self._labels = np.repeat(np.array([1, 0], np.float32), len(held))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = {} if logs is None else logs
        users = self.model.user_vectors(np.unique(self._shoppers))
        scores = np.sum(users[self._shoppers] * self.model.item_vectors()[self._rows], axis=1)
        logs["val_auc"] = float(roc_auc_score(self._labels, scores))
        rate = float(self.model.optimizer.learning_rate.numpy())
        self.curve.append(
            {"epoch": epoch + 1, "loss": float(logs["loss"]), "val_auc": logs["val_auc"], "learning_rate": rate}
        )
        self._advance(self.curve[-1])


def train_seed(
    features: ItemFeatures,
    n_shoppers: int,
    train: Rated,
    held: Rated,
    recipe: Recipe,
    advance: Callable[[dict[str, float]], None] = lambda epoch: None,
) -> tuple[SeedTowers, list[dict[str, float]]]:
    """Train until the validation AUC stops rising, and keep the best epoch.

    Binary cross-entropy on whether the rating is at least 4; an unrated interaction is a positive, and comes with one
    product drawn as a negative. Where no rating lies on one of the sides, all interactions are read as unrated.

    Args:
        features: The catalogue.
        n_shoppers: Shoppers of the dataset.
        train: Train interactions, at least one.
        held: What early stopping reads: the validation targets of tuning shoppers; when empty, all epochs are run and
            the last is kept.
        recipe: Widths and settings; `training.positions` is the batch.
        advance: Called after each epoch with epoch, loss, val_auc and learning_rate.

    Returns:
        The trained towers, and one entry per epoch.
    """
    keras.utils.set_random_seed(recipe.seed)
    settings = recipe.training
    train = train if train.two_sided else train.unrated()
    model = SeedTowers(n_shoppers, features, recipe)
    model.compile(optimizer=LazyAdam(settings.learning_rate), loss="binary_crossentropy", jit_compile=False)
    negatives = Negatives(train, len(features.ids))
    validation = Validation(held, negatives, recipe.seed, advance)
    callbacks = [
        validation,
        keras.callbacks.ReduceLROnPlateau("val_auc", mode="max", factor=0.5, patience=PLATEAU, min_delta=0),
        keras.callbacks.EarlyStopping("val_auc", mode="max", patience=settings.patience, restore_best_weights=True),
    ]
    pairs = Pairs(train, negatives, settings.positions, recipe.seed)
    watched = callbacks if len(held) else []
    model.fit(pairs, epochs=settings.epochs, callbacks=watched, verbose=0, shuffle=False)
    return model, validation.curve
