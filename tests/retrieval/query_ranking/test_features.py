"""What the ranker knows of each candidate, worked out by hand."""

import numpy as np
import pytest

from pipeline.retrieval.explain import LABELS
from tests.retrieval.query_ranking import shop

BM25 = np.array([2, 4, 0, 0, 0], np.float32)
COSINE = np.array([0.5, 1, 0.25, 0.25, 0.1], np.float32)


def described(text: str = "norvik camera", **more: object) -> dict[str, np.ndarray]:
    features = shop.features()
    proposal = features.propose(text, BM25, COSINE, **more)  # type: ignore[arg-type]
    return {"row": proposal.rows} | dict(zip(features.names, proposal.values.T, strict=True))


def test_scores_of_the_retrievers_and_their_places() -> None:
    found = described()
    assert found["row"].tolist() == [0, 1, 2, 3, 4]
    assert found["bm25_share"].tolist() == [0.5, 1, 0, 0, 0]
    assert found["cosine_below"] == pytest.approx([0.5, 0, 0.75, 0.75, 0.9])
    assert found["sum"] == pytest.approx([0.5, 1, 0.125, 0.125, 0.05])
    assert found["sum_rank"] == pytest.approx(np.log1p([1, 0, 2, 2, 4]))
    centre = shop.VECTORS.mean(axis=0)  # of the first ten, which are all
    assert found["like_first"] == pytest.approx(shop.VECTORS @ centre)


def test_brand_crowd_price_and_popularity() -> None:
    found = described()
    assert found["brand_named"].tolist() == [1] * 5
    assert found["brand_same"].tolist() == [1, 0, 1, 0, 0]
    assert found["brand_other"].tolist() == [0, 1, 0, 1, 0]
    assert np.isnan(described("camera")["brand_same"]).all()
    # Of the first twenty, all five: two in storage, one each with another path, one without.
    assert found["crowd_leaf"][:4] == pytest.approx([0.2, 0.2, 0.4, 0.4])
    assert np.isnan(found["crowd_leaf"][4])
    assert found["crowd_parent"][:4] == pytest.approx([0.8] * 4)
    middle = (np.log(30) + np.log(40)) / 2
    assert found["price_over_crowd"][:4] == pytest.approx(np.log([400, 40, 20, 30]) - middle)
    assert np.isnan(found["price_over_crowd"][4])
    assert found["popularity"] == pytest.approx(np.log1p([3, 0, 0, 1, 0]))


def test_only_what_is_allowed_is_proposed_and_its_features_are_the_same() -> None:
    allowed = np.array([True, False, True, False, False])
    found, everything = described(allowed=allowed), described()
    assert found["row"].tolist() == [0, 2]
    for name in LABELS:
        assert np.array_equal(found[name], everything[name][[0, 2]], equal_nan=True)


def test_every_feature_has_a_name_for_people() -> None:
    assert set(LABELS) == set(shop.features().names)
