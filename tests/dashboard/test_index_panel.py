"""What the Evaluation page says of a version's index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.components import index_charts
from pipeline.evaluation.index_curve import IndexCurve, Setting, path_of, save
from pipeline.versions import Version, VersionStore
from tests import tiny
from tests.dashboard.screens import plain, screen, visit

EXACT = Setting("flat", 0, 0, 0, 256_000_000, 1.0, 11.6, 12.5, 11.5, 0.3123, (0.0, 0.0, 0.0))
POOR = Setting("ivf-flat", 1024, 4, 0, 264_262_144, 0.9012, 0.06, 0.08, 0.06, 0.3011, (0.0112, 0.0051, 0.0173))
GOOD = Setting("ivf-flat", 1024, 16, 0, 264_262_144, 0.9861, 0.26, 0.41, 0.26, 0.3119, (0.0004, -0.0002, 0.001))
CODED = Setting("ivf-pq", 1024, 32, 8, 24_300_000, 0.9912, 0.47, 0.72, 0.5, 0.3121, (0.0002, -0.0003, 0.0007))
CURVE = IndexCurve(1_000_000, 64, 1000, 2000, 0.98, (EXACT, POOR, GOOD, CODED))


def measured(store: VersionStore, version: Version, curve: IndexCurve = CURVE) -> None:
    save(curve, path_of(store.artifacts, version.manifest.checksum))


def test_without_measurements_it_says_how_to_measure(store: VersionStore) -> None:
    tiny.publish(store)
    test = visit("evaluation", detail="index")
    assert "What quicker indexes would cost this version was not measured." in screen(test)
    assert test.code[0].value == "python -m pipeline bench index tiny"


def test_measurements_are_said_in_words_charts_and_a_table(store: VersionStore) -> None:
    measured(store, tiny.publish(store))
    test = visit("evaluation", detail="index")
    text = screen(test)
    assert (
        "Exact search serves and takes 11.6 ms; reading 16 of 1,024 lists takes 0.260 ms and finds 98.6 % of the "
        "nearest ten; NDCG@10 does not change certainly (-0.000400, -0.00100 to +0.000200)." in text
    )
    assert "over 2,000 test shoppers" in text
    assert "Lists quickest with 98 % 16 of 1,024 – 98.6 % 0.260 0.410 264 0.312 -0.000400" in text
    assert "-0.000400 -0.00100 to +0.000200" in text
    assert "Lists of codes 32 of 1,024 8 × 99.1 % 0.470 0.720 24.3 0.312 -0.000200" in text
    assert "Products are put into lists of near ones" in text
    assert "could not be shown" not in text


def test_measurements_without_shoppers_have_no_cost(store: VersionStore) -> None:
    bare = tuple(replace(each, ndcg=None, cost=None) for each in CURVE.settings)
    measured(store, tiny.publish(store), IndexCurve(1_000_000, 64, 1000, 0, 0.98, bare))
    text = screen(visit("evaluation", detail="index"))
    assert "finds 98.6 % of the nearest ten." in text
    assert "by vectors alone, before any re-ranking" not in text


def test_a_version_without_metrics_shows_what_was_measured_of_its_index(store: VersionStore) -> None:
    version = tiny.publish(store, evaluated=False)
    assert "quicker indexes" not in screen(visit("evaluation"))
    measured(store, version)
    text = screen(visit("evaluation"))
    assert "This version was not evaluated." in text
    assert "Exact search serves and takes 11.6 ms" in text


def test_damaged_measurements_are_as_none(store: VersionStore) -> None:
    version = tiny.publish(store)
    path = path_of(store.artifacts, version.manifest.checksum)
    path.parent.mkdir(parents=True)
    path.write_text('{"settings": [')
    text = screen(visit("evaluation", detail="index"))
    assert "was not measured" in text
    assert "could not be shown" not in text


def test_what_serves_is_said_in_the_sidebar_and_on_the_page(store: VersionStore) -> None:
    measured(store, tiny.publish(store, approximate=True))
    test = visit("evaluation", detail="index")
    text = screen(test)
    assert "Index lists, 0.987 found" in plain("".join(each.body for each in test.sidebar.get("html")))
    assert "Lists, to try them." in text
    assert "Lists serve. Exact search takes 11.6 ms; reading" in text


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ({"items": {"kind": "flat", "recall": 1.0}}, "exact"),
        ({"items": {"kind": "ivf-pq", "recall": 0.9861}}, "lists of codes, 0.986 found"),
        ({"items": {"kind": "<b>"}}, "–"),
        ({"items": 3}, "–"),
        ({}, "–"),
    ],
)
def test_what_a_manifest_says_is_put_in_few_words(index: dict[str, object], words: str) -> None:
    assert index_charts.served(index) == words


def test_charts_draw_each_kind_over_its_time() -> None:
    for dark in (False, True):
        recall, change = index_charts.recall_by_time(CURVE, dark=dark), index_charts.change_by_time(CURVE, dark=dark)
        assert [list(trace.x) for trace in recall.data] == [[11.6], [0.06, 0.26], [0.47]]
        assert [list(trace.y) for trace in recall.data] == [[1.0], [0.9012, 0.9861], [0.9912]]
        assert [list(trace.y) for trace in change.data] == [[0.0], [-0.0112, -0.0004], [-0.0002]]
        assert change.data[1].error_y.array == pytest.approx((0.0061, 0.0006))  # up to -0.0051 and 0.0002
        assert recall.layout.height == change.layout.height
        assert recall.layout.xaxis.type == "log"


def test_csv_holds_every_figure() -> None:
    rows = index_charts.rows_of(CURVE)
    assert len(rows) == 4
    assert rows[1]["index"] == "ivf-flat"
    assert rows[1]["recall@10"] == 0.9012
    assert (rows[1]["ndcg_against_exact"], rows[1]["low"], rows[1]["high"]) == (-0.0112, -0.0173, -0.0051)
    assert rows[0]["ndcg_against_exact"] is None
    assert rows[1]["bytes"] == 264262144
