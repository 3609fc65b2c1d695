"""Why a product is where it is, on the tiny shop."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import InvalidRequest, UnknownProduct
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.explain import beside_ranker, grouped
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.results import Hit, ScorePart
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def engine(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, "ranked", ranked=0.5).path)


@pytest.fixture(scope="module")
def plain(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, "plain").path)


def test_a_version_with_a_ranker_uses_it_unless_asked_otherwise(engine: Engine, plain: Engine) -> None:
    assert (engine.has_search_ranker, plain.has_search_ranker) == (True, False)
    fused, ranked, default = (engine.search("usb cable", mode=mode) for mode in ("fused", "ranked", None))
    assert [hit.product_id for hit in default.hits] == [hit.product_id for hit in ranked.hits]
    assert ranked.hits[0].parts[0].retriever == "ranked"
    assert fused.hits[0].parts[0].retriever == "bm25"
    assert fused.hits == plain.search("usb cable").hits
    with pytest.raises(InvalidRequest, match="no search ranker"):
        plain.search("usb cable", mode="ranked")


def test_the_final_score_is_the_sum_of_the_shares(engine: Engine) -> None:
    fused = {hit.product_id: hit.score for hit in engine.search("usb cable", k=12, mode="fused").hits}
    for hit in engine.search("usb cable", k=12).hits:
        assert sum(part.share for part in hit.parts) == pytest.approx(hit.score, abs=1e-6)
        # Half of it is what the retrievers say, half what the ranker says.
        assert hit.parts[0].share == pytest.approx(hit.score - 0.5 * fused[hit.product_id], abs=1e-6)


def test_an_explanation_agrees_with_the_list(engine: Engine) -> None:
    for mode in ("ranked", "fused"):
        hits = engine.search("usb cable", k=12, mode=mode).hits
        scores = [hit.score for hit in hits]
        for hit in hits:
            told = engine.explain("usb cable", hit.product_id, mode=mode)
            assert told.score == pytest.approx(hit.score)
            assert told.rank == 1 + sum(score > hit.score for score in scores)
            assert [part.retriever for part in told.parts] == [part.retriever for part in hit.parts]
            assert [part.share for part in told.parts] == pytest.approx([part.share for part in hit.parts])
        assert bool(engine.explain("usb cable", "H1", mode=mode).contributions) == (mode == "ranked")


def test_contributions_name_what_the_ranker_went_by(engine: Engine) -> None:
    (only,) = engine.explain("usb cable", "C1").contributions
    assert only.label == "meaning (MiniLM)"
    assert only.added > 0  # a camera is far from a cable, and this ranker likes that
    assert only.features["cosine_below"] > 0.5


def test_each_word_is_worth_what_the_product_loses_without_it(plain: Engine) -> None:
    told = plain.explain("wireless cable", "H2")
    # "Headphones with cable" is the first of both: all is measured against its own scores.
    assert [(part.rank, part.share) for part in told.parts] == [(1, 0.5), (1, 0.5)]
    worths = {each.word: each.change for each in told.words}
    assert list(worths) == ["wireless", "cable"]
    for word, other in (("wireless", "cable"), ("cable", "wireless")):
        left = plain.explain(other, "H2").parts
        kept = sum(own.score / whole.score for own, whole in zip(left, told.parts, strict=True)) / 2
        assert worths[word] == pytest.approx(1 - kept, abs=1e-4)
    assert worths["cable"] > 0 > worths["wireless"]
    assert plain.explain("cable", "H2").words == ()


def test_what_stays_first_without_a_word_still_loses_by_it(plain: Engine) -> None:
    assert plain.search("wireless headphones").hits[0].product_id == "H1"
    assert plain.explain("wireless", "H1").rank == plain.explain("headphones", "H1").rank == 1
    # Each word is in two titles, so half of the BM25 score; without it the cosine falls from 1 to 1/sqrt(2).
    lost = (0.5 + 1 - 0.5**0.5) / 2
    assert [each.change for each in plain.explain("wireless headphones", "H1").words] == pytest.approx([lost, lost])


def test_what_cannot_be_explained_is_said(engine: Engine) -> None:
    with pytest.raises(UnknownProduct):
        engine.explain("cable", "nothing")
    with pytest.raises(InvalidRequest, match="cannot be explained"):
        engine.explain("cable", "U1", mode="lexical")
    with pytest.raises(InvalidRequest, match="leave this product out"):
        engine.explain("cable", "U1", Filters(brands=("Norvik",)))


def test_contributions_are_added_up_by_name_strongest_first() -> None:
    found = grouped(("bm25", "phrase", "cosine", "bigrams"), np.array([1, 0, 2, 3.0]), np.array([0.1, 0.2, 0, -0.5]))
    assert [(each.label, round(each.added, 6)) for each in found] == [
        ("words side by side", -0.3),
        ("words found by BM25", 0.1),
    ]
    assert found[0].features == {"phrase": 0, "bigrams": 3}


def test_the_ranker_has_what_the_retrievers_leave() -> None:
    hit = Hit(2, 0, "a", 0.7, (ScorePart("bm25", 3.0, 1, 0.5), ScorePart("minilm", 0.4, 2, 0.25)))
    parts = beside_ranker(hit, 0.6).parts
    assert [(part.retriever, round(part.share, 6)) for part in parts] == [
        ("ranked", 0.4),
        ("bm25", 0.2),
        ("minilm", 0.1),
    ]
