"""What a version lists for many queries and shoppers."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.query_lists import listed, ranks_in
from pipeline.retrieval.shopper_lists import as_served, by_vectors, drawn, share_by_chance
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def engine(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, item_tower=True, ranked=0.2, reranked=True).path)


def test_ranks_by_hand() -> None:
    lists = np.array([[4, 2, 7], [2, -1, -1], [7, 4, -1]], np.int32)
    assert ranks_in(lists, 2).tolist() == [2, 1, 0]
    assert ranks_in(lists, 5).tolist() == [0, 0, 0]
    assert share_by_chance(10, 40) == 0.25
    assert share_by_chance(10, 5) == 1


@pytest.mark.parametrize("mode", ["ranked", "fused", "lexical", "semantic"])
def test_the_lists_are_those_of_the_search(engine: Engine, mode: str) -> None:
    queries = ("camera", "usb cable", "qwrtz")
    found = listed(engine, queries, mode)
    for place, query in enumerate(queries):
        hits = engine.search(query, k=100, mode=mode).hits
        assert found.rows[place][found.rows[place] >= 0].tolist() == [hit.row for hit in hits]
        for hit in hits:
            assert found.ranks(hit.row)[place] == hit.rank
    assert found.rows.shape == (3, 100)


def test_the_lists_of_shoppers_are_what_is_recommended(engine: Engine, store: VersionStore) -> None:
    plain = Engine.open(tiny.publish(store, "plain").path)
    for version, found in ((plain, by_vectors(plain)), (engine, as_served(engine)), (plain, as_served(plain))):
        assert version.shoppers is not None
        assert sorted(found.shoppers.tolist()) == [0, 1, 2, 3]
        for index, rows in zip(found.shoppers.tolist(), found.rows, strict=True):
            hits = version.recommend(user_id=version.shoppers.ids[index], k=100).hits
            assert rows[rows >= 0].tolist() == [hit.row for hit in hits]


def test_a_smaller_draw_is_part_of_a_larger_one(engine: Engine) -> None:
    assert engine.shoppers is not None
    whole = drawn(engine.shoppers, 10).tolist()
    assert sorted(whole) == [0, 1, 2, 3]
    assert drawn(engine.shoppers, 2).tolist() == whole[:2]


def test_shoppers_without_a_vector_are_left_out(store: VersionStore) -> None:
    named = Engine.open(tiny.publish(store, "named", by_name=True).path)
    found = by_vectors(named)
    assert named.shoppers is not None
    assert {named.shoppers.ids[index] for index in found.shoppers} == {"ann", "bob", "cem"}
    assert (len(found), found.of) == (3, 4)


def test_without_shoppers_it_is_said(store: VersionStore) -> None:
    text = Engine.open(tiny.publish(store, "text", towers=False).path)
    with pytest.raises(InvalidRequest, match="knows no shoppers"):
        by_vectors(text)
