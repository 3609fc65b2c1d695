"""Stage `index`: everything that serves."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.tables import PRODUCTS
from pipeline.recipe import TextRecipe
from pipeline.retrieval.index_choice import build, write
from pipeline.stages import Progress
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts
from pipeline.work.tables import shopper_table


def index(
    prepared: Path,
    encoded: Path,
    trained: Path | None,
    text: TextRecipe,
    memory: float,
    out: Path,
    progress: Progress,
) -> None:
    """Write everything that serves: products, shoppers, vectors, indexes, towers.

    `memory` is how many GB of whole vectors an index may hold (`retrieval.index_choice`).
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
        choices[name] = build(np.asarray(own), out / "index" / f"{name}.faiss", memory)
        progress.advance(note=choices[name].kind)
    write(choices, out / "index")
    LexicalIndex.build(lexical_texts(products, text.lexical)).save(out / "lexical")
    progress.advance()
