"""What a mapping makes of the first rows: the canonical rows, and those that cannot be used, with their reasons.

The rows are read and checked by what a run reads and checks them by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from pipeline.data import cleaning, interactions, judgements, products, tabular
from pipeline.data.duck_engine import DuckEngine
from pipeline.data.rejects import Rejects
from pipeline.data.sources import JudgementsSource, Source, Split
from pipeline.data.tables import INTERACTIONS, JUDGEMENTS, PRODUCTS
from pipeline.errors import DatasetError
from pipeline.own_data.head import head, named

SHOWN = 50  # rows of either kind
INTERACTION_KEYS = [name for name in INTERACTIONS.names if name not in ("position", "part")]


@dataclass(frozen=True)
class Emptied:
    """What a column loses: values that could not be read, and are left empty.

    Args:
        values: How many.
        of: How many there were, in rows that can be used.
        example: The first of them, as the file has it.
    """

    values: int
    of: int
    example: str


@dataclass(frozen=True)
class Preview:
    """What became of the rows that were looked at.

    Args:
        read: How many they are.
        good: How many can be used.
        rows: The first of these, by canonical column.
        reasons: {why rows cannot be used: how many}, the most frequent first.
        rejected: The first of them: row, reason, record.
        known: Whether product ids were compared with those of the products.
        emptied: What is left empty in these rows, by canonical column; columns that lose nothing are left out.
    """

    read: int
    good: int
    rows: Sequence[Mapping[str, Any]]
    reasons: Mapping[str, int]
    rejected: Sequence[Mapping[str, Any]]
    known: bool
    emptied: Mapping[str, Emptied] = field(default_factory=dict)


def preview(table: str, source: Source, file: Path, catalogue: tuple[Source, Path] | None = None) -> Preview:
    """Read the first rows of a table as a run would.

    Args:
        table: products, interactions or judgements.
        source: Which column is which; its path is not read.
        file: The file.
        catalogue: The products and their file. Product ids are compared with theirs where the first rows of that file
            are all it has.

    Raises:
        DatasetError: A file cannot be read, or a column is missing.
    """
    ids = _ids(*catalogue) if catalogue else None
    with TemporaryDirectory(prefix="preview-") as folder, DuckEngine.open(Path(folder)) as engine:
        rejects = Rejects(engine, Path(folder), 1.0)
        raw = _read(engine, Path(folder), table, source, file, rejects)[0]
        emptied: dict[str, Emptied] = {}
        if table == "products":
            checked = products.from_products(engine, raw, source)
            names = PRODUCTS.names
            emptied = {
                name: lost for name in products.EMPTIED if (lost := _emptied(engine, raw, checked, name)) is not None
            }
        else:
            known = _known(engine, raw, ids)
            if table == "interactions":
                kind = Split("given" if "split" in source.columns else "leave-one-out")
                checked, names = interactions.check(engine, raw, source, kind, known), list(INTERACTION_KEYS)
            else:
                assert isinstance(source, JudgementsSource)
                checked, names = judgements.check(engine, raw, source, known), JUDGEMENTS.names
        rejects.add(table, checked, raw, dict(source.columns))
        good = checked.filter(_.reason.isnull())
        usable = engine.rows(good.order_by("row").limit(SHOWN).select(*names))
        left_out = engine.rows(rejects.table.order_by("row").limit(SHOWN).select("row", "reason", "record"))
        return Preview(
            rejects.read[table],
            engine.count(good),
            [dict(zip(names, row, strict=True)) for row in usable],
            rejects.counts()[table],
            [dict(zip(("row", "reason", "record"), row, strict=True)) for row in left_out],
            ids is not None,
            emptied,
        )


def _ids(source: Source, file: Path) -> list[str] | None:
    """Return the ids of the products in a file; None where only the first of them were read."""
    with TemporaryDirectory(prefix="preview-") as folder, DuckEngine.open(Path(folder)) as engine:
        raw, whole = _read(engine, Path(folder), "products", source, file, Rejects(engine, Path(folder), 1.0))
        if not whole:
            return None
        checked = products.from_products(engine, raw, source)
        return [row[0] for row in engine.rows(checked.filter(_.reason.isnull()).select("product_id"))]


def _read(
    engine: DuckEngine, folder: Path, table: str, source: Source, file: Path, rejects: Rejects
) -> tuple[Any, bool]:
    """Return the first rows of a file as a table of texts, and whether they are all."""
    with named(file, folder):
        copied = head(file, folder)
        if copied.whole and not copied.count:
            raise DatasetError(f"{file.name} has no rows.", "Choose a file with rows below its header.")
        small = replace(source, path=copied.path.name)
        return tabular.read(engine.connection, folder, table, small, rejects), copied.whole


def _emptied(engine: DuckEngine, raw: Any, checked: Any, name: str) -> Emptied | None:
    """Return what a column of the products loses; None where every value can be read."""
    good = checked.filter(_.reason.isnull())
    lost = good.filter(_[f"no_{name}"])
    if not (values := engine.count(lost)):
        return None
    ((first,),) = engine.rows(lost.aggregate(row=_.row.min()))
    ((example,),) = engine.rows(raw.filter(_.row == first).select(name))
    return Emptied(values, values + engine.count(good.filter(_[name].notnull())), str(example).strip())


def _known(engine: DuckEngine, raw: Any, ids: Sequence[str] | None) -> Any:
    """Return the table of known products; without ids, every product that a row names counts as known."""
    if ids is None:
        return engine.create("known", raw.select(product_id=cleaning.text(raw.product_id)).distinct())
    engine.connection.from_arrow(pa.table({"product_id": pa.array(list(ids), pa.string())})).create("known")
    return ibis.table({"product_id": "string"}, name="known")
