"""Comparing published versions, from their files."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.comparing import comparison, kept, sliced
from pipeline.comparing.comparison import Comparison, Member
from pipeline.errors import InvalidRequest, VersionBroken
from pipeline.versions import VersionStore
from tests import tiny
from tests.comparing import shop

NDCG = ("ndcg", 10)


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path)


def member(store: VersionStore, *names: str, task: str = "recommend") -> Member:
    seeds = [int(store.manifest(name).recipe.get("seed", 0)) for name in names]
    return comparison.member({name: store.path(name) for name in names}, seeds, task, "together")


def compared(store: VersionStore, first: str, second: str, **segments: list[str]) -> Comparison:
    baseline = member(store, first)
    shared = comparison.ground(store.path(first), store.manifest(first), baseline, segments)
    return comparison.compare(baseline, member(store, second), shared)


def test_every_metric_is_tested_on_the_values_that_a_version_keeps(store: VersionStore) -> None:
    shop.publish(store, "first", photo=1, audio=3)
    shop.publish(store, "second", photo=1, audio=1)
    found = {each.figure: each for each in compared(store, "first", "second").metrics}
    assert set(found) == {(metric, k) for metric in ("recall", "ndcg", "mrr") for k in (5, 10, 20)}
    ndcg = found[NDCG]
    assert (ndcg.baseline, ndcg.value) == (pytest.approx(0.75), pytest.approx(1))  # 1 / log2(1 + 3) = 0.5
    assert (ndcg.paired.wins, ndcg.paired.ties, ndcg.paired.losses, ndcg.n) == (40, 40, 0, 80)
    assert found["mrr", 10].paired.difference == pytest.approx((1 - 1 / 3) / 2)
    assert found["recall", 10].paired.difference == 0


def test_slices_say_who_wins_and_who_pays(store: VersionStore) -> None:
    shop.publish(store, "first", photo=2, audio=1)
    shop.publish(store, "second", photo=1, audio=4)
    found = compared(store, "first", "second", cameras=["C1", "C2", "C3"], other=["U1"])
    moved = {each.slice: (each.n, each.paired.difference) for each in found.slices}
    up, down = 1 - 1 / np.log2(3), 1 / np.log2(5) - 1
    assert moved["segment: cameras"] == moved["category: Photo"] == moved["brand: Aldor"] == (40, pytest.approx(up))
    assert moved["category: Audio"] == moved["price: unknown"] == (40, pytest.approx(down))
    assert moved["history: 1-4"] == (80, pytest.approx((up + down) / 2))
    assert "segment: other" not in moved
    assert found.verdict.answer == "hold"
    assert "certainly worse in" in found.verdict.reason or "Worst hit" in found.verdict.reason


def test_a_copy_of_itself_cannot_be_told_apart(store: VersionStore) -> None:
    shop.publish(store, "first", photo=2, audio=7)
    shop.publish(store, "copy", photo=2, audio=7)
    found = compared(store, "first", "copy")
    assert found.verdict.answer == "unsure"
    assert {each.paired.difference for each in (*found.metrics, *found.slices)} == {0}
    assert {each.holm for each in found.metrics} == {1}


def test_a_worse_version_is_held(store: VersionStore) -> None:
    shop.publish(store, "first", photo=1, audio=1)
    shop.publish(store, "second", photo=9, audio=9)
    found = compared(store, "first", "second")
    assert found.verdict.answer == "hold"
    assert all(each.worse for each in found.slices)
    assert sliced.weakest(found.slices)[0].slice.startswith("products: ")


def test_seeds_are_pooled_shopper_by_shopper(store: VersionStore) -> None:
    shop.publish(store, "one", photo=1, audio=3, seed=1)
    shop.publish(store, "two", photo=3, audio=3, seed=2)
    both = member(store, "one", "two")
    assert (both.kept.name, both.kept.seeds, len(both.answers)) == ("together", (1, 2), 2)
    np.testing.assert_allclose(both.kept.values[NDCG], [0.75] * 40 + [0.5] * 40)
    shared = comparison.ground(store.path("one"), store.manifest("one"), both)
    found = comparison.compare(member(store, "one"), both, shared)
    assert found.metrics[0].n == 80
    whole = next(each for each in found.slices if each.slice.startswith("history"))
    assert whole.paired.difference == pytest.approx(-0.125)


def test_shoppers_that_one_lacks_are_left_out(store: VersionStore) -> None:
    shop.publish(store, "first", photo=1, audio=1)
    some = {user: 2 for user in reversed(shop.CROWD) if user.startswith("a")}
    tiny.publish(store, "second", histories=shop.CROWD, evaluation=shop.writer(some))
    found = compared(store, "first", "second")
    assert {each.n for each in found.metrics} == {40}
    assert found.slices == []  # not of the same shoppers


def test_what_cannot_be_compared_is_said(store: VersionStore) -> None:
    shop.publish(store, "first", photo=1, audio=1)
    tiny.publish(store, "text", towers=False)
    with pytest.raises(VersionBroken, match="keeps no values per shopper"):
        member(store, "text")
    with pytest.raises(VersionBroken, match="keeps no values per query"):
        member(store, "first", task="search")
    tiny.publish(store, "others")  # ann, bob, cem and dee
    with pytest.raises(InvalidRequest, match="different shoppers"):
        compared(store, "first", "others")


def test_what_is_served_comes_first() -> None:
    assert kept.served("recommend", ["chance", "towers", "reranked", "text"]) == "reranked"
    assert kept.served("search", ["bm25", "sum", "rrf"]) == "sum"
    assert kept.served("search", ["bm25"]) is None
