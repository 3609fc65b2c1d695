"""Remembered query vectors: bounded, counted, and encoded together where they are asked for at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from pipeline.text.query_vectors import TOGETHER, QueryVectors


class Lengths:
    """Encodes a text as its length; notes what was encoded together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = Event()
        self.go.set()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        assert self.go.wait(10)
        return np.array([[len(text)] for text in texts], np.float32)


def test_the_latest_are_remembered_and_counted() -> None:
    encode = Lengths()
    vectors = QueryVectors(encode, capacity=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        assert vectors(text).tolist() == [len(text)]
    assert encode.batches == [["a"], ["bb"], ["ccc"], ["bb"]]  # ccc pushed bb out, a stayed
    assert (vectors.hits, vectors.misses, len(vectors)) == (2, 4, 2)


def test_a_vector_cannot_be_written_to() -> None:
    vectors = QueryVectors(Lengths(), capacity=2)
    with pytest.raises(ValueError, match="read-only"):
        vectors("a")[0] = 5


def test_what_is_asked_for_at_once_is_encoded_together() -> None:
    encode = Lengths()
    vectors = QueryVectors(encode, capacity=100)
    texts = ["x" * length for length in range(1, TOGETHER + 4)]
    with ThreadPoolExecutor(len(texts)) as pool:
        encode.go.clear()
        found = [pool.submit(vectors, text) for text in texts]
        while vectors.misses < len(texts):
            pass
        encode.go.set()
        assert [each.result().tolist() for each in found] == [[len(text)] for text in texts]
    # The first was alone; the others came meanwhile, and no more than so many of them go together.
    assert [len(batch) for batch in encode.batches] == [1, TOGETHER, 2]
    assert sorted(text for batch in encode.batches for text in batch) == sorted(texts)  # each once


def test_a_failure_is_told_to_who_asked_and_the_others_go_on() -> None:
    def encode(texts: Sequence[str]) -> np.ndarray:
        if "bad" in texts:
            raise ZeroDivisionError
        return np.ones((len(texts), 1), np.float32)

    vectors = QueryVectors(encode, capacity=10)
    with pytest.raises(ZeroDivisionError):
        vectors("bad")
    assert vectors("good").tolist() == [1]
