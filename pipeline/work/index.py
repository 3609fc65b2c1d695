"""Stage `index`: everything that serves."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.tables import PRODUCTS
from pipeline.recipe import TextRecipe
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.index_choice import build, write
from pipeline.stages import Progress
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts
from pipeline.work.tables import shopper_table

QUERIES, WORDS = 400, (2, 5)  # tried on an approximate index of text vectors: words of each, from and below


def index(
    prepared: Path,
    encoded: Path,
    trained: Path | None,
    text: TextRecipe,
    memory: float,
    encoder: Path,
    out: Path,
    progress: Progress,
) -> None:
    """Write everything that serves: products, shoppers, vectors, indexes, towers.

    `memory` is how many GB of whole vectors an index may hold (`retrieval.index_choice`), `encoder` the folder of what
    encodes queries.
    """
    progress.total(3)
    # Blocks of features have done their work in training; they would make the version many times larger.
    products = pq.read_table(prepared / "products.parquet", columns=PRODUCTS.names)
    pq.write_table(products, out / "products.parquet", compression="zstd")
    if (prepared / "interactions.parquet").exists():
        pq.write_table(shopper_table(prepared), out / "users.parquet", compression="zstd")
    shutil.copy(encoded / "text_vectors.npy", out)
    if trained:
        shutil.copytree(trained / "towers", out / "towers")
        if (trained / "curves.parquet").exists():
            (out / "evaluation").mkdir()
            shutil.copy(trained / "curves.parquet", out / "evaluation")
    shutil.copy(trained / "item_vectors.npy" if trained else encoded / "text_vectors.npy", out / "item_vectors.npy")
    (out / "index").mkdir()
    choices = {}
    for name, vectors in (("items", "item_vectors.npy"), ("text", "text_vectors.npy")):
        own = np.load(out / vectors, mmap_mode="r", allow_pickle=False)
        asked = partial(_asked, products["title"], encoder) if name == "text" else None
        choices[name] = build(np.asarray(own), out / "index" / f"{name}.faiss", memory, asked=asked)
        progress.advance(note=choices[name].kind)
    write(choices, out / "index")
    LexicalIndex.build(lexical_texts(products, text.lexical)).save(out / "lexical")
    progress.advance()


def _asked(titles: pa.ChunkedArray, encoder: Path) -> FloatArray:
    """Return vectors like those of queries, float32 [q, d]: of two to four words on end of some titles."""
    generator = np.random.default_rng(0)
    some = titles.take(generator.choice(len(titles), min(QUERIES, len(titles)), replace=False)).to_pylist()
    queries = []
    for words in (title.lower().split() for title in some):
        begin = int(generator.integers(max(len(words) - WORDS[0], 0) + 1))
        queries.append(" ".join(words[begin : begin + int(generator.integers(*WORDS))]))
    return Encoder(encoder).encode(queries)
