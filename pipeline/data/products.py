"""The canonical products, from their own table or from that of the interactions, and the rows that cannot be one."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from pipeline.data import cleaning
from pipeline.data.engine import Engine
from pipeline.data.sources import FEATURE, PRODUCT_COLUMNS, Source
from pipeline.data.tables import PRODUCTS
from pipeline.errors import DatasetError

LONGEST_TITLE = 1_000  # characters
EMPTIED = ("price", "released")


def features(source: Source) -> list[str]:
    """Return the canonical columns of the blocks of features: feature:<block>."""
    return [column for column in source.columns if column.startswith(FEATURE)]


def schema(source: Source) -> pa.Schema:
    """Return the schema of the products of a source: the canonical columns, then a list of numbers for each block."""
    return pa.schema([*PRODUCTS, *(pa.field(column, pa.list_(pa.float32())) for column in features(source))])


def from_products(engine: Engine, raw: Any, source: Source) -> Any:
    """Return the table `checked_products`: canonical columns, `row`, `reason` (null in a good row), and flags.

    The flags `no_price`, `no_released` and `shortened` mark values that were emptied or cut.
    """
    cleaned = _cleaned(raw, source)
    reasons = [(_.product_id.isnull(), "no product id"), (_.title.isnull(), "no title")]
    for column in features(source):
        block, length = column.removeprefix(FEATURE), _length(engine, cleaned, column, source)
        reasons += [
            (_[f"no_{column}"], f"{block} is no list of numbers"),
            (_[column].length() != length, f"{block} does not have {length:,} numbers, as most have"),
        ]
    reason = ibis.cases(*reasons, else_=None)
    # Of the rows that could be this product, the first is kept.
    order = ibis.row_number().over(group_by=["product_id", _.reason.isnull()], order_by="row")
    checked = (
        cleaned.mutate(reason=reason)
        .mutate(repetition=order)
        .mutate(
            reason=ibis.cases((_.reason.notnull(), _.reason), (_.repetition > 0, "repeated product id"), else_=None)
        )
        .drop("repetition")
    )
    return engine.create("checked_products", checked)


def from_interactions(engine: Engine, raw: Any, source: Source) -> Any:
    """Return `checked_products` as above, derived from a table in which each interaction carries its product.

    There a product is repeated by nature: for each column, the first value that can be read counts. A row without a
    product's id is left to the interactions to reject.
    """
    columns = [key for key in source.columns if key in PRODUCT_COLUMNS]
    # Clean each distinct product row once, not once per interaction.
    distinct = raw.group_by(columns).agg(row=_.row.min())
    cleaned = _cleaned(distinct, source).filter(_.product_id.notnull())
    firsts = {
        name: _[name].argmin(_.row, where=_[name].length() > 0 if name == "category" else _[name].notnull())
        for name in PRODUCTS.names[1:]
    }
    flags = {name: _[name].any() for name in ("no_price", "no_released", "shortened")}
    merged = cleaned.group_by("product_id").agg(**firsts, **flags, row=_.row.min())
    checked = merged.mutate(
        category=ibis.coalesce(_.category, ibis.literal([], type="array<string>")),
        reason=ibis.cases((_.title.isnull(), "no title"), else_=None),
    )
    return engine.create("checked_products", checked)


def _length(engine: Engine, cleaned: Any, column: str, source: Source) -> int:
    """Return the number of numbers that most rows of a block have; of equally frequent ones the largest.

    Raises:
        DatasetError: No row has any.
    """
    counted = cleaned.group_by(length=_[column].length()).agg(rows=_.count()).filter(_.length.notnull())
    found = engine.rows(counted.order_by(ibis.desc("rows"), ibis.desc("length")).limit(1))
    if not found:
        raise DatasetError(
            f'No product has a list of numbers in "{source.columns[column]}" (named for {column}).',
            "Correct the column, or leave the block out of features.",
        )
    return int(found[0][0])


def _cleaned(raw: Any, source: Source) -> Any:
    """Return `raw` with canonical columns and the flags; a column that the source lacks is null."""
    has = source.columns
    # Texts first, as in `interactions`.
    kept = {name: raw[name] for name in has if name == "category" or name.startswith(FEATURE)}
    texts = {name: cleaning.text(raw[name]) for name in has if name in PRODUCT_COLUMNS and name != "category"}
    raw = raw.select("row", **kept, **texts)
    title = raw.title
    columns = {
        "product_id": raw.product_id,
        "title": title.substr(0, LONGEST_TITLE),
        "category": cleaning.path(raw.category) if "category" in has else ibis.literal([], type="array<string>"),
        "price": cleaning.price(raw.price, source.price_scale) if "price" in has else ibis.null("float64"),
        "released": cleaning.date(raw.released) if "released" in has else ibis.null("date"),
    }
    for name in ("brand", "image_url", "description"):
        columns[name] = raw[name] if name in has else ibis.null("string")
    for name in features(source):
        given = raw[name].strip()
        columns[name] = cleaning.vector(given)
        columns[f"no_{name}"] = columns[name].isnull() & ~given.isin(["", "[]", "null"])
    for name in EMPTIED:
        unread = raw[name].notnull() & columns[name].isnull() if name in has else ibis.literal(False)
        columns[f"no_{name}"] = unread
    return raw.select("row", shortened=ibis.coalesce(title.length() > LONGEST_TITLE, False), **columns)
