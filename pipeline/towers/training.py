"""Training the two towers together, under Keras' own loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from pipeline.errors import RecipeError
from pipeline.metrics import ndcg, target_ranks
from pipeline.recipe import Recipe
from pipeline.towers.batches import Batches
from pipeline.towers.features import Histories, IntArray, ItemFeatures, windows
from pipeline.towers.optimizer import LazyAdam, Settle
from pipeline.towers.plan import Plan
from pipeline.towers.sampled import NegativeSampler, SampledBatches, SampledTowers
from pipeline.towers.two_towers import TwoTowers

VALIDATED_USERS = 10_000  # early stopping reads at most so many; the standard error of its NDCG is then below .003


@dataclass(frozen=True)
class Holdout:
    """What early stopping reads: shoppers, by number, and the products that followed their train history."""

    shoppers: list[int]
    targets: list[IntArray]


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
        if not (np.isfinite(items).all() and np.isfinite(users).all()):
            raise RecipeError(
                f"Training diverged in epoch {epoch + 1}: vectors are not finite.", "Lower training.learning_rate."
            )
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
    begin: Callable[[TwoTowers], object] = lambda model: None,
) -> tuple[TwoTowers, list[dict[str, float]]]:
    """Train until the validation NDCG@10 stops rising, and keep the best epoch.

    Args:
        features: The catalogue.
        histories: Train interactions by shopper.
        holdout: What early stopping reads; without any shopper, all epochs are run and the last is kept.
        recipe: Shapes and settings; its seed fixes weights, order and dropout.
        advance: Called after each epoch with epoch, loss and val_ndcg@10.
        begin: Called with the towers before they are trained, so that it can set their weights.

    Returns:
        The trained towers, and one entry per epoch.

    Raises:
        RecipeError: Training diverged.
    """
    keras.utils.set_random_seed(recipe.seed)
    settings = recipe.training
    if len(holdout.shoppers) > VALIDATED_USERS:
        chosen = np.random.default_rng(recipe.seed).choice(len(holdout.shoppers), VALIDATED_USERS, replace=False)
        holdout = Holdout([holdout.shoppers[i] for i in chosen], [holdout.targets[i] for i in chosen])
    sequences = windows(histories, recipe.towers.history)
    plan = Plan.of(recipe, len(features.ids), histories.positions)
    model = (SampledTowers if plan.sampled else TwoTowers)(features, recipe)
    begin(model)
    # A full softmax reads every row of every table, so only sampling has rows to leave alone.
    adam = LazyAdam if plan.sampled else keras.optimizers.Adam
    optimizer = adam(settings.learning_rate, use_ema=True, ema_momentum=settings.averaging)
    model.compile(optimizer=optimizer, jit_compile=False)
    batches: keras.utils.PyDataset = Batches(sequences, plan.step, recipe.seed)
    if plan.sampled:
        popularity = np.bincount(histories.rows, minlength=len(features.ids))
        batches = SampledBatches(batches, NegativeSampler(popularity, settings.negatives), recipe.seed + 1)
    validation = Validation(histories, holdout, advance)
    stopping = keras.callbacks.EarlyStopping(
        "val_ndcg@10", mode="max", patience=plan.patience, restore_best_weights=True
    )
    averaged = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)  # before the others: they see the average
    callbacks = [averaged, validation, stopping] if holdout.shoppers else []
    if plan.sampled:
        callbacks = [Settle(), *callbacks]
    model.fit(batches, epochs=plan.epochs, callbacks=callbacks, verbose=0, shuffle=False)
    return model, validation.curve
