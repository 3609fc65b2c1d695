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
name = "{name}"
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
protocol = "{protocol}"
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
    _write(folder / "products.parquet", products_table(catalogue))
    _write(folder / "interactions.parquet", interactions_table(catalogue, interactions, shopper_ids(shoppers, seed)))
    _write(folder / "judgements.parquet", judgements_table(catalogue, judgements))
    return write_description(folder, "sample", seed)


def write_description(folder: Path, name: str, seed: int, protocol: str = "open") -> Path:
    """Write `dataset.toml`; return its path."""
    path = folder / "dataset.toml"
    text = DESCRIPTION.format(seed=seed, separator=SEPARATOR, name=name, protocol=protocol)
    path.write_text(text, encoding="utf-8")
    return path


def shopper_ids(shoppers: int, seed: int) -> pa.Array:
    """Return the id of every shopper, in no telling order."""
    numbers = np.random.default_rng([seed, 7]).permutation(shoppers)
    width = max(6, len(str(shoppers)))
    return pa.array([f"S{number:0{width}d}" for number in numbers])


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")


def products_table(catalogue: Catalogue) -> pa.Table:
    """Return the products as the description names their columns."""
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


def interactions_table(catalogue: Catalogue, interactions: Interactions, users: pa.Array) -> pa.Table:
    """Return the reviews as the description names their columns; `users` are the ids of the shoppers by number."""
    columns = {
        "user_id": users.take(pa.array(interactions.shopper)),
        "product_id": pa.array(list(catalogue.product_ids)).take(pa.array(interactions.product)),
        "timestamp": pa.array(interactions.time),
        "rating": pa.array(interactions.rating),
    }
    schema = pa.schema([INTERACTIONS.field(name) for name in columns])
    return pa.table(columns, schema=schema)


def judgements_table(catalogue: Catalogue, judgements: Judgements) -> pa.Table:
    """Return the judgements, by product id."""
    return pa.table(
        {
            "query": judgements.query,
            "product_id": [catalogue.product_ids[row] for row in judgements.product],
            "grade": judgements.grade,
        },
        schema=JUDGEMENTS,
    )
