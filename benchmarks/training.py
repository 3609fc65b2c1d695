"""Training examples a second: recipe `seed` as the pipeline trains it, and in plain Keras with dense Adam, in one run.

    python -m benchmarks.training [--shoppers N] [--products N] [--batch N] [--steps N] [--rounds N]

Both have the same layers, the same penalties and as many weights, read the same batches and run under `Model.fit`.
Plain Keras has its own Embedding, regularizers and Adam: every step sweeps every row of every table. The pipeline's
tables and Adam touch the rows of the batch. Interactions, brands, categories and text are drawn with a fixed seed:
only their sizes matter here. Both take turns, so that whatever else the machine does falls on both alike; the median
round counts, by the clock and by processor time.
"""

from __future__ import annotations

import argparse
from time import perf_counter, process_time
from typing import Any

import numpy as np

from pipeline.bench.markdown import table
from pipeline.quiet import quiet
from pipeline.recipe import Recipe, TowersRecipe

with quiet():
    import keras
    from keras import layers, ops

    from pipeline.towers.features import ItemFeatures
    from pipeline.towers.optimizer import LazyAdam
    from pipeline.towers.seed import L2, SeedTowers
    from pipeline.towers.seed_training import Negatives, Pairs, Rated

BRANDS, CATEGORIES = 5_000, 500


class PlainTowers(keras.Model):  # type: ignore[misc]
    """The towers of recipe `seed`, in layers that Keras ships."""

    def __init__(self, n_shoppers: int, features: ItemFeatures, recipe: TowersRecipe) -> None:
        super().__init__()
        width, hidden = recipe.dimension, recipe.hidden

        def embedding(rows: int, width: int) -> layers.Embedding:
            return layers.Embedding(rows + 1, width, embeddings_regularizer=keras.regularizers.L2(L2))

        def dense(width: int, activation: str | None = None) -> layers.Dense:
            return layers.Dense(width, activation, kernel_regularizer=keras.regularizers.L2(L2))

        self.shopper = embedding(n_shoppers, width)
        self.product = embedding(len(features.ids), width)
        self.brand = embedding(int(features.brands.max()), width // 2)
        self.category = embedding(int(features.categories.max()), width // 2)
        self.user = keras.Sequential(
            [dense(hidden, "relu"), layers.BatchNormalization(), layers.Dropout(recipe.dropout), dense(width)]
        )
        norm = layers.BatchNormalization
        self.item = keras.Sequential([dense(2 * hidden, "relu"), norm(), dense(hidden, "relu"), norm(), dense(width)])
        self.final = layers.Dense(1, "sigmoid")
        self.catalogue = {name: ops.convert_to_tensor(values) for name, values in features.inputs().items()}

    def call(self, pairs: dict[str, Any], training: bool = False) -> Any:
        """Return float32 [n, 1], as `SeedTowers` does."""
        of = {name: ops.take(values, pairs["product"], axis=0) for name, values in self.catalogue.items()}
        leaf = ops.max(of["category"], axis=1)
        parts = [self.product(of["id"]), self.brand(of["brand"]), self.category(leaf), of["text"]]
        products = self.item(ops.concatenate(parts, axis=-1), training=training)
        shoppers = self.user(self.shopper(pairs["shopper"]), training=training)
        return self.final(ops.sum(products * shoppers, axis=-1, keepdims=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shoppers", type=int, default=180_000)
    parser.add_argument("--products", type=int, default=48_629)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=60, help="steps in a round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    generator, n = np.random.default_rng(0), given.products
    features = ItemFeatures(
        ids=np.arange(1, n + 1, dtype=np.int32),
        brands=generator.integers(0, BRANDS, n, dtype=np.int32),
        categories=generator.integers(0, CATEGORIES, (n, 4), dtype=np.int32),
        text=generator.normal(size=(n, 384)).astype(np.float32),
    )
    examples = given.batch * given.steps
    train = Rated(
        generator.integers(0, given.shoppers, examples, dtype=np.int32),
        generator.integers(0, n, examples, dtype=np.int32),
        generator.choice(np.array([1, 5], np.float32), examples),
    )
    pairs = Pairs(train, Negatives(train, n), given.batch, 0)
    recipe = Recipe.load("seed")
    models: dict[str, Any] = {
        "plain Keras, dense Adam": PlainTowers(given.shoppers, features, recipe.towers),
        "pipeline": SeedTowers(given.shoppers, features, recipe),
    }
    for model, adam in zip(models.values(), (keras.optimizers.Adam, LazyAdam), strict=True):
        model.compile(optimizer=adam(recipe.training.learning_rate), loss="binary_crossentropy", jit_compile=False)
    clock: dict[str, list[float]] = {name: [] for name in models}
    used: dict[str, list[float]] = {name: [] for name in models}
    for turn in range(given.rounds + 1):
        for name, model in models.items():
            began, spent = perf_counter(), process_time()
            model.fit(pairs, epochs=1, verbose=0, shuffle=False)
            if turn:  # the first round builds
                clock[name].append(perf_counter() - began)
                used[name].append(process_time() - spent)
    assert len({model.count_params() for model in models.values()}) == 1
    print(f"{given.shoppers:,} shoppers, {n:,} products, batch {given.batch:,}, {given.rounds} x {given.steps} steps\n")
    rows = [
        [name, f"{examples / np.median(clock[name]):,.0f}", f"{1e6 * np.median(used[name]) / examples:.0f}"]
        for name in models
    ]
    print(table(["", "examples/s", "processor us an example"], rows))
    for what, spans in (("clock", clock), ("processor time", used)):
        dense, lazy = (float(np.median(spans[name])) for name in models)
        print(f"\nRatio by the {what}: {dense / lazy:.2f}.")


if __name__ == "__main__":
    with quiet():
        main()
