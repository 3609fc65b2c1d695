"""The search benchmark's report against values worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.bench.plan import search_trials
from pipeline.bench.search_report import search_document
from pipeline.bench.search_results import FIGURES, SearchResult, Taken, paired_tests
from pipeline.errors import DatasetError, VersionBroken
from pipeline.manifest import Manifest
from pipeline.recipe import Recipe
from tests.bench.tables import row, rows

NDCG = {"chance": (0.1, 0.1), "bm25": (0.5, 0.7), "sum": (0.5, 0.5), "ranked": (0.75, 0.5)}


def manifest() -> Manifest:
    return Manifest(
        name="bench-tiny",
        created="2026-03-01T10:00:00Z",
        dataset={
            "name": "tiny",
            "generated": False,
            "fingerprint": "0123456789abcdef",
            "products": 12,
            "judgements": 9,
        },
        split="leave-one-out",
        recipe={"name": "described", "seed": 0},
        encoder={},
        environment={"git": "a" * 40, "python": "3.11.7", "libraries": {"numpy": "2.4.6"}},
        stages=[{"name": "rank-search", "seconds": 1.5, "peak_mb": 100.0, "reused": False}],
        headline=[],
        notes=["Search is put in order by the shipped ranker."],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "rankers").mkdir()
    (tmp_path / "rankers" / "search.json").write_text(json.dumps({"weight": 0.3, "words": 0.25, "trees": 0}))
    found = []
    for system, values in NDCG.items():
        figures = {figure: pa.array([0.0, 0.0], pa.float32()) for figure in FIGURES}
        figures["ndcg@10"] = pa.array(values, pa.float32())
        figures["unjudged@10"] = pa.array([0.25, None], pa.float32())
        found.append(pa.table({"query": ["camera", "bag"], "system": [system] * 2, **figures}))
    pq.write_table(pa.concat_tables(found), tmp_path / "evaluation" / "per_query.parquet")
    return tmp_path


def test_the_report(folder: Path) -> None:
    result = replace(SearchResult.read(folder, manifest()), taken=(Taken("bm25", 1.25, 3.5),))
    done = SimpleNamespace(trial=SimpleNamespace(name="bench-tiny"), result=result, error="")
    failed = SimpleNamespace(trial=SimpleNamespace(name="bench-other"), result=None, error="The disk is full.")
    text = search_document([done, failed], "python -m x")  # type: ignore[list-item]
    assert "2 queries with a gain; weight of the ranker served 0.3, share of words in the sum 0.25" in text
    assert "System towers is not measured" in text
    assert "- bench-other: failed. The disk is full." in text
    assert row(text, "### Latency", "bm25") == {"step": "bm25", "p50 ms": "1.2", "p95 ms": "3.5"}
    assert "Note: Search is put in order by the shipped ranker." in text
    assert row(text, "## At a glance", "ranked")["tiny, described"] == "0.6250"
    chance = row(text, "### Systems", "chance")
    assert (chance["NDCG@10"], chance["95 % interval"]) == ("0.1000", "exact")
    assert row(text, "### Systems", "ranked")["unjudged in ten"] == "0.2500"  # of the query that has a value
    first = rows(text, "### Paired tests")[0]
    assert [first[name] for name in ("first", "second", "figure", "difference", "better", "same", "worse")] == [
        "ranked", "sum", "NDCG@10", "+0.1250", "1", "1", "0",
    ]  # fmt: skip


def test_tests_are_corrected_together(folder: Path) -> None:
    found = paired_tests(SearchResult.read(folder, manifest()))
    # minilm was not asked: ranked against sum and bm25, sum against bm25, two figures each.
    assert [(each.first, each.second) for each in found[::2]] == [
        ("ranked", "sum"),
        ("ranked", "bm25"),
        ("sum", "bm25"),
    ]
    assert all(each.holm >= each.found.p for each in found)


def test_a_version_without_judged_queries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VersionBroken, match="no figures of judged queries"):
        SearchResult.read(tmp_path, manifest())


def test_a_dataset_without_judgements_is_refused(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,title\n1,camera\n")
    described = 'name = "bare"\n[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n'
    (tmp_path / "dataset.toml").write_text(described)
    with pytest.raises(DatasetError, match="no judgements"):
        search_trials([tmp_path / "dataset.toml"], [Recipe.load("text")])
