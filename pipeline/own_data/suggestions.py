"""Which column is which: a guess by the columns' names and by what stands in them, for people to correct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.data.sources import (
    INTERACTION_COLUMNS,
    JUDGEMENT_COLUMNS,
    PRODUCT_COLUMNS,
    JudgementsSource,
    Source,
)

TABLES = {"products": PRODUCT_COLUMNS, "interactions": INTERACTION_COLUMNS, "judgements": JUDGEMENT_COLUMNS}
NEEDED = {
    "products": ("product_id", "title"),
    "interactions": ("user_id", "product_id"),
    "judgements": JUDGEMENT_COLUMNS,
}
# What columns are called elsewhere, without blanks and marks; the likeliest first.
CALLED = {
    "product_id": "productid asin parentasin itemid sku articleid docid id item product gtin ean upc productno",
    "title": "title producttitle productname name itemname itemtitle",
    "brand": "brand manufacturer maker vendor store",
    "category": "category categories categorypath categoryname maincategory productcategory department producttype",
    "price": "price listprice saleprice unitprice cost preis prix precio prezzo preco",
    "released": "released releasedate launchdate firstavailable datefirstavailable publicationdate year",
    "image_url": "imageurl image imageurls picture thumbnail img",
    "description": "description desc details longdescription summary features",
    "user_id": "userid user customerid customer shopperid reviewerid visitorid memberid buyerid",
    "timestamp": "timestamp time unixreviewtime ts eventtime datetime date createdat reviewtime orderdate",
    "rating": "rating stars overall score ratingvalue",
    "position": "position pos sequence order",
    "split": "split part fold",
    "query": "query searchterm search keywords keyword q querytext",
    "grade": "grade relevance label judgement judgment rating score gain",
}
SEPARATORS = (" > ", " / ", "|", " | ", ">", "/", ";", "::", " - ")
CLEAR = 0.9  # share of values that look like it, for a guess by contents alone
FITS = 0.5  # the least share of values for a guess by name
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# Also 19,90: a run cannot read it, but what it loses is said only of a column that is taken for prices.
PRICE = re.compile(r"(?:[^\w\s]|[A-Z]{3})? ?\d+(,\d{3})*([.,]\d+)?(?: ?(?:[^\w\s]|[A-Z]{3}))?")
PRICED = re.compile("price|preis|prix|precio|prezzo|preco")  # a column called so is never an id
DAY = re.compile(r"[12]\d{3}-\d{1,2}-\d{1,2}([T ].*)?")
YEAR = re.compile(r"[12]\d{3}(\.0)?")
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
MILLISECONDS, SECONDS = 1e11, 1e8  # from 1973 on, either is above its own and below the other's


@dataclass(frozen=True)
class Suggestion:
    """A guess for one table.

    Args:
        columns: {canonical column: column of the file}.
        why: {canonical column: "name", "contents" or both}.
        timestamp_unit: s, ms or iso.
        category_separator: What divides the steps of a category; None where nothing does.
    """

    columns: Mapping[str, str]
    why: Mapping[str, str] = field(default_factory=dict)
    timestamp_unit: str = "s"
    category_separator: str | None = None


def columns_of(table: str, *, merged: bool = False) -> tuple[str, ...]:
    """Return the canonical columns of a table; `merged`, interactions carry those of their products."""
    return TABLES[table] + (PRODUCT_COLUMNS[1:] if merged and table == "interactions" else ())


def source_of(
    table: str, path: str, columns: Mapping[str, str], unit: str, separator: str | None, scale: float
) -> Source:
    """Return a table as a description has it."""
    kind = JudgementsSource if table == "judgements" else Source
    return kind(path, dict(columns), separator, scale, unit)


def suggest(
    table: str, columns: Sequence[str], rows: Sequence[Mapping[str, str | None]], *, merged: bool = False
) -> Suggestion:
    """Guess which column is which.

    A column that is called so, or whose values look so, or both, gets the part; each column gets one at most.

    Args:
        table: products, interactions or judgements.
        columns: Of the file.
        rows: The first of its rows, as texts.
        merged: Whether interactions carry their products' columns.
    """
    values = {column: [text for row in rows if (text := row.get(column))] for column in columns}
    scored = []
    for order, canonical in enumerate(columns_of(table, merged=merged)):
        for place, column in enumerate(columns):
            if canonical.endswith("_id") and _priced(column):
                continue
            named, fits = _named(canonical, column), _fits(canonical, values[column], len(rows))
            by_name = named > 0 and (fits is None or fits >= FITS or not values[column])
            by_contents = named == 0 and fits is not None and fits >= CLEAR and canonical in BY_CONTENTS
            if by_name or by_contents:
                why = "name and contents" if by_name and fits is not None else "name" if by_name else "contents"
                scored.append((-(2 * named + (fits or 0)), order, place, canonical, column, why))
    chosen: dict[str, str] = {}
    why_of: dict[str, str] = {}
    for *_, canonical, column, why in sorted(scored):
        if canonical not in chosen and column not in chosen.values():
            chosen[canonical], why_of[canonical] = column, why
    for canonical, column in _by_contents(table, columns, values, len(rows)).items():
        if canonical not in chosen and column not in chosen.values():
            chosen[canonical], why_of[canonical] = column, "contents"
    unit = unit_of(values.get(chosen.get("timestamp", ""), []))
    separator = separator_of(values.get(chosen.get("category", ""), []))
    ordered = {key: chosen[key] for key in columns_of(table, merged=merged) if key in chosen}
    return Suggestion(ordered, why_of, unit, separator)


def unit_of(values: Sequence[str]) -> str:
    """Return the unit of times: s, ms or iso; s where there are none."""
    numbers = sorted(float(each) for each in values if NUMBER.fullmatch(each.strip()))
    if values and 2 * len(numbers) < len(values):
        return "iso"
    return "ms" if numbers and numbers[len(numbers) // 2] >= MILLISECONDS else "s"


def separator_of(values: Sequence[str]) -> str | None:
    """Return what most often divides the steps of a category, None where nothing does."""
    if any(each.lstrip().startswith("[") for each in values):
        return None  # a list already
    counts = {mark: sum(mark in each for each in values) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: counts[mark])
    return best if 4 * counts[best] >= len(values) > 0 else None


def _named(canonical: str, column: str) -> float:
    """Return how well a column's name says that it is one, 0..1."""
    plain = _plain(column)
    known = CALLED[canonical].split()
    if plain in known:
        return 1.0 - 0.5 * known.index(plain) / len(known)
    return 0.3 if any(len(each) > 3 and each in plain for each in known) else 0.0


def _plain(column: str) -> str:
    """Return a column's name without marks, blanks and accents."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", column.casefold()))


def _priced(column: str) -> bool:
    return bool(PRICED.search(_plain(column)))


def _fits(canonical: str, values: Sequence[str], rows: int) -> float | None:
    """Return the share of values that look like it, 0..1; None where any text may be one."""
    if (looks := LOOKS.get(canonical)) is None or not values:
        return None
    return looks(values, rows)


def _share(test: Callable[[str], object]) -> Callable[[Sequence[str], int], float]:
    return lambda values, rows: sum(bool(test(each.strip())) for each in values) / len(values)


def _number(text: str) -> float | None:
    return float(text) if NUMBER.fullmatch(text) else None


def _is_time(text: str) -> bool:
    number = _number(text)
    return bool(DAY.fullmatch(text)) if number is None else SECONDS <= number < 1e14


def _is_rating(text: str) -> bool:
    number = _number(text)
    return number is not None and 0 <= number <= 5


def _distinct(values: Sequence[str], rows: int) -> float:
    """Return how far values tell rows apart, as ids do: few repeat, none has blanks."""
    return len(set(values)) / max(rows, 1) * sum(" " not in each for each in values) / len(values)


def _worded(values: Sequence[str]) -> float:
    return sum(" " in each.strip() and not ADDRESS.match(each) for each in values) / len(values)


LOOKS: dict[str, Callable[[Sequence[str], int], float]] = {
    "price": _share(PRICE.fullmatch),
    "released": _share(lambda text: DAY.fullmatch(text) or YEAR.fullmatch(text)),
    "image_url": _share(lambda text: ADDRESS.search(text)),
    "timestamp": _share(_is_time),
    "rating": _share(_is_rating),
    "position": _share(NUMBER.fullmatch),
    "split": _share(lambda text: text in ("train", "valid", "test")),
    "grade": _share(NUMBER.fullmatch),
}
BY_CONTENTS = ("image_url", "timestamp", "split")


def _by_contents(table: str, columns: Sequence[str], values: Mapping[str, Sequence[str]], rows: int) -> dict[str, str]:
    """Return, of a products table, the likeliest id, category and title by what stands in them: {canonical: column}.

    The id is the first column that tells the rows apart and has no blanks, the category the first of paths, the title
    one of words, and of these the one with the shortest: a description is longer.
    """
    if table != "products" or not rows:
        return {}
    filled = [column for column in columns if len(values[column]) >= CLEAR * rows]
    ids = [column for column in filled if _distinct(values[column], rows) >= CLEAR and not _priced(column)]
    titles = [column for column in filled if _worded(values[column]) >= FITS and column not in ids[:1]]
    length = {column: sum(map(len, values[column])) / len(values[column]) for column in titles}
    paths = [column for column in columns if values[column] and separator_of(values[column]) == SEPARATORS[0]]
    found = {"product_id": ids[0]} if ids else {}
    found |= {"category": paths[0]} if paths else {}
    titles = [column for column in titles if column not in paths]
    return found | ({"title": min(titles, key=lambda column: length[column])} if titles else {})
