"""The sample on disk: Parquet tables and the dataset description."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.sample.interactions import Interactions
from pipeline.data.sample.products import Catalogue
from pipeline.data.sample.queries import Judgements
from pipeline.data.tables import INTERACTIONS, JUDGEMENTS, PRODUCTS

SEPARATOR = " > "

DESCRIPTION = """\
# A generated electronics store: every product, brand, shopper and judgement is invented (seed {seed}).
name = "sample"
generated = true

[products]
path = "products.parquet"
columns = {{ product_id = "product_id", title = "title", brand = "brand", category = "category", price = "price", \
released = "released", description = "description" }}
category_separator = "{separator}"

[interactions]
path = "interactions.parquet"
columns = {{ user_id = "user_id", product_id = "product_id", timestamp = "timestamp", rating = "rating" }}
timestamp_unit = "ms"

[judgements]
path = "judgements.parquet"
columns = {{ query = "query", product_id = "product_id", grade = "grade" }}
protocol = "open"
gain = "exponential"
min_grade = 0

[split]
kind = "leave-one-out"
"""


def write_sample(
    folder: Path, catalogue: Catalogue, interactions: Interactions, judgements: Judgements, *, shoppers: int, seed: int
) -> Path:
    """Write the tables and the description; return the path of the description."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "products.parquet", _products(catalogue))
    _write(folder / "interactions.parquet", _interactions(catalogue, interactions, shoppers, seed))
    _write(folder / "judgements.parquet", _judgements(catalogue, judgements))
    path = folder / "dataset.toml"
    path.write_text(DESCRIPTION.format(seed=seed, separator=SEPARATOR), encoding="utf-8")
    return path


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")


def _products(catalogue: Catalogue) -> pa.Table:
    products, leaves = catalogue.products, catalogue.vocabulary.leaves
    columns = {
        "product_id": list(catalogue.product_ids),
        "title": [product.title for product in products],
        "brand": [catalogue.brands[product.brand].name for product in products],
        "category": [SEPARATOR.join(leaves[product.leaf].path) for product in products],
        "price": catalogue.price,
        "released": pa.array(catalogue.released.astype(np.int32)).cast(pa.date32()),
        "description": [product.description for product in products],
    }
    # The canonical types, but for the category, which a dataset description splits at its separator.
    types = {name: PRODUCTS.field(name).type for name in columns} | {"category": pa.string()}
    return pa.table({name: pa.array(column, type=types[name]) for name, column in columns.items()})


def _interactions(catalogue: Catalogue, interactions: Interactions, shoppers: int, seed: int) -> pa.Table:
    numbers = np.random.default_rng([seed, 7]).permutation(shoppers)
    width = max(6, len(str(shoppers)))
    users = pa.array([f"S{number:0{width}d}" for number in numbers])
    columns = {
        "user_id": users.take(pa.array(interactions.shopper)),
        "product_id": pa.array(list(catalogue.product_ids)).take(pa.array(interactions.product)),
        "timestamp": pa.array(interactions.time),
        "rating": pa.array(interactions.rating),
    }
    schema = pa.schema([INTERACTIONS.field(name) for name in columns])
    return pa.table(columns, schema=schema)


def _judgements(catalogue: Catalogue, judgements: Judgements) -> pa.Table:
    return pa.table(
        {
            "query": judgements.query,
            "product_id": [catalogue.product_ids[row] for row in judgements.product],
            "grade": judgements.grade,
        },
        schema=JUDGEMENTS,
    )
