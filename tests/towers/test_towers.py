"""The two towers learn a pattern that is there, serve what they trained, and leave cold products to text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.quiet import quiet
from pipeline.recipe import Recipe
from pipeline.retrieval.contents import UserTower
from pipeline.retrieval.tower_search import ItemTower as Exported

with quiet():
    import keras
    from keras import ops

    from pipeline.towers.batches import Batches
    from pipeline.towers.export import export
    from pipeline.towers.features import Histories, ItemFeatures
    from pipeline.towers.history import HistoryTower
    from pipeline.towers.item import ItemTower
    from pipeline.towers.losses import full_softmax
    from pipeline.towers.sequence import SequenceTower
    from pipeline.towers.training import Holdout, train
    from pipeline.towers.two_towers import TwoTowers

N, COLD, EACH = 40, 4, 6
SHAPE = {"dimension": 16, "hidden": 16, "history": 10, "dropout": 0.1, "id_dropout": 0.0}
RECIPES = {
    kind: Recipe.parse(
        {
            "name": "tiny",
            "towers": {"kind": kind, **SHAPE},
            "training": {"positions": 64, "epochs": 40, "learning_rate": 0.01, "patience": 40},
        }
    )
    for kind in ("history", "sequence")
}
RECIPE = RECIPES["history"]


@pytest.fixture(scope="module")
def checkerboard() -> tuple[ItemFeatures, Histories, Holdout]:
    """Shoppers of even products and shoppers of odd ones; the text says nothing about it; the last 4 are cold."""
    generator = np.random.default_rng(0)
    warm = np.arange(N - COLD)
    rows = [generator.choice(warm[warm % 2 == shopper % 2], EACH + 1, replace=False) for shopper in range(60)]
    histories = Histories(np.concatenate([own[:EACH] for own in rows]).astype(np.int32), np.arange(61) * EACH)
    holdout = Holdout(list(range(60)), [own[EACH:].astype(np.int32) for own in rows])
    products = pa.table({"brand": pa.array([None] * N, pa.string()), "category": [["All"]] * N})
    text = generator.normal(size=(N, 8)).astype(np.float32)
    return ItemFeatures.of(products, text, histories.rows), histories, holdout


@pytest.fixture(scope="module", params=RECIPES)
def trained(checkerboard, request) -> tuple[TwoTowers, list[dict[str, float]]]:  # type: ignore[no-untyped-def]
    with quiet():
        return train(*checkerboard, RECIPES[request.param])


def test_it_learns_the_checkerboard(trained, checkerboard) -> None:  # type: ignore[no-untyped-def]
    model, curve = trained
    _, histories, _ = checkerboard
    items = model.item_vectors()
    users = model.user_vectors(items, [histories[shopper] for shopper in range(60)])
    scores = users @ items[: N - COLD].T
    best = np.argsort(-scores, axis=1)[:, :10]
    right_colour = (best % 2 == np.arange(60)[:, None] % 2).mean()
    assert right_colour > 0.9
    assert curve[-1]["loss"] < curve[0]["loss"]
    assert [entry["epoch"] for entry in curve] == list(range(1, len(curve) + 1))


def test_vectors_are_normalised(trained, checkerboard) -> None:  # type: ignore[no-untyped-def]
    model, _ = trained
    items = model.item_vectors()
    assert items.shape == (N, 16)
    np.testing.assert_allclose(np.linalg.norm(items, axis=1), 1, rtol=1e-5)
    users = model.user_vectors(items, [checkerboard[1][0], checkerboard[1][1][:2]])
    np.testing.assert_allclose(np.linalg.norm(users, axis=1), 1, rtol=1e-5)


def test_the_exported_towers_answer_like_keras(trained, checkerboard, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import onnxruntime

    model, _ = trained
    features, histories, _ = checkerboard
    with quiet():
        export(model, features, RECIPE.towers, tmp_path)  # the same sizes for both kinds
    session = onnxruntime.InferenceSession(str(tmp_path / "item.onnx"))
    inputs = {"id": features.ids, "brand": features.brands, "category": features.categories, "text": features.text}
    items = model.item_vectors()
    np.testing.assert_allclose(session.run(None, inputs)[0], items, atol=1e-5)
    # A product that the towers never saw: no id, a text of its own; asked alone or with others, it is placed alike.
    unseen = features.text[:3] + np.float32(0.1)
    nothing = {"id": np.zeros(3, np.int32), "brand": features.brands[:3], "category": features.categories[:3]}
    placed = Exported(tmp_path / "item.onnx").of_products(unseen, features.brands[:3], features.categories[:3])
    np.testing.assert_allclose(placed, ops.convert_to_numpy(model.item_tower({**nothing, "text": unseen})), atol=1e-5)
    alone = Exported(tmp_path / "item.onnx").of_products(unseen[:1], features.brands[:1], features.categories[:1])
    np.testing.assert_allclose(alone, placed[:1], atol=1e-6)
    # A cold product was without an id in training: of no known id it lies where its own vector does.
    cold = slice(N - COLD, N)
    again_cold = Exported(tmp_path / "item.onnx").of_products(
        features.text[cold], features.brands[cold], features.categories[cold]
    )
    np.testing.assert_allclose(again_cold, items[cold], atol=1e-5)
    session = onnxruntime.InferenceSession(str(tmp_path / "user.onnx"))
    for length in (1, 3, EACH):
        history = histories[0][:length]
        (served,) = session.run(None, {"history": items[history][None]})
        np.testing.assert_allclose(served[0], model.user_vectors(items, [history])[0], atol=1e-5)
    tower = UserTower(tmp_path / "user.onnx")
    assert tower.length == 10
    longer = items[np.arange(12) % N]
    np.testing.assert_allclose(tower(longer), tower(longer[-10:]), atol=1e-6)
    if isinstance(model.user_tower, HistoryTower):
        adds_up(tower, items, longer)
    else:
        assert tower.pool is None
    with quiet():
        again = keras.saving.load_model(tmp_path / "item.keras", safe_mode=True)
        user_again = keras.saving.load_model(tmp_path / "user.keras", safe_mode=True)
    one = items[histories[0]][None]
    np.testing.assert_allclose(user_again(one), model.user_tower(one), atol=1e-6)
    np.testing.assert_allclose(ops.convert_to_numpy(again(model.catalogue)), items, atol=1e-6)


def adds_up(tower: UserTower, items: np.ndarray, longer: np.ndarray) -> None:
    """Hold that the parts of a pooled tower's scores are the scores, and that what it does not read adds nothing."""
    assert tower.pool is not None
    for history in (longer, longer[:3], longer[:1]):
        parts, rest = tower.pool.parts(history)
        np.testing.assert_allclose(items @ (parts.sum(axis=0) + rest), items @ tower(history), atol=1e-5)
    parts, _ = tower.pool.parts(longer)
    assert not parts[:2].any()
    assert parts[2:].any(axis=1).all()


def test_the_id_is_dropped_for_its_share_of_products_in_training_alone() -> None:
    n = 4000
    recipe = replace(RECIPE.towers, id_dropout=0.25)
    tower = ItemTower(n, 0, 0, recipe, seed=3)
    nothing = {"brand": np.zeros(n, np.int32), "category": np.zeros((n, 1), np.int32), "text": np.zeros((n, 8), "f4")}
    inputs = {"id": np.arange(1, n + 1, dtype=np.int32), **nothing}
    tower(inputs)
    lengths = np.linalg.norm(tower(inputs, training=True), axis=1)  # with nothing but its id, a product is 0 without it
    assert set(lengths.round(4)) == {0.0, 1.0}
    assert (lengths < 0.5).mean() == pytest.approx(0.25, abs=3 * (0.25 * 0.75 / n) ** 0.5)
    np.testing.assert_allclose(np.linalg.norm(tower(inputs), axis=1), 1, atol=1e-4)


def test_the_pool_weighs_by_age() -> None:
    tower = HistoryTower(RECIPE.towers)
    history = np.random.default_rng(0).normal(size=(1, 4, 16)).astype(np.float32)
    whole = ops.convert_to_numpy(tower(history))[0]
    # Before training the MLP adds nothing: the vector is the pool, newer products weighing 1 / 0.8 of the older.
    pool = np.array([0.8**2, 0.8, 1.0]) @ history[0, :3]
    np.testing.assert_allclose(whole[2], pool / np.linalg.norm(pool), rtol=1e-4)


@pytest.mark.parametrize("tower", [HistoryTower, SequenceTower])
def test_a_place_never_looks_ahead(tower: type[keras.Model]) -> None:
    user_tower = tower(RECIPE.towers)
    history = np.random.default_rng(0).normal(size=(1, 4, 16)).astype(np.float32)
    whole = ops.convert_to_numpy(user_tower(history))[0]
    for length in (1, 2, 3):
        shorter = ops.convert_to_numpy(user_tower(history[:, :length]))[0]
        np.testing.assert_allclose(shorter, whole[:length], atol=1e-5)
    other = history.copy()
    other[0, 0] = -other[0, 0]
    assert np.abs(ops.convert_to_numpy(user_tower(other))[0, 3] - whole[3]).max() > 1e-3, "the past must matter"


def test_no_two_layers_start_from_the_same_numbers() -> None:
    tower = SequenceTower(replace(RECIPES["sequence"].towers, layers=2))
    tower(np.zeros((1, 3, SHAPE["dimension"]), np.float32))
    kernels = [np.asarray(weight).ravel()[:8] for weight in tower.weights if np.ptp(np.asarray(weight)) > 0]
    assert len(kernels) == 2 * 4
    for one in range(len(kernels)):
        for other in range(one):
            assert abs(np.corrcoef(kernels[one], kernels[other])[0, 1]) < 0.99  # the same numbers, scaled, are 1


def test_softmax_by_hand_leaves_cold_products_out() -> None:
    users = np.array([[1.0, 0.0]], np.float32)
    items = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], np.float32)
    cold = np.array([False, False, True])
    loss = full_softmax(users, items, np.array([0]), cold, temperature=0.5)
    assert float(loss) == pytest.approx(np.log(np.exp(2.0) + np.exp(0.0)) - 2.0, rel=1e-5)


def test_batches_hold_every_position_once_and_few_blanks() -> None:
    generator = np.random.default_rng(1)
    sequences = [np.arange(length, dtype=np.int32) for length in generator.integers(2, 12, size=100)]
    batches = Batches(sequences, positions=50, seed=0)
    seen = [targets[targets > 0] for _, targets in (batches[i] for i in range(len(batches)))]
    assert sum(map(len, seen)) == sum(len(sequence) - 1 for sequence in sequences)
    assert sorted(np.concatenate(seen)) == sorted(np.concatenate([sequence[1:] + 1 for sequence in sequences]))
    cells = sum(batches[i][0].size for i in range(len(batches)))
    assert cells < 1.2 * sum(map(len, seen))


def test_the_first_two_batches_differ_in_length_where_any_do() -> None:
    """Keras takes what the first two share for the shape of all."""
    sequences = [np.arange(2, dtype=np.int32)] * 40 + [np.arange(3, dtype=np.int32)]
    for seed in range(20):
        batches = Batches(sequences, positions=2, seed=seed)
        assert {batches[0][0].shape[1], batches[1][0].shape[1]} == {1, 2}
    alike = Batches(sequences[:40], positions=2, seed=0)
    assert alike[0][0].shape[1] == alike[1][0].shape[1] == 1


def test_the_same_seed_trains_the_same_towers(checkerboard) -> None:  # type: ignore[no-untyped-def]
    short = Recipe.parse({**RECIPE.as_dict(), "text": {}, "training": {"epochs": 1, "positions": 64}})
    with quiet():
        first, second = (train(*checkerboard, short)[0].item_vectors() for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_a_block_of_features_says_what_nothing_else_does(checkerboard, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Images tell the colour of a product, cold ones too; it is learned from the warm and read on the cold."""
    import onnxruntime

    features, histories, holdout = checkerboard
    image = np.zeros((N, 2), np.float32)
    image[np.arange(N), np.arange(N) % 2] = 1
    image[0] = 0  # a product without one
    seen = replace(features, blocks={"image": image})
    with quiet():
        model, _ = train(seen, histories, holdout, RECIPE)
        export(model, seen, RECIPE.towers, tmp_path)
        again = keras.saving.load_model(tmp_path / "item.keras", safe_mode=True)
    items = model.item_vectors()
    users = model.user_vectors(items, [histories[shopper] for shopper in range(60)])
    scores = users @ items[N - COLD :].T
    even, odd = scores[:, 0::2].mean(axis=1), scores[:, 1::2].mean(axis=1)
    assert np.mean((even > odd) == (np.arange(60) % 2 == 0)) > 0.9
    session = onnxruntime.InferenceSession(str(tmp_path / "item.onnx"))
    assert {given.name: given.shape[1:] for given in session.get_inputs()}["feature_image"] == [2]
    np.testing.assert_allclose(session.run(None, seen.inputs())[0], items, atol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(again(model.catalogue)), items, atol=1e-6)
    # Zeros add nothing: without a bias, the vector of a product without an image is what the rest makes of it.
    bare = {name: values[:1] for name, values in seen.inputs().items()}
    moved = dict(bare, feature_image=np.array([[0.0, 1.0]], np.float32))
    np.testing.assert_allclose(ops.convert_to_numpy(model.item_tower(bare))[0], items[0], atol=1e-6)
    assert np.abs(ops.convert_to_numpy(model.item_tower(moved))[0] - items[0]).max() > 0.1
