"""One text per product, for the vectors and for the BM25 index."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


def vector_texts(products: pa.Table, fields: Sequence[str]) -> list[str]:
    """Return the text that the encoder reads of each product.

    The brand is left out where the title already names it, and of a category path only the leaf is read: the encoder
    weighs what comes often, and both would drown the rest.

    Args:
        products: The canonical products table.
        fields: Of title, brand, category, description; in the order in which they are joined.
    """
    return [
        ". ".join(part for field in fields if (part := _part(record, field, brief=True)))
        for record in products.to_pylist()
    ]


def lexical_texts(products: pa.Table, fields: Sequence[str]) -> list[str]:
    """Return the text that the BM25 index reads of each product, category paths in full."""
    return [" ".join(_part(record, field, brief=False) for field in fields) for record in products.to_pylist()]


def _part(record: dict[str, object], field: str, *, brief: bool) -> str:
    value = record[field]
    if isinstance(value, list):
        return " ".join(value[-1:] if brief else value)
    text = str(value or "")
    if brief and field == "brand" and text.lower() in str(record["title"]).lower():
        return ""
    return text
