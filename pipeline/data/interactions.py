"""The canonical interactions: checked rows, without repeats, in the order of each shopper."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from pipeline.data import cleaning, kcore
from pipeline.data.engine import Engine
from pipeline.data.sources import INTERACTION_COLUMNS, Source, Split
from pipeline.data.split import PARTS


def check(engine: Engine, raw: Any, source: Source, split: Split, products: Any) -> Any:
    """Return the table `checked_interactions`: canonical columns, `row`, `reason` (null in a good row).

    Args:
        engine: Holds the tables.
        raw: The rows as texts.
        source: Which columns there are, and the unit of time.
        split: The column `split` is read only for kind `given`.
        products: Has the `product_id` of every known product.
    """
    has = source.columns
    given = split.kind == "given"
    # Texts first: what is made of them would else repeat how they are made, and Spark chokes on that.
    raw = raw.select("row", **{column: cleaning.text(raw[column]) for column in has if column in INTERACTION_COLUMNS})
    read = raw.select(
        "row",
        "user_id",
        "product_id",
        timestamp=cleaning.milliseconds(raw.timestamp, source.timestamp_unit) if "timestamp" in has else _null("int64"),
        rating=cleaning.number(raw.rating) if "rating" in has else _null("float64"),
        order=cleaning.number(raw.position) if "position" in has else _null("float64"),
        given=raw.split if given else _null("string"),
        # Whether there was anything to read, where that tells "missing" from "unreadable".
        timed=raw.timestamp.notnull() if "timestamp" in has else ibis.literal(False),
        rated=raw.rating.notnull() if "rating" in has else ibis.literal(False),
        ordered=raw.position.notnull() if "position" in has else ibis.literal(False),
    )
    known = products.select(known="product_id")
    joined = read.left_join(known, read.product_id == known.known)
    return engine.create(
        "checked_interactions",
        joined.mutate(reason=_reason(joined, source, given=given)).drop("known", "timed", "rated", "ordered"),
    )


def without_repeats(engine: Engine, checked: Any, source: Source) -> tuple[Any, dict[str, int] | None]:
    """Return the table `kept_interactions`: of a repeated (user, product) the earliest, with its `position`.

    The order within a user is the source's position, else time, else that of the file; the file decides ties. Where
    the source asks for a k-core, it is taken of what is left, and what it left out is told too: see `kcore.core`.

    Raises:
        DatasetError: The k-core is empty.
    """
    first = "order" if "position" in source.columns else "timestamp" if "timestamp" in source.columns else "row"
    keys = [first, "row"]
    repetition = ibis.row_number().over(group_by=["user_id", "product_id"], order_by=keys)
    position = ibis.row_number().over(group_by="user_id", order_by=keys)
    kept = (
        checked.filter(_.reason.isnull())
        .mutate(repetition=repetition)
        .filter(_.repetition == 0)
        .drop("repetition", "reason")
    )
    left_out = None
    if source.k_core is not None:
        kept, left_out = kcore.core(engine, engine.create("distinct_interactions", kept), source.k_core)
    return engine.create("kept_interactions", kept.mutate(position=position.cast("int32")).drop("order")), left_out


def duplicates(engine: Engine, checked: Any, firsts: Any) -> int:
    """Return how many usable rows say nothing but what another one says: alike in every column that is read.

    Args:
        engine: Holds the tables.
        checked: Every row.
        firsts: Of each repeated (user, product) one; others may be missing.
    """
    good = checked.filter(_.reason.isnull())
    # Only where a (user, product) is repeated, which is rare: to compare every row with every other one takes long.
    pairs = good.anti_join(firsts.select("row"), "row").select("user_id", "product_id").distinct()
    copies = good.semi_join(pairs, ["user_id", "product_id"]).drop("row", "reason")
    alike = copies.group_by(copies.columns).agg(rows=_.count()).filter(_.rows > 1)
    return int(engine.rows(alike.agg(more=ibis.coalesce((_.rows - 1).sum(), 0)))[0][0])


def _reason(table: Any, source: Source, *, given: bool) -> Any:
    """Return the first reason why a row cannot be used, or null."""
    has = source.columns
    reasons = [
        (table.user_id.isnull(), "no user id"),
        (table.product_id.isnull(), "no product id"),
        (table.known.isnull(), "unknown product"),
    ]
    if "timestamp" in has:
        unit = f'timestamp_unit = "{source.timestamp_unit}"'
        outside = (table.timestamp < 0) | (table.timestamp >= cleaning.END_OF_TIME)
        reasons += [
            (~table.timed, "no time"),
            (table.timestamp.isnull(), f"unreadable time ({unit})"),
            (outside, f"time outside 1970..2100 ({unit})"),
        ]
    if "rating" in has:
        reasons += [
            (table.rated & table.rating.isnull(), "rating is not a number"),
            (~table.rating.between(0, 5), "rating outside 0..5"),
        ]
    if "position" in has:
        reasons += [
            (~table.ordered, "no position"),
            (table.order.isnull(), "unreadable position"),
        ]
    if given:
        reasons.append(
            (~ibis.coalesce(table.given.isin(PARTS), False), f"split is none of {', '.join(PARTS)}"),
        )
    return ibis.cases(*reasons, else_=None)


def _null(kind: str) -> Any:
    return ibis.null(kind)
