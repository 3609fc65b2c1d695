"""Stage `evaluate`: every figure of a version."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.prepare import Prepared
from pipeline.data.split import tuning_user
from pipeline.evaluation.baselines import recommenders
from pipeline.evaluation.protocol import Evaluated, evaluable, evaluate_recommendations
from pipeline.evaluation.queries import Judged, Remembered, evaluate_queries, gains_of
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn
from pipeline.retrieval.fusion import ReciprocalRanks, Sum
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.stages import Progress
from pipeline.work.tables import product_rows


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
    rows = product_rows(prepared.folder, judgements["product_id"])
    grades = judgements["grade"].to_numpy().astype(np.float64)
    gains = gains_of(grades, prepared.judging["gain"], prepared.judging["min_grade"])
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(queries.dictionary) + 1))
    return [
        Judged(query, rows[chosen], gains[chosen])
        for query, chosen in zip(queries.dictionary.to_pylist(), np.split(order, bounds[1:-1]), strict=True)
    ]
