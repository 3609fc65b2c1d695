"""What each stage does: reads the folders of earlier stages, writes its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import Prepared
from pipeline.data.prepare import prepare as prepare_tables
from pipeline.data.sample import generate as generate_sample
from pipeline.data.split import tuning_user
from pipeline.durable import sync
from pipeline.evaluation.baselines import recommenders
from pipeline.evaluation.protocol import Evaluated, evaluable, evaluate_recommendations
from pipeline.evaluation.queries import Judged, Remembered, evaluate_queries, gains_of
from pipeline.manifest import sha256, sums
from pipeline.quiet import quiet
from pipeline.recipe import Recipe, TextRecipe
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn
from pipeline.retrieval.fusion import ReciprocalRanks, Sum
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.vectors import VectorIndex
from pipeline.stages import Progress
from pipeline.text import minilm
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts, vector_texts


def generate(out: Path) -> None:
    """Write the built-in sample: its tables and their description."""
    generate_sample(out)


def prepare(dataset: Dataset, out: Path, max_rejected: float) -> None:
    """Write the canonical tables, the rejects and the counts."""
    prepare_tables(dataset, out, max_rejected=max_rejected)


def encode(prepared: Path, text: TextRecipe, artifacts: Path, out: Path, progress: Progress) -> None:
    """Write text_vectors.npy and encoder.json, and the encoder itself to `artifacts/encoders/<id>/`."""
    texts = vector_texts(pq.read_table(prepared / "products.parquet"), text.fields)
    progress.total(len(texts))
    np.save(out / "text_vectors.npy", minilm.encode(texts, text.model, progress.advance), allow_pickle=False)
    exported = out / "encoder"
    exported.mkdir()
    with quiet():
        minilm.export(exported, text.model)
    encoder = {"id": sha256(exported / "model.onnx"), "files": sums(exported)}
    (out / "encoder.json").write_text(json.dumps(encoder), "utf-8")
    home = encoder_of(out, artifacts)
    if not encoder_holds(out, artifacts):  # absent, or damaged since an earlier run wrote it
        sync(exported)
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(home, ignore_errors=True)
        exported.rename(home)
    shutil.rmtree(exported, ignore_errors=True)


def encoder_of(encoded: Path, artifacts: Path) -> Path:
    """Return the folder of the encoder that made the vectors in `encoded`."""
    return artifacts / "encoders" / str(json.loads((encoded / "encoder.json").read_text("utf-8"))["id"])


def encoder_holds(encoded: Path, artifacts: Path) -> bool:
    """Return whether that folder still holds what was written there."""
    files = json.loads((encoded / "encoder.json").read_text("utf-8"))["files"]
    return bool(sums(encoder_of(encoded, artifacts)) == files)


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


def index(prepared: Path, encoded: Path, trained: Path | None, text: TextRecipe, out: Path, progress: Progress) -> None:
    """Write everything that serves: products, shoppers, vectors, indexes, towers."""
    progress.total(3)
    products = pq.read_table(prepared / "products.parquet")
    shutil.copy(prepared / "products.parquet", out)
    if (prepared / "interactions.parquet").exists():
        pq.write_table(shopper_table(prepared), out / "users.parquet", compression="zstd")
    shutil.copy(encoded / "text_vectors.npy", out)
    if trained:
        shutil.copytree(trained / "towers", out / "towers")
        (out / "evaluation").mkdir()
        shutil.copy(trained / "curves.parquet", out / "evaluation")
    shutil.copy(trained / "item_vectors.npy" if trained else encoded / "text_vectors.npy", out / "item_vectors.npy")
    (out / "index").mkdir()
    for name, vectors in (("items", "item_vectors.npy"), ("text", "text_vectors.npy")):
        VectorIndex.build(np.load(out / vectors, allow_pickle=False)).save(out / "index" / f"{name}.faiss")
        progress.advance()
    LexicalIndex.build(lexical_texts(products, text.lexical)).save(out / "lexical")
    progress.advance()


def evaluate(prepared: Prepared, indexed: Path, encoder: Path, out: Path, progress: Progress) -> None:
    """Write metrics.json (test), validation.json, per_user.parquet, per_query.parquet."""
    contents = Contents.load(indexed, encoder)
    n_products, split = len(contents.catalogue), prepared.split["kind"]
    rows: list[dict[str, object]] = []
    if contents.shoppers:
        shoppers = contents.shoppers
        valid = evaluable(shoppers, "valid", tuning_user(shoppers.ids))
        test = evaluable(shoppers, "test")
        progress.total(len(valid) + len(test))
        systems = recommenders(contents, shoppers, valid)
        found: dict[str, Evaluated] = {
            part: evaluate_recommendations(systems, shoppers, n_products, split, part, chosen, progress.advance)
            for part, chosen in (("valid", valid), ("test", test))
            if chosen
        }
        decay = next(system.decay for system in systems if isinstance(system, ItemKnn))
        (out / "baselines.json").write_text(json.dumps({"item-knn": {"decay": decay}}), "utf-8")
        if "valid" in found:
            (out / "validation.json").write_text(json.dumps(found["valid"].as_dicts(), indent=1), "utf-8")
        if "test" in found:
            rows += found["test"].as_dicts()
            pq.write_table(found["test"].table, out / "per_user.parquet", compression="zstd")
    queries, judging = judged_queries(prepared), prepared.judging or {}
    if any(query.gains.any() for query in queries):
        words = Remembered(Lexical(contents.lexical))
        meaning = Remembered(Semantic(contents.encoder, contents.text))
        pair = (words, meaning)
        judged = evaluate_queries(
            [words, meaning, ReciprocalRanks(pair), Sum(pair)],
            queries,
            n_products,
            judging["protocol"],
        )
        rows += judged.as_dicts()
        pq.write_table(judged.table, out / "per_query.parquet", compression="zstd")
    (out / "metrics.json").write_text(json.dumps(rows, indent=1), "utf-8")


def judged_queries(prepared: Prepared) -> list[Judged]:
    """Return the judged queries of a prepared dataset, in order of appearance; none when it has no judgements."""
    if prepared.judging is None:
        return []
    judgements = pq.read_table(prepared.folder / "judgements.parquet")
    queries = judgements["query"].combine_chunks().dictionary_encode()
    codes = queries.indices.to_numpy()
    rows = _rows(prepared.folder, judgements["product_id"])
    grades = judgements["grade"].to_numpy().astype(np.float64)
    gains = gains_of(grades, prepared.judging["gain"], prepared.judging["min_grade"])
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(queries.dictionary) + 1))
    return [
        Judged(query, rows[chosen], gains[chosen])
        for query, chosen in zip(queries.dictionary.to_pylist(), np.split(order, bounds[1:-1]), strict=True)
    ]


def shopper_table(prepared: Path) -> pa.Table:
    """Return the interactions with product rows instead of ids: user_id, row, timestamp, rating, part."""
    interactions = pq.read_table(prepared / "interactions.parquet")
    rows = pa.array(_rows(prepared, interactions["product_id"]))
    kept = interactions.select(["user_id", "timestamp", "rating", "part"])
    return kept.add_column(1, "row", rows)


def _rows(prepared: Path, product_ids: pa.ChunkedArray) -> np.ndarray:
    """Return int32: the catalogue row of each product id."""
    known = pq.read_table(prepared / "products.parquet", columns=["product_id"])["product_id"]
    rows: np.ndarray = pc.index_in(product_ids, value_set=known.combine_chunks()).to_numpy().astype(np.int32)
    return rows
