"""Because of what: contributions on the tiny shop, whose tower is the mean of the history."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.retrieval.because import because, knows_by_name, of_tower, weighed
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.pool import Pool
from pipeline.retrieval.reading import Whom
from pipeline.retrieval.reranking.labels import LABELS
from pipeline.versions import VersionStore
from tests import tiny
from tests.retrieval.reranking import shop


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def engine(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, "reranked", reranked=True).path)


@pytest.fixture(scope="module")
def text(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, "text", towers=False).path)


def test_a_tower_without_a_pool_is_asked_without_each_product(engine: Engine) -> None:
    whom = Whom(user_id="bob", as_of="test")  # H1, H2, S1
    wanted = [engine.catalogue.row("S2"), engine.catalogue.row("U1")]
    found = because(engine, whom, wanted)
    assert found is not None
    assert (found.of, found.exact) == ("towers", False)
    assert engine.contents.user_tower is not None
    assert engine.contents.user_tower.pool is None
    items = engine.item_vectors

    def score(*history: str) -> np.ndarray:
        mean = items[[engine.catalogue.row(each) for each in history]].mean(axis=0)
        return items[wanted] @ (mean / np.linalg.norm(mean))

    whole = score("H1", "H2", "S1")
    expected = np.stack([whole - score("H2", "S1"), whole - score("H1", "S1"), whole - score("H1", "H2")], axis=1)
    np.testing.assert_allclose(found.added, expected, atol=1e-6)
    np.testing.assert_allclose(found.scores, whole, atol=1e-6)
    # The loudspeaker is there because of the speaker alone: headphones draw the mean away from it.
    assert [place for place, _ in found.strongest(0, 3)] == [2]


def test_the_only_product_is_the_whole_score(engine: Engine) -> None:
    found = because(engine, Whom(history=("C1",)), [engine.catalogue.row("C3")])
    assert found is not None
    np.testing.assert_allclose(found.added[:, 0], found.scores)


def test_what_a_tower_does_not_read_adds_nothing(engine: Engine) -> None:
    tower = engine.contents.user_tower
    assert tower is not None
    history = np.array([0, 6] * 30 + [7], np.int32)  # it reads 50
    found = of_tower(tower, engine.item_vectors, history, np.array([8], np.int32))
    assert not found.added[0, :10].any()
    # Leaving out one that is read lets the one before them in: here a camera for a camera changes nothing.
    assert found.added[0, 59] != 0
    np.testing.assert_allclose(found.added[0, 12], 0, atol=1e-6)


def test_a_pooled_tower_adds_up_exactly(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tower = engine.contents.user_tower
    assert tower is not None
    d = engine.dimension
    generator = np.random.default_rng(1)
    sizes = ((50,), (d, 4), (4,), (4, d), (d,))
    pool = Pool(*(generator.standard_normal(size) for size in sizes))

    def served(history: np.ndarray) -> np.ndarray:
        parts, rest = pool.parts(history)
        return (parts.sum(axis=0) + rest).astype(np.float32)

    monkeypatch.setattr(tower, "pool", pool)
    monkeypatch.setattr(type(tower), "__call__", lambda self, history: served(history))
    rows = list(range(len(engine.catalogue)))
    found = because(engine, Whom(user_id="ann"), rows)
    assert found is not None
    assert found.exact
    np.testing.assert_allclose(found.added.sum(axis=1) + found.rest, found.scores, atol=1e-5)
    assert found.rest.any()


def test_text_adds_up_exactly(text: Engine) -> None:
    history = ("C1", "L1", "H1")
    found = because(text, Whom(history=history), list(range(12)))
    assert found is not None
    assert (found.of, found.exact) == ("text", True)
    vectors = text.text_vectors
    mean = np.array([0.8**2, 0.8, 1]) @ vectors[[text.catalogue.row(each) for each in history]]
    cosines = vectors @ (mean / np.linalg.norm(mean))
    np.testing.assert_allclose(found.added.sum(axis=1), cosines, atol=1e-5)
    recommended = text.recommend(history=list(history)).hits[0]
    np.testing.assert_allclose(found.scores[recommended.row], recommended.score, atol=1e-5)


def test_nothing_can_be_told_of_no_history_or_of_a_name(store: VersionStore, text: Engine) -> None:
    assert because(text, Whom(history=()), [0]) is None
    named = Engine.open(tiny.publish(store, "named", by_name=True).path)
    assert knows_by_name(named, Whom(user_id="bob"))
    assert because(named, Whom(user_id="bob"), [0]) is None
    # The last shopper was not trained on: the text recommends, and says because of what.
    told = because(named, Whom(user_id="dee"), [0])
    assert told is not None
    assert told.of == "text"


def test_what_the_re_ranker_saw(engine: Engine, text: Engine) -> None:
    # It goes by price alone: the dear headphones are above the average candidate, the cheap cable below.
    whom = Whom(user_id="ann")
    for product, sign in (("H1", 1), ("U1", -1)):
        (only,) = weighed(engine, whom, engine.catalogue.row(product))
        assert only.label == "price"
        assert np.sign(only.added) == sign
    assert weighed(engine, whom, engine.catalogue.row("C1")) == ()  # in the history, so no candidate
    assert weighed(text, Whom(history=("C1",)), 1) == ()


def test_every_feature_has_a_readable_name() -> None:
    assert set(shop.features().names) == set(LABELS)


def test_a_simulated_history(engine: Engine) -> None:
    without = engine.recommend(user_id="ann", k=100, without=["C1", "no such"])
    assert "C1" in [hit.product_id for hit in without.hits]
    read = Whom(user_id="bob", without=("H2",), added=("C1", "U1")).read(engine.catalogue, engine.shoppers)
    assert [engine.catalogue.ids[row] for row in read.rows] == ["H1", "S1", "S2", "C1", "U1"]
    assert read.times is not None
    assert read.times.tolist() == [tiny.DAY * day for day in (100, 102, 103, 103, 103)]
    everything = Whom(user_id="dee", without=("C1", "H1"), added=("U1",)).read(engine.catalogue, engine.shoppers)
    assert everything.times is None
    assert engine.recommend(user_id="dee", without=["C1", "H1"]).notes  # the popular ones, and says so
