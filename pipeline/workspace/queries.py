"""Lists of queries as people give them: typed, pasted or from a file."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable

from pipeline.errors import QuerySetError
from pipeline.retrieval.limits import MAX_QUERY

MAX_QUERIES = 1000
MAX_BYTES = 2 * 2**20  # of a file: 1,000 queries of 500 characters, most of them ASCII
COLUMN = "query"
DELIMITERS = ",;\t"
MOST_NAMED = 5  # columns in a sentence


def from_text(text: str) -> tuple[str, ...]:
    """Return the queries of a text, one a line; blank lines and repeats are left out.

    Raises:
        QuerySetError: There is none, there are more than 1,000, or one is longer than 500 characters.
    """
    return checked(text.splitlines())


def from_file(name: str, content: bytes) -> tuple[str, ...]:
    """Return the queries of a file: one a line or, of a CSV file, the column `query`.

    Args:
        name: The file's; ".csv" at its end says what it is.
        content: UTF-8, with or without a byte order mark.

    Raises:
        QuerySetError: It is too large, not text, a CSV file without that column, or its queries cannot be used.
    """
    if len(content) > MAX_BYTES:
        raise QuerySetError(f"The file is larger than {MAX_BYTES // 2**20} MB.", "Split it into several.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise QuerySetError("The file is not UTF-8 text.", 'Save it as "CSV UTF-8" or as plain UTF-8 text.') from None
    if "\0" in text:
        raise QuerySetError("The file is not text.", "Use a .txt file with one query a line, or a .csv file.")
    return checked(_column(text)) if name.casefold().endswith(".csv") else from_text(text)


def checked(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the queries among some lines, in order, each once.

    Raises:
        QuerySetError: There is none, there are more than 1,000, or one is longer than 500 characters.
    """
    queries: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        query = _cleaned(line)
        if len(query) > MAX_QUERY:
            raise QuerySetError(
                f"The query in line {number:,} has {len(query):,} characters; at most {MAX_QUERY} are read.",
                "Shorten it.",
            )
        if query:
            queries[query] = None
        if len(queries) > MAX_QUERIES:
            raise QuerySetError(f"There are more than {MAX_QUERIES:,} queries.", "Split them into several query sets.")
    if not queries:
        raise QuerySetError("There is no query.", "Give at least one, each on a line of its own.")
    return tuple(queries)


def _cleaned(line: str) -> str:
    """Return one line without control characters and without blanks at its ends or twice in a row."""
    if line.isprintable():  # nearly every line is: nothing in it is a control character
        return " ".join(line.split())
    return " ".join("".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in line).split())


def _column(text: str) -> list[str]:
    """Return the queries of a CSV text; its delimiter is the one that its first line holds most of."""
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        raise QuerySetError("The file cannot be read as CSV.", "Save it again as CSV, or as text.") from None
    if not rows:
        return []
    names = [name.strip().casefold() for name in rows[0]]
    if COLUMN not in names:
        # Taking another one would make a query set of whatever it holds, ids or dates.
        listed = ", ".join(f'"{_cleaned(name)[:40]}"' for name in rows[0][:MOST_NAMED])
        more = " and others" if len(rows[0]) > MOST_NAMED else ""
        raise QuerySetError(
            f'The file has no column named "{COLUMN}"; its first line says {listed}{more}.',
            f'Write "{COLUMN}" above the column that holds the queries, or save them as .txt, one a line.',
        )
    place = names.index(COLUMN)
    return [row[place] if place < len(row) else "" for row in rows[1:]]
