"""Text vectors: texts a second of sentence-transformers in float32 and of the pipeline, on the same texts in one run.

    python -m benchmarks.encoding [--texts N] [--rounds N] [--products FILE]

The texts are those that recipe `history` reads of the generated sample's products, or of the canonical products table
in FILE. Both take turns, so that whatever else the machine does falls on both alike; the median round counts, by the
clock and by processor time. Nothing is read from a cache; the pipeline's time holds its check against float32.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import pyarrow.parquet as pq

from pipeline.bench.markdown import table
from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare
from pipeline.data.sample import generate
from pipeline.data.tables import PRODUCTS
from pipeline.quiet import quiet
from pipeline.recipe import Recipe
from pipeline.text import batch, minilm
from pipeline.text.encoder import MAX_TOKENS
from pipeline.text.product_text import vector_texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--products", type=Path, help="a canonical products table, as Parquet")
    given = parser.parse_args()
    texts = list(dict.fromkeys(texts_of(given.products)))[: given.texts]
    with quiet():
        from sentence_transformers import SentenceTransformer

        peer = SentenceTransformer(minilm.folder(), device="cpu")
    peer.max_seq_length = MAX_TOKENS
    with TemporaryDirectory() as scratch:
        minilm.export(Path(scratch))
        ways: dict[str, Callable[[], np.ndarray]] = {
            "SentenceTransformer.encode, float32": lambda: peer.encode(texts, normalize_embeddings=True),
            "pipeline": lambda: batch.encode(texts, Path(scratch)).vectors,
        }
        precision = batch.encode(texts[:64], Path(scratch)).precision
        clock: dict[str, list[float]] = {name: [] for name in ways}
        used: dict[str, list[float]] = {name: [] for name in ways}
        vectors = {}
        for _ in range(given.rounds):
            for name, way in ways.items():
                began, spent = perf_counter(), process_time()
                vectors[name] = way()
                clock[name].append(perf_counter() - began)
                used[name].append(process_time() - spent)
    first, second = vectors.values()
    cosines = (first * second).sum(axis=1)
    print(f"{len(texts):,} distinct texts, {given.rounds} rounds; the pipeline in {precision}\n")
    rows = [
        [name, f"{len(texts) / np.median(clock[name]):,.0f}", f"{1000 * np.median(used[name]) / len(texts):.2f}"]
        for name in ways
    ]
    print(table(["", "texts/s", "processor ms a text"], rows))
    slow, fast = (float(np.median(clock[name])) for name in ways)
    print(f"\nRatio by the clock {slow / fast:.2f}. Cosine: mean {cosines.mean():.5f}, least {cosines.min():.5f}.")


def texts_of(products: Path | None) -> list[str]:
    """Return the texts of a products table, or of the generated sample's."""
    with TemporaryDirectory() as scratch:
        if products is None:
            out = Path(scratch) / "prepared"
            out.mkdir()
            prepare(Dataset.load(generate(Path(scratch) / "source")), out)
            products = out / "products.parquet"
        read = pq.read_table(products, columns=PRODUCTS.names)
    return vector_texts(read, Recipe.load("history").text.fields)


if __name__ == "__main__":
    main()
