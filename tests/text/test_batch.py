"""Encoding many texts: each distinct one once, in bfloat16 only where that changes nothing, and kept for later runs."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.text import batch
from pipeline.text.encoder import Encoder
from pipeline.text.vector_cache import VectorCache
from tests import tiny

TEXTS = ["camera", "red headphones", "camera", "speaker for the garden"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write_encoder(tmp_path_factory.mktemp("tiny") / "encoder")


def test_rows_are_those_of_the_texts_and_repeats_are_equal(folder: Path) -> None:
    seen: list[int] = []
    encoded = batch.encode(TEXTS, folder, advance=seen.append)
    np.testing.assert_allclose(encoded.vectors, Encoder(folder).encode(TEXTS), atol=0.01)
    np.testing.assert_array_equal(encoded.vectors[0], encoded.vectors[2])
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, rtol=1e-6)
    assert sum(seen) == len(TEXTS)


@pytest.mark.parametrize("error", [None, ImportError])
def test_progress_is_told_batch_by_batch(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None
) -> None:
    def refused(*_: object) -> None:
        raise error("no")

    if error:
        monkeypatch.setattr(batch, "_Compiled", refused)
    monkeypatch.setattr(batch, "BATCH", 2)
    seen: list[int] = []
    batch.encode([f"camera {number}" for number in range(5)], folder, advance=seen.append)
    assert seen == [0, 2, 2, 1]


def test_nothing_to_encode_is_no_error(folder: Path) -> None:
    assert batch.encode([], folder).vectors.shape[0] == 0


@pytest.mark.parametrize("error", [ImportError, RuntimeError])
def test_without_openvino_it_is_float32_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refused(*_: object) -> None:
        raise error("no")

    monkeypatch.setattr(batch, "_Compiled", refused)
    encoded = batch.encode(TEXTS, folder)
    assert (encoded.precision, encoded.why) == ("float32", f"OpenVINO cannot run the encoder ({error.__name__}).")
    np.testing.assert_allclose(encoded.vectors, Encoder(folder).encode(TEXTS), atol=1e-3)


@pytest.mark.parametrize("wrong", [0.0, float("nan")])
def test_bfloat16_that_is_too_far_from_float32_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    exact = Encoder(folder).encode

    class Coarse:
        bfloat16 = True

        def __init__(self, _: Path) -> None:
            pass

        def __call__(self, texts: list[str]) -> np.ndarray:
            vectors = exact(texts)
            vectors[0, np.argmax(np.abs(vectors[0]))] = wrong
            return vectors

    monkeypatch.setattr(batch, "_Compiled", Coarse)
    encoded = batch.encode(TEXTS, folder)
    assert encoded.precision == "float32"
    assert "cosine" in encoded.why
    np.testing.assert_allclose(encoded.vectors, exact(TEXTS), atol=1e-3)


def test_what_an_earlier_run_kept_is_not_encoded_again(folder: Path, tmp_path: Path) -> None:
    encoded = batch.encode(TEXTS, folder, tmp_path)
    first, kept = encoded.vectors, tmp_path / encoded.precision / "vectors.bin"
    size = kept.stat().st_size
    again = batch.encode([*TEXTS, "new"], folder, tmp_path).vectors
    np.testing.assert_array_equal(again[: len(TEXTS)], first)
    assert kept.stat().st_size == size // 3 * 4  # three distinct texts, and a fourth
    np.testing.assert_array_equal(batch.encode(TEXTS[::-1], folder, tmp_path).vectors, first[::-1])


def test_it_does_not_read_what_belongs_to_other_texts(folder: Path, tmp_path: Path) -> None:
    for precision in ("bfloat16", "float32"):
        VectorCache(tmp_path / precision, first_dimension(folder)).add(
            ["camera "], np.ones((1, first_dimension(folder)), dtype=np.float16)
        )
    np.testing.assert_array_equal(
        batch.encode(["camera"], folder, tmp_path).vectors, batch.encode(["camera"], folder).vectors
    )


def first_dimension(folder: Path) -> int:
    return Encoder(folder).encode([""]).shape[1]


def test_what_was_kept_in_bfloat16_does_not_pass_for_float32(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    VectorCache(tmp_path / "bfloat16", first_dimension(folder)).add(
        TEXTS, np.ones((len(TEXTS), first_dimension(folder)), dtype=np.float16)
    )

    def refused(folder: Path) -> None:
        raise RuntimeError

    monkeypatch.setattr(batch, "_Compiled", refused)
    found = batch.encode(TEXTS, folder, tmp_path)
    assert found.precision == "float32"
    np.testing.assert_allclose(found.vectors, Encoder(folder).encode(TEXTS), atol=2e-3)
