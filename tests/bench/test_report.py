"""The report against values worked out by hand."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.bench.markdown import table
from pipeline.bench.plan import Skipped
from pipeline.bench.report import document
from tests.bench.tables import row, rows
from tests.bench.versions import result


@pytest.fixture
def text(tmp_path: Path) -> str:
    def outcome(name: str, found: object, error: str = "") -> SimpleNamespace:
        recipe = SimpleNamespace(name="sequence")
        trial = SimpleNamespace(name=name, dataset=SimpleNamespace(name="tiny"), split="time", recipe=recipe)
        return SimpleNamespace(trial=trial, result=found, error=error)

    outcomes = [outcome(f"bench-{seed}", result(tmp_path, seed)) for seed in (1, 2)]
    outcomes.append(outcome("bench-3", None, "The disk is full. Make room."))
    return document(outcomes, [Skipped("tiny", "given", "It has no split.")], "python -m x")  # type: ignore[arg-type]


def test_tables_are_padded_and_bars_are_escaped() -> None:
    assert table(["name", "n"], [["a|b", "10"]]) == "| name |   n |\n|------|----:|\n| a\\|b |  10 |"


def test_what_is_missing_is_said(text: str) -> None:
    assert "- tiny, given: left out. It has no split.\n- bench-3: failed. The disk is full. Make room." in text
    assert "Made by `python -m x` on " in text
    assert "Versions were made with Python 3.11.7, numpy 2.4.6." in text
    assert "6 products, 3 shoppers, 10 interactions" in text
    assert "Fingerprint `0123456789ab`. Interactions: 3 train, 3 valid, 4 test. 3 shoppers with" in text


def test_systems(text: str) -> None:
    towers = row(text, "#### Systems", "sequence: towers")
    assert towers["seeds"] == "1 2"
    assert (towers["recall@10"], towers["by seed"]) == ("0.7500", "0.5000 1.0000")
    assert towers["95 % interval"] == "0.5000 to 1.0000"
    # NDCG: 1, .6309 / 1.6309 and 0 with the first seed; .6309, 1 and 1 with the second.
    assert (towers["NDCG@10"], towers["by seed 2"]) == ("0.6696", "0.4623 0.8770")
    assert row(text, "#### Systems", "text")["recall@10"] == "0.8333"
    assert row(text, "#### Systems", "chance")["95 % interval"] == "exact"
    assert row(text, "## At a glance", "sequence: towers")["tiny, time"] == "0.6696"


def test_tests_and_slices(text: str) -> None:
    (recall, _) = rows(text, "#### Paired tests")
    assert (recall["first"], recall["second"], recall["difference"]) == ("sequence: towers", "text", "-0.0833")
    assert [recall[column] for column in ("p", "p, Holm", "better", "same", "worse")] == [
        "1.0000", "1.0000", "1", "1", "1",
    ]  # fmt: skip
    found = {(each["slice"], each["system"]): each for each in rows(text, "#### Slices")}
    cold = found["products: cold (0)", "sequence: towers"]
    assert (cold["shoppers"], cold["products"], cold["recall@10"]) == ("2", "3", "0.8750")
    assert found["users: cold", "text"]["recall@10"] == "1.0000"


def test_figures_and_cost(text: str) -> None:
    assert row(text, "#### The replaced system's protocol", "sequence: towers")["AUC"] == "0.8500"  # of .8 and .9
    assert row(text, "#### The replaced system's protocol", "text")["AUC"] == "–"
    assert row(text, "#### Beyond accuracy", "sequence: towers")["novelty"] == "4.5000"
    cost = row(text, "#### Cost", "sequence")
    assert (cost["encode s"], cost["train s"]) == ("4.0", "9.0")  # of 6 and 12
    # Three epochs of 2 s, four of 3 s.
    assert (cost["epochs"], cost["s per epoch"], cost["peak MiB"]) == ("3.5", "2.50", "202")
    assert f"| bench-tiny-time-sequence-2 | 2026-01-02T03:04:05+00:00 | {'a' * 12}+" in text
