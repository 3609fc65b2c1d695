"""Placing a draft in the tiny shop, whose products lie on a circle in their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.place import FALLBACK, UNMAPPED
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def engine(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, item_tower=True, mapped=True).path)


@pytest.mark.parametrize("row", range(len(tiny.SHOP)))
def test_a_product_s_own_text_lands_on_itself(engine: Engine, row: int) -> None:
    own = tiny.SHOP[row]
    placed = engine.place(Draft(own.title, own.brand, own.category, own.price), k=12)
    towers, text = placed.spaces
    assert (towers.space, text.space) == ("towers", "text")
    for each in placed.spaces:
        # Titles that mean the same have one vector, and lie on one spot.
        (found,) = [hit for hit in each.hits if hit.row == row]
        assert found.score == pytest.approx(1, abs=1e-5)
        assert found.score == pytest.approx(each.hits[0].score, abs=1e-5)
    assert placed.among == 12


def test_the_likely_cluster_and_the_place(engine: Engine) -> None:
    # "Tripod for camera", row 4: nothing else has its vector, and so it decides alone; the circle has 12 places.
    towers, text = engine.place(Draft("Tripod for camera")).spaces
    assert [hit.product_id for hit in text.hits][:1] == ["T1"]
    for each in (towers, text):
        assert each.likely is not None
        assert each.likely.cluster.words == ("camera", "zoom")
        assert each.likely.share == pytest.approx(1, abs=1e-3)
        angle = 4 * 2 * np.pi / 12
        assert (each.places["umap"].x, each.places["umap"].y) == pytest.approx((np.cos(angle), np.sin(angle)), abs=1e-3)
        assert (each.places["tsne"].x, each.places["tsne"].y) == pytest.approx(
            (-np.sin(angle), np.cos(angle)), abs=1e-3
        )
        assert each.places["umap"].spread < 0.05


def test_filters_choose_what_is_listed_but_not_where_it_belongs(engine: Engine) -> None:
    free, filtered = (
        engine.place(Draft("Tripod for camera")),
        engine.place(Draft("Tripod for camera"), filters=Filters(brands=("Sonara",))),
    )
    assert {hit.product_id for hit in filtered.spaces[1].hits} == {"H1", "H2", "S1"}
    assert filtered.among == 3
    assert filtered.spaces[1].places == free.spaces[1].places
    assert filtered.spaces[1].likely == free.spaces[1].likely


def test_what_the_version_has_never_seen_is_said(engine: Engine) -> None:
    assert engine.place(Draft("Camera", "Norvik", ("Photo", "Cameras"))).notes == ()
    assert engine.place(Draft("Camera", "Acme", ("Photo", "Drones"))).notes == (
        'No product here is of the brand "Acme"; it is read as words alone.',
        'No product here is of the category "Photo > Drones"; only "Photo" of it is known.',
    )
    assert engine.place(Draft("Camera", None, ("Toys",))).notes == (
        'No product here is of the category "Toys"; it is read as words alone.',
    )


def test_without_an_item_tower_text_alone_places_it(store: VersionStore) -> None:
    for name, towers in (("plain", False), ("unplaced", True)):
        placed = Engine.open(tiny.publish(store, name, towers=towers).path).place(Draft("Tripod for camera"), k=1)
        assert [each.space for each in placed.spaces] == ["text"]
        assert placed.spaces[0].hits[0].product_id == "T1"
        assert (placed.spaces[0].likely, placed.spaces[0].places) == (None, {})
        assert placed.notes == (FALLBACK, UNMAPPED)


def test_towers_that_know_shoppers_by_name_compare_by_cosine(store: VersionStore) -> None:
    engine = Engine.open(tiny.publish(store, "by-name", by_name=True, item_tower=True).path)
    towers, _ = engine.place(Draft("Tripod for camera"), k=1).spaces
    assert towers.hits[0].product_id == "T1"
    assert towers.hits[0].score == pytest.approx(1, abs=1e-5)


def test_k_is_bounded(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="0 results"):
        engine.place(Draft("Camera"), k=0)
