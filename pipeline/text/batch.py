"""Vectors of many texts: the graph that answers queries, run by OpenVINO in bfloat16 where that changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipeline.text.encoder import MAX_TOKENS, Encoder
from pipeline.text.vector_cache import VectorCache

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
Advance = Callable[[int], None]  # called with the number of texts done since the last call
Work = Callable[[Sequence[str], Advance], Vectors]

BATCH = 64
CHUNK = 4096  # texts between two writes to the cache
STREAMS = 16  # at most: each holds its own intermediate values
SAMPLE = 64  # texts that bfloat16 is checked on
MEAN, LEAST = 0.999, 0.99  # the cosine to float32 that they must reach, on average and each


@dataclass(frozen=True)
class Encoded:
    """Text vectors and how they came about.

    Args:
        vectors: float32 [n, d], rows L2-normalised, each rounded to float16 before that.
        precision: Of the products within the model: "bfloat16" or "float32".
        why: Why not bfloat16, as a sentence; empty otherwise.
    """

    vectors: Vectors
    precision: str
    why: str = ""


def _unwatched(done: int) -> None:
    """Tell nobody how far it is."""


def encode(
    texts: Sequence[str],
    folder: Path,
    kept: Path | None = None,
    advance: Advance = _unwatched,
) -> Encoded:
    """Return one vector per text; each distinct text is encoded once, or never where an earlier run kept its vector.

    What was kept is what encoding returned, so vectors do not depend on how many of them there were.

    Args:
        texts: Any texts, in any order.
        folder: Holds `model.onnx` and `tokenizer.json`, as `minilm.export` writes them.
        kept: The folder of the vectors that earlier runs made with this encoder, by precision; takes up the new ones.
        advance: Called with the number of texts done since the last call, batch by batch.
    """
    distinct = list(dict.fromkeys(texts))
    encoder = Encoder(folder)
    dimension = encoder.encode([""]).shape[1]
    work, precision, why = _worker(folder, encoder.encode, distinct)
    cache = VectorCache(kept / precision, dimension) if kept else None
    known = cache.read(distinct) if cache else {}
    # Long ones first: what runs out of memory does so at once.
    missing = sorted((text for text in distinct if text not in known), key=len, reverse=True)
    advance(len(texts) - len(missing))
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        rounded = work(chunk, advance).astype(np.float16)
        known.update(zip(chunk, rounded, strict=True))
        if cache:
            cache.add(chunk, rounded)
    vectors = np.empty((len(texts), dimension), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = known[text]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    return Encoded(vectors, precision, why)


def _worker(folder: Path, slow: Encode, texts: Sequence[str]) -> tuple[Work, str, str]:
    """Return what encodes, its precision, and why that is not bfloat16; a sample of the texts decides."""
    sample = [texts[int(place)] for place in np.linspace(0, len(texts) - 1, min(len(texts), SAMPLE))]
    try:
        fast = _Compiled(folder)
        if not fast.bfloat16:
            return fast, "float32", "this processor has no instructions for bfloat16."
        cosines = _cosines(fast(sample), slow(sample)) if sample else np.ones(1)
    except (ImportError, RuntimeError) as error:  # OpenVINO raises RuntimeError only
        return _in_batches(slow), "float32", f"OpenVINO cannot run the encoder ({type(error).__name__})."
    if cosines.mean() < MEAN or not cosines.min() >= LEAST:  # NaN is not at least anything
        told = f"in bfloat16 the cosine to float32 is {cosines.mean():.4f} on average, {cosines.min():.4f} at least."
        return _in_batches(slow), "float32", told
    return fast, "bfloat16", ""


def _cosines(some: Vectors, others: Vectors) -> Vectors:
    """Return float32 [n], row by row."""
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
    cosines: Vectors = (some * others).sum(axis=1) / lengths.clip(1e-12)
    return cosines


def _in_batches(encode: Encode) -> Work:
    def work(texts: Sequence[str], advance: Advance) -> Vectors:
        found = []
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            found.append(encode(batch))
            advance(len(batch))
        return np.concatenate(found)

    return work


class _Compiled:
    """The encoder as OpenVINO runs it: one stream a core, each with a batch of its own."""

    def __init__(self, folder: Path) -> None:
        import openvino

        said = os.environ.get("OMP_NUM_THREADS", "")
        cores = int(said) if said.isdecimal() and int(said) else len(os.sched_getaffinity(0))
        self._streams = min(cores, STREAMS)
        core = openvino.Core()
        self.bfloat16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if self.bfloat16 else "f32",
            "NUM_STREAMS": str(self._streams),
            "INFERENCE_NUM_THREADS": str(cores),
        }
        self._compiled = core.compile_model(core.read_model(folder / "model.onnx"), "CPU", settings)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str], advance: Advance = _unwatched) -> Vectors:
        """Return float32 [len(texts), d]; texts of like length share a batch, so that little of it is padding."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]), reverse=True)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        own = local()  # a request runs one batch at a time

        def run(batch: list[int]) -> Vectors:
            if not hasattr(own, "request"):
                own.request = self._compiled.create_infer_request()
            ids = np.zeros((len(batch), len(tokens[batch[0]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, place in enumerate(batch):
                ids[row, : len(tokens[place])] = tokens[place]
                mask[row, : len(tokens[place])] = 1
            outputs = own.request.infer({"input_ids": ids, "attention_mask": mask})
            return np.array(outputs["vector"], dtype=np.float32)

        done = []
        with ThreadPoolExecutor(self._streams) as pool:
            for batch, vectors in zip(batches, pool.map(run, batches), strict=True):
                done.append(vectors)
                advance(len(batch))
        found = np.concatenate(done)
        vectors = np.empty_like(found)
        vectors[order] = found
        return vectors
