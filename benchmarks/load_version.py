"""Makes the version that `benchmarks.load` asks: a generated catalogue, its text encoder, and towers of the right size.

    python -m benchmarks.load_version FOLDER [--products N] [--encoder FOLDER]

The catalogue is the built-in sample's, drawn larger, as in `benchmarks.search_latency`. Vectors are random, and the
user tower is that of recipe `sequence` with the weights that it starts training from: what they say changes no timing,
and training takes hours. The text encoder and the search ranker are the real ones.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare
from pipeline.data.sample import generate
from pipeline.data.tables import PRODUCTS
from pipeline.manifest import Manifest, sha256, sums
from pipeline.recipe import TowersRecipe
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking import files
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text import minilm
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts
from pipeline.versions import VersionStore
from pipeline.work.tables import shopper_table

NAME = "load"
PRODUCTS_OF_BEAUTY = 48_629
FIELDS = ("title", "brand", "category", "description")


def random_vectors(n: int, dimension: int, seed: int) -> FloatArray:
    """Return float32 [n, dimension], rows L2-normalised."""
    vectors = np.random.default_rng(seed).standard_normal((n, dimension), dtype=np.float32)
    unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def write_user_tower(path: Path, recipe: TowersRecipe) -> None:
    """Write the user tower of a recipe, untrained, as it is served."""
    import keras
    import onnx

    from pipeline.towers.export import LastPosition
    from pipeline.towers.two_towers import USER_TOWERS

    served = LastPosition(USER_TOWERS[recipe.kind](recipe, 1))
    served(np.zeros((1, 2, recipe.dimension), np.float32))
    shape = keras.InputSpec(shape=(None, None, recipe.dimension), dtype="float32", name="history")
    served.export(path, format="onnx", verbose=False, input_signature=[shape])
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {"history": str(recipe.history)})
    onnx.save(model, path)


def make(artifacts: Path, products: int, encoder: Path | None) -> None:
    """Publish the version below an artifacts folder."""
    store, recipe = VersionStore(artifacts), TowersRecipe(kind="sequence")
    staged = store.staging(NAME)
    with TemporaryDirectory() as scratch:
        prepared, exported = Path(scratch) / "prepared", Path(scratch) / "encoder"
        description = generate(
            Path(scratch) / "sample", products=products, shoppers=1000, interactions=5000, queries=10
        )
        prepared.mkdir()
        prepare(Dataset.load(description), prepared)
        table = pq.read_table(prepared / "products.parquet", columns=PRODUCTS.names)
        pq.write_table(table, staged / "products.parquet", compression="zstd")
        pq.write_table(shopper_table(prepared), staged / "users.parquet", compression="zstd")
        if encoder is None:
            exported.mkdir()
            minilm.export(exported)
            encoder = exported
        kept = artifacts / "encoders" / sha256(encoder / "model.onnx")
        shutil.copytree(encoder, kept, dirs_exist_ok=True)
    for name in ("index", "towers", f"rankers/{files.WORDS}"):
        (staged / name).mkdir(parents=True)
    text, items = random_vectors(len(table), 384, 0), random_vectors(len(table), recipe.dimension, 1)
    VectorIndex.build(text).save(staged / "index" / "text.faiss")
    VectorIndex.build(items).save(staged / "index" / "items.faiss")
    LexicalIndex.build(lexical_texts(table, FIELDS)).save(staged / "lexical")
    write_user_tower(staged / "towers" / "user.onnx", recipe)
    Words.of(Catalogue(table)).save(staged / "rankers" / files.WORDS)
    files.write(files.shipped(), staged / "rankers")
    manifest = Manifest(
        name=NAME,
        created="2026-01-01T00:00:00+00:00",
        dataset={"name": "generated", "fingerprint": "", "generated": True, "products": len(table)},
        split="leave-one-out",
        recipe={"name": "sequence, untrained"},
        encoder={"id": kept.name, "files": sums(kept)},
        environment={},
        stages=[],
        headline=[],
        notes=["Vectors and towers are random: this version is for timing alone."],
    )
    store.publish(staged, manifest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--products", type=int, default=PRODUCTS_OF_BEAUTY)
    parser.add_argument("--encoder", type=Path, help="holds model.onnx and tokenizer.json; exported when not given")
    given = parser.parse_args()
    make(given.folder, given.products, given.encoder)


if __name__ == "__main__":
    main()
