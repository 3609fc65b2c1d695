"""Answers read back from what a version keeps, and segments measured by them."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.evaluation.kept import answers_of, segment_rows
from pipeline.retrieval.shoppers import Shoppers


def shoppers() -> Shoppers:
    entries = [("a", 0, "train"), ("a", 2, "test"), ("b", 0, "train"), ("b", 1, "train"), ("b", 2, "test")]
    entries += [("b", 3, "test")]
    users, rows, parts = zip(*entries, strict=True)
    n = len(rows)
    columns = {"user_id": users, "row": pa.array(rows, pa.int32()), "timestamp": pa.nulls(n, pa.int64())}
    return Shoppers(pa.table({**columns, "rating": pa.nulls(n, pa.float32()), "part": parts}))


RANKS = pa.table(
    {
        "user_id": ["a", "b", "b"] * 2,
        "system": ["towers"] * 3 + ["ease"] * 3,
        "row": pa.array([2, 2, 3] * 2, pa.int32()),
        "rank": [1, 12, 3, 2, 1, 30],
    }
)


def test_answers_are_as_they_were() -> None:
    ids, found = answers_of(RANKS, shoppers(), 40)
    assert ids == ["a", "b"]
    assert found.targets.tolist() == [[2, -1], [2, 3]]
    assert found.candidates.tolist() == [39, 38]
    assert found.ranks["ease"].tolist() == [[2, 0], [1, 30]]


def test_a_segment_restricts_the_held_out_products() -> None:
    _, answers = answers_of(RANKS, shoppers(), 40)
    segments = {"two": np.array([2], np.int32), "three": np.array([3, 7], np.int32), "none": np.array([0], np.int32)}
    rows = segment_rows("leave-one-out", answers, segments)
    found = {(row.slice, row.system): (row.value, row.n) for row in rows if row.metric == "recall"}
    assert found["segment: two", "towers"] == (0.5, 2)
    assert found["segment: two", "ease"] == (1, 2)
    assert found["segment: three", "towers"] == (1, 1)
    assert found["segment: three", "ease"] == (0, 1)
    assert found["segment: three", "chance"] == (pytest.approx(10 / 38), 1)
    assert not any(name == "segment: none" for name, _ in found)
