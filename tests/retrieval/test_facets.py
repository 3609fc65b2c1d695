"""Counts beside the filters, worked out by hand on the tiny shop."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.facets import price_bands
from pipeline.retrieval.filters import Filters
from pipeline.versions import VersionStore
from tests import tiny

EVIL = "Evil & <b>Co</b>"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine.open(tiny.publish(VersionStore(tmp_path_factory.mktemp("artifacts"))).path)


def test_the_whole_catalogue(engine: Engine) -> None:
    facets = engine.facets()
    assert facets.among == 12
    assert facets.brands == (("Sonara", 3), ("Aldor", 2), ("Corda", 2), ("Norvik", 2), (EVIL, 1))
    assert facets.categories == ((("Photo",), 6), (("Audio",), 4), (("Accessories",), 1))
    # Prices 7.99 9.99 25 35 49 79 99 129 199 259 449.5; quintiles 25, 49, 99, 199, rounded 20, 50, 100, 200.
    assert facets.prices == (((None, 20), 2), ((20, 50), 3), ((50, 100), 2), ((100, 200), 2), ((200, None), 2))
    # Train ratings: C2, H1, H2 and U2, each a 4.
    assert facets.ratings == ((4.0, 4), (3.0, 4), (2.0, 4), (1.0, 4))
    assert facets.since == ()


def test_a_filter_narrows_the_other_counts_and_not_its_own(engine: Engine) -> None:
    facets = engine.facets(filters=Filters(brands=("Sonara",), price_max=100.0))
    assert facets.among == 2  # H2, S1
    # Up to 100: U1, U2, H2, S1, C3, and the bag.
    assert facets.brands == (("Corda", 2), ("Sonara", 2), ("Aldor", 1), (EVIL, 1))
    assert facets.categories == ((("Audio",), 2),)
    # Sonara: H2 49, S1 79, H1 129.
    assert [count for _, count in facets.prices] == [0, 1, 1, 1, 0]
    assert facets.ratings[0] == (4.0, 1)  # H2


def test_a_brand_that_is_chosen_is_listed_though_nothing_is_left(engine: Engine) -> None:
    facets = engine.facets(filters=Filters(brands=("Corda",), category=("Audio",)))
    assert facets.among == 0
    assert facets.brands == (("Sonara", 3), ("Corda", 0))


def test_categories_are_walked_down_and_a_leaf_shows_its_siblings(engine: Engine) -> None:
    children = ((("Photo", "Cameras"), 3), (("Photo", "Bags"), 1), (("Photo", "Lenses"), 1), (("Photo", "Tripods"), 1))
    assert engine.facets(filters=Filters(category=("Photo",))).categories == children
    assert engine.facets(filters=Filters(category=("Photo", "Lenses"))).categories == children
    assert engine.facets().above == ()
    # Of Photo 99 (C3), 35 (T1) and 25 (B1) are cheap enough; no lens is.
    cheap = Filters(category=("Photo", "Lenses"), price_max=100.0)
    assert engine.facets(filters=cheap).above == ((("Photo",), 3), (("Photo", "Lenses"), 0))
    narrow = Filters(category=("Photo", "Lenses"), price_max=30.0)
    assert engine.facets(filters=narrow).categories == ((("Photo", "Bags"), 1), (("Photo", "Lenses"), 0))


def test_a_query_counts_what_holds_a_word_of_it(engine: Engine) -> None:
    facets = engine.facets("camera", mode="lexical")
    assert facets.among == 5  # C1, C2, C3, T1, B1
    assert facets.brands == (("Norvik", 2), ("Aldor", 1), (EVIL, 1))
    # Everything is among the 200 nearest in meaning of twelve products.
    assert engine.facets("camera").among == engine.facets("camera", mode="semantic").among == 12


def test_a_query_is_understood_as_in_search(engine: Engine) -> None:
    facets = engine.facets("camra under 100", mode="lexical")
    assert facets.among == 3  # C3 99, T1 35, B1 25
    assert sum(count for _, count in facets.prices) == 5  # the price that was read does not narrow its own counts
    assert engine.facets("camra under 100", mode="lexical", as_typed=True).among == 0


def test_counts_are_what_search_finds(engine: Engine) -> None:
    for band, count in engine.facets("camera", mode="lexical").prices:
        filters = Filters(price_min=band.low, price_max=band.high)
        assert engine.search("camera", filters=filters, mode="lexical", relax=False).among == count


def test_years(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Row(tiny.Row):
        released: date | None = None

    days = [date(2020, 1, 1), date(2020, 12, 31), date(2022, 6, 1), date(2019, 12, 31), None]
    shop = tuple(Row(f"P{place}", "Lamp", None, (), None, day) for place, day in enumerate(days))
    engine = Engine.open(tiny.publish(VersionStore(tmp_path), "dated", shop=shop, towers=False).path)
    assert engine.facets().since == ((2022, 1), (2020, 3), (2019, 4))
    assert engine.facets(filters=Filters(since=date(2020, 12, 31))).among == 2
    assert engine.facets().prices == engine.facets().ratings == engine.facets().brands == ()


def test_price_bands() -> None:
    assert price_bands(np.array([np.nan])) == ()
    assert price_bands(np.array([5.0, 5.0])) == ((None, None),)
    assert price_bands(np.array([0.0, 0.0, 0.0, 9.0])) == ((None, 4), (4, None))


def test_mistakes_are_told(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match="fused, lexical or semantic"):
        engine.facets("camera", mode="magic")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="at most 500"):
        engine.facets("x" * 501)
