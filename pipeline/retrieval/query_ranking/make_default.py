"""Makes the shipped search ranker: `python -m pipeline.retrieval.query_ranking.make_default`, some minutes of work.

It learns from generated shops that differ in what their source tells (all columns; neither category nor description;
titles alone; no category), so that it knows what to do without. The built-in sample is another shop of the generator.
Run it again when the features or the terms of texts change: the same code and libraries write the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare
from pipeline.data.sample import generate
from pipeline.data.tables import PRODUCTS
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking.crossvalidation import RANKERS, Chosen
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.files import SHIPPED, write
from pipeline.retrieval.query_ranking.gathering import Asked, gather
from pipeline.retrieval.query_ranking.training import Example, fit
from pipeline.retrieval.query_ranking.words import Words
from pipeline.text import batch, minilm
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts, vector_texts

SIZE = {"products": 3000, "shoppers": 6000, "interactions": 40_000, "queries": 400}
TREES, SEED = 100, 0
WEIGHT = 0.5  # halfway: no catalogue is to depend on what was learned from another one alone
MADE_WITH = ("bm25s", "lightgbm", "numpy", "sentence-transformers", "torch")


@dataclass(frozen=True)
class Shop:
    """A generated shop.

    Args:
        seed: Of the generator; the built-in sample has another one.
        lacks: Columns that its source leaves empty; `interactions` for none of these.
    """

    seed: int
    lacks: tuple[str, ...] = ()


SHOPS = (
    Shop(101),
    Shop(102, ("description", "category")),
    Shop(103, ("description", "category", "brand", "price", "interactions")),
    Shop(104, ("category", "price", "interactions")),
)


def examples_of(shop: Shop) -> tuple[tuple[str, ...], list[Example]]:
    """Generate a shop; return the names of the features, and the candidates of its judged queries."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "source", Path(folder) / "prepared"
        out.mkdir()
        described = generate(source, **SIZE, seed=shop.seed)
        prepare(Dataset.load(described), out)
        products = without(pq.read_table(out / "products.parquet", columns=PRODUCTS.names), shop.lacks)
        ids = products["product_id"].combine_chunks()
        interactions = pq.read_table(out / "interactions.parquet")
        judgements = pq.read_table(out / "judgements.parquet")
    train = interactions.filter(pc.equal(interactions["part"].cast(pa.string()), "train"))
    rows = pc.index_in(train["product_id"], value_set=ids).to_numpy()
    seen = None if "interactions" in shop.lacks else np.bincount(rows, minlength=len(ids))
    catalogue = Catalogue(products, seen)
    fields = ["title", "brand", "category", *(["description"] if "description" not in shop.lacks else [])]
    texts, asked = vector_texts(products, fields), _asked(judgements, ids)
    with tempfile.TemporaryDirectory() as encoder:
        minilm.export(Path(encoder))
        vectors = batch.encode(texts, Path(encoder)).vectors
        queries = [query for query, *_ in asked]
        of_query = dict(zip(queries, batch.encode(queries, Path(encoder)).vectors, strict=True))
    lexical = LexicalIndex.build(lexical_texts(products, ["title", "brand", "category", "description"]))
    features = QueryFeatures(catalogue, Words.of(catalogue), vectors)

    def scores(query: str) -> tuple[FloatArray, FloatArray]:
        return lexical.scores(query), vectors @ of_query[query]

    return features.names, gather(features, asked, scores, "open")


def without(products: pa.Table, lacks: Sequence[str]) -> pa.Table:
    """Return the products as a source without these columns gives them."""
    for column in lacks:
        if column in products.column_names:
            kind = PRODUCTS.field(column).type
            empty: list[object] = [[] if pa.types.is_list(kind) else None] * len(products)
            place = products.schema.get_field_index(column)
            products = products.set_column(place, PRODUCTS.field(column), pa.array(empty, kind))
    return products


def _asked(judgements: pa.Table, ids: pa.Array) -> list[Asked]:
    rows = pc.index_in(judgements["product_id"], value_set=ids).to_numpy().astype(np.int32)
    gains: npt.NDArray[np.float64] = 2 ** judgements["grade"].to_numpy().astype(np.float64) - 1
    found: dict[str, list[int]] = {}
    for place, query in enumerate(judgements["query"].to_pylist()):
        found.setdefault(query, []).append(place)
    return [(query, rows[places], gains[places]) for query, places in found.items()]


def main() -> None:
    """Write default.txt and default.json beside this file."""
    names: tuple[str, ...] = ()
    examples: list[Example] = []
    for shop in SHOPS:
        names, own = examples_of(shop)
        examples += own
    booster = fit(examples, names, TREES, SEED)
    said = {
        "queries": len(examples),
        "shops": len(SHOPS),
        "made_by": "python -m pipeline.retrieval.query_ranking.make_default",
        "made_with": {name: version(name) for name in MADE_WITH},
    }
    write(Chosen(booster, WEIGHT, RANKERS[0]), SHIPPED.parent, SHIPPED.stem, **said)


if __name__ == "__main__":
    main()
