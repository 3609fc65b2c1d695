"""Stage `evaluate`: every figure of a version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.lots import tuning_user
from pipeline.data.prepare import Prepared
from pipeline.evaluation.baselines import recommenders
from pipeline.evaluation.protocol import Recommended, evaluable, evaluate_recommendations, measured_shoppers
from pipeline.evaluation.queries import Judged, Remembered, evaluate_queries, gains_of, judged_of
from pipeline.evaluation.rated import calibration_table, roc_table
from pipeline.retrieval.candidates import Retriever
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.fusion import ReciprocalRanks, Sum
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.files import FOLDS, read, shipped
from pipeline.retrieval.query_ranking.out_of_fold import OutOfFold
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.shoppers import PARTS
from pipeline.retrieval.tower_search import ItemTower, TowerSearch
from pipeline.stages import Progress
from pipeline.work.tables import product_rows
from pipeline.work.tune import BASELINES

MEASURED = "measured.json"


def evaluate(
    prepared: Prepared,
    indexed: Path,
    ranked: Path,
    searching: Path,
    tuned: Path,
    encoder: Path,
    out: Path,
    progress: Progress,
    *,
    later: bool = True,
) -> None:
    """Write metrics.json (test), validation.json, baselines.json, measured.json (on how many shoppers of how many),
    per_user.parquet, ranks.parquet, products.parquet, roc.parquet, calibration.parquet, per_query.parquet.

    What cannot be measured is not written: there are no interactions, no one to validate on, no judgements. `later`
    says whether the re-ranker is also measured with the validation interactions counted, which takes as long again.
    """
    contents = Contents.load(indexed, encoder, ranked / "rankers")
    n_products, split = len(contents.catalogue), prepared.split["kind"]
    rows: list[dict[str, object]] = []
    if contents.shoppers:
        shoppers = contents.shoppers
        valid = measured_shoppers(shoppers, "valid", n_products, tuning_user(shoppers.ids))
        test = measured_shoppers(shoppers, "test", n_products)
        counts = {"measured": len(test), "of": len(evaluable(shoppers, "test"))}
        (out / MEASURED).write_text(json.dumps(counts), "utf-8")
        progress.total(len(valid) + len(test))
        shutil.copy(tuned / BASELINES, out)
        systems = recommenders(contents, shoppers, json.loads((tuned / BASELINES).read_text("utf-8")))
        asked = (systems, shoppers, n_products, split)
        validation = None
        if valid:
            validation = evaluate_recommendations(*asked, "valid", valid, progress.advance)
            (out / "validation.json").write_text(json.dumps(validation.as_dicts(), indent=1), "utf-8")
        if test:
            vectors = {"text": contents.text.vectors}
            if contents.user_tower:
                vectors["towers"] = contents.items.vectors
            elif contents.user_vectors is not None:
                normalised = contents.items.normalised()  # kept by name: its vectors lie in its memory
                vectors["towers"] = normalised.vectors
            if later:
                asked = ([*systems, *_validation_counted(contents)], *asked[1:])
            tested = evaluate_recommendations(*asked, "test", test, progress.advance, contents.catalogue, vectors)
            rows += tested.as_dicts()
            pq.write_table(tested.table, out / "per_user.parquet", compression="zstd")
            pq.write_table(tested.ranks, out / "ranks.parquet", compression="zstd")
            pq.write_table(tested.products, out / "products.parquet", compression="zstd")
            _write_rated(validation, tested, out)
    queries, judging = judged_queries(prepared), prepared.judging or {}
    if any(query.gains.any() for query in queries):
        words = Remembered(Lexical(contents.lexical))
        meaning = Remembered(Semantic(contents.encoder, contents.text))
        pair = (words, meaning)
        judged = evaluate_queries(
            [
                words,
                meaning,
                *_tower_search(contents, indexed / "towers" / "item.onnx"),
                ReciprocalRanks(pair),
                Sum(pair),
                *_search_ranker(contents, searching, pair),
            ],
            queries,
            n_products,
            judging["protocol"],
        )
        rows += judged.as_dicts()
        pq.write_table(judged.table, out / "per_query.parquet", compression="zstd")
    (out / "metrics.json").write_text(json.dumps(rows, indent=1), "utf-8")


def _write_rated(validation: Recommended | None, tested: Recommended, out: Path) -> None:
    """Write roc.parquet and calibration.parquet, where there is what they are made of."""
    if (curves := roc_table(tested.duels, tested.ratings)) is not None:
        pq.write_table(curves, out / "roc.parquet", compression="zstd")
    if validation is None:
        return
    learned, asked = ((each.duels, each.ratings) for each in (validation, tested))
    if (diagram := calibration_table(learned, asked)) is not None:
        pq.write_table(diagram, out / "calibration.parquet", compression="zstd")


def _search_ranker(contents: Contents, searching: Path, pair: tuple[Retriever, Retriever]) -> list[Retriever]:
    """Return the learned order of search, every query answered by a ranker that has not seen it.

    Where the shipped ranker serves, it has seen none of them.
    """
    folds = searching / FOLDS
    chosen = [read(folds, str(fold)) for fold in range(len(list(folds.glob("*.txt"))))] or [shipped()]
    features = QueryFeatures(contents.catalogue, Words.of(contents.catalogue), contents.text.vectors)
    return [OutOfFold([Ranked(features, each.booster, each.weight, *pair, each.words) for each in chosen])]


def _tower_search(contents: Contents, tower: Path) -> list[Retriever]:
    """Return search in tower space, where there are towers; it is measured, and serves nowhere."""
    if not tower.exists():
        return []
    return [TowerSearch(contents.encoder, ItemTower(tower), contents.items.normalised())]


def _validation_counted(contents: Contents) -> list[Retriever]:
    """Return the re-ranker that also counts every shopper's validation interactions: what it would do with later data.

    All other systems count train interactions, beside the shopper's own history, so this one is named apart.
    """
    if contents.reranked is None or contents.shoppers is None:
        return []
    counted = contents.shoppers.parts < PARTS.index("test")
    evidence = Evidence.of(
        contents.shoppers, counted, contents.text.vectors, contents.reranked.evidence.counts["alike"]
    )
    return [contents.reranked.counting(evidence, "reranked (validation counted)")]


def judged_queries(prepared: Prepared) -> list[Judged]:
    """Return the judged queries of a prepared dataset, in order of appearance; none when it has no judgements."""
    if prepared.judging is None:
        return []
    judgements = pq.read_table(prepared.folder / "judgements.parquet")
    rows = product_rows(prepared.folder, judgements["product_id"])
    grades = judgements["grade"].to_numpy().astype(np.float64)
    gains = gains_of(grades, prepared.judging["gain"], prepared.judging["min_grade"])
    return judged_of(judgements["query"], rows, gains)
