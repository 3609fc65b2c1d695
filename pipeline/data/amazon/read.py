"""Raw files in, a described dataset out: products.parquet, interactions.parquet, rejects.parquet, dataset.toml."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from pipeline.data import duck, files
from pipeline.data.amazon import macros, merged, sql
from pipeline.data.amazon.formats import GENERATIONS, INVENTED, MERGED, PRODUCTS, REVIEWS, Generation
from pipeline.data.amazon.lines import SCHEMA, Lines
from pipeline.data.amazon.literals import as_json
from pipeline.data.amazon.raw import RawFiles
from pipeline.data.amazon.salvage import CUT, DAMAGED, FOLLOWED
from pipeline.data.tables import EARLY
from pipeline.errors import DatasetError

BROKEN = {False: "not a JSON object", True: "neither a JSON object nor a dict literal"}
WRITTEN = "FORMAT parquet, COMPRESSION zstd"
ORDER = f"CASE \"table\" WHEN '{PRODUCTS}' THEN 0 ELSE 1 END, row, reason"


class Progress(Protocol):
    """How reading tells how far it is."""

    def total(self, steps: int) -> None:
        """Say how many bytes there will be."""

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Say that bytes were read."""


def read(raw: RawFiles, out: Path, progress: Progress) -> None:
    """Write a dataset that `Dataset.load` opens, and the account of what was set aside.

    Args:
        raw: The files.
        out: An empty folder.
        progress: Told of the bytes that were read.

    Raises:
        DatasetError: A file cannot be read, or holds no record.
    """
    progress.total(sum(path.stat().st_size for path in raw.paths))
    advance = partial(progress.advance, note=raw.said().partition(":")[0])
    advance(0)
    with duck.connect(out) as connection:
        macros.define(connection)
        connection.execute('CREATE TABLE rejects ("table" VARCHAR, row BIGINT, reason VARCHAR, record VARCHAR)')
        if raw.format == MERGED:
            columns = merged.load(connection, raw.reviews, advance)
            set_aside(connection, REVIEWS)
        else:
            generation = GENERATIONS[raw.format]
            for table, paths in ((PRODUCTS, raw.meta), (REVIEWS, raw.reviews)):
                _load(connection, generation, table, paths, advance)
            columns = list(generation.columns[PRODUCTS])
        repeats = _forget_variants(connection)
        notes = [raw.said(), *_cuts(connection)]
        invented = f"SELECT bool_and(starts_with(user_id, {duck.text(INVENTED)})), max(timestamp) FROM {REVIEWS}"
        generated, latest = duck.query(connection, invented)[0]
        if latest is not None and int(latest) < EARLY:
            raise DatasetError(
                "By the times of these reviews, all were written before 1973: they are not in the unit that is "
                f"published ({'milliseconds' if raw.format == '2023' else 'seconds'} since 1970).",
                "Fetch the files again, or describe the table (TOML) with its timestamp_unit.",
            )
        _copy(connection, f"SELECT {', '.join(columns)} FROM {PRODUCTS} ORDER BY row", out / "products.parquet")
        _copy(
            connection,
            f"SELECT user_id, product_id, timestamp, rating FROM {REVIEWS} ORDER BY row",
            out / "interactions.parquet",
        )
        _copy(connection, f"SELECT * FROM rejects ORDER BY {ORDER}", out / "rejects.parquet")
    (out / "dataset.toml").write_text(_description(raw.name, bool(generated), columns, repeats, notes), "utf-8")


def _load(
    connection: duck.Connection,
    generation: Generation,
    table: str,
    paths: tuple[Path, ...],
    advance: Callable[[int], None],
) -> None:
    """Read the files of a table into a DuckDB table of that name; what is no record goes to the rejects.

    Raises:
        DatasetError: A file cannot be read, or not one line of all files is a record.
    """
    columns, before = generation.columns[table], 0
    literals = generation.literals and table == PRODUCTS
    broken = BROKEN[literals]
    for path in paths:
        lines = Lines(path, advance, as_json if literals else iter)
        select = sql.select(columns, generation.wrong[table], "lines", broken)
        rows = f"SELECT {before} + number AS row, {duck.text(path.name)} AS file, * FROM ({select})"
        _insert(connection, table, rows, lines)
        before += lines.count
    set_aside(connection, table)
    if not duck.query(connection, f"SELECT 1 FROM {table} LIMIT 1"):
        raise DatasetError(
            f"Not one line of {', '.join(map(str, paths))} can be used.", "Fetch the file again, or check --format."
        )


def set_aside(connection: duck.Connection, table: str) -> None:
    """Move the rows that have a reason in `broken` to the rejects."""
    connection.execute(
        f"INSERT INTO rejects SELECT {duck.text(table)}, row, broken, "
        f"to_json({{'file': file, 'number': number, 'line': text}})::VARCHAR FROM {table} WHERE broken IS NOT NULL"
    )
    connection.execute(f"DELETE FROM {table} WHERE broken IS NOT NULL")


def _insert(connection: duck.Connection, table: str, rows: str, lines: Lines) -> None:
    """Insert what `rows` selects from the table `lines`, which is read as it is needed."""
    failed: list[OSError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from lines.batches()
        except OSError as error:  # DuckDB would tell only that something failed
            failed.append(error)

    exists = duck.query(connection, f"SELECT 1 FROM duckdb_tables() WHERE table_name = {duck.text(table)}")
    connection.register("lines", pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    try:
        connection.execute(f"INSERT INTO {table} {rows}" if exists else f"CREATE TABLE {table} AS {rows}")
    except duckdb.Error as error:
        raise files.unreadable(lines.path, str(error).splitlines()[0]) from error
    finally:
        connection.unregister("lines")
    if failed:
        raise files.unreadable(lines.path, str(failed[0].strerror or failed[0]))


def _forget_variants(connection: duck.Connection) -> int:
    """Keep one of the reviews that a shopper gave once and that stand under every variant; return how many went.

    It is the first of a product that is known, or else the first.
    """
    found = duck.query(
        connection,
        f"DELETE FROM {REVIEWS} USING (SELECT user_id AS who, timestamp AS moment, said AS written, "
        f"coalesce(min(row) FILTER (WHERE known IS NOT NULL), min(row)) AS kept FROM {REVIEWS} "
        f"LEFT JOIN (SELECT DISTINCT product_id AS known FROM {PRODUCTS}) ON product_id = known "
        "WHERE said IS NOT NULL GROUP BY ALL HAVING min(product_id) <> max(product_id)) AS same "
        "WHERE user_id = who AND timestamp = moment AND said = written AND row <> kept",
    )
    return int(found[0][0])


def _cuts(connection: duck.Connection) -> list[str]:
    """Return in sentences which files end early: how much is lost cannot be counted."""
    told = " OR ".join(f"starts_with(reason, {duck.text(reason)})" for reason in (CUT, DAMAGED, FOLLOWED))
    found = duck.query(
        connection,
        "SELECT record ->> 'file', CAST(record ->> 'number' AS BIGINT), reason FROM rejects "
        f"WHERE {told} ORDER BY {ORDER}",
    )
    return [f"{file}, line {number:,}: {reason}; what should follow is lost." for file, number, reason in found]


def _copy(connection: duck.Connection, select: str, path: Path) -> None:
    connection.execute(f"COPY ({select}) TO {duck.text(path)} ({WRITTEN})")


def _description(name: str, generated: bool, columns: list[str], repeats: int, notes: list[str]) -> str:
    """Return the dataset's description (TOML); a text of JSON is one of TOML."""
    text = partial(json.dumps, ensure_ascii=False)
    products = ", ".join(f"{column} = {text(column)}" for column in columns)
    return "\n".join(
        [
            f"name = {text(name)}",
            f"generated = {text(generated)}",
            "[reading]",
            'rejects = "rejects.parquet"',
            f"repeats = {repeats}",
            f"notes = {text(notes)}",
            "[products]",
            'path = "products.parquet"',
            f"columns = {{ {products} }}",
            "[interactions]",
            'path = "interactions.parquet"',
            'columns = { user_id = "user_id", product_id = "product_id", timestamp = "timestamp", rating = "rating" }',
            'timestamp_unit = "ms"',
            "",
        ]
    )
