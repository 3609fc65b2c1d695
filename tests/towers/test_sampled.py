"""Sampled softmax: what it estimates, what it draws, what a step reads, and that towers learn from it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from pipeline.metrics import ndcg, pad, target_ranks
from pipeline.quiet import quiet
from pipeline.recipe import Recipe

with quiet():
    import tensorflow as tf
    from keras import ops

    from pipeline.towers.batches import Batches
    from pipeline.towers.features import Histories, ItemFeatures
    from pipeline.towers.losses import full_softmax, sampled_softmax
    from pipeline.towers.sampled import NegativeSampler, SampledBatches, SampledTowers
    from pipeline.towers.training import Holdout, train

N, COLD = 12, 2


def unit(generator: np.random.Generator, n: int) -> np.ndarray:
    vectors = generator.normal(size=(n, 4)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return unit(generator, 5), unit(generator, N), generator.integers(0, N - COLD, 5).astype(np.int32)


def test_with_every_product_once_it_is_the_full_softmax(vectors) -> None:  # type: ignore[no-untyped-def]
    users, items, targets = vectors
    cold = np.arange(N) >= N - COLD
    whole = float(full_softmax(users, items, targets, cold, 0.1))
    every = np.arange(N - COLD, dtype=np.int32)
    # Each is expected once, so log_expected is 0, and the positive competes once: as itself.
    assert float(sampled_softmax(users, items, targets, every, np.zeros(N - COLD, np.float32), 0.1)) == pytest.approx(
        whole, rel=1e-5
    )


def test_it_estimates_the_full_softmax_of_uneven_draws(vectors) -> None:  # type: ignore[no-untyped-def]
    users, items, targets = vectors
    popularity = np.array([100, 50, 20, 10, 10, 5, 5, 3, 2, 1, 0, 0])
    whole = float(full_softmax(users, items, targets, popularity == 0, 0.5))
    sampler = NegativeSampler(popularity, 20_000)
    drawn = sampler.draw(np.random.default_rng(1))
    assert drawn.max() < N - COLD, "a product without train interactions is never drawn"
    shares = np.bincount(drawn, minlength=N) / len(drawn)
    np.testing.assert_allclose(shares, popularity**0.75 / (popularity**0.75).sum(), atol=0.01)
    found = float(sampled_softmax(users, items, targets, drawn, sampler.log_expected[drawn], 0.5))
    assert found == pytest.approx(whole, rel=0.01)
    uncorrected = float(sampled_softmax(users, items, targets, drawn, np.full(len(drawn), np.log(2000), "f"), 0.5))
    assert abs(uncorrected - whole) > 0.1


def test_by_hand_accidental_hits_and_hard_negatives() -> None:
    user = np.array([[1.0, 0.0]], np.float32)
    items = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], np.float32)
    target, drawn = np.array([0]), np.array([1, 0, 2])  # the second draw is the target itself
    expected = np.log(np.array([2.0, 7.0, 0.5], np.float32))
    loss = float(sampled_softmax(user, items, target, drawn, expected, 1.0))
    assert loss == pytest.approx(np.log(np.e + 1 / 2 + np.exp(-1) / 0.5) - 1, rel=1e-5)
    # exp(-1) / 0.5 = 0.74 is above 1 / 2: it is the hardest.
    hard = float(sampled_softmax(user, items, target, drawn, expected, 1.0, hard_negatives=1))
    assert hard == pytest.approx(np.log(np.e + np.exp(-1) / 0.5) - 1, rel=1e-5)


@pytest.mark.parametrize("positions", [3, 100])
def test_a_batch_says_the_same_in_places_as_in_rows(positions: int) -> None:
    sequences = [np.array([3, 7, 5], np.int32), np.array([9, 3, 3, 0], np.int32), np.array([5, 9], np.int32)]
    plain, wrapped = Batches(sequences, positions, 0), Batches(sequences, positions, 0)
    sampler = NegativeSampler(np.ones(N, np.int64), 4)
    batches = SampledBatches(wrapped, sampler, 1)
    same = np.random.default_rng(1)
    assert len(batches) == len(plain)
    for index in range(len(plain)):
        history, targets = plain[index]
        inputs, followed = batches[index]
        rows = np.concatenate([[-1], inputs["rows"]])
        np.testing.assert_array_equal(rows[inputs["history"]] + 1, history)
        np.testing.assert_array_equal(rows[followed] + 1, targets)
        np.testing.assert_array_equal(inputs["rows"][inputs["negatives"]], sampler.draw(same))
        assert len(set(inputs["rows"])) == len(inputs["rows"])


def test_tables_get_sparse_gradients() -> None:
    features, histories, _ = checkerboard()
    model = SampledTowers(features, RECIPE)
    sequences = [histories[shopper] for shopper in range(len(histories))]
    batches = SampledBatches(Batches(sequences, 30, 0), NegativeSampler(np.bincount(histories.rows), 5), 0)
    inputs, targets = batches[0]
    with tf.GradientTape() as tape:
        loss = model.compute_loss(inputs, ops.convert_to_tensor(targets), model(inputs, training=True))
    table = model.item_tower.id_table.embeddings
    (gradient,) = tape.gradient(loss, [table.value])
    assert isinstance(gradient, tf.IndexedSlices)
    assert sorted(set(gradient.indices.numpy())) == sorted(inputs["rows"] + 1)


SHOPPERS, EACH, PRODUCTS = 80, 6, 60
RECIPE = Recipe.parse(
    {
        "name": "tiny",
        "towers": {"dimension": 16, "hidden": 16, "history": 10, "dropout": 0.1, "id_dropout": 0.0},
        "training": {
            "softmax": "sampled", "negatives": 20, "positions": 64, "epochs": 25, "learning_rate": 0.01,
            "patience": 25, "averaging": 0.9,
        },
    }
)  # fmt: skip


def checkerboard() -> tuple[ItemFeatures, Histories, Holdout]:
    """Shoppers of even products and shoppers of odd ones, popular ones more often; the text says nothing about it."""
    generator = np.random.default_rng(0)
    shares = 1 / np.arange(2, PRODUCTS // 2 + 2)
    chosen = [
        generator.choice(PRODUCTS // 2, EACH + 1, replace=False, p=shares / shares.sum()) * 2 + shopper % 2
        for shopper in range(SHOPPERS)
    ]
    histories = Histories(
        np.concatenate([own[:EACH] for own in chosen]).astype(np.int32), np.arange(SHOPPERS + 1) * EACH
    )
    holdout = Holdout(list(range(SHOPPERS)), [own[EACH:].astype(np.int32) for own in chosen])
    products = pa.table({"brand": pa.array([None] * PRODUCTS, pa.string()), "category": [["All"]] * PRODUCTS})
    text = generator.normal(size=(PRODUCTS, 8)).astype(np.float32)
    return ItemFeatures.of(products, text, histories.rows), histories, holdout


def test_towers_learn_from_samples() -> None:
    features, histories, holdout = checkerboard()
    with quiet():
        model, curve = train(features, histories, holdout, RECIPE)
    assert isinstance(model, SampledTowers)
    items = model.item_vectors()
    users = model.user_vectors(items, [histories[shopper] for shopper in range(SHOPPERS)])
    popularity = np.bincount(histories.rows, minlength=PRODUCTS).astype(np.float32)

    def quality(scores: list[np.ndarray]) -> float:
        ranks = [target_ranks(scores[i], holdout.targets[i], histories[i]) for i in range(SHOPPERS)]
        return float(ndcg(pad(ranks), 10).mean())

    towers, popular = quality([items @ user for user in users]), quality([popularity] * SHOPPERS)
    assert towers > 1.3 * popular
    # What was validated is what was kept: the averaged weights of the best epoch.
    assert towers == pytest.approx(max(entry["val_ndcg@10"] for entry in curve), abs=1e-6)


def test_the_same_seed_trains_the_same_towers() -> None:
    short = replace(RECIPE, training=replace(RECIPE.training, epochs=2))
    with quiet():
        first, second = (train(*checkerboard(), short)[0].item_vectors() for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-5)
