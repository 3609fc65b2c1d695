"""Beginning from an earlier version: products that moved keep what was learned of them, new ones begin anew."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import RecipeError
from pipeline.quiet import quiet
from pipeline.recipe import Recipe

with quiet():
    from pipeline.towers.export import export
    from pipeline.towers.features import Histories, ItemFeatures
    from pipeline.towers.training import Holdout, train
    from pipeline.towers.two_towers import TwoTowers
    from pipeline.towers.warm import begin_from

RECIPE = Recipe.parse(
    {
        "name": "tiny",
        "towers": {"dimension": 8, "hidden": 8, "history": 5, "dropout": 0.0, "id_dropout": 0.0},
        "training": {"positions": 32, "epochs": 2, "learning_rate": 0.01},
    }
)
IDS = [f"p{number}" for number in range(12)]
TEXT = {each: np.random.default_rng(number).normal(size=6) for number, each in enumerate([*IDS, "new"])}


def catalogue(ids: list[str]) -> tuple[pa.Table, ItemFeatures]:
    """Products with a brand and a category that go by their number; each is in the train interactions."""
    numbers = [int(each[1:]) if each != "new" else 99 for each in ids]
    products = pa.table(
        {
            "product_id": ids,
            "brand": [f"brand {number % 4}" for number in numbers],
            "category": [["All", f"category {number % 3}"] for number in numbers],
        }
    )
    text = np.array([TEXT[each] for each in ids], np.float32)
    return products, ItemFeatures.of(products, text, np.arange(len(ids), dtype=np.int32))


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A version's folder with trained towers, and its item vectors."""
    folder = tmp_path_factory.mktemp("version")
    products, features = catalogue(IDS)
    rows = np.random.default_rng(0).integers(0, len(IDS), 40 * 4).astype(np.int32)
    (folder / "towers").mkdir()
    with quiet():
        model, _ = train(features, Histories(rows, np.arange(41) * 4), Holdout([], []), RECIPE)
        export(model, features, RECIPE.towers, folder / "towers")
    pq.write_table(products, folder / "products.parquet")
    return folder, model.item_vectors()


def test_products_that_moved_keep_their_vectors_and_shoppers_theirs(version) -> None:  # type: ignore[no-untyped-def]
    folder, vectors = version
    ids = ["new", *IDS[::-1][2:]]  # brands and categories come in another order, so their codes differ too
    products, features = catalogue(ids)
    model = TwoTowers(features, RECIPE)
    assert begin_from(model, products, folder) == 10
    found = model.item_vectors()
    np.testing.assert_allclose(found[1:], vectors[:10][::-1], atol=1e-6)
    history = [np.array([1, 4, 2], np.int32)]
    same = TwoTowers(catalogue(IDS)[1], RECIPE)
    begin_from(same, catalogue(IDS)[0], folder)
    rows = [np.array([IDS.index(ids[row]) for row in history[0]], np.int32)]
    np.testing.assert_allclose(
        model.user_vectors(found, history), same.user_vectors(same.item_vectors(), rows), atol=1e-6
    )


def test_products_that_came_after_the_training_begin_anew(version, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder, vectors = version
    shutil.copytree(folder / "towers", tmp_path / "towers")
    products, features = catalogue([*IDS, "new"])  # the version was updated: its towers were carried over
    pq.write_table(products, tmp_path / "products.parquet")
    model = TwoTowers(features, RECIPE)
    assert begin_from(model, products, tmp_path) == 12
    np.testing.assert_allclose(model.item_vectors()[:12], vectors, atol=1e-6)


def test_training_goes_on_from_there(version) -> None:  # type: ignore[no-untyped-def]
    folder, vectors = version
    products, features = catalogue(IDS)
    still = replace(RECIPE, training=replace(RECIPE.training, learning_rate=1e-9, epochs=1))
    rows = np.arange(12, dtype=np.int32)
    with quiet():
        model, _ = train(
            features, Histories(rows, np.array([0, 12])), Holdout([], []), still,
            begin=lambda model: begin_from(model, products, folder),
        )  # fmt: skip
    np.testing.assert_allclose(model.item_vectors(), vectors, atol=1e-5)


def test_towers_that_do_not_fit_are_refused(version, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder, _ = version
    products, features = catalogue(IDS)
    for other in (replace(RECIPE.towers, kind="sequence"), replace(RECIPE.towers, dimension=4)):
        with pytest.raises(RecipeError, match="another kind or other sizes"):
            begin_from(TwoTowers(features, replace(RECIPE, towers=other)), products, folder)
    with pytest.raises(RecipeError, match="no towers that training could begin from"):
        begin_from(TwoTowers(features, RECIPE), products, tmp_path)
