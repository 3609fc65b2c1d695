"""The details of the Evaluation page that read files of their own: values on screen, and what older versions lack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.components import evaluation_charts
from dashboard.components.measured import Measured
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import screen, visit

CURVES = [
    {"epoch": 1, "loss": 5.0, "val_ndcg@10": 0.1},
    {"epoch": 2, "loss": 4.0, "val_ndcg@10": 0.3},
    {"epoch": 3, "loss": 3.5, "val_ndcg@10": 0.2},
]
COUNTS = {"positives": 60, "negatives": 40, "rated": True}


def details(folder: Path) -> None:
    """Write curves, a ROC curve and a reliability diagram of the towers."""
    pq.write_table(pa.Table.from_pylist(CURVES), folder / "curves.parquet")
    chance = {"system": "chance", "metric": "ndcg", "k": 10, "slice": "all", "value": 0.0123}
    (folder / "validation.json").write_text(json.dumps([chance]))
    points = [(0, 0), (0.2, 0.7), (1, 1)]
    rows = [{"system": "towers", "false_positives": float(x), "true_positives": float(y), **COUNTS} for x, y in points]
    pq.write_table(pa.Table.from_pylist(rows), folder / "roc.parquet")
    bins = [(0.2, 0.3, 30), (0.8, 0.7, 10)]
    rows = [
        {"system": "towers", "predicted": p, "observed": o, "low": o - 0.1, "high": o + 0.1, "n": n} for p, o, n in bins
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "calibration.parquet")


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, "whole", evaluation=details)
    tiny.publish(store, "old", created="2026-01-01T00:00:00Z")


def test_training_says_which_epoch_was_kept() -> None:
    test = visit("evaluation", version="whole", detail="training")
    assert "3 epochs. The weights of epoch 2 are kept: its Validation NDCG@10 is the highest, 0.300." in screen(test)
    loss, validation = [each.proto.spec for each in test.get("plotly_chart")][1:]
    assert "Epoch 2: Loss 4.00" in loss
    assert "Epoch 3: Validation NDCG@10 0.200" in validation
    assert "chance" in validation
    assert "keeps no training curves" in screen(visit("evaluation", version="old", detail="training"))


def test_recall_by_rank_beside_chance() -> None:
    test = visit("evaluation", version="whole", detail="ranks")
    text = screen(test)
    assert "3 shoppers" in text
    # RANKS: towers 1, 4 and 12; item-knn 11, 2 and 2. Of 8, 9 and 9 candidates chance finds all by the ninth.
    assert re.search(r"Item-KNN 0 0\.667 ± [\d.]+ 0\.667 ± [\d.]+ 1\.00 1\.00 1\.00", text)
    assert re.search(r"Two towers 0\.333 ± [\d.]+ 0\.667 ± [\d.]+ 0\.667 ± [\d.]+ 1\.00", text)
    assert re.search(r"Chance 0\.116 0\.579 1\.00", text)
    assert "recall@k = relevant products among the first k / relevant products" in text


def test_roc_and_calibration() -> None:
    test = visit("evaluation", version="whole", detail="roc")
    text = screen(test)
    assert "Positive: 60 held-out products rated 4 or better; negative: 40 rated worse." in text
    assert "The version's own area is 0.792 (0.772–0.812); chance 0.5." in text
    # 30/40 x 0.1 + 10/40 x 0.1.
    assert re.search(r"Calibration error Two towers 0\.100", text)
    roc, calibration = [each.proto.spec for each in test.get("plotly_chart")][1:]
    assert "finds 70 % of the positives" in roc
    assert "Chance 0.5" in roc
    assert "20 % predicted, 30 % liked" in calibration
    assert "keeps no ROC curves" in screen(visit("evaluation", version="old", detail="roc"))


def test_all_slices_under_every_system() -> None:
    test = visit("evaluation", version="whole", detail="heat")
    spec = test.get("plotly_chart")[1].proto.spec
    for said in ("Everyone", "Cold (0)", "n 400", "Chance", "Photo"):
        assert said in spec
    assert "NDCG@10 of every slice under every system" in screen(test)
    assert "slices-csv" in [each.key for each in test.get("download_button")]


@pytest.mark.parametrize("detail", ["slices", "differences", "beyond"])
def test_every_table_can_be_saved(detail: str) -> None:
    test = visit("evaluation", version="whole", detail=detail)
    assert len(test.get("download_button")) >= 2
    assert "could not be shown" not in screen(test)


def test_a_damaged_file_is_as_good_as_none(store: VersionStore) -> None:
    tiny.publish(store, "odd", evaluation=lambda folder: (folder / "roc.parquet").write_bytes(b"nothing"))  # type: ignore[arg-type,return-value]
    assert "keeps no ROC curves" in screen(visit("evaluation", version="odd", detail="roc"))


def test_the_heat_map_writes_every_figure_and_parts_families() -> None:
    one, two = Measured("towers", 0.5, 0.4, 0.6, 9), Measured("chance", 0.1, None, None, 9)
    slices = [("", "Everyone", 9, {"towers": one, "chance": two}), ("history", "1-4", 4, {"towers": two})]
    drawn = evaluation_charts.heat(slices, ["towers", "chance"], "NDCG@10", dark=False)
    assert [each.text for each in drawn.layout.annotations] == ["0.500", "0.100", "0.100", "–"]
    assert drawn.data[0].text[0][0] == "Everyone, Two towers: NDCG@10 0.500, 95 % interval 0.400–0.600<br>over 9"
    assert len(drawn.layout.shapes) == 1
