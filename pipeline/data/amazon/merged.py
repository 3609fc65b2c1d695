"""The merged Parquet: one table in which each review carries its product's title, brand and categories."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.data import duck
from pipeline.data.amazon.formats import PRODUCTS, REVIEWS, UNREADABLE_RATING, UNREADABLE_TIME
from pipeline.data.amazon.macros import by_text

# Canonical column: columns of the table, the first that is there; only the last three may be missing.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "brand": ("brand",),
    "category": ("categories",),
    "price": ("price",),
    "image_url": ("imUrl", "image_url"),
    "description": ("description",),
}
CLEANED = {
    "title": "title_of({})",
    "brand": "brand_of({})",
    "category": "path_of({})",
    "price": "price_of({})",
    "image_url": "{}",
    "description": "paragraphs_of({})",
}


def load(connection: duck.Connection, paths: Sequence[Path], advance: Callable[[int], None]) -> list[str]:
    """Make the tables of interactions and products, as reading JSON lines makes them; return the products' columns.

    Of each product, the first value that is there and not blank counts, column by column.
    """
    scans, before = [], 0
    for path in paths:
        scan = f"read_parquet({duck.path_text(path)}, binary_as_string = true, file_row_number = true)"
        scans.append(
            "SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS number, "
            f"{before} + file_row_number + 1 AS row, {duck.text(path.name)} AS file FROM {scan}"
        )
        before += int(duck.query(connection, f"SELECT count(*) FROM {scan}")[0][0])
    connection.execute(f"CREATE TEMP VIEW merged AS {' UNION ALL BY NAME '.join(scans)}")
    types = {str(row[0]): str(row[1]) for row in duck.query(connection, "DESCRIBE SELECT * FROM merged")}
    time = _seconds(types["unixReviewTime"])
    connection.execute(
        f"CREATE TABLE {REVIEWS} AS SELECT row, file, number, {_id('reviewerID', types)} AS user_id, "
        f"{_id('asin', types)} AS product_id, milliseconds_of(CAST({time} AS VARCHAR), 1000) AS timestamp, "
        "TRY_CAST(overall AS FLOAT) AS rating, NULL::UBIGINT AS said, "
        f"CASE WHEN timestamp IS NULL AND nullif(CAST({time} AS VARCHAR), '') IS NOT NULL THEN '{UNREADABLE_TIME}' "
        "WHEN rating IS NULL AND nullif(CAST(overall AS VARCHAR), '') IS NOT NULL "
        f"THEN '{UNREADABLE_RATING}' END AS broken, "
        "CASE WHEN broken IS NOT NULL THEN concat_ws(', ', reviewerID, asin, unixReviewTime, overall) END AS text "
        "FROM merged"
    )
    there = {name: next((each for each in known if each in types), None) for name, known in COLUMNS.items()}
    wanted = {name: column for name, column in there.items() if column}
    firsts = ", ".join(
        f"arg_min({duck.name(column)}, row) FILTER (WHERE {_filled(column, types[column])}) AS {name}"
        for name, column in wanted.items()
    )
    connection.execute(
        f"CREATE TABLE first_products AS SELECT {_id('asin', types)} AS product_id, min(row) AS row, {firsts} "
        "FROM merged WHERE asin IS NOT NULL GROUP BY 1"
    )
    _define_paths(connection, types["categories"])
    cleaned = ", ".join(
        f"{CLEANED[name].format(_text(name, types[column]))} AS {name}" for name, column in wanted.items()
    )
    connection.execute(f"CREATE TABLE {PRODUCTS} AS SELECT row, product_id, {cleaned} FROM first_products")
    connection.execute("DROP TABLE first_products")
    advance(sum(path.stat().st_size for path in paths))
    return ["product_id", *wanted]


def _id(column: str, types: Mapping[str, str]) -> str:
    """Return an id as text; whole numbers that some tool made floats of lose their decimals."""
    if types[column] in ("FLOAT", "DOUBLE"):
        return f"CAST(TRY_CAST({column} AS HUGEINT) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def _seconds(kind: str) -> str:
    if kind.startswith(("TIMESTAMP", "DATE")):
        return "epoch(CAST(unixReviewTime AS TIMESTAMP))"
    return "unixReviewTime"


def _filled(column: str, kind: str) -> str:
    value = duck.name(column)
    return (
        f"len({value}) > 0"
        if kind.endswith("]")
        else f"{value} IS NOT NULL AND regexp_matches(CAST({value} AS VARCHAR), '\\S')"
    )


def _text(name: str, kind: str) -> str:
    """Return the SQL of a value as text, lists as JSON; of a list of lists the first."""
    if kind.endswith("[][]"):
        return f"CAST(to_json({name}[1]) AS VARCHAR)"
    if kind.endswith("]"):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return f"first_path({name})" if name == "category" else f"CAST({name} AS VARCHAR)"


def _define_paths(connection: duck.Connection, kind: str) -> None:
    """Define `first_path`: from the text of a list, or of a list of lists, as Python or JSON writes it, to JSON."""
    if kind == "VARCHAR":
        by_text(connection, "first_path", _first_path)


def _first_path(text: str) -> str:
    if not text.lstrip().startswith("["):
        return text
    found = None
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(text)
            break
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            continue
    if not isinstance(found, list):
        return text
    while found and isinstance(found[0], list):
        found = found[0]
    return json.dumps([str(step) for step in found], ensure_ascii=False)
