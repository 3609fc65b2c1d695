"""Shop filters."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from pipeline.data.tables import PRODUCTS
from pipeline.errors import InvalidRequest
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.vectors import VectorIndex

DAYS = [date(2020, 1, 1), None, date(2021, 1, 1), date(1850, 1, 1)]


@pytest.fixture
def catalogue() -> Catalogue:
    columns = {
        "product_id": ["a", "b", "c", "d"],
        "title": ["A", "B", "C", "D"],
        "brand": ["X", "Y", None, "X"],
        "category": [["P", "Q"], ["P"], [], ["R"]],
        "price": [1.0, None, 3.0, 2.0],
        "released": DAYS,
        "image_url": [None] * 4,
        "description": [None] * 4,
    }
    rating = np.array([4.0, 3.9, np.nan, 5.0])
    return Catalogue(pa.table(columns, schema=PRODUCTS), rating=rating)


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(brands=("X", "Nobody")), "ad"),
        (Filters(category=("P",)), "ab"),
        (Filters(category=("P", "Q")), "a"),
        (Filters(category=("Q",)), ""),
        (Filters(price_min=2.0), "cd"),
        (Filters(price_max=2.0), "ad"),
        (Filters(rating_min=4.0), "ad"),
        (Filters(rating_min=0.0), "abd"),
        (Filters(since=date(2020, 1, 1)), "ac"),
        (Filters(since=date(2020, 1, 2)), "c"),
        (Filters(brands=("X",), rating_min=4.5, since=date(1800, 1, 1)), "d"),
    ],
)
def test_masks(catalogue: Catalogue, filters: Filters, passing: str) -> None:
    mask = filters.mask(catalogue)
    assert mask is not None
    assert [catalogue.ids[row] for row in np.flatnonzero(mask)] == list(passing)


def test_no_filter_is_no_mask(catalogue: Catalogue) -> None:
    assert Filters().mask(catalogue) is None
    assert not Filters()
    assert Filters(rating_min=0.0)


@pytest.mark.parametrize("rating", [-0.1, 5.1, float("nan")])
def test_ratings_out_of_range(rating: float) -> None:
    with pytest.raises(InvalidRequest, match="0 to 5"):
        Filters(rating_min=rating)


@pytest.mark.parametrize("since", ["2020-01-01", datetime(2020, 1, 1), 2020])
def test_what_is_no_day(since: object) -> None:
    with pytest.raises(InvalidRequest, match="year-month-day"):
        Filters(since=since)  # type: ignore[arg-type]


def test_a_filter_of_one_per_cent_still_fills_the_list() -> None:
    rng = np.random.default_rng(5)
    vectors = rng.standard_normal((2000, 8)).astype(np.float32)
    allowed = np.zeros(2000, dtype=bool)
    allowed[rng.choice(2000, 20, replace=False)] = True
    found = VectorIndex.build(vectors).search(vectors[0], 10, allowed)
    scores = np.where(allowed, vectors @ vectors[0], -np.inf)
    assert found.rows.tolist() == np.argsort(-scores)[:10].tolist()
