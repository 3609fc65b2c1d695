"""The engine on a shop of twelve products whose right answers can be worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InvalidRequest, UnknownProduct, UnknownShopper, VersionBroken
from pipeline.retrieval.engine import MAX_HISTORY, Engine
from pipeline.retrieval.filters import Filters
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def engine(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store).path)


@pytest.fixture(scope="module")
def plain(store: VersionStore) -> Engine:
    """A version without interactions."""
    return Engine.open(tiny.publish(store, "plain", towers=False).path)


@pytest.fixture(scope="module")
def by_name(store: VersionStore) -> Engine:
    """A version whose towers know shoppers by name: each by the vector of their first product, dee not at all."""
    return Engine.open(tiny.publish(store, "by-name", by_name=True).path)


def ids(results) -> list[str]:  # type: ignore[no-untyped-def]
    return [hit.product_id for hit in results.hits]


class TestSearch:
    def test_words_and_meaning_are_added_up(self, engine: Engine) -> None:
        (best, *_) = engine.search("compact camera").hits
        assert best.product_id == "C1"
        assert best.score == pytest.approx(1.0)
        assert [(part.retriever, part.rank) for part in best.parts] == [("bm25", 1), ("minilm", 1)]
        for hit in engine.search("compact camera").hits:
            assert hit.score == pytest.approx(sum(part.share for part in hit.parts), abs=1e-6)

    def test_meaning_finds_what_words_miss(self, engine: Engine) -> None:
        assert "H1" not in ids(engine.search("bluetooth earphones", mode="lexical"))
        assert ids(engine.search("bluetooth earphones", mode="semantic"))[0] == "H1"

    def test_one_retriever_alone_keeps_its_own_scores(self, engine: Engine) -> None:
        first = engine.search("usb", mode="semantic").hits[0]
        assert first.score == first.parts[0].score == first.parts[0].share
        assert first.score == pytest.approx(0.5**0.5, abs=1e-3)  # one of the two meanings of its title
        words = engine.search("usb", mode="lexical").hits[0]
        assert words.score == words.parts[0].score == words.parts[0].share
        assert engine.search("usb", mode="fused").hits[0].score == pytest.approx(1)

    def test_lexical_lists_only_what_shares_a_word(self, engine: Engine) -> None:
        found = engine.search("tripod", mode="lexical")
        assert ids(found) == ["T1"]

    def test_no_word_matches(self, engine: Engine) -> None:
        found = engine.search("zebra crossing")
        assert "No product contains these words" in found.notes[0]
        assert engine.search("zebra crossing", mode="lexical").hits == ()

    def test_filters_reach_every_retriever_and_a_narrow_one_still_fills_the_list(self, engine: Engine) -> None:
        filters = Filters(brands=("Sonara",), category=("Audio",), price_max=100.0)
        assert sorted(ids(engine.search("camera", filters=filters))) == ["H2", "S1"]
        assert ids(engine.search("camera", filters=Filters(brands=("Nobody",)), relax=False)) == []
        without_price = engine.search("loudspeaker", filters=Filters(price_min=0.0), k=100)
        assert "S2" not in ids(without_price)

    def test_ranks_and_counts_follow_the_filters(self, engine: Engine) -> None:
        # Of the cameras under 150 only C3 is left, first of both parts though others are better without the filter.
        found = engine.search("compact camera", filters=Filters(category=("Photo", "Cameras"), price_max=150.0))
        assert ids(found) == ["C3"]
        assert [part.rank for part in found.hits[0].parts] == [1, 1]
        assert found.among == 1
        assert engine.search("camera").among == 12
        assert engine.search("tripod", mode="lexical").among == 1
        assert engine.similar("C1").among == 11

    def test_common_words_alone_are_not_called_missing(self, engine: Engine) -> None:
        assert "can be found by these words alone" in engine.search("the").notes[0]

    def test_steps_are_timed(self, engine: Engine) -> None:
        timings = engine.search("camera").timings
        assert list(timings) == ["understand", "bm25", "minilm", "filter", "rank", "total"]
        assert timings["total"] >= sum(ms for step, ms in timings.items() if step != "total")

    @pytest.mark.parametrize("text", ["", "   ", "x" * 501, "x" * 10_000])
    def test_a_query_that_cannot_be_read(self, engine: Engine, text: str) -> None:
        with pytest.raises(InvalidRequest, match="query"):
            engine.search(text)

    @pytest.mark.parametrize("text", ["c++", "(", "%", "カメラ", "🙂", "the", "\x00", "<script>", "a" * 500])
    def test_odd_queries_are_answered(self, engine: Engine, text: str) -> None:
        for mode in ("fused", "lexical", "semantic"):
            for hit in engine.search(text, mode=mode).hits:
                assert np.isfinite(hit.score)

    @pytest.mark.parametrize("k", [0, -1, 101, 10**9])
    def test_a_list_length_out_of_range(self, engine: Engine, k: int) -> None:
        for ask in (
            lambda: engine.search("camera", k=k),
            lambda: engine.similar("C1", k=k),
            lambda: engine.recommend(history=["C1"], k=k),
        ):
            with pytest.raises(InvalidRequest, match="1 to 100"):
                ask()

    def test_an_unknown_mode(self, engine: Engine) -> None:
        with pytest.raises(InvalidRequest, match="fused, lexical or semantic"):
            engine.search("camera", mode="magic")  # type: ignore[arg-type]


class TestNearest:
    def test_where_a_shopper_is_counts_the_history_too(self, engine: Engine) -> None:
        # The tower is the mean of the history: of one product, that product.
        for space in ("towers", "text"):
            found = engine.nearest(history=["T1"], k=3, space=space)  # type: ignore[arg-type]
            assert ids(found)[0] == "T1"
            assert found.hits[0].score == pytest.approx(1, abs=1e-6)
            assert found.hits[0].parts[0].retriever == space
        assert len(engine.nearest(user_id="ann").hits) == 12

    def test_without_a_vector_there_is_nowhere(self, engine: Engine, plain: Engine, by_name: Engine) -> None:
        assert engine.nearest(history=[]).hits == ()
        assert plain.nearest(history=["T1"]).hits[0].parts[0].retriever == "text"
        # Ann's vector is that of her first product; dee has none, and her text stands in for it.
        known = by_name.nearest(user_id="ann")
        assert ids(known)[0] == "C1"
        assert known.hits[0].score == pytest.approx(1, abs=1e-6)
        assert by_name.nearest(user_id="dee").hits[0].parts[0].retriever == "text"
        with pytest.raises(UnknownShopper):
            engine.nearest(user_id="zoe")


class TestSimilar:
    def test_nearest_by_text_without_the_product_itself(self, engine: Engine) -> None:
        # C3 is "Small photo camera", and small means compact.
        found = ids(engine.similar("C1", k=3))
        assert found[0] == "C3"
        assert "C1" not in found

    def test_an_unknown_product(self, engine: Engine) -> None:
        with pytest.raises(UnknownProduct, match="no product"):
            engine.similar("nothing")

    def test_without_towers_it_says_so(self, plain: Engine) -> None:
        assert "no towers" in plain.similar("C1", space="towers").notes[0]


class TestRecommend:
    def test_a_shopper_is_not_shown_what_they_have(self, engine: Engine) -> None:
        found = engine.recommend(user_id="ann", k=100)
        assert set(ids(found)) == {row.product_id for row in tiny.SHOP} - set(tiny.HISTORIES["ann"])

    def test_as_of_test_hides_the_held_out_product_and_lets_it_be_found(self, engine: Engine) -> None:
        found = engine.recommend(user_id="ann", k=100, as_of="test")
        assert found.held_out == ("C3",)
        assert "C3" in ids(found)
        earlier = engine.recommend(user_id="ann", k=100, as_of="valid")
        assert earlier.held_out == ("T1",)
        assert {"C3", "T1"} <= set(ids(earlier))

    def test_a_basket_answers_like_the_same_history(self, engine: Engine) -> None:
        basket = engine.recommend(history=list(tiny.HISTORIES["bob"]))
        assert ids(basket) == ids(engine.recommend(user_id="bob"))
        # Item vectors are the text vectors turned round, and the tower is their mean: loudspeakers and headphones.
        assert ids(engine.recommend(history=["C1"]))[0] == "C3"

    def test_an_empty_basket_gets_the_most_popular(self, engine: Engine) -> None:
        found = engine.recommend(history=[], k=3)
        # Train interactions: C1 2 (ann, dee), H1 2 (bob, dee), H2 1 (bob), C2, L1, U1, U2 1 each.
        assert ids(found) == ["C1", "H1", "C2"]
        assert "most popular" in found.notes[0]

    def test_without_towers_text_recommends(self, plain: Engine) -> None:
        found = plain.recommend(history=["H1"], k=2)
        assert found.hits[0].parts[0].retriever == "text"
        assert "no towers" in found.notes[0]
        with pytest.raises(InvalidRequest, match="no shoppers"):
            plain.recommend(user_id="ann")

    def test_mistakes_are_told(self, engine: Engine) -> None:
        with pytest.raises(UnknownShopper, match="nobody"):
            engine.recommend(user_id="nobody")
        with pytest.raises(UnknownProduct):
            engine.recommend(history=["C1", "nothing"])
        with pytest.raises(InvalidRequest, match="either"):
            engine.recommend()
        with pytest.raises(InvalidRequest, match="either"):
            engine.recommend(user_id="ann", history=["C1"])
        with pytest.raises(InvalidRequest, match="at most"):
            engine.recommend(history=["C1"] * (MAX_HISTORY + 1))
        with pytest.raises(InvalidRequest, match="point in time"):
            engine.recommend(user_id="ann", as_of="tomorrow")  # type: ignore[arg-type]


class TestByName:
    def test_a_known_shopper_gets_what_their_vector_says(self, by_name: Engine) -> None:
        assert by_name.has_towers
        found = by_name.recommend(user_id="bob", k=2, as_of="valid")
        # Bob's vector is that of H1, wireless headphones, and he has H2. Two more products are wireless: S1 and S2, of
        # which S2 has the longer vector.
        assert ids(found)[0] == "S2"
        assert found.hits[0].parts[0].retriever == "towers"
        assert found.notes == ()

    def test_scores_are_inner_products(self, by_name: Engine) -> None:
        items, rows = by_name._towers._index.vectors, by_name.catalogue.row  # type: ignore[union-attr]
        hit = by_name.recommend(user_id="bob", k=1).hits[0]
        assert hit.score == pytest.approx(float(items[rows("H1")] @ items[hit.row]))

    def test_a_basket_and_a_shopper_without_a_vector_get_text_and_are_told(
        self, by_name: Engine, plain: Engine
    ) -> None:
        basket = by_name.recommend(history=["H1"], k=3)
        assert ids(basket) == ids(plain.recommend(history=["H1"], k=3))
        assert basket.hits[0].parts[0].retriever == "text"
        assert "not baskets" in basket.notes[0]
        dee = by_name.recommend(user_id="dee", k=3)
        assert dee.hits[0].parts[0].retriever == "text"
        assert "no interactions to train on" in dee.notes[0]

    def test_similar_goes_by_cosine_though_vectors_differ_in_length(self, by_name: Engine, engine: Engine) -> None:
        for product in ("C1", "H1", "U1"):
            found = by_name.similar(product, k=5, space="towers")
            normalised = engine.similar(product, k=5, space="towers")
            assert ids(found)[0] == ids(normalised)[0]
            np.testing.assert_allclose(
                [hit.score for hit in found.hits], [hit.score for hit in normalised.hits], rtol=1e-5
            )

    @pytest.mark.parametrize("wrong", ["short", "narrow", "infinite", "double"])
    def test_vectors_that_do_not_fit_the_shoppers(self, store: VersionStore, wrong: str) -> None:
        from pipeline.retrieval.contents import Contents

        version = tiny.publish(store, "misnamed", by_name=True, replace="misnamed" in store.names())
        path = version.path / "towers" / "users.npy"
        good = np.load(path)
        made = {
            "short": good[:-1],
            "narrow": good[:, :-1],
            "infinite": np.full_like(good, np.inf),
            "double": good.astype(float),
        }
        np.save(path, made[wrong])
        with pytest.raises(
            VersionBroken, match="do not fit its shoppers" if wrong in ("short", "narrow") else "cannot be read"
        ):
            Contents.load(version.path, version.encoder_path)


def test_a_damaged_version_is_not_opened(store: VersionStore, engine: Engine) -> None:
    for file in ("products.parquet", "index/items.faiss", "towers/user.onnx"):
        version = tiny.publish(store, "damaged", replace="damaged" in store.names())
        tiny.damage(version, file)
        with pytest.raises(VersionBroken, match=file):
            Engine.open(version.path)


def test_files_that_match_the_manifest_but_not_each_other(store: VersionStore, tmp_path: Path) -> None:
    from pipeline.retrieval.contents import Contents
    from pipeline.retrieval.vectors import VectorIndex

    version = tiny.publish(store, "misfit")
    for vectors in (np.ones((3, 10), np.float32), np.full((12, 10), np.nan, np.float32)):
        VectorIndex.build(vectors).save(version.path / "index" / "items.faiss")
        with pytest.raises(VersionBroken, match="do not fit"):
            Contents.load(version.path, version.encoder_path)


@pytest.mark.parametrize(("low", "high"), [(-1.0, None), (float("nan"), None), (10.0, 5.0)])
def test_price_bounds_that_make_no_sense(low: float, high: float | None) -> None:
    with pytest.raises(InvalidRequest):
        Filters(price_min=low, price_max=high)
