"""Stage `train`: the two towers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.split import tuning_user
from pipeline.quiet import quiet
from pipeline.recipe import Recipe
from pipeline.stages import Progress
from pipeline.work.tables import shopper_table


def trainable(prepared: Path) -> bool:
    """Return whether any shopper has two train interactions: one to read and one that followed."""
    if not (prepared / "interactions.parquet").exists():
        return False
    interactions = pq.read_table(prepared / "interactions.parquet", columns=["user_id", "part"])
    train = interactions.filter(pc.equal(interactions["part"], "train"))
    return bool(train.num_rows > len(pc.unique(train["user_id"])))


def train(prepared: Path, encoded: Path, recipe: Recipe, out: Path, progress: Progress) -> None:
    """Write item_vectors.npy, curves.parquet and the towers."""
    with quiet():
        from pipeline.towers.export import export
        from pipeline.towers.features import Histories, ItemFeatures
        from pipeline.towers.training import Holdout
        from pipeline.towers.training import train as train_towers
    products, users = pq.read_table(prepared / "products.parquet"), shopper_table(prepared)
    ids = users["user_id"].combine_chunks().dictionary_encode()
    shopper, rows = ids.indices.to_numpy(), users["row"].to_numpy()
    parts = users["part"].to_numpy(zero_copy_only=False)
    n_shoppers = len(ids.dictionary)
    is_train = parts == "train"
    histories = Histories(rows[is_train], np.searchsorted(shopper[is_train], np.arange(n_shoppers + 1)))
    tuning = tuning_user(ids.dictionary)
    held: dict[int, list[int]] = {}
    for index, row in zip(shopper[parts == "valid"], rows[parts == "valid"], strict=True):
        if tuning[index] and len(histories[index]):
            held.setdefault(int(index), []).append(int(row))
    holdout = Holdout(list(held), [np.array(targets, dtype=np.int32) for targets in held.values()])
    features = ItemFeatures.of(products, np.load(encoded / "text_vectors.npy", allow_pickle=False), histories.rows)
    progress.total(recipe.training.epochs)
    model, curve = train_towers(
        features,
        histories,
        holdout,
        recipe,
        lambda epoch: progress.advance(1, f"epoch {epoch['epoch']:.0f}, NDCG@10 {epoch['val_ndcg@10']:.4f}"),
    )
    np.save(out / "item_vectors.npy", model.item_vectors(), allow_pickle=False)
    pq.write_table(pa.Table.from_pylist(curve), out / "curves.parquet")
    (out / "towers").mkdir()
    with quiet():
        export(model, features, recipe.towers, out / "towers")
