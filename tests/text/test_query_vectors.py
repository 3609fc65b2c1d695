"""Remembered query vectors: bounded, counted, and encoded together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.text.query_vectors import QueryVectors


class Lengths:
    """Encodes a text as its length; notes what was encoded together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        return np.array([[len(text)] for text in texts], np.float32)


def test_the_latest_are_remembered_and_counted() -> None:
    encode = Lengths()
    vectors = QueryVectors(encode, capacity=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        assert vectors([text]).tolist() == [[len(text)]]
    assert encode.batches == [["a"], ["bb"], ["ccc"], ["bb"]]  # ccc pushed bb out, a stayed
    assert (vectors.hits, vectors.misses, len(vectors)) == (2, 4, 2)


def test_of_several_the_unknown_are_encoded_together_and_the_order_is_kept() -> None:
    encode = Lengths()
    vectors = QueryVectors(encode, capacity=3)
    vectors(["bb"])
    assert vectors(["ccc", "bb", "a"]).tolist() == [[3], [2], [1]]
    assert encode.batches == [["bb"], ["ccc", "a"]]
    assert (vectors.hits, vectors.misses) == (1, 3)


def test_writing_into_an_answer_changes_nothing_that_is_remembered() -> None:
    vectors = QueryVectors(Lengths(), capacity=2)
    vectors(["a"])[0] = 5
    assert vectors(["a"]).tolist() == [[1]]


def test_a_failure_is_remembered_of_nobody() -> None:
    def encode(texts: Sequence[str]) -> np.ndarray:
        if "bad" in texts:
            raise ZeroDivisionError
        return np.ones((len(texts), 1), np.float32)

    vectors = QueryVectors(encode, capacity=10)
    with pytest.raises(ZeroDivisionError):
        vectors(["bad"])
    assert vectors(["good"]).tolist() == [[1]]
