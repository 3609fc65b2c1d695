"""The canonical tables: what every reader yields and every stage reads.

A column that a source lacks is null throughout; it is never invented.
"""

from __future__ import annotations

import pyarrow as pa

EARLY = 100_000_000_000  # ms, March 1973: where all times lie before it, they are most likely seconds
PRODUCTS = pa.schema(
    [
        pa.field("product_id", pa.string(), nullable=False),  # unique; row order is vector order everywhere
        pa.field("title", pa.string(), nullable=False),
        pa.field("brand", pa.string()),
        pa.field("category", pa.list_(pa.string()), nullable=False),  # path, general -> specific; may be empty
        pa.field("price", pa.float64()),
        pa.field("released", pa.date32()),
        pa.field("image_url", pa.string()),
        pa.field("description", pa.string()),
    ]
)

INTERACTIONS = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("product_id", pa.string(), nullable=False),
        pa.field("timestamp", pa.int64()),  # milliseconds since 1970, UTC
        pa.field("rating", pa.float32()),  # 0..5
        pa.field("position", pa.int32(), nullable=False),  # 0, 1, ... within the user, oldest first
        pa.field("part", pa.string(), nullable=False),  # train | valid | test
    ]
)

JUDGEMENTS = pa.schema(
    [
        pa.field("query", pa.string(), nullable=False),
        pa.field("product_id", pa.string(), nullable=False),
        pa.field("grade", pa.float32(), nullable=False),
    ]
)

REJECTS = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),  # products | interactions | judgements
        pa.field("row", pa.int64(), nullable=False),  # 1 = the first data row of the source
        pa.field("reason", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),  # the row as it was read, as JSON text
    ]
)
