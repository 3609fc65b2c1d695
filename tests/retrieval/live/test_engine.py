"""Products added to the tiny shop are found and recommended as its own are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.versions import VersionStore
from tests import tiny
from tests.retrieval.live.shop import CAMERA, DRONE, added, live

NOTE = 'Added after the version was published: "X1".'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def published(store: VersionStore) -> Engine:
    """A version with both rankers; that of recommendations goes by price: the dearest candidate comes first."""
    return Engine.open(tiny.publish(store, item_tower=True, reranked=True, ranked=0.2, mapped=True).path)


@pytest.fixture(scope="module")
def engine(published: Engine) -> Engine:
    return live(published, {"X1": CAMERA, "X2": DRONE})


def ids(results) -> list[str]:  # type: ignore[no-untyped-def]
    return [hit.product_id for hit in results.hits]


@pytest.mark.parametrize("mode", ["ranked", "fused", "lexical", "semantic"])
def test_it_is_found_by_its_title(engine: Engine, mode: str) -> None:
    found = engine.search("quokka compact camera", k=3, mode=mode)
    assert "X1" in ids(found)
    assert found.notes[-1] == NOTE
    assert mode == "semantic" or ids(found)[0] == "X1"
    assert found.hits[ids(found).index("X1")].row == 12


def test_published_products_keep_their_scores(engine: Engine, published: Engine) -> None:
    for mode in ("lexical", "semantic"):
        before = {hit.product_id: hit.score for hit in published.search("compact camera", k=12, mode=mode).hits}
        after = {hit.product_id: hit.score for hit in engine.search("compact camera", k=14, mode=mode).hits}
        assert {each: after[each] for each in before} == pytest.approx(before)
        assert set(after) - set(before) == ({"X1"} if mode == "lexical" else {"X1", "X2"})


def test_a_word_that_it_alone_holds_is_no_mistake(engine: Engine, published: Engine) -> None:
    found = engine.search("zorblax camra", mode="lexical")
    assert found.understood is not None
    assert found.understood.words == "zorblax camera"
    assert "X2" in ids(found)
    assert not any("No product holds" in note for note in found.notes)
    assert any('No product holds "zorblax"' in note for note in published.search("zorblax camera").notes)


def test_filters_and_facets_know_its_brand_category_and_price(engine: Engine, published: Engine) -> None:
    assert ids(engine.search("zorblax", filters=Filters(brands=("Zorbco",)), relax=False)) == ["X2"]
    assert ids(engine.search("drone", filters=Filters(category=("Toys",)), relax=False)) == ["X2"]
    assert ids(engine.search("camera", filters=Filters(price_min=900), relax=False)) == ["X1"]
    assert ids(engine.search("camera", filters=Filters(rating_min=1), relax=False, k=14)).count("X1") == 0
    facets = engine.facets()
    assert facets.among == 14
    assert dict(facets.brands) == {**dict(published.facets().brands), "Zorbco": 1, "Aldor": 3}
    assert (("Toys",), 1) in facets.categories
    assert engine.facets(filters=Filters(category=("Photo", "Cameras"))).among == 4
    assert engine.catalogue.product(13).description == "It flies."
    assert engine.catalogue.brand_codes[:12].tolist() == published.catalogue.brand_codes.tolist()
    assert engine.catalogue.category_codes[:12].tolist() == published.catalogue.category_codes.tolist()


def test_it_is_recommended_to_who_had_its_twins(engine: Engine, published: Engine) -> None:
    # The towers propose it, and the tiny ranker puts the dearest candidate first.
    found = engine.recommend(history=["C1", "C3"], k=3)
    assert ids(found)[0] == "X1"
    assert found.notes == (NOTE,)
    sources = {part.retriever: part.rank for part in found.hits[0].parts}
    assert sources["towers"] == 1  # nearest of all that the history does not hold
    assert sources["alike"] == 1
    assert {"cold", "new"} <= set(sources)  # it takes the path of products without interactions
    assert "X1" not in ids(published.recommend(history=["C1", "C3"], k=12))
    assert "X1" in ids(engine.recommend(user_id="ann"))
    assert ids(engine.recommend(user_id="ann", as_of="test"))[0] == "X1"


def test_it_can_be_a_history(engine: Engine) -> None:
    found = engine.recommend(history=["X1"], k=12)
    assert "X1" not in ids(found)
    assert {"C1", "C3"} <= set(ids(found))
    parts = {part.retriever for hit in found.hits if hit.product_id == "C1" for part in hit.parts}
    assert "alike" in parts
    assert ids(engine.recommend(history=["X2", "X1"], k=3))


@pytest.mark.parametrize("space", ["text", "towers"])
def test_similar_products(engine: Engine, space: str) -> None:
    near = ids(engine.similar("X1", k=2, space=space))
    assert set(near) <= {"C1", "C3", "C2"}
    assert "X1" in ids(engine.similar("C1", k=3, space=space))
    assert engine.nearest(history=["C1", "C3"], space=space, k=14).hits


def test_it_is_explained(engine: Engine) -> None:
    for mode in ("ranked", "fused"):
        told = engine.explain("quokka camera", "X1", mode=mode)
        assert (told.row, told.product_id) == (12, "X1")
        assert told.rank == 1
    assert engine.words_held("quokka camera", 12) == (2, 2)
    assert engine.words_held("quokka camera", 0) == (1, 2)


def test_presets_reorder_it(engine: Engine) -> None:
    cheap = engine.recommend(history=["C1", "C3"], k=5, rebalance=Rebalance(price=-1.0, diversity=0.3))
    assert len(cheap.hits) == 5


def test_maps_shoppers_and_metrics_stay_the_version_s(engine: Engine, published: Engine) -> None:
    assert engine.catalogue.published == 12
    assert len(engine.catalogue) == 14
    assert engine.maps is published.maps
    assert engine.shoppers is published.shoppers
    assert engine.metrics == published.metrics
    # A draft that is one of the added is told so, and is placed by published products alone.
    placed = engine.place(CAMERA, k=1)
    assert [each.hits[0].product_id for each in placed.spaces] == ["X1", "X1"]
    assert placed.spaces[1].places == published.place(CAMERA).spaces[1].places
    assert placed.notes == published.place(CAMERA).notes


def test_a_version_published_with_them_says_nearly_the_same(engine: Engine, store: VersionStore) -> None:
    rows = [
        tiny.Row(name, each.title, each.brand, each.category, each.price)
        for name, each in (("X1", CAMERA), ("X2", DRONE))
    ]
    whole = Engine.open(tiny.publish(store, "whole", shop=(*tiny.SHOP, *rows), item_tower=True).path)
    assert whole.catalogue.ids == engine.catalogue.ids
    np.testing.assert_allclose(engine.text_vectors, whole.text_vectors, atol=1e-6)
    np.testing.assert_allclose(engine.item_vectors, whole.item_vectors, atol=1e-6)
    assert engine.catalogue.category_counts == whole.catalogue.category_counts
    assert engine.catalogue.brand_counts == whole.catalogue.brand_counts
    for mode in ("lexical", "semantic"):
        assert ids(engine.search("compact camera", mode=mode)) == ids(whole.search("compact camera", mode=mode))


@pytest.mark.parametrize(
    "kind", [{"towers": False}, {"towers": False, "ranked": 0.2}, {"by_name": True, "item_tower": True}, {}]
)
def test_every_kind_of_version_takes_them(store: VersionStore, kind: dict) -> None:
    engine = live(Engine.open(tiny.publish(store, "kind", replace=True, **kind).path), {"X1": CAMERA})
    assert ids(engine.search("quokka"))[0] == "X1"
    assert "X1" in ids(engine.similar("C1", k=12))
    assert "X1" in ids(engine.similar("C1", k=12, space="towers"))
    assert engine.recommend(history=["X1", "C1"], k=12).hits
    assert engine.recommend(history=[], k=13).hits[-1].product_id == "X1"  # the least popular of all
    if kind.get("by_name"):
        assert "X1" in ids(engine.recommend(user_id="ann", k=12))


def test_an_engine_that_answers_is_not_changed_by_the_next(published: Engine) -> None:
    from pipeline.retrieval.live.engine import LiveEngine
    from pipeline.retrieval.live.overlay import Overlay

    first, second, third = added(published, {"X1": CAMERA, "X2": DRONE, "X3": Draft("USB wombat")})
    overlay = Overlay(published.contents)
    one = LiveEngine(published, overlay.over([first, second]))
    vectors = one.text_vectors.copy()
    more = LiveEngine(published, overlay.over([first, second, third]))
    assert more.text_vectors.base is one.text_vectors.base  # written behind, not copied
    without = LiveEngine(published, overlay.over([second, third]))
    np.testing.assert_array_equal(one.text_vectors, vectors)
    assert ids(one.search("wombat", mode="lexical")) == []
    assert ids(more.search("wombat", mode="lexical")) == ["X3"]
    assert ids(without.search("quokka", mode="lexical")) == []
    assert without.catalogue.row("X3") == 13
    assert ids(without.search("usb wombat"))[0] == "X3"
    twin = replace(first, product_id="X4")
    assert ids(LiveEngine(published, overlay.over([first, twin])).search("quokka", mode="lexical")) == ["X1", "X4"]
