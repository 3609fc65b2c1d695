"""The engine with a second stage, on the tiny shop: of the candidates, the dearest comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from pipeline.errors import VersionBroken
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.reranking.evidence import COUNTED
from pipeline.retrieval.reranking.features import SOURCES
from pipeline.retrieval.results import Results
from pipeline.versions import Version, VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def version(store: VersionStore) -> Version:
    return tiny.publish(store, reranked=True)


@pytest.fixture(scope="module")
def engine(version: Version) -> Engine:
    return Engine.open(version.path)


def ids(results: Results) -> list[str]:
    return [hit.product_id for hit in results.hits]


def test_the_order_is_the_rankers(engine: Engine) -> None:
    # ann has the cameras, the lens and the tripod; what is left, by price: 129, 79, 49, 25, 9.99, 7.99 and none.
    found = engine.recommend(user_id="ann", k=100)
    assert [name for name in ids(found) if name != "S2"] == ["H1", "S1", "H2", "B1", "U2", "U1"]
    assert found.among == 7
    assert found.notes == ()
    assert list(found.timings) == ["history", "reranked", "total"]


def test_the_best_scores_1_and_the_others_a_share_of_it(engine: Engine) -> None:
    hits = engine.recommend(user_id="ann", k=100).hits
    assert hits[0].score == 1
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] < 1
    assert [hit.rank for hit in hits] == list(range(1, 8))


def test_parts_are_the_ranker_and_then_who_proposed_by_rank(engine: Engine) -> None:
    for hit in engine.recommend(user_id="bob", k=100).hits:
        first, *sources = hit.parts
        assert (first.retriever, first.rank, first.score, first.share) == ("reranked", hit.rank, hit.score, hit.score)
        assert {part.retriever for part in sources} <= set(SOURCES)
        assert "towers" in {part.retriever for part in sources}  # a dozen products: the towers list all
        ranks = [part.rank for part in sources]
        assert all(rank is not None for rank in ranks)
        assert ranks == sorted(ranks)  # type: ignore[type-var]
        assert {part.share for part in sources} == {0.0}


def test_a_link_of_the_train_histories_is_named(engine: Engine) -> None:
    # Ann had C1, C2, L1 in train: from C1 leads one step to C2.
    (hit,) = [hit for hit in engine.recommend(history=["C1"], k=100).hits if hit.product_id == "C2"]
    found = {part.retriever: part for part in hit.parts}
    assert found["near"].rank == 1
    assert found["share"].score == pytest.approx(0.5)  # after C1 came C2 for ann and H1 for dee


def test_a_held_out_product_is_hidden_and_can_be_found(engine: Engine) -> None:
    found = engine.recommend(user_id="ann", k=100, as_of="test")
    assert found.held_out == ("C3",)
    assert "C3" in ids(found)
    assert {"C3", "T1"} <= set(ids(engine.recommend(user_id="ann", k=100, as_of="valid")))
    assert not {"C3", "T1"} & set(ids(engine.recommend(user_id="ann", k=100)))


def test_a_basket_has_no_times_and_is_answered(engine: Engine) -> None:
    basket = engine.recommend(history=list(tiny.HISTORIES["bob"]), k=100)
    assert ids(basket) == ids(engine.recommend(user_id="bob", k=100))
    assert engine.recommend(history=["C1", "C1"], k=3).hits  # the same product twice


def test_filters_leave_only_what_they_allow_and_as_many_as_there_are(engine: Engine) -> None:
    audio = engine.recommend(user_id="ann", k=3, filters=Filters(category=("Audio",)))
    assert [name for name in ids(audio) if name != "S2"][:2] == ["H1", "S1"]
    assert len(audio.hits) == 3
    assert audio.among == 4
    assert len(engine.recommend(user_id="ann", k=100, filters=Filters(category=("Audio",))).hits) == 4
    assert engine.recommend(user_id="ann", filters=Filters(brands=("Nobody",))).hits == ()


def test_an_empty_basket_gets_the_most_popular(engine: Engine) -> None:
    found = engine.recommend(history=[], k=2)
    assert ids(found) == ["C1", "H1"]
    assert found.hits[0].parts[0].retriever == "popularity"


def test_a_basket_of_everything_leaves_nothing(engine: Engine) -> None:
    assert engine.recommend(history=[row.product_id for row in tiny.SHOP], k=5).hits == ()


def test_search_and_similar_are_as_without(engine: Engine, store: VersionStore) -> None:
    plain = Engine.open(tiny.publish(store, "plain").path)
    assert ids(engine.search("camera")) == ids(plain.search("camera"))
    assert ids(engine.similar("C1", space="towers")) == ids(plain.similar("C1", space="towers"))


def test_a_version_without_a_second_stage_has_none(store: VersionStore) -> None:
    version = tiny.publish(store, "single")
    assert Contents.load(version.path, version.encoder_path).reranked is None


@pytest.mark.parametrize("harm", ["size", "missing", "features", "not a model"])
def test_a_ranker_that_does_not_fit_its_version(store: VersionStore, harm: str) -> None:
    version = tiny.publish(store, "misfit", reranked=True, replace="misfit" in store.names())
    rankers: Path = version.path / "rankers"
    model = rankers / "recommend.txt"
    if harm == "size":
        for name in COUNTED:
            sparse.save_npz(rankers / "evidence" / f"{name}.npz", sparse.csr_matrix((3, 3), dtype=np.float32))
    elif harm == "missing":
        (rankers / "evidence" / "near.npz").unlink()
    elif harm == "features":
        model.write_text(model.read_text().replace("linked_last", "linked_first"))
    else:
        model.write_text("nothing")
    with pytest.raises(VersionBroken, match='"misfit" cannot be read'):
        Contents.load(version.path, version.encoder_path)


def test_a_damaged_ranker_is_not_opened(store: VersionStore) -> None:
    for file in ("rankers/recommend.txt", "rankers/evidence/near.npz"):
        version = tiny.publish(store, "damaged", reranked=True, replace="damaged" in store.names())
        tiny.damage(version, file)
        with pytest.raises(VersionBroken, match=file):
            Engine.open(version.path)
