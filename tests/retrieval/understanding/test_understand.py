"""Queries as shoppers type them, on a small made-up shop."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.results import Results
from pipeline.retrieval.understanding.understood import Correction, Offer, ReadPrice
from pipeline.versions import VersionStore
from tests import tiny


@dataclass(frozen=True)
class Row(tiny.Row):
    released: date | None = None


CAMERAS, BATTERIES = ("Photo", "Cameras"), ("Photo", "Batteries")
LAPTOPS = ("Computers", "Laptops")
SHOP = (
    Row("R1", "Canon EOS 6D camera body", "Canon", CAMERAS, 899.0, date(2012, 9, 17)),
    Row("R2", "Battery for Canon EOS 6D", "Canon", BATTERIES, 29.0, date(2013, 1, 1)),
    Row("R3", "Noise cancelling headphones", "Sonara", ("Audio", "Headphones"), 199.0, date(2020, 5, 1)),
    Row("R4", "USB-C to HDMI cable, 2 m", "Corda", ("Accessories", "Cables"), 15.0, None),
    Row("R5", "Laptop 15 inch", "Norvik", LAPTOPS, 480.0, date(2021, 3, 1)),
    Row("R6", "Gaming laptop", "Norvik", LAPTOPS, 1250.0, date(2022, 3, 1)),
    Row("R7", "Learn C++", None, ("Books",), 35.0, None),
    Row("R8", "デジタルカメラ用バッグ", None, ("Photo", "Bags"), 20.0, None),
    Row("R9", "Headphone plug 3.5 mm", "Corda", ("Accessories", "Plugs"), 5.0, None),
    Row("R10", "Sports bag", "Under Armour", ("Sports", "Bags"), None, None),
)
MODES: tuple[Literal["fused", "lexical", "semantic"], ...] = ("fused", "lexical", "semantic")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    store = VersionStore(tmp_path_factory.mktemp("artifacts"))
    return Engine.open(tiny.publish(store, "shop", shop=SHOP, towers=False).path)


@pytest.fixture(scope="module")
def unpriced(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    store = VersionStore(tmp_path_factory.mktemp("artifacts"))
    shop = tuple(Row(row.product_id, row.title, row.brand, row.category, None) for row in SHOP)
    return Engine.open(tiny.publish(store, "unpriced", shop=shop, towers=False).path)


def ids(results: Results) -> list[str]:
    return [hit.product_id for hit in results.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("canon eos 6d battery", ["R2", "R1"]),
        ("noice canceling headphones", ["R3", "R9"]),
        ("usb c to hdmi", ["R4"]),
        ("usbc", ["R4"]),
        ("laptop under 500", ["R5"]),
        ("c++", ["R7"]),
        ("カメラ", ["R8"]),
        ("カメラバッグ", ["R8"]),
        ("3.5mm", ["R9"]),
        ('15"', ["R5"]),
        ("under armour", []),
        ("(", []),
        ("%", []),
        ("🙂", []),
    ],
)
def test_words_find(engine: Engine, query: str, found: list[str]) -> None:
    assert ids(engine.search(query, mode="lexical")) == found
    # By meaning, every product that passes the filters is found: seven cost at most 500.
    assert len(engine.search(query).hits) == (7 if query == "laptop under 500" else 10)


class TestSpelling:
    def test_it_is_repaired_and_said_and_can_be_undone(self, engine: Engine) -> None:
        found = engine.search("Noice canceling headphones")
        assert found.understood is not None
        # "canceling" is held by no product as it stands, but its stem is.
        assert found.understood.corrections == (Correction("noice", "noise"),)
        assert found.understood.words == "noise canceling headphones"
        assert found.understood.typed == "Noice canceling headphones"
        assert found.notes == ('Searched for "noise" instead of "noice".',)
        undone = engine.search("Noice canceling headphones", as_typed=True)
        assert undone.understood is not None
        assert undone.understood.words == "Noice canceling headphones"
        assert undone.notes == ('No product holds "noice"; these match the rest of the query.',)

    def test_what_is_in_a_product_is_not_repaired(self, engine: Engine) -> None:
        for query in ("canon eos 6d battery", "headphone", "camera under armour", "usb c", "7d", "wh-1000xm9"):
            understood = engine.search(query).understood
            assert understood is not None
            assert understood.corrections == ()
            assert understood.words == query


class TestPrice:
    def test_it_is_applied_and_said_and_can_be_undone(self, engine: Engine) -> None:
        found = engine.search("laptop under 500")
        assert ids(found)[0] == "R5"
        assert "R6" not in ids(found)
        assert found.understood is not None
        assert found.understood.price == ReadPrice("under 500", None, 500.0)
        assert found.understood.words == "laptop"
        assert found.understood.filters == Filters(price_max=500.0)
        assert 'Read "under 500" as a price of at most 500.' in found.notes
        undone = engine.search("laptop under 500", as_typed=True)
        assert {"R5", "R6"} <= set(ids(undone))
        assert undone.understood is not None
        assert undone.understood.filters == Filters()

    def test_the_filters_of_the_request_stand(self, engine: Engine) -> None:
        found = engine.search("laptop under 2000", filters=Filters(price_max=500.0), mode="lexical")
        assert ids(found) == ["R5"]
        narrowed = engine.search("laptop under 2000", filters=Filters(price_min=1000.0), mode="lexical")
        assert ids(narrowed) == ["R6"]
        # A price filter stands instead of all that the query says of prices.
        against = engine.search("laptop under 500", filters=Filters(price_min=1000.0), mode="lexical")
        assert ids(against) == ["R6"]
        assert against.understood is not None
        assert (against.understood.words, against.understood.filters) == ("laptop", Filters(price_min=1000.0))
        assert against.notes == ('"under 500" is left out: the price filter stands instead.',)

    def test_a_price_alone_filters_and_is_searched_as_words(self, engine: Engine) -> None:
        found = engine.search("under $16")
        assert sorted(ids(found)) == ["R4", "R9"]
        assert found.understood is not None
        assert found.understood.words == "under $16"

    def test_counts_of_price_bands_are_what_choosing_one_leaves(self, engine: Engine) -> None:
        for band, count in engine.facets("laptop under 500", mode="lexical").prices:
            chosen = Filters(price_min=band.low, price_max=band.high)
            found = engine.search("laptop under 500", filters=chosen, mode="lexical", relax=False)
            assert len(found.hits) == count

    def test_words_of_prices_are_not_repaired(self, engine: Engine) -> None:
        found = engine.search("laptop around")
        assert found.understood is not None
        assert found.understood.corrections == ()

    def test_without_prices_none_is_applied(self, unpriced: Engine) -> None:
        found = unpriced.search("laptop under 500")
        assert len(found.hits) == 10
        assert found.understood is not None
        assert (found.understood.words, found.understood.filters) == ("laptop", Filters())
        assert '"under 500" is left out: no product here has a price.' in found.notes

    def test_few_prices_are_said(self, tmp_path: Path) -> None:
        shop = tuple(
            Row(row.product_id, row.title, row.brand, row.category, row.price if row.product_id == "R5" else None)
            for row in SHOP
        )
        engine = Engine.open(tiny.publish(VersionStore(tmp_path), "few", shop=shop, towers=False).path)
        notes = engine.search("laptop under 500").notes
        assert "Only 10 % of the products have a price; the others are left out." in notes


class TestOffers:
    def test_brand_and_category_are_offered_not_applied(self, engine: Engine) -> None:
        found = engine.search("canon battery", filters=Filters(price_max=1000.0))
        assert found.understood is not None
        assert found.understood.offers == (
            Offer("brand", "Canon", Filters(("Canon",), price_max=1000.0), "battery"),
            Offer("category", "Photo > Batteries", Filters(category=BATTERIES, price_max=1000.0), "canon"),
        )
        assert found.understood.filters == Filters(price_max=1000.0)

    def test_what_is_set_is_not_offered(self, engine: Engine) -> None:
        understood = engine.search("canon battery", filters=Filters(("Canon",), BATTERIES)).understood
        assert understood is not None
        assert understood.offers == ()

    def test_a_name_alone_stays_the_query(self, engine: Engine) -> None:
        understood = engine.search("under armour", as_typed=True).understood
        assert understood is not None
        assert understood.offers == (Offer("brand", "Under Armour", Filters(("Under Armour",)), "under armour"),)


class TestRelaxing:
    def test_filters_that_leave_nothing_are_relaxed_and_said(self, engine: Engine) -> None:
        filters = Filters(("Canon",), LAPTOPS)
        found = engine.search("laptop", filters=filters)
        assert found.understood is not None
        # Canon makes no laptops: without the category there would be a camera and a battery.
        assert found.understood.filters == Filters(category=LAPTOPS)
        assert found.understood.relaxed == ("Nothing was found of Canon: all brands are searched instead.",)
        assert found.understood.relaxed[0] in found.notes
        assert sorted(ids(found)) == ["R5", "R6"]
        assert found.among == 2
        assert engine.search("laptop", filters=filters, relax=False).hits == ()

    @pytest.mark.parametrize("mode", ["fused", "lexical"])
    def test_the_brand_is_to_blame_and_not_the_price(self, engine: Engine, mode: Literal["fused", "lexical"]) -> None:
        found = engine.search("hdmi cable under 20", filters=Filters(("Canon",)), mode=mode)
        assert ids(found)[0] == "R4"
        assert found.understood is not None
        assert found.understood.filters == Filters(price_max=20.0)

    def test_filters_that_words_do_not_pass_but_meaning_does_stay(self, engine: Engine) -> None:
        found = engine.search("laptop", filters=Filters(("Canon",)))
        assert found.understood is not None
        assert found.understood.relaxed == ()
        assert "No product that passes the filters contains these words" in found.notes[0]

    def test_a_read_price_that_leaves_nothing_is_relaxed(self, engine: Engine) -> None:
        found = engine.search("laptop under 100", mode="lexical")
        assert sorted(ids(found)) == ["R5", "R6"]
        assert found.understood is not None
        assert found.understood.relaxed == ('Nothing was found for "under 100": that limit is left out.',)
        assert found.understood.filters == Filters()

    def test_words_that_are_nowhere_relax_nothing(self, engine: Engine) -> None:
        found = engine.search("zebra", filters=Filters(("Canon",)), mode="lexical")
        assert found.hits == ()
        assert found.understood is not None
        assert found.understood.relaxed == ()

    def test_release_dates(self, engine: Engine) -> None:
        assert sorted(ids(engine.search("laptop", filters=Filters(since=date(2021, 3, 1))))) == ["R5", "R6"]
        late = engine.search("laptop", filters=Filters(since=date(2030, 1, 1)))
        assert "released since 2030-01-01" in late.notes[0]
        assert len(late.hits) == 10


class TestMissing:
    @pytest.mark.parametrize("mode", ["fused", "lexical"])
    def test_a_model_code_that_no_product_holds_is_named(
        self, engine: Engine, mode: Literal["fused", "lexical"]
    ) -> None:
        found = engine.search("canon eos 77d", mode=mode)
        assert found.notes == ('No product holds "77d"; these match the rest of the query.',)
        # "x" and "9" are nowhere, but "c" of "x9-c" is.
        assert engine.search("x9-c", mode=mode).notes == ('No product holds "x9-c"; these come nearest.',)

    def test_what_is_held_is_not_named(self, engine: Engine) -> None:
        for query in ("canon eos 6d battery", "usbc", "3.5mm", "カメラ"):
            assert engine.search(query).notes == ()
        assert engine.search("canon eos 77d", mode="semantic").notes == ()


queries = st.lists(
    st.text(max_size=8)
    | st.sampled_from(["under", "$", "50", "canon", "laptop", "noice", "head phones", "カメラ", "c++", '"', "between"]),
    max_size=6,
).map(" ".join)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=queries | st.text(max_size=600), mode=st.sampled_from(MODES), as_typed=st.booleans())
def test_no_query_fails(engine: Engine, text: str, mode: Literal["fused"], as_typed: bool) -> None:
    filters = Filters(("Canon",), price_max=30.0)
    for given_filters in (None, filters):
        try:
            found = engine.search(text, filters=given_filters, mode=mode, as_typed=as_typed)
        except InvalidRequest:
            assert not text.strip() or len(text.strip()) > 500
            return
        assert found.understood is not None
        assert found.hits or mode == "lexical"
        for offer in found.understood.offers:
            assert engine.search(offer.query, filters=offer.filters, mode=mode).hits or mode == "lexical"
        assert engine.facets(text, given_filters, mode, as_typed=as_typed).among <= len(SHOP)
