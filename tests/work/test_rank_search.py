"""Stage `rank-search`: what serves with judged queries, with too few, and with none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.prepare import Prepared
from pipeline.data.tables import JUDGEMENTS
from pipeline.evaluation.search_ranker import SearchRanker
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.query_ranking import files
from pipeline.versions import Version, VersionStore
from pipeline.work.evaluate import _search_ranker
from pipeline.work.rank_search import rank_search
from tests import tiny

WORDS = ("camera", "lens", "headphones", "cable", "speaker", "usb", "zoom", "bluetooth")


class Quiet:
    def total(self, steps: int) -> None: ...
    def advance(self, steps: int = 1, note: str = "") -> None: ...


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return tiny.publish(VersionStore(tmp_path_factory.mktemp("artifacts")), "text", towers=False)


def prepared(version: Version, folder: Path, queries: int) -> Prepared:
    """Return that many judged queries of two words; a product that holds the first one is good."""
    asked = [f"{one} {other}" for one in WORDS for other in WORDS if one < other][:queries]
    rows = [
        (query, row.product_id, 3.0 if query.split()[0] in row.title.lower() else 0.0)
        for query in asked
        for row in tiny.SHOP
    ]
    columns = dict(zip(JUDGEMENTS.names, zip(*rows, strict=True), strict=True)) if rows else {}
    pq.write_table(pq.read_table(version.path / "products.parquet"), folder / "products.parquet")
    pq.write_table(pa.table({name: list(own) for name, own in columns.items()}), folder / "judgements.parquet")
    judging = {"protocol": "open", "gain": "exponential", "min_grade": 0.0} if queries else None
    return Prepared(folder, {}, {"kind": "leave-one-out"}, judging)


def made(version: Version, folder: Path, queries: int) -> tuple[Path, dict[str, Any]]:
    out, source = folder / "out", folder / "prepared"
    out.mkdir()
    source.mkdir()
    rank_search(prepared(version, source, queries), version.path, version.encoder_path, 0, out, Quiet())
    return out, json.loads((out / "outcome.json").read_text("utf-8"))


@pytest.mark.parametrize("queries", [0, 10])
def test_without_enough_judged_queries_the_shipped_ranker_serves(
    version: Version, tmp_path: Path, queries: int
) -> None:
    out, outcome = made(version, tmp_path, queries)
    assert outcome["kept"]
    assert outcome["queries"] == 0
    assert "generated shops" in outcome["why"]
    served = files.read(out / "rankers")
    assert (served.weight, served.kind) == (files.shipped().weight, "shipped")
    assert not (out / files.FOLDS).exists()


def test_with_enough_it_is_chosen_by_cross_validation_and_measured_out_of_fold(
    version: Version, tmp_path: Path
) -> None:
    out, outcome = made(version, tmp_path, 26)
    assert outcome["queries"] == 26
    assert outcome["sum"] is not None
    assert "26 judged queries" in outcome["why"]
    assert sorted(path.name for path in (out / files.FOLDS).glob("*.txt")) == [f"{fold}.txt" for fold in range(5)]
    assert (out / "rankers" / files.BOOSTER).exists() == outcome["kept"] == (outcome["weight"] > 0)
    contents = Contents.load(version.path, version.encoder_path)
    pair = (contents.lexical, contents.lexical)
    (system,) = _search_ranker(contents, out, pair)  # type: ignore[arg-type]
    weights = [ranker.weight for ranker in system._rankers]  # type: ignore[attr-defined]
    assert weights == [files.read(out / files.FOLDS, str(fold)).weight for fold in range(5)]
    assert [fold["weight"] for fold in outcome["folds"]] == weights
    if outcome["kept"]:
        served = SearchRanker.of(out)
        assert served is not None
        assert (served.weight, served.queries, served.folds) == (outcome["weight"], 26, tuple(weights))
