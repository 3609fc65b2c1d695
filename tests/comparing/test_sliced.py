"""Slices of a comparison."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.comparing.sliced import Sides, families, of_slices, weakest
from pipeline.data.tables import PRODUCTS
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.slices import Slice
from pipeline.retrieval.catalogue import Catalogue
from tests import tiny

NDCG = ("ndcg", 10)


def catalogue() -> Catalogue:
    table = {field.name: [getattr(row, field.name, None) for row in tiny.SHOP] for field in PRODUCTS}
    table["category"] = [list(row.category) for row in tiny.SHOP]
    return Catalogue(pa.table(table, schema=PRODUCTS), np.arange(len(tiny.SHOP)))


def answers(*targets: list[int]) -> Answers:
    width = max(map(len, targets))
    return Answers(
        chosen=np.arange(len(targets)),
        histories=[np.zeros(3, np.int32)] * len(targets),
        targets=np.array([[*own, *[-1] * (width - len(own))] for own in targets], np.int32),
        candidates=np.full(len(targets), 9),
        ranks={},
        lists={},
        duels={},
    )


def found(*targets: list[int], **segments: np.ndarray) -> dict[str, list[list[bool]]]:
    each = families(answers(*targets), catalogue(), np.ones(len(targets), np.int64), segments)
    return {one.name: one.inside.tolist() for one in each}


def test_brands_prices_and_segments_by_hand() -> None:
    """Rows: 0 C1 Norvik 199, 2 C3 Aldor 99, 4 T1 no brand 35, 9 S2 no brand, no price."""
    own = np.zeros(12, bool)
    own[[0, 9]] = True
    slices = found([0, 9], [2], [4], mine=own)
    assert slices["brand: Norvik"] == [[True, False], [False, False], [False, False]]
    assert slices["brand: Aldor"] == [[False, False], [True, False], [False, False]]
    assert "brand: Sonara" not in slices
    assert slices["price: up to 35.00"] == [[False, False], [False, False], [True, False]]
    assert slices["price: over 99.00, up to 199.00"] == [[True, False], [False, False], [False, False]]
    assert slices["price: unknown"] == [[False, True], [False, False], [False, False]]
    assert slices["segment: mine"] == [[True, True], [False, False], [False, False]]
    assert slices["products: cold (0)"] == [[True, False], [False, False], [False, False]]


def test_every_priced_product_is_in_one_band() -> None:
    slices = found(*[[row] for row in range(12)])
    bands = [np.array(inside) for name, inside in slices.items() if name.startswith("price: ")]
    assert np.sum(bands, axis=0).tolist() == [[1]] * 12


def test_a_slice_counts_only_the_products_in_it() -> None:
    """The first shopper's second product and the second's only one; ranks 4 to 1 and 1 to 4: +0.57 and -0.57."""
    inside = np.array([[False, True], [True, False], [False, False]])
    baseline, version = np.array([[1, 4], [1, 0], [1, 0]]), np.array([[9, 1], [4, 0], [1, 0]])
    (one,) = of_slices([Slice("some", inside)], Sides([baseline], [version]), NDCG, smallest=1)
    assert (one.n, one.paired.wins, one.paired.losses) == (2, 1, 1)
    assert one.baseline == one.value == pytest.approx((1 + 1 / np.log2(5)) / 2)
    assert of_slices([Slice("some", inside)], Sides([baseline], [version]), NDCG, smallest=3) == []


def test_trainings_count_as_their_mean() -> None:
    inside = np.ones((1, 1), bool)
    sides = Sides([np.array([[1]])], [np.array([[1]]), np.array([[3]])])
    (one,) = of_slices([Slice("all of it", inside)], sides, NDCG, smallest=1)
    assert one.value == pytest.approx(0.75)


def test_the_weakest_slices_touch_most_users_first() -> None:
    inside = {name: np.ones((n, 1), bool) for name, n in (("few", 8), ("many", 12), ("better", 9), ("too few", 4))}
    slices = [
        one
        for name, own in inside.items()
        for one in of_slices(
            [Slice(name, own)],
            Sides([np.full((len(own), 1), 2)], [np.full((len(own), 1), 1 if name == "better" else 3)]),
            NDCG,
            smallest=1,
        )
    ]
    # All differ alike, so p is 2 / 2^n: of four, .125, whatever their interval says.
    assert [each.slice for each in weakest(slices)] == ["many", "few"]
