"""A reader's own data in words: what its columns mean, what can be used of it, and why the rest cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from dashboard.components.export import Cell
from dashboard.components.facts import Fact, share, table
from dashboard.components.words import DASH, clean, counted, listing

# What each canonical column is called, and what it holds.
COLUMNS = {
    "product_id": ("Product id", "Tells products apart; read as text"),
    "title": ("Title", "What the product is called"),
    "brand": ("Brand", "Who makes it"),
    "category": ("Category", "From general to specific; its steps are divided by a separator"),
    "price": ("Price", "A number, with or without a currency sign"),
    "released": ("Released", "A day or a year"),
    "image_url": ("Picture", "The address of a picture"),
    "description": ("Description", "A longer text"),
    "user_id": ("Shopper id", "Tells shoppers apart; read as text"),
    "timestamp": ("Time", "When it happened; the order of a history, without it that of the file"),
    "rating": ("Rating", "0 to 5; every interaction counts, whatever its rating"),
    "position": ("Position", "The order within a shopper's history, where time does not tell"),
    "split": ("Part", "train, valid or test, where the data is divided already"),
    "query": ("Query", "What was searched"),
    "grade": ("Grade", "How well the product answers the query"),
}
NOUNS = {"products": "product", "interactions": "interaction", "judgements": "judgement"}
WHY = {
    "name": "suggested by its name",
    "contents": "suggested by its contents",
    "name and contents": "suggested by its name and contents",
}
READABLE_VALUES = {
    "price": "Write a decimal point, 19.90: a comma divides thousands only.",
    "released": "Write days as 2026-03-01, or years.",
}
SEPARATORS = {"none": "None: one step, or a list", " > ": "as in A > B", "|": "as in A|B", "/": "as in A/B"}


def column_name(canonical: str) -> str:
    return COLUMNS[canonical][0]


def headline(read: int, good: int, *, whole: bool) -> str:
    """Return how many of the rows that were looked at can be used.

    >>> headline(200, 198, whole=True)
    'All 200 rows were read: 198 can be used (99.0 %).'
    >>> headline(2000, 2000, whole=False)
    'The first 2,000 rows were read: 2,000 can be used (100 %).'
    >>> headline(1, 1, whole=True)
    'The only row was read: it can be used.'
    """
    if read == 1:
        return f"The {'only' if whole else 'first'} row was read: it {'can' if good else 'cannot'} be used."
    which = f"All {counted(read, 'row')} were" if whole else f"The first {counted(read, 'row')} were"
    return f"{which} read: {good:,} can be used ({share(good, read)})."


def emptied(name: str, values: int, of: int, example: str) -> tuple[str, str]:
    """Return what a column loses that cannot be read for the most part, and what to do.

    >>> emptied("price", 4, 4, "19,90")[0]
    'Price: 4 of 4 values cannot be read, such as "19,90"; they would be left empty.'
    """
    which = f"{values:,} of {counted(of, 'value')} cannot be read"
    return (
        f'{column_name(name)}: {which}, such as "{clean(example, 40)}"; they would be left empty.',
        READABLE_VALUES.get(name, ""),
    )


def lost(reason: str, rows: int, read: int, example: Sequence[int]) -> tuple[str, str]:
    """Return why most rows cannot be used, and what to do.

    >>> lost("rating is not a number", 3, 4, [2])[0]
    '3 of 4 rows are left out: rating is not a number (row 2, for one).'
    """
    such = f" (row {example[0]:,}, for one)" if example else ""
    return (
        f"{rows:,} of {counted(read, 'row')} {'is' if rows == 1 else 'are'} left out: {told(reason)}{such}.",
        "Choose another column above, or correct the file; Left out shows the rows.",
    )


def told(reason: str) -> str:
    """Return why a row cannot be used, in the words of the page.

    >>> told('unreadable time (timestamp_unit = "s")')
    'unreadable time (unit of time: s)'
    """
    return clean(re.sub(r'timestamp_unit = "(\w+)"', r"unit of time: \1", reason), 120)


def missing(table_: str, names: Sequence[str]) -> str:
    """Return what is to be named before rows can be read.

    >>> missing("products", ["product_id", "title"])
    'Say which columns are the product id and the title: a product needs them.'
    """
    said = listing([f"the {column_name(name).lower()}" for name in names])
    which, them = ("column is", "it") if len(names) == 1 else ("columns are", "them")
    noun = NOUNS[table_]
    article = "an" if noun[0] in "aeiou" else "a"
    return f"Say which {which} {said}: {article} {noun} needs {them}."


def reasons(read: int, found: Mapping[str, int], emptied: Mapping[str, int]) -> str:
    """Return why rows are left out and values are emptied, as an HTML table."""
    facts = [Fact(told(reason), "Rows left out", (f"{rows:,}\n{share(rows, read)}",)) for reason, rows in found.items()]
    facts += [
        Fact(f"{column_name(name)} that cannot be read", "Rows kept, the value left empty", (
            f"{rows:,}\n{share(rows, read)}",
        ))
        for name, rows in emptied.items()
    ]  # fmt: skip
    return table("Reason", [("Rows", "Of those that were read")], facts)


def cell(name: str, value: Any) -> Cell:
    """Return a canonical value as a reader sees it."""
    if name == "timestamp" and isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list | tuple):
        return " > ".join(clean(str(each)) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    return clean(value) if isinstance(value, str) else value


def canonical(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[dict[str, Cell]]:
    """Return canonical rows, only the columns that were named, under the names that readers know."""
    return [{column_name(name): cell(name, row.get(name)) for name in columns if name in row} for row in rows]


def rejected(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Cell]]:
    """Return rows that cannot be used: number, reason, and each as it was read."""
    return [
        {"Row": int(row["row"]), "Reason": clean(str(row["reason"])), "As it was read": _record(str(row["record"]))}
        for row in rows
    ]


def raw(rows: Sequence[Mapping[str, str | None]]) -> list[dict[str, Cell]]:
    """Return rows of a file as texts, long ones cut."""
    return [
        {clean(key, 80): None if value is None else clean(value, 300) for key, value in row.items()} for row in rows
    ]


def _record(text: str) -> str:
    """Return a rejected row as `column: value` pairs."""
    try:
        found = json.loads(text)
        return clean("; ".join(f"{key}: {_told(value)}" for key, value in found.items()), 500)
    except (ValueError, AttributeError):
        return clean(text, 500)


def _told(value: Any) -> str:
    """Return a value of a rejected row; a dash where it had none."""
    if isinstance(value, list):
        value = " > ".join(map(str, value))
    return DASH if value in (None, "") else str(value)
