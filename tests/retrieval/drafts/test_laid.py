"""A draft laid over the tiny shop is answered as one that the shop really holds."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.retrieval.drafts import audience, displaced
from pipeline.retrieval.drafts.batch import summaries
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.drafts.wins import Bounds, wins
from pipeline.retrieval.drafts.words import shortened, without_each
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.query_lists import listed
from pipeline.retrieval.shopper_lists import as_served, by_vectors
from pipeline.versions import VersionStore
from tests import tiny

CAMERA = Draft("Quokka compact camera", "Aldor", ("Photo", "Cameras"), 999.0)
QUERIES = ("compact camera", "quokka", "usb cable", "camera photo", "wireless speaker", "zoom lens", "qwrtz")
ROW = tiny.Row("X1", CAMERA.title, CAMERA.brand, CAMERA.category, CAMERA.price)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def published(store: VersionStore) -> Engine:
    """A version with a re-ranker that puts the dearest candidate first, and a search ranker."""
    return Engine.open(tiny.publish(store, item_tower=True, reranked=True, ranked=0.2, mapped=True).path)


@pytest.fixture(scope="module")
def plain(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, "plain", item_tower=True).path)


@pytest.fixture(scope="module")
def whole(store: VersionStore) -> Engine:
    """A version that really holds the draft, as its last product."""
    return Engine.open(tiny.publish(store, "whole", shop=(*tiny.SHOP, ROW), item_tower=True).path)


def found(engine: Engine, mode: str, draft: Draft = CAMERA):  # type: ignore[no-untyped-def]
    laid = Laid(engine)
    (added,) = laid.added([draft])
    bounds = Bounds.of(engine, listed(engine, QUERIES, mode))  # type: ignore[arg-type]
    return wins(laid, added, bounds)


@pytest.mark.parametrize("mode", ["semantic", "lexical", "fused"])
def test_ranks_are_those_of_a_version_that_holds_it(plain: Engine, whole: Engine, mode: str) -> None:
    # What its words weigh comes from the published statistics, and so the scores differ a little; the order does not.
    expected = {}
    for query in QUERIES:
        hits = whole.search(query, k=20, mode=mode, as_typed=mode == "semantic").hits  # type: ignore[arg-type]
        for hit in hits:
            if hit.product_id == "X1":
                expected[query] = hit.rank
    own = {win.query: win.rank for win in found(plain, mode).wins}
    if mode == "semantic":  # every product is listed for every query
        assert own == expected
    else:
        assert {query: own.get(query) for query in ("compact camera", "quokka")} == {
            query: expected.get(query) for query in ("compact camera", "quokka")
        }
        assert own["quokka"] == 1


def test_the_lists_before_and_after(plain: Engine) -> None:
    first = found(plain, "lexical").wins[0]
    assert (first.query, first.rank) == ("quokka", 1)
    assert first.before.tolist() == []
    assert first.after.tolist() == [12]
    camera = next(win for win in found(plain, "lexical").wins if win.query == "compact camera")
    assert [row for row in camera.after.tolist() if row != 12] == camera.before.tolist()
    assert camera.after.tolist().index(12) + 1 == camera.rank


def test_a_query_that_nothing_leads_to_is_not_asked(plain: Engine) -> None:
    lists = listed(plain, QUERIES, "lexical")
    (added,) = Laid(plain).added([CAMERA])
    promising = Bounds.of(plain, lists).promising(added)
    assert {QUERIES[place] for place in promising} == {"compact camera", "quokka", "camera photo"}
    assert found(plain, "lexical").promising == 3
    assert found(plain, "lexical").of == 7


def test_bounds_leave_out_no_query_that_lists_it(published: Engine) -> None:
    for mode in ("ranked", "fused", "semantic", "lexical"):
        laid = Laid(published)
        (added,) = laid.added([CAMERA])
        lists = listed(published, QUERIES, mode)
        promising = set(Bounds.of(published, lists).promising(added).tolist())
        with laid.searching(added) as engine:
            for place, query in enumerate(QUERIES):
                if any(hit.row == laid.row for hit in engine.search(query, k=100, mode=mode).hits):
                    assert place in promising


def test_bounds_cut_where_lists_are_full(plain: Engine) -> None:
    # With lists cut to their first two, only what reaches the score of the second can be listed.
    lists = listed(plain, QUERIES, "semantic")
    cut = type(lists)(lists.mode, lists.queries, lists.words, lists.rows[:, :2], lists.scores[:, :2], lists.among)
    (added,) = Laid(plain).added([CAMERA])
    cosines = {query: plain.search(query, k=2, mode="semantic").hits[1].score for query in QUERIES}
    own = {query: float(plain.query_vectors([query])[0] @ added.text) for query in QUERIES}
    expected = {query for query in QUERIES if own[query] >= cosines[query] - 1e-5}  # equals may be listed
    assert {QUERIES[place] for place in Bounds.of(plain, cut).promising(added)} == expected
    assert "usb cable" not in expected


def test_the_audience_is_that_of_a_version_that_holds_it(plain: Engine, whole: Engine) -> None:
    laid, lists = Laid(plain), by_vectors(plain)
    (added,) = laid.added([CAMERA])
    own = audience.of_vectors(lists, plain, added)
    assert plain.shoppers is not None
    ranks = {plain.shoppers.ids[index]: rank for index, rank in zip(own.shoppers, own.ranks, strict=True)}
    expected = {}
    for user in tiny.HISTORIES:
        hits = whole.recommend(user_id=user, k=13).hits
        expected[user] = next(hit.rank for hit in hits if hit.product_id == "X1")
    assert ranks == expected
    assert own.within(10) == sum(rank <= 10 for rank in expected.values())


def test_a_re_ranked_audience_is_what_is_recommended(published: Engine) -> None:
    laid, lists = Laid(published), as_served(published)
    (added,) = laid.added([CAMERA])
    own, changed = audience.as_served(laid, added, lists)
    assert own.system == "reranked"
    with laid.recommending(added) as engine:
        for index, rank in zip(own.shoppers.tolist(), own.ranks.tolist(), strict=True):
            assert published.shoppers is not None
            hits = engine.recommend(user_id=published.shoppers.ids[index], k=10).hits
            assert rank == next((hit.rank for hit in hits if hit.row == 12), 0)
    assert own.within(1) == 3  # the dearest candidate comes first, but for bob, whose latest product has no price
    assert [int(before[0]) == int(after[1]) for before, after in changed].count(True) == 3


def test_nothing_of_the_version_changes(published: Engine) -> None:
    before = published.text_vectors.copy(), published.search("quokka").hits, len(published.catalogue)
    found(published, "ranked")
    np.testing.assert_array_equal(published.text_vectors, before[0])
    assert published.search("quokka").hits == before[1]
    assert len(published.catalogue) == before[2]


def test_one_after_the_other_leaves_no_trace(published: Engine) -> None:
    laid = Laid(published)
    camera, drone = laid.added([CAMERA, Draft("Zorblax drone")])
    with laid.searching(camera) as engine:
        first = [hit.row for hit in engine.search("quokka", mode="lexical").hits]
    with laid.searching(drone) as engine:
        assert [hit.row for hit in engine.search("quokka", mode="lexical").hits] == []
        assert engine.catalogue.title(12) == "Zorblax drone"
    with laid.searching(camera) as engine:
        assert [hit.row for hit in engine.search("quokka", mode="lexical").hits] == first == [12]


def test_a_version_whose_towers_cannot_read_it_still_searches(store: VersionStore) -> None:
    engine = Engine.open(tiny.publish(store, "no-item-tower").path)
    assert not Laid(engine).recommends
    assert found(engine, "fused").wins[0].query in ("compact camera", "quokka")
    text = Engine.open(tiny.publish(store, "text", towers=False).path)
    assert Laid(text).recommends


def test_displaced_by_hand() -> None:
    lists = [
        (np.array([1, 2, 3], np.int32), np.array([9, 1, 2, 3], np.int32)),  # first of three places: 3 leaves
        (np.array([2, 3, 1], np.int32), np.array([2, 9, 3], np.int32)),  # second: 3 lower, 1 leaves
        (np.array([4, 5], np.int32), np.array([4, 5, 9], np.int32)),  # last: no one loses
    ]
    assert displaced.displaced(lists, k=3) == [
        displaced.Displaced(1, lower=1, out=1, places=2),
        displaced.Displaced(3, lower=1, out=1, places=2),
        displaced.Displaced(2, lower=1, out=0, places=1),
    ]
    assert displaced.inserted(np.array([5, 6], np.int32), 9, 2).tolist() == [5, 9, 6]


def test_the_lists_of_shoppers_take_it_in_at_its_rank(plain: Engine) -> None:
    laid, lists = Laid(plain), by_vectors(plain)
    (added,) = laid.added([CAMERA])
    own = audience.of_vectors(lists, plain, added)
    for before, after in audience.changed_lists(lists, own, laid.row):
        assert [row for row in after.tolist() if row != 12] == before.tolist()
    assert len(audience.changed_lists(lists, own, laid.row)) == own.within(10)


def test_each_word_left_out(plain: Engine) -> None:
    assert shortened("camera") == []
    laid, lists = Laid(plain), by_vectors(plain)
    (added,) = laid.added([CAMERA])
    bounds = Bounds.of(plain, listed(plain, QUERIES, "lexical"))
    own = wins(laid, added, bounds)
    without = {each.word: each for each in without_each(laid, CAMERA, own, bounds, lists)}
    assert list(without) == ["Quokka", "compact", "camera"]
    asked = [win.query for win in own.wins]
    assert without["Quokka"].title == "compact camera"
    assert dict(zip(asked, without["Quokka"].ranks, strict=True))["quokka"] == 0
    assert dict(zip(asked, without["compact"].ranks, strict=True))["quokka"] == 1
    near = [
        {hit.row for hit in plain.search(title, mode="semantic", as_typed=True).hits}
        for title in (CAMERA.title, "compact camera")
    ]
    assert without["Quokka"].kept == len(near[0] & near[1])
    assert without["camera"].shoppers is not None


def test_a_row_for_each_of_many(published: Engine) -> None:
    laid = Laid(published)
    bounds = Bounds.of(published, listed(published, QUERIES, "fused"))
    drafts = [Draft("Tripod for camera"), Draft("USB cord")]
    tripod, cord = summaries(laid, drafts, bounds, by_vectors(published))
    assert tripod.nearest == 4
    assert tripod.cosine == pytest.approx(1, abs=1e-5)
    assert tripod.category == ("Photo", "Cameras")
    assert cord.nearest == 10  # "USB cable": both words mean the same to the encoder
    assert cord.best is not None
    assert cord.best.query == "usb cable"
    assert cord.shoppers == 3  # dee has two of twelve products: ten others may stand before it, and do
    assert [each.shoppers for each in summaries(laid, drafts, None, None)] == [None, None]
