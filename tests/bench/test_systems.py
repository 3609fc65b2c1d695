"""Values, slices and tests between systems, on versions worked out by hand."""

from math import log2
from pathlib import Path

import numpy as np
import pytest

from pipeline.bench.results import Result, figures_of
from pipeline.bench.sections import figure
from pipeline.bench.systems import Group, System, comparisons, pairs
from pipeline.errors import VersionBroken
from tests.bench.versions import TEXT, TOWERS, manifest, result

SECOND = 1 / log2(3)  # the gain of second place


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group("tiny", "time", {"sequence": [result(tmp_path, 1), result(tmp_path, 2)]})


def named(systems: list[System]) -> dict[str, System]:
    return {system.label: system for system in systems}


def test_answers_are_rebuilt_from_the_files(tmp_path: Path) -> None:
    read = result(tmp_path, 1)
    assert read.ids == ["a", "b", "c"]
    assert read.answers.targets.tolist() == [[3, -1], [4, 5], [0, -1]]
    assert read.answers.ranks["towers"].tolist() == [[1, 0], [2, 30], [11, 0]]
    assert [history.tolist() for history in read.answers.histories] == [[0, 1, 2], [1, 0], [2]]
    assert read.answers.candidates.tolist() == [3, 4, 5]
    assert read.figures == {("chance", "auc"): 0.5, ("towers", "auc"): pytest.approx(0.8), ("towers", "novelty"): 4}
    assert read.epochs == 3


def test_a_version_without_ranks_is_one_sentence(tmp_path: Path) -> None:
    result(tmp_path, 1)
    (tmp_path / "sequence-1" / "evaluation" / "ranks.parquet").unlink()
    with pytest.raises(VersionBroken, match=r"has no evaluation/ranks\.parquet.*--replace"):
        Result.read(tmp_path / "sequence-1", manifest("x", 1, "sequence"))


def test_values_are_means_over_seeds_of_each_shopper(group: Group) -> None:
    systems = group.systems()
    assert [system.label for system in systems] == ["chance", "text", "sequence: towers"]
    towers = named(systems)["sequence: towers"]
    both = 1 + SECOND  # the best that b's two products can reach
    np.testing.assert_allclose(towers.by_seed[1], [[1, 1], [0.5, SECOND / both], [0, 0]])
    np.testing.assert_allclose(towers.by_seed[2], [[1, SECOND], [1, 1], [1, 1]])
    np.testing.assert_allclose(towers.per_user[:, 0], [1, 0.75, 0.5])
    mean, low, high = towers.interval()
    assert mean[1] == pytest.approx(((1 + SECOND) / 2 + (SECOND / both + 1) / 2 + 0.5) / 3)
    assert low[0] == pytest.approx(0.5)  # of three shoppers, one resample in 27 holds only the least
    assert high[0] == pytest.approx(1)


def test_slices_restrict_the_products_and_keep_their_ranks(group: Group) -> None:
    inside = dict(group.sliced())
    assert list(inside) == ["products: cold (0)", "products: warm (1+)", "users: cold", "users: warm"]
    cold = named(group.systems(inside["products: cold (0)"]))
    np.testing.assert_allclose(cold["sequence: towers"].per_user[:, 0], [1, 0.75])
    np.testing.assert_allclose(cold["text"].per_user, [[1, 0.5], [0.5, 1 / (1 + SECOND)]])
    np.testing.assert_allclose(cold["chance"].per_user[:, 0], [1, 1])  # all that is left is in the first ten
    late = named(group.systems(inside["users: cold"]))
    np.testing.assert_allclose(late["sequence: towers"].per_user, [[0.5, 0.5]])


def test_paired_tests_on_the_means_over_seeds(group: Group) -> None:
    recall, ndcg = comparisons({"all": group.systems()})
    assert (recall.first, recall.second, recall.metric) == ("sequence: towers", "text", "recall@10")
    assert recall.found.difference == pytest.approx((0 + 0.25 - 0.5) / 3)
    assert (recall.found.wins, recall.found.ties, recall.found.losses) == (1, 1, 1)
    assert recall.found.p == 1  # .25 - .5: every other choice of signs is as far from 0 or farther
    assert ndcg.metric == "ndcg@10"
    assert recall.holm == 1


def test_the_mean_of_equal_seeds_is_a_tie() -> None:
    assert np.mean([0.1] * 3) != 0.1
    towers = System("towers", "own", {seed: np.full((2, 2), 0.1) for seed in (1, 2, 3)})
    (recall, _) = comparisons({"all": [System("text", None, {1: np.full((2, 2), 0.1)}), towers]})
    assert (recall.found.difference, recall.found.ties) == (0, 2)


def test_which_systems_are_tested_against_each_other() -> None:
    def system(name: str, recipe: str | None = None) -> System:
        return System(name, recipe, {1: np.zeros((2, 2))})

    baselines = [system(name) for name in ("chance", "item-knn", "item-knn+transitions", "ease", "text")]
    of_sequence = [system(name, "sequence") for name in ("towers", "reranked", "reranked (validation counted)")]
    found = pairs([*baselines, *of_sequence, system("towers", "history")])
    assert [(first.label, second.label) for first, second in found] == [
        ("sequence: reranked", "sequence: towers"),
        ("sequence: reranked", "item-knn+transitions"),
        ("sequence: reranked", "item-knn"),
        ("sequence: reranked", "ease"),
        ("sequence: reranked", "text"),
        ("sequence: towers", "item-knn+transitions"),
        ("sequence: towers", "item-knn"),
        ("sequence: towers", "text"),
        ("history: towers", "item-knn+transitions"),
        ("history: towers", "item-knn"),
        ("history: towers", "text"),
        ("sequence: towers", "history: towers"),
    ]


def test_a_recipes_own_systems_have_their_order(tmp_path: Path) -> None:
    ranks = {"reranked (validation counted)": TEXT, "reranked": TEXT, "towers": TEXT, "ease": TEXT, "text": TEXT}
    group = Group("tiny", "time", {"own": [result(tmp_path, 1, "own", **ranks)]})
    assert [system.name for system in group.systems()] == [
        "chance", "ease", "text", "towers", "reranked", "reranked (validation counted)",
    ]  # fmt: skip


def test_the_towers_stand_for_a_re_ranker_that_a_seed_did_without(tmp_path: Path) -> None:
    with_one = result(tmp_path, 1, towers=TOWERS[1], reranked=TEXT)
    group = Group("tiny", "time", {"own": [with_one, result(tmp_path, 2)]})
    system = named(group.systems())["own: reranked"]
    np.testing.assert_allclose(system.by_seed[1][:, 0], [1, 0.5, 1])
    np.testing.assert_allclose(system.by_seed[2][:, 0], [1, 1, 1])
    assert group.stood_in_for() == [
        "bench-tiny-time-sequence-2 serves without a re-ranker: its towers stand for own: reranked."
    ]
    assert figure(group, system, "novelty") == 5  # seed 1's re-ranker has none; seed 2's towers have 3 + 2


def test_a_baseline_that_differs_between_versions_is_said(tmp_path: Path, group: Group) -> None:
    assert group.unequal_baselines() == []
    other = result(tmp_path, 2, "history", text=TOWERS[2], towers=TEXT)
    said = Group("tiny", "time", {**group.results, "history": [other]}).unequal_baselines()
    assert said == ["The baseline text of bench-tiny-time-history-2 differs from that of bench-tiny-time-sequence-1."]


def test_versions_that_hold_different_products_out_are_not_compared(tmp_path: Path) -> None:
    first, other = result(tmp_path, 1), result(tmp_path, 2)
    other.answers.targets[0, 0] = 5
    with pytest.raises(VersionBroken, match=r"sequence-1.*sequence-2.*hold different products out"):
        Group("tiny", "time", {"sequence": [first, other]})


def test_a_mean_over_few_shoppers_is_left_out_beside_one_over_many() -> None:
    row = {"task": "recommend", "slice": "all", "k": 10, "metric": "calibration"}
    rows = [
        {**row, "system": system, "value": value, "n": n}
        for system, value, n in (("text", 0.5, 100), ("towers", 0.1, 49), ("ease", 0.3, 50))
    ]
    assert figures_of(rows) == {("text", "calibration"): 0.5, ("ease", "calibration"): 0.3}
