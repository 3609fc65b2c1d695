"""What the readers share: rows in the order of the file, the lines that DuckDB leaves out, and category paths."""

from __future__ import annotations

from pipeline.data import duck

# One thread per file: the order of rows and the numbers of bad lines are then those of the file.
KEEP_BAD_LINES = (
    "parallel = false, store_rejects = true, rejects_table = 'bad_lines', rejects_scan = 'bad_scans', rejects_limit = 0"
)
REASONS = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "broken quotes",
    "INVALID ENCODING": "not UTF-8",
    "LINE SIZE OVER MAXIMUM": "a line over 2,000,000 bytes",
}
LONGEST = 1_000  # characters of a bad line that are kept


def insert(connection: duck.Connection, raw: str, before: int, select: str) -> int:
    """Insert the rows that `select` yields, in its order, numbered from `before` + 1; return their number."""
    found = duck.query(
        connection, f"INSERT INTO {raw} SELECT {before} + row_number() OVER () AS row, * FROM ({select})"
    )
    return int(found[0][0])


def set_aside_bad_lines(connection: duck.Connection, raw: str, before: int, header: int, name: str, file: str) -> int:
    """Move the lines that the last reading left out to `rejects`, and number the rows as if they had stood there.

    A line is a record: one that goes on over several lines of the file counts once.

    Args:
        connection: It holds the tables `bad_lines` and `rejects`.
        raw: The table into which the file was read.
        before: Rows of the files before this one.
        header: Lines of the file that come before its rows.
        name: products, interactions or judgements.
        file: The file's name.

    Returns:
        How many lines.
    """
    reasons = " ".join(f"WHEN '{kind}' THEN '{reason}'" for kind, reason in REASONS.items())
    connection.execute(
        # DuckDB notes a line once per error, and its text may begin with the line feed before it.
        "CREATE OR REPLACE TEMP TABLE bad AS SELECT line - "
        f"{header} AS record, row_number() OVER (ORDER BY line) AS nth, first(error_type::VARCHAR) AS kind, "
        f"left(ltrim(first(csv_line), chr(10) || chr(13)), {LONGEST}) AS text FROM bad_lines GROUP BY line"
    )
    forget_bad_lines(connection)
    count = int(duck.query(connection, "SELECT count(*) FROM bad")[0][0])
    if count:
        connection.execute(
            f"INSERT INTO rejects SELECT {duck.text(name)}, {before} + record, "
            f"CASE kind {reasons} ELSE lower(kind) END, "
            f"to_json({{'file': {duck.text(file)}, 'line': text}})::VARCHAR FROM bad"
        )
        # The nth bad line stands behind `record - nth` good rows: each row moves on by the bad lines in front of it.
        connection.execute(
            f"UPDATE {raw} SET row = {raw}.row + moved.nth FROM (SELECT old, nth FROM "
            f"(SELECT row AS old, row - {before} AS place FROM {raw} WHERE row > {before}) "
            "ASOF JOIN (SELECT record - nth AS behind, max(nth) AS nth FROM bad GROUP BY behind) ON place > behind) "
            f"AS moved WHERE {raw}.row = moved.old"
        )
    return count


def forget_bad_lines(connection: duck.Connection) -> None:
    """Make room for the next file's."""
    connection.execute("DROP TABLE IF EXISTS bad_lines; DROP TABLE IF EXISTS bad_scans")


def steps(value: str, separator: str | None) -> str:
    """Return the SQL that makes the list of a category path from a text."""
    path = f"[{value}]" if separator is None else f"string_split({value}, {duck.text(separator)})"
    return f"CASE WHEN {value} IS NULL THEN [] ELSE {path} END"
