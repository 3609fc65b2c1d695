"""Stage `rank` on a shop where one product always follows another."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.lots import tuning_user
from pipeline.data.tables import PRODUCTS
from pipeline.quiet import quiet
from pipeline.recipe import Recipe
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.training import Examples
from pipeline.retrieval.shoppers import Shoppers
from pipeline.retrieval.vectors import VectorIndex
from pipeline.versions import VersionStore
from pipeline.work import rank as stage
from pipeline.work.rank import FEWEST, Outcome, rank
from tests import tiny
from tests.test_stages import NoBar

N = 60
DAY = 86_400_000
SHOPPERS = 300  # 75 of them to tune on
ITEMS = np.eye(N, dtype=np.float32)


def shoppers(n: int) -> Shoppers:
    """Return shoppers who go round the products in a circle: four in train, one each in valid and test.

    Train lies on days 0 to 9, valid on day 20, test on day 25.
    """
    start = np.arange(n) * 7 % N
    parts = ["train"] * 4 + ["valid", "test"]
    days = [0, 3, 6, 9, 20, 25]
    return Shoppers(
        pa.table(
            {
                "user_id": [f"u{user}" for user in range(n) for _ in parts],
                "row": pa.array([int(first + step) % N for first in start for step in range(6)], pa.int32()),
                "timestamp": pa.array([day * DAY for _ in range(n) for day in days], pa.int64()),
                "rating": pa.nulls(6 * n).cast(pa.float32()),
                "part": parts * n,
            }
        )
    )


class Newest:
    """Stands for a tower that answers with the product `steps` after the newest one."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self, history: np.ndarray) -> np.ndarray:
        return np.roll(history[-1], self.steps)

    def many(self, histories: np.ndarray) -> np.ndarray:
        return np.roll(histories[:, -1], self.steps, axis=1)


nothing_known = Newest(0)  # every product but those of the history scores 0
all_known = Newest(1)


def contents(known: Shoppers, tower: Any) -> Contents:
    names = [str(row) for row in range(N)]
    table = {field.name: [None] * N for field in PRODUCTS} | {
        "product_id": names, "title": names, "category": [[]] * N,
    }  # fmt: skip
    vectors = VectorIndex.build(ITEMS)
    unused: Any = None
    return Contents(Catalogue(pa.table(table, schema=PRODUCTS)), known, unused, unused, vectors, vectors, tower)


def learn(
    out: Path, n: int = SHOPPERS, tower: Any = nothing_known, split: str = "leave-one-out", seed: int = 0
) -> Outcome:
    return stage._learn(contents(shoppers(n), tower), out, out, split, seed, out, NoBar())  # type: ignore[arg-type]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Features, list[int]]]:
    """Whom examples were gathered from, and by which features, call by call."""
    calls: list[tuple[Features, list[int]]] = []
    gather = Examples.gather

    def watched(features: Features, known: Shoppers, chosen: Any, *others: Any) -> Examples:
        calls.append((features, [int(each) for each in chosen]))
        return gather(features, known, chosen, *others)

    monkeypatch.setattr(stage.Examples, "gather", watched)
    return calls


def test_a_rule_that_the_towers_miss_is_learned_and_kept(tmp_path: Path) -> None:
    found = learn(tmp_path)
    assert found.kept
    assert found.why == ""
    assert found.candidates == 1
    assert found.reranked > 0.9 > 0.1 > found.towers
    assert found.learned_from == SHOPPERS - int(tuning_user(shoppers(SHOPPERS).ids).sum())
    booster = lightgbm.Booster(model_str=(tmp_path / "rankers" / "recommend.txt").read_text())
    assert booster.num_trees() == found.trees
    evidence = Evidence.load(tmp_path / "rankers" / "evidence", N, 10**6)
    assert evidence.seen.sum() == 4 * SHOPPERS  # train, and neither valid nor test


def test_who_is_learned_from_is_not_tuned_on(tmp_path: Path, asked: list[tuple[Features, list[int]]]) -> None:
    learn(tmp_path)
    (_, learners), (_, tuners) = asked
    tuning = tuning_user(shoppers(SHOPPERS).ids)
    assert set(learners) == set(np.flatnonzero(~tuning).tolist())
    assert set(tuners) == set(np.flatnonzero(tuning).tolist())
    assert len(learners) + len(tuners) == SHOPPERS


def test_no_more_than_so_many_are_read(
    tmp_path: Path, asked: list[tuple[Features, list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "LEARNED_FROM", 70)
    monkeypatch.setattr(stage, "TUNED_ON", 60)
    assert learn(tmp_path).learned_from == 70
    assert [len(chosen) for _, chosen in asked] == [70, 60]


def test_too_few_shoppers_teach_too_little(tmp_path: Path) -> None:
    found = learn(tmp_path, n=2 * FEWEST)  # some 20 of them to tune on
    assert not found.kept
    assert found.why == "Too few shoppers have a held-out product among their candidates."
    assert not (tmp_path / "rankers").exists()


def test_a_shopper_read_with_two_kinds_of_evidence_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "_as_of", lambda *_: ITEMS)
    learners = SHOPPERS - int(tuning_user(shoppers(SHOPPERS).ids).sum())
    assert learn(tmp_path / "kept", split="time").learned_from == learners
    few = learn(tmp_path, n=3 * FEWEST, split="time")  # more than FEWEST pairs of shopper and evidence to tune on
    assert FEWEST / 2 < tuning_user(shoppers(3 * FEWEST).ids).sum() < FEWEST
    assert not few.kept


def test_older_evidence_that_teaches_too_little_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "_as_of", lambda *_: ITEMS)
    gather, worlds = Examples.gather, []

    def only_the_newest(features: Features, known: Shoppers, chosen: Any, *others: Any) -> Examples:
        worlds.append(features)
        return gather(features, known, chosen if features is worlds[0] else [], *others)

    monkeypatch.setattr(stage.Examples, "gather", only_the_newest)
    found = learn(tmp_path, split="time")
    assert len(worlds) == 4
    assert found.kept
    assert found.candidates == 1


def test_no_shopper_has_anything_held_out(tmp_path: Path) -> None:
    found = learn(tmp_path, n=0)
    assert not found.kept
    assert found.candidates == 0


def test_what_is_not_better_than_the_towers_is_not_kept(tmp_path: Path) -> None:
    found = learn(tmp_path, tower=all_known)
    assert found.towers == 1
    assert not found.kept
    assert found.why.endswith("not more than the towers alone, 1.0000.")
    assert not (tmp_path / "rankers").exists()


def test_the_same_seed_makes_the_same_ranker(tmp_path: Path) -> None:
    made = []
    for name, seed in (("first", 3), ("second", 3), ("other", 4)):
        (tmp_path / name).mkdir()
        learn(tmp_path / name, seed=seed)
        made.append((tmp_path / name / "rankers" / "recommend.txt").read_text())
    assert made[0] == made[1] != made[2]


def test_a_split_by_time_is_learned_with_older_evidence_too(
    tmp_path: Path, asked: list[tuple[Features, list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[np.ndarray] = []

    def as_of(contents: Contents, prepared: Path, indexed: Path, rows: np.ndarray) -> np.ndarray:
        known.append(rows)
        return ITEMS

    monkeypatch.setattr(stage, "_as_of", as_of)
    found = learn(tmp_path, split="time")
    # Valid begins on day 20, test on day 25: the older evidence ends before day 15, after all of train here.
    assert [features.evidence.seen.sum() for features, _ in asked] == [4 * SHOPPERS] * 4
    assert found.kept
    # Were test to begin on day 32, it would end before day 8: three of the four train products of each.
    later = shoppers(SHOPPERS)
    later._milliseconds = np.where(later.parts == 2, 32 * DAY, later._milliseconds)
    asked.clear()
    stage._learn(contents(later, nothing_known), tmp_path, tmp_path, "time", 0, tmp_path / "b", NoBar())  # type: ignore[arg-type]
    assert [features.evidence.seen.sum() for features, _ in asked] == [4 * SHOPPERS] * 2 + [3 * SHOPPERS] * 2
    assert len(known[-1]) == 3 * SHOPPERS
    assert (
        Evidence.load(tmp_path / "b" / "rankers" / "evidence", N, 10**6).seen.sum() == 4 * SHOPPERS
    )  # what serves is the newest


def test_other_splits_have_one_kind_of_evidence(tmp_path: Path, asked: list[tuple[Features, list[int]]]) -> None:
    learn(tmp_path, split="given")
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("train", "valid", "test", "moment"),
    [
        ([0, 10, 20], 30, 37, 23),  # valid is 7 long: 30 - 7
        ([0, 10, 20], 30, 59, 1),
        ([25, 28], 30, 40, 26),  # 20 is before all: as early as leaves one
    ],
)
def test_the_earlier_moment_by_hand(train: list[int], valid: int, test: int, moment: int) -> None:
    times = np.array([*train, valid, valid + 1, test, test + 5], np.int64)
    parts = np.array([0] * len(train) + [1, 1, 2, 2], np.int8)
    assert stage._earlier(times, parts) == moment
    assert (times[parts == 0] < moment).any()


def test_products_that_were_not_known_yet_are_placed_without_their_id(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    text = generator.normal(size=(N, 8)).astype(np.float32)
    products = pa.table({"brand": pa.array([None] * N, pa.string()), "category": [["All"]] * N})
    pq.write_table(products, tmp_path / "products.parquet")
    (tmp_path / "towers").mkdir()
    with quiet():
        from pipeline.towers.export import export_item_tower
        from pipeline.towers.features import ItemFeatures
        from pipeline.towers.item import ItemTower

        features = ItemFeatures.of(products, text, np.arange(N))
        tower = ItemTower(N, 0, 1, Recipe.load("history").towers, seed=1)
        tower(features.inputs())
        tower.id_table.set_weights([generator.normal(size=(N + 1, 64))])
        export_item_tower(tower, features, tmp_path / "towers")
    contents = SimpleNamespace(text=SimpleNamespace(vectors=text))
    known = np.arange(N - 4)
    earlier = stage._as_of(contents, tmp_path, tmp_path, known)  # type: ignore[arg-type]
    now = np.asarray(tower(features.inputs()))
    without = np.asarray(tower({**features.inputs(), "id": np.zeros(N, np.int32)}))
    np.testing.assert_allclose(earlier[known], now[known], atol=1e-5)
    np.testing.assert_allclose(earlier[-4:], without[-4:], atol=1e-5)
    assert np.abs(now - without).max() > 0.1


def test_a_version_without_towers_says_so(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path / "artifacts"), towers=False)
    rank(tmp_path, version.path, version.encoder_path, "leave-one-out", 0, tmp_path, NoBar())  # type: ignore[arg-type]
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert outcome["kept"] is False
    assert outcome["why"] == "The version has no towers to re-rank."
    assert not (tmp_path / "rankers").exists()


def test_a_shop_of_four_shoppers_is_not_re_ranked(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path / "artifacts"))
    rank(tmp_path, version.path, version.encoder_path, "leave-one-out", 0, tmp_path, NoBar())  # type: ignore[arg-type]
    assert "Too few shoppers" in json.loads((tmp_path / "outcome.json").read_text())["why"]
