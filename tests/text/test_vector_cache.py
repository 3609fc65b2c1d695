"""The cache of text vectors: it gives back what it was given, and survives damage, limits, kills and company."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.text.vector_cache import VectorCache

RECORD = 16 + 2 * 3 + 4  # hash, three halves, checksum


def vectors(*values: float) -> np.ndarray:
    """One vector a value: the value, its double, its half."""
    return np.array([[value, 2 * value, value / 2] for value in values], dtype=np.float16)


def known(cache: VectorCache, *texts: str) -> dict[str, float]:
    return {text: float(vector[0]) for text, vector in cache.read(texts).items()}


def test_vectors_come_back_bit_by_bit_by_their_text(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, 3)
    assert cache.read(["a"]) == {}
    cache.add(["a", "", "カメラ \ud800"], vectors(1, 0.1, -3))
    found = VectorCache(tmp_path, 3).read(["カメラ \ud800", "", "b"])
    assert list(found) == ["", "カメラ \ud800"]
    np.testing.assert_array_equal(found[""], vectors(0.1)[0])
    assert (tmp_path / "vectors.bin").stat().st_size == 3 * RECORD


def test_a_damaged_record_is_left_out_and_the_file_mended(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, 3)
    cache.add(["a", "b", "c"], vectors(1, 2, 3))
    content = bytearray((tmp_path / "vectors.bin").read_bytes())
    content[RECORD + 17] ^= 1
    (tmp_path / "vectors.bin").write_bytes(content)
    assert known(cache, "a", "b", "c") == {"a": 1, "c": 3}
    cache.add(["b"], vectors(2))
    assert known(cache, "a", "b", "c") == {"a": 1, "b": 2, "c": 3}
    assert (tmp_path / "vectors.bin").stat().st_size == 3 * RECORD


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 1000, os.urandom(12_345)])
def test_a_file_that_is_none_is_written_over_or_behind(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vectors.bin").write_bytes(content)
    cache = VectorCache(tmp_path, 3)
    assert cache.read(["a"]) == {}
    cache.add(["a"], vectors(1))
    assert known(cache, "a") == {"a": 1}


def test_a_record_that_was_written_half_is_cut_off(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, 3)
    cache.add(["a", "b"], vectors(1, 2))
    with (tmp_path / "vectors.bin").open("r+b") as file:
        file.truncate(2 * RECORD - 5)
    assert known(cache, "a", "b") == {"a": 1}
    cache.add(["c"], vectors(3))
    assert known(cache, "a", "b", "c") == {"a": 1, "c": 3}


def test_beyond_the_limit_the_oldest_give_way(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, 3, limit=4 * RECORD)
    for text, value in zip("abcde", (1, 2, 3, 4, 5), strict=True):
        cache.add([text], vectors(value))
    assert known(cache, *"abcde") == {"c": 3, "d": 4, "e": 5}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = VectorCache(tmp_path / "file" / "below", 3)
    cache.add(["a"], vectors(1))
    assert cache.read(["a"]) == {}


def test_two_that_append_at_once_and_one_that_is_killed_lose_no_whole_record(tmp_path: Path) -> None:
    def append_forever(name: str) -> int:
        child = os.fork()
        if child:
            return child
        cache = VectorCache(tmp_path, 3)
        for number in range(10**6):
            cache.add([f"{name}{number}"], vectors(number % 100))
        os._exit(0)

    children = [append_forever("a"), append_forever("b")]
    ended = time.monotonic() + 10
    while not all(known(VectorCache(tmp_path, 3), f"{name}20") for name in "ab") and time.monotonic() < ended:
        time.sleep(0.01)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    cache = VectorCache(tmp_path, 3)
    cache.add(["last"], vectors(7))
    numbers = [f"{name}{number}" for name in "ab" for number in range(21)]
    assert known(cache, *numbers, "last") == {**{text: float(text[1:]) for text in numbers}, "last": 7}
    assert (tmp_path / "vectors.bin").stat().st_size % RECORD == 0
