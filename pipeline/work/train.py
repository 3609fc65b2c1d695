"""Stage `train`: the two towers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.lots import tuning_user
from pipeline.errors import RecipeError
from pipeline.quiet import quiet
from pipeline.recipe import Recipe
from pipeline.stages import Progress
from pipeline.towers.features import FloatArray, Histories, IntArray, ItemFeatures
from pipeline.towers.plan import Plan
from pipeline.work.tables import shopper_table

BoolArray = npt.NDArray[np.bool_]


def trainable(prepared: Path) -> bool:
    """Return whether any shopper has two train interactions: one to read and one that followed."""
    if not (prepared / "interactions.parquet").exists():
        return False
    interactions = pq.read_table(prepared / "interactions.parquet", columns=["user_id", "part"])
    train = interactions.filter(pc.equal(interactions["part"], "train"))
    return bool(train.num_rows > len(pc.unique(train["user_id"])))


def train(
    prepared: Path, encoded: Path, recipe: Recipe, out: Path, progress: Progress, warm: Path | None = None
) -> None:
    """Write item_vectors.npy, curves.parquet, the towers, and a note on how they were trained.

    Args:
        prepared: The canonical tables.
        encoded: Holds text_vectors.npy.
        recipe: What to train.
        out: Written to.
        progress: Is told of every epoch.
        warm: The folder of a version to begin from, of the same recipe and not `seed`; None begins anew.
    """
    products, interactions = pq.read_table(prepared / "products.parquet"), Interactions(shopper_table(prepared))
    text = np.load(encoded / "text_vectors.npy", allow_pickle=False)
    features = ItemFeatures.of(products, text, interactions.rows[interactions.is_train])
    progress.total(recipe.training.epochs)
    (out / "towers").mkdir()
    begin = _beginning(recipe, products, warm)
    work = _by_name if recipe.towers.kind == "seed" else partial(_by_history, begin=begin)
    item_vectors, curve = work(features, interactions, recipe, out / "towers", progress)
    by_size = recipe.towers.kind != "seed"
    why = Plan.of(recipe, products.num_rows, interactions.histories().positions).why if by_size else ""
    (out / "outcome.json").write_text(json.dumps({"note": why}), "utf-8")
    np.save(out / "item_vectors.npy", item_vectors, allow_pickle=False)
    pq.write_table(pa.Table.from_pylist(curve), out / "curves.parquet")


def _beginning(recipe: Recipe, products: pa.Table, warm: Path | None) -> Callable[[Any], object]:
    """Return what sets the weights that training begins from."""
    if warm is None:
        return lambda model: None
    if recipe.towers.kind == "seed":
        raise RecipeError("Recipe seed knows its shoppers by number only.", "Train it from the beginning.")
    with quiet():
        from pipeline.towers.warm import begin_from
    return partial(begin_from, products=products, version=warm)


class Interactions:
    """The interactions as arrays: number of the shopper, product row, rating and part of each, shopper by shopper.

    Args:
        users: As `shopper_table` returns them.
    """

    def __init__(self, users: pa.Table) -> None:
        ids = users["user_id"].combine_chunks().dictionary_encode()
        self.n_shoppers = len(ids.dictionary)
        self.shoppers: IntArray = ids.indices.to_numpy()
        self.rows: IntArray = users["row"].to_numpy()
        self.ratings: FloatArray = users["rating"].to_numpy()
        self.is_train: BoolArray = pc.equal(users["part"], "train").to_numpy()
        trained = np.zeros(self.n_shoppers, dtype=bool)
        trained[self.shoppers[self.is_train]] = True
        # What early stopping may read: validation targets of the tuning shoppers who have a train history.
        is_valid: BoolArray = pc.equal(users["part"], "valid").to_numpy()
        self.held = is_valid & (tuning_user(ids.dictionary) & trained)[self.shoppers]

    def histories(self) -> Histories:
        """Return the train interactions by shopper."""
        starts = np.searchsorted(self.shoppers[self.is_train], np.arange(self.n_shoppers + 1))
        return Histories(self.rows[self.is_train], starts)


def _by_history(
    features: ItemFeatures,
    interactions: Interactions,
    recipe: Recipe,
    towers: Path,
    progress: Progress,
    begin: Callable[[Any], object] = lambda model: None,
) -> tuple[FloatArray, list[dict[str, float]]]:
    """Train towers that read histories; return the item vectors and the curve."""
    with quiet():
        from pipeline.towers.export import export
        from pipeline.towers.training import Holdout
        from pipeline.towers.training import train as train_towers
    held: dict[int, list[int]] = {}
    for shopper, row in zip(
        interactions.shoppers[interactions.held], interactions.rows[interactions.held], strict=True
    ):
        held.setdefault(int(shopper), []).append(int(row))
    holdout = Holdout(list(held), [np.array(targets, dtype=np.int32) for targets in held.values()])
    report = _report(progress, "val_ndcg@10", "NDCG@10")
    model, curve = train_towers(features, interactions.histories(), holdout, recipe, report, begin)
    with quiet():
        export(model, features, recipe.towers, towers)
    return model.item_vectors(), curve


def _by_name(
    features: ItemFeatures, interactions: Interactions, recipe: Recipe, towers: Path, progress: Progress
) -> tuple[FloatArray, list[dict[str, float]]]:
    """Train towers that know shoppers by name; write the shoppers' vectors; return the item vectors and the curve."""
    with quiet():
        from pipeline.towers.export import export_item_tower
        from pipeline.towers.seed_training import Rated, train_seed

    def part(chosen: np.ndarray) -> Rated:
        return Rated(interactions.shoppers[chosen], interactions.rows[chosen], interactions.ratings[chosen])

    features = replace(features, blocks={})  # the replaced system read none
    known = part(interactions.is_train)
    report = _report(progress, "val_auc", "AUC")
    model, curve = train_seed(features, interactions.n_shoppers, known, part(interactions.held), recipe, report)
    np.save(towers / "users.npy", model.user_vectors(np.unique(known.shoppers)), allow_pickle=False)
    with quiet():
        export_item_tower(model.item_tower, features, towers)
    return model.item_vectors(), curve


def _report(progress: Progress, figure: str, name: str) -> Callable[[dict[str, float]], None]:
    """Return what tells the progress bar of an epoch and its validation figure."""
    return lambda epoch: progress.advance(1, f"epoch {epoch['epoch']:.0f}, {name} {epoch[figure]:.4f}")
