"""What row-wise Adam saves: training steps of the recipe `seed` with dense and with lazy Adam, in one run.

    python -m benchmarks.lazy_adam [--shoppers N] [--products N] [--batch N] [--steps N]

Interactions, brands, categories and text are drawn with a fixed seed: only their sizes matter here. The rounds of
both take turns, so that whatever else the machine does falls on both alike; the median round counts.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from pipeline.quiet import quiet
from pipeline.recipe import Recipe

with quiet():
    import keras

    from pipeline.towers.features import ItemFeatures
    from pipeline.towers.optimizer import LazyAdam
    from pipeline.towers.seed import SeedTowers

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shoppers", type=int, default=180_000)
    parser.add_argument("--products", type=int, default=48_629)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=100, help="steps in a round")
    given = parser.parse_args()
    generator, n = np.random.default_rng(0), given.products
    features = ItemFeatures(
        ids=np.arange(1, n + 1, dtype=np.int32),
        brands=generator.integers(0, 5_000, n, dtype=np.int32),
        categories=generator.integers(0, 500, (n, 4), dtype=np.int32),
        text=generator.normal(size=(n, 384)).astype(np.float32),
    )
    recipe = Recipe.load("seed")
    models = {"dense": keras.optimizers.Adam(0.001), "lazy": LazyAdam(0.001)}
    steps = {name: _steps(SeedTowers(given.shoppers, features, recipe), made) for name, made in models.items()}
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    size = (given.steps, given.batch)
    for turn in range(ROUNDS + 1):
        products, shoppers = generator.integers(0, n, size), generator.integers(1, given.shoppers + 1, size)
        labels = generator.integers(0, 2, (*size, 1)).astype(np.float32)
        for name, step in steps.items():
            began = perf_counter()
            for pair in zip(products.astype(np.int32), shoppers.astype(np.int32), labels, strict=True):
                step(*pair)
            if turn:  # the first round builds
                seconds[name].append(perf_counter() - began)
    rate = {name: given.steps / float(np.median(taken)) for name, taken in seconds.items()}
    print(f"{given.shoppers:,} shoppers, {n:,} products, batch {given.batch:,}, {ROUNDS} rounds of {given.steps} steps")
    for name, per_second in rate.items():
        print(f"{name:6}{per_second:8.1f} steps/s{per_second * given.batch:10,.0f} examples/s")
    print(f"lazy / dense {rate['lazy'] / rate['dense']:.2f}")


def _steps(model: SeedTowers, optimizer: keras.optimizers.Optimizer):  # type: ignore[no-untyped-def]
    model.compile(optimizer=optimizer, loss="binary_crossentropy", jit_compile=False)
    return lambda products, shoppers, labels: model.train_on_batch({"product": products, "shopper": shoppers}, labels)


if __name__ == "__main__":
    with quiet():
        main()
