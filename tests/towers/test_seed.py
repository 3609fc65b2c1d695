"""The replaced system: its shape, its labels and negatives, what it validates on, and what it hands over to serving."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.quiet import quiet
from pipeline.recipe import Recipe

with quiet():
    import keras
    from keras import ops

    from pipeline.towers.export import export_item_tower
    from pipeline.towers.features import ItemFeatures
    from pipeline.towers.seed import L2, PenalisedTable, SeedTowers
    from pipeline.towers.seed_training import Negatives, Pairs, Rated, Validation, train_seed

N, SHOPPERS, EACH = 30, 60, 8
NAN = np.float32(np.nan)
RECIPE = Recipe.parse(
    {
        "name": "tiny",
        "towers": {"kind": "seed", "dimension": 8, "hidden": 16, "dropout": 0.1},
        "training": {"positions": 64, "epochs": 40, "learning_rate": 0.01, "patience": 40},
    }
)


def rated(shoppers: list[int], rows: list[int], ratings: list[float]) -> Rated:
    return Rated(np.array(shoppers, np.int32), np.array(rows, np.int32), np.array(ratings, np.float32))


def shop(train: Rated) -> ItemFeatures:
    products = pa.table(
        {"brand": [None, "Acme", "Bolt"] * (N // 3), "category": [["Home"], ["Home", "Lamps"], []] * (N // 3)}
    )
    text = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
    return ItemFeatures.of(products, text, train.rows)


def checkerboard(ratings: bool) -> tuple[Rated, Rated]:
    """Shoppers who like even products and shoppers who like odd ones; with ratings they have met both."""
    generator = np.random.default_rng(1)
    shoppers, rows, own = [], [], []
    for shopper in range(SHOPPERS):
        among = np.arange(N) if ratings else np.arange(shopper % 2, N, 2)
        found = generator.choice(among, EACH, replace=False)
        shoppers += [shopper] * EACH
        rows += found.tolist()
        own += np.where(found % 2 == shopper % 2, 5.0, 2.0).tolist() if ratings else [np.nan] * EACH
    held = np.arange(len(rows)) % EACH == EACH - 1
    everything = rated(shoppers, rows, own)
    parts = (Rated(everything.shoppers[p], everything.rows[p], everything.ratings[p]) for p in (~held, held))
    return tuple(parts)  # type: ignore[return-value]


@pytest.fixture(scope="module", params=[True, False], ids=["rated", "unrated"])
def trained(request) -> tuple[SeedTowers, list[dict[str, float]], Rated]:  # type: ignore[no-untyped-def]
    train, held = checkerboard(request.param)
    with quiet():
        model, curve = train_seed(shop(train), SHOPPERS + 1, train, held, RECIPE)
    return model, curve, train


def test_it_learns_who_likes_what(trained) -> None:  # type: ignore[no-untyped-def]
    _, curve, _ = trained
    assert max(entry["val_auc"] for entry in curve) > 0.85
    assert curve[-1]["loss"] < curve[0]["loss"]
    assert curve[-1]["learning_rate"] < curve[0]["learning_rate"], "40 epochs hold a plateau"


def test_the_served_product_orders_as_the_probability_does(trained) -> None:  # type: ignore[no-untyped-def]
    model, _, train = trained
    users, items = model.user_vectors(np.unique(train.shoppers)), model.item_vectors()
    assert users.shape == (SHOPPERS + 1, 8)
    assert users.dtype == items.dtype == np.float32
    assert not users[SHOPPERS].any(), "a shopper without train interactions has no vector"
    for shopper in (0, 7, 59):
        pairs = {"shopper": np.full(N, shopper + 1, np.int32), "product": np.arange(N, dtype=np.int32)}
        probability = ops.convert_to_numpy(model(pairs, training=False))[:, 0]
        bias = float(model.final.bias.numpy()[0])
        np.testing.assert_allclose(1 / (1 + np.exp(-(items @ users[shopper] + bias))), probability, atol=1e-5)


def test_the_exported_item_tower_answers_like_keras(trained, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import onnxruntime

    model, _, train = trained
    features = shop(train)
    with quiet():
        export_item_tower(model.item_tower, features, tmp_path)
        again = keras.saving.load_model(tmp_path / "item.keras", safe_mode=True)
    session = onnxruntime.InferenceSession(str(tmp_path / "item.onnx"))
    items = model.item_vectors()
    np.testing.assert_allclose(session.run(None, features.inputs())[0], items, atol=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(again(model.catalogue)), items, atol=1e-6)


def test_the_shape_is_that_of_the_replaced_system() -> None:
    train = rated([0, 1], list(range(2)), [5, 1])
    model = SeedTowers(10, shop(train), Recipe.load("seed"))
    model({"shopper": np.array([1]), "product": np.array([0])}, training=False)

    def widths(tower: keras.Model) -> list[str]:
        return [
            f"{type(layer).__name__} {layer.units if isinstance(layer, keras.layers.Dense) else ''}".strip()
            for layer in tower.layers_after
        ]

    assert widths(model.user_tower) == ["Dense 128", "BatchNormalization", "Dropout", "Dense 64"]
    assert widths(model.item_tower) == [
        "Dense 256", "BatchNormalization", "Dense 128", "BatchNormalization", "Dense 64",
    ]  # fmt: skip
    item, user = model.item_tower, model.user_tower
    tables = {"id": item.id_table, "brand": item.brand_table, "category": item.category_table}
    assert {name: table.embeddings.shape for name, table in tables.items()} == {
        "id": (N + 1, 64),
        "brand": (3, 32),
        "category": (3, 32),
    }
    assert user.id_table.embeddings.shape == (11, 64)
    assert item.layers_after[0].kernel.shape == (64 + 32 + 32 + 5, 256)


def test_the_category_is_read_as_its_leaf() -> None:
    train = rated([0], [0], [5])
    features = shop(train)
    tower = SeedTowers(1, features, RECIPE).item_tower
    inputs = {name: values[:3] for name, values in features.inputs().items()}
    np.testing.assert_array_equal(inputs["category"], [[1, 0], [1, 2], [0, 0]])
    leaf = dict(inputs, category=np.array([[1], [2], [0]], np.int32))
    np.testing.assert_array_equal(tower(inputs), tower(leaf))


def test_labels_by_rating() -> None:
    train = rated([0, 0, 1, 1], [0, 1, 2, 3], [4.0, 3.9, NAN, 5.0])
    assert train.liked.tolist() == [1, 0, 1, 1]
    assert train.two_sided
    assert not rated([0, 0], [0, 1], [5, 4]).two_sided
    assert not train.unrated().two_sided


def test_only_unrated_interactions_get_a_negative() -> None:
    train = rated([0, 0, 1, 1], [0, 1, 2, 3], [5.0, 1.0, NAN, NAN])
    pairs = Pairs(train, Negatives(train, N), batch=4, seed=0)
    assert len(pairs) == 2
    inputs, labels = zip(*(pairs[i] for i in range(2)), strict=True)
    shoppers = np.concatenate([part["shopper"] for part in inputs])
    rows, liked = np.concatenate([part["product"] for part in inputs]), np.concatenate(labels)[:, 0]
    found = sorted(zip(shoppers.tolist(), rows.tolist(), liked.tolist(), strict=True))
    drawn = [each for each in found if each not in [(1, 0, 1.0), (1, 1, 0.0), (2, 2, 1.0), (2, 3, 1.0)]]
    assert len(found) == 6
    assert len(drawn) == 2
    assert all(shopper == 2 and row in (0, 1) and label == 0 for shopper, row, label in drawn)


def test_negatives_are_new_to_the_shopper_and_known_to_someone() -> None:
    train = rated([0, 0, 1, 1, 1, 1, 2], [2, 4, 6, 9, 11, 12, 14], [5, 5, 1, 5, 5, 5, 5])
    drawn = Negatives(train, N).draw(np.repeat(np.array([0, 2], np.int32), 200), np.random.default_rng(0))
    assert set(drawn[:200]) == {6, 9, 11, 12, 14}
    assert set(drawn[200:]) == {2, 4, 6, 9, 11, 12}


def test_the_validation_auc_by_hand() -> None:
    """Two liked and one disliked; of the two pairs one is in order: AUC 1/2. The unrated one does not count."""

    class Known:
        optimizer = keras.optimizers.SGD(0.5)

        def item_vectors(self) -> np.ndarray:
            return np.array([[3.0], [1.0], [2.0], [9.0]], np.float32)

        def user_vectors(self, known: np.ndarray) -> np.ndarray:
            return np.array([[1.0]], np.float32)

    held = rated([0, 0, 0, 0], [0, 1, 2, 3], [5, 4, 1, NAN])
    said: list[dict[str, float]] = []
    validation = Validation(held, Negatives(held, 4), 0, said.append)
    validation.set_model(Known())  # type: ignore[arg-type]
    logs = {"loss": 1.0}
    validation.on_epoch_end(0, logs)
    assert logs["val_auc"] == 0.5
    assert said == [{"epoch": 1, "loss": 1.0, "val_auc": 0.5, "learning_rate": 0.5}]


def test_without_held_out_interactions_all_epochs_are_run() -> None:
    train, held = checkerboard(True)
    nobody = Rated(held.shoppers[:0], held.rows[:0], held.ratings[:0])
    short = Recipe.parse({"name": "x", "towers": {"kind": "seed", "dimension": 4}, "training": {"epochs": 2}})
    with quiet():
        model, curve = train_seed(shop(train), SHOPPERS, train, nobody, short)
    assert curve == []
    assert np.isfinite(model.item_vectors()).all()


def test_the_penalty_counts_each_row_that_a_batch_reads_once() -> None:
    table = PenalisedTable(4, 2, embeddings_initializer="zeros")
    table.build((None,))
    table.embeddings.assign(np.array([[9, 9], [1, 2], [3, 0], [9, 9]], np.float32))
    codes = np.array([1, 2, 1, 1], np.int32)
    np.testing.assert_array_equal(table(codes, training=True), [[1, 2], [3, 0], [1, 2], [1, 2]])
    (penalty,) = table.losses
    assert float(penalty) == pytest.approx(L2 * (1 + 4 + 9))
