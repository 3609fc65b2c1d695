"""Stages of an update: vectors and towers of an earlier version, carried over to a larger dataset."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.tables import PRODUCTS
from pipeline.errors import DatasetError, RecipeError
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.drafts.vectors import DraftVectors
from pipeline.retrieval.tower_search import KNOWN, ItemTower
from pipeline.stages import Progress
from pipeline.text import batch
from pipeline.towers.features import Vocabulary
from pipeline.versions import Version

BLOCK = 4096  # products that the item tower places at once
LEARNED = ("train", "valid")  # towers learn from the one and stop by the other


def carry_texts(version: Version, prepared: Path, artifacts: Path, out: Path, progress: Progress) -> None:
    """Write text_vectors.npy and encoder.json, as the stage `encode` does, with the version's own encoder.

    Texts that the version knows keep their vectors; each distinct other one is encoded once, or never where the cache
    below the artifacts folder has it.
    """
    contents, drafts = _opened(version)
    texts = drafts.texts(_products(prepared))
    progress.total(len(texts))
    place = {text: row for row, text in enumerate(drafts.texts(contents.catalogue.table))}
    missing = list(dict.fromkeys(text for text in texts if text not in place))
    encoder, vectors = dict(version.manifest.encoder), contents.text.vectors
    progress.advance(len(texts) - len(missing), f"{len(missing):,} new texts")
    if missing:
        kept = artifacts / "text_vectors" / str(encoder["id"])
        made = batch.encode(missing, version.encoder_path, kept, progress.advance)
        vectors = np.concatenate([vectors, made.vectors])
    place |= {text: len(contents.catalogue) + row for row, text in enumerate(missing)}
    np.save(out / "text_vectors.npy", vectors[[place[text] for text in texts]], allow_pickle=False)
    (out / "encoder.json").write_text(json.dumps(encoder), "utf-8")


def carry_towers(version: Version, prepared: Path, encoded: Path, out: Path, progress: Progress) -> None:
    """Write item_vectors.npy, towers and the curve of their training, as the stage `train` does, without training.

    Known products keep their vectors. Those of new products are what the item tower says of products whose id it does
    not know. Shoppers need nothing: the user tower reads histories.

    Raises:
        RecipeError: The version's towers know shoppers by name, or cannot place a new product.
        DatasetError: Something that the towers learned from would be a test target, or brands or categories would
            change their meaning to the item tower.
    """
    contents, drafts = _opened(version)
    name = version.manifest.name
    if contents.user_tower is None:
        why = "has no towers" if contents.user_vectors is None else "has towers that know shoppers by name"
        raise RecipeError(f'Version "{name}" {why}: there are none to carry over.', "Add --train.")
    if leaked := leaks(version, prepared):
        raise DatasetError(
            f'{leaked:,} interactions that the towers of "{name}" learned from would be test targets: what came is '
            "older than what was known.",
            "Add --train, which then trains from the beginning, or leave the old ones out.",
        )
    products, known = _products(prepared), len(contents.catalogue)
    trained = known
    if contents.item_tower is not None:
        trained = contents.item_tower.products or known
        _require_same_codes(drafts.vocabulary, contents.catalogue.table.slice(0, trained), products.slice(0, trained))
    elif products.num_rows > known:
        raise RecipeError(f'Version "{name}" has no item tower that could place new products.', "Add --train.")
    text = np.load(encoded / "text_vectors.npy", allow_pickle=False)
    vectors: list[FloatArray] = [contents.items.vectors]
    progress.total(products.num_rows - known)
    for start in range(known, products.num_rows, BLOCK):
        own = slice(start, min(start + BLOCK, products.num_rows))
        vectors.append(drafts.of_products(products.slice(start, own.stop - start), text[own]))
        progress.advance(own.stop - start)
    np.save(out / "item_vectors.npy", np.concatenate(vectors), allow_pickle=False)
    shutil.copytree(version.path / "towers", out / "towers")
    if contents.item_tower is not None:
        served = onnx.load(out / "towers" / "item.onnx")
        kept = {each.key: each.value for each in served.metadata_props}
        onnx.helper.set_model_props(served, kept | {KNOWN: str(trained)})
        onnx.save(served, out / "towers" / "item.onnx")
    (out / "outcome.json").write_text(json.dumps({"note": ""}), "utf-8")
    curve = version.path / "evaluation" / "curves.parquet"
    if curve.exists():
        shutil.copy(curve, out)


def beginning(version: Version, prepared: Path) -> str:
    """Return why training cannot begin from a version's towers, as the end of a sentence; "" where it can."""
    towers, name = version.path / "towers", version.manifest.name
    if not all((towers / file).exists() for file in ("item.keras", "user.keras", "item.onnx")):
        return f"version {name} has no towers that read histories"
    if leaks(version, prepared):
        return f"the towers of version {name} learned from what is held out by now"
    if any(each.startswith("feature_") for each in ItemTower(towers / "item.onnx").inputs):
        return f"the towers of version {name} also read blocks of features, which no version keeps"
    return ""


def leaks(version: Version, prepared: Path) -> int:
    """Return how many test targets of a prepared dataset are train or validation interactions of a version."""
    path = version.path / "users.parquet"
    if not path.exists():
        return 0
    users = pq.read_table(path, columns=["user_id", "row", "part"])
    ids = pq.read_table(version.path / "products.parquet", columns=["product_id"])["product_id"]
    users = users.append_column("product_id", ids.take(users["row"]))
    learned = users.filter(pc.is_in(users["part"], pa.array(LEARNED))).select(["user_id", "product_id"])
    interactions = pq.read_table(prepared / "interactions.parquet", columns=["user_id", "product_id", "part"])
    tested = interactions.filter(pc.equal(interactions["part"], "test"))
    return int(tested.join(learned, ["user_id", "product_id"], join_type="inner").num_rows)


def _require_same_codes(vocabulary: Vocabulary, before: pa.Table, now: pa.Table) -> None:
    """Refuse brands or categories that were respelled into one: the item tower knows them by their numbers."""
    after = Vocabulary.of(now)
    if any(
        not np.array_equal(one, other) for one, other in zip(vocabulary.encode(before), after.encode(now), strict=True)
    ):
        raise DatasetError(
            "Brands or categories of known products are spelled otherwise than when the towers were trained, and "
            "would mean something else to them.",
            "Add --train.",
        )


def _opened(version: Version) -> tuple[Contents, DraftVectors]:
    contents = Contents.load(version.path, version.encoder_path)
    vectors = DraftVectors(contents.catalogue, contents.encoder, version.manifest.recipe, contents.item_tower)
    return contents, vectors


def _products(prepared: Path) -> pa.Table:
    return pq.read_table(prepared / "products.parquet", columns=PRODUCTS.names)
