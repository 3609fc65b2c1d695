"""Rows that cannot be used: kept with their reasons, counted, and the run stopped when there are too many."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ibis
from ibis import _

from pipeline.data.engine import Engine
from pipeline.data.tables import REJECTS
from pipeline.errors import DatasetError

FILE = "rejects.parquet"
ORDER = ("products", "interactions", "judgements")
SHOWN = 300  # characters of an example


@ibis.udf.scalar.builtin(name="to_json")  # type: ignore[untyped-decorator]
def _to_json(record) -> str:  # type: ignore[no-untyped-def, empty-body]  # Ibis knows no type for any record
    """DuckDB's own (Spark's has the same name)."""


class Rejects:
    """The table `rejects` of an engine, and how many rows of each table were read.

    Args:
        engine: Holds the tables.
        out: The folder for `rejects.parquet`.
        most: The largest share of a table's rows that may be rejected, 0..1.
    """

    def __init__(self, engine: Engine, out: Path, most: float) -> None:
        self.engine = engine
        self.out = out
        self.most = most
        self.read: dict[str, int] = {}
        self.table = engine.empty("rejects", REJECTS)

    def take(self, name: str, path: Path) -> None:
        """Count in what reading the raw files has rejected of a table, from a file such as `write` writes.

        Raises:
            DatasetError: It cannot be read.
        """
        before = self.engine.hold("rejected_before", path, REJECTS)
        own = before.filter(before.table == name)
        self.engine.append("rejects", own)
        self.read[name] += self.engine.count(own)
        self.engine.drop("rejected_before")

    def add(self, name: str, checked: Any, raw: Any, columns: dict[str, str]) -> None:
        """Add the rows of `checked` that have a reason.

        Args:
            name: products, interactions or judgements.
            checked: Has the columns `row` and `reason` (null in a good row).
            raw: The rows as they were read, by `row`.
            columns: {canonical column: column of the source}; the record bears the source's names.
        """
        record = ibis.struct({column: raw[canonical] for canonical, column in columns.items()})
        rejected = (
            checked.filter(_.reason.notnull())
            .select("row", "reason")
            .inner_join(raw.select("row", record=_to_json(record)), "row")
            .select(ibis.literal(name).name("table"), "row", "reason", "record")
        )
        self.engine.append("rejects", rejected)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return {table: {reason: rows}}, the most frequent reason first."""
        counted = (
            self.table.group_by("table", "reason").agg(rows=_.count())
            .order_by(ibis.desc("rows"), "reason")
        )  # fmt: skip
        found: dict[str, dict[str, int]] = {name: {} for name in self.read}
        for name, reason, rows in self.engine.rows(counted):
            found[name][reason] = rows
        return found

    def check(self, name: str) -> None:
        """Stop when too many rows of a table were rejected; the rejects are then on disk.

        Raises:
            DatasetError: Their share is above the limit.
        """
        reasons = self.counts()[name]
        rejected, read = sum(reasons.values()), self.read[name]
        if rejected <= self.most * read:
            return
        self.write()
        reason, rows = next(iter(reasons.items()))
        example = self.table.filter(_.table == name, _.reason == reason)
        ((row, record),) = self.engine.rows(example.order_by("row").limit(1).select("row", "record"))
        shown = record if len(record) <= SHOWN else record[:SHOWN] + "..."
        raise DatasetError(
            f"{name}: {rejected:,} of {read:,} rows ({100 * rejected / read:.1f} %) cannot be used, more than the "
            f"{100 * self.most:.4g} % allowed; most often: {reason} ({rows:,} rows), for example row {row:,}: {shown}.",
            f"All of them are in {self.out / FILE}. Correct the source or its description, or allow more with "
            f"--max-rejected {math.ceil(1000 * rejected / read) / 1000:g}.",
        )

    def write(self) -> None:
        """Write `rejects.parquet`, in the order of the tables and of their rows."""
        tables = ibis.cases(*((self.table.table == name, at) for at, name in enumerate(ORDER)), else_=len(ORDER))
        self.engine.write(self.table.order_by(tables, "row"), REJECTS, self.out / FILE)
