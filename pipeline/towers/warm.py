"""Beginning from the towers of an earlier version: what it learned of products that are still there is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import RecipeError
from pipeline.towers.features import Vocabulary
from pipeline.towers.item import ItemTower
from pipeline.towers.two_towers import TwoTowers

TABLES = ("id", "brand", "category")


def begin_from(model: TwoTowers, products: pa.Table, version: Path) -> int:
    """Give new towers the weights of a version's, row by row where products, brands and categories have moved.

    What the version does not know keeps its initial weights. Shoppers need nothing: both user towers read histories.

    Args:
        model: Towers that have not been trained.
        products: The catalogue that `model` is made for, with product_id, brand and category.
        version: The folder of a version, or of the earlier training: holds products.parquet, towers/item.keras and
            towers/user.keras.

    Returns:
        How many products the version knows.

    Raises:
        RecipeError: The version has no such towers, or towers of another kind or size.
    """
    try:
        before = pq.read_table(version / "products.parquet", columns=["product_id", "brand", "category"])
        item, user = (keras.models.load_model(version / "towers" / f"{name}.keras") for name in ("item", "user"))
    except (OSError, ValueError, TypeError) as error:
        raise RecipeError(
            f"{version} has no towers that training could begin from ({type(error).__name__}).",
            "Name a version of recipe history or sequence, or train from the beginning.",
        ) from None
    _build(model)
    if type(model.user_tower) is not type(user) or not isinstance(item, ItemTower):
        raise _misfit(version)
    # Towers that were carried over know the first of the version's products; the others came later.
    before = before.slice(0, _table(item, "id").embeddings.shape[0] - 1)
    old, new = Vocabulary.of(before), Vocabulary.of(products)
    places = dict(zip(before["product_id"].to_pylist(), range(1, before.num_rows + 1), strict=True))
    known: dict[str, tuple[Mapping[str, int], Mapping[str, int]]] = {
        "id": (places, {product: row for row, product in enumerate(products["product_id"].to_pylist(), start=1)}),
        "brand": (old.brands, new.brands),
        "category": (old.categories, new.categories),
    }
    tables = {id(weight) for name in TABLES for weight in _table(model.item_tower, name).weights}
    fixed = [weight for weight in _trained(model.item_tower) if id(weight) not in tables]
    theirs = {id(weight) for name in TABLES for weight in _table(item, name).weights}
    _assign(fixed, [weight for weight in _trained(item) if id(weight) not in theirs], version)
    _assign(_trained(model.user_tower), _trained(user), version)
    for name, (codes, wanted) in known.items():
        table, values = _table(model.item_tower, name).embeddings, _table(item, name).embeddings.numpy()
        if table.shape[1] != values.shape[1]:
            raise _misfit(version)
        moved = table.numpy().copy()
        both = [(codes[each], row) for each, row in wanted.items() if each in codes and row < len(moved)]
        if both:
            sources, targets = np.array(both).T
            moved[targets] = values[sources]
        table.assign(moved)
    return len(places.keys() & known["id"][1].keys())


def _build(model: TwoTowers) -> None:
    """Call both towers once: Keras makes weights at the first call."""
    model.item_tower({name: values[:1] for name, values in model.catalogue.items()}, training=False)
    width = model.user_tower.recipe.dimension
    model.user_tower(np.zeros((1, 2, width), dtype=np.float32), training=False)


def _table(tower: keras.Model, name: str) -> Any:
    return getattr(tower, f"{name}_table")


def _trained(tower: keras.Model) -> list[Any]:
    return list(tower.trainable_variables)


def _assign(weights: Sequence[Any], values: Sequence[Any], version: Path) -> None:
    """Copy weights that must agree in number and shape."""
    if [tuple(weight.shape) for weight in weights] != [tuple(value.shape) for value in values]:
        raise _misfit(version)
    for weight, value in zip(weights, values, strict=True):
        weight.assign(value.numpy())


def _misfit(version: Path) -> RecipeError:
    return RecipeError(
        f"The towers of {version} have another kind or other sizes than the recipe's.",
        "Train with that version's recipe, or from the beginning.",
    )
