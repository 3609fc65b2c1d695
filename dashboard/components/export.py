"""What is on screen as CSV, ready for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dashboard.components.provenance import fingerprint
from pipeline.manifest import Manifest
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.results import Hit

# What a spreadsheet takes for the start of a formula, full-width forms among it.
# Source: OWASP, "CSV Injection".
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

Cell = str | int | float | None


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: text that begins like a formula gets an apostrophe. Numbers stay.

    >>> safe("=1+1"), safe("-5"), safe(-5), safe("a=b"), safe(None)
    ("'=1+1", "'-5", -5, 'a=b', None)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_csv(rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """Return rows as CSV in UTF-8, with the byte order mark that spreadsheets know it by.

    Args:
        rows: Cells by column; the columns are those of all rows, in the order in which they first appear.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(column) for column in columns])
    writer.writerows([safe(row.get(column)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def provenance(manifest: Manifest, when: date, **asked: str) -> dict[str, Cell]:
    """Return the first columns of every row: which version of which dataset was asked what, and when.

    Args:
        manifest: The version's.
        when: The day of the answer.
        asked: What else tells the answer from others: query, mode, filters.
    """
    dataset = manifest.dataset
    made: dict[str, Cell] = {"version": manifest.name, "dataset": str(dataset.get("name", ""))}
    made["generated_data"] = "yes" if dataset.get("generated") else "no"
    return made | asked | {"data_fingerprint": fingerprint(manifest), "date": when.isoformat()}


def hits(catalogue: Catalogue, found: Iterable[Hit], before: Mapping[str, Cell]) -> list[dict[str, Cell]]:
    """Return a row for each result: rank, score, the product, and score, rank and share of each part of the score.

    Args:
        catalogue: The products.
        found: Best first.
        before: The first columns, the same in every row.
    """
    rows = []
    for hit in found:
        product = catalogue.product(hit.row)
        row: dict[str, Cell] = {
            **before,
            "rank": hit.rank,
            "score": round(hit.score, 6),
            "product_id": product.product_id,
            "title": product.title,
            "brand": product.brand,
            "category": " > ".join(product.category),
            "price": product.price,
        }
        for part in hit.parts:
            row |= {
                f"{part.retriever}_score": round(part.score, 6),
                f"{part.retriever}_rank": part.rank,
                f"{part.retriever}_share": round(part.share, 6),
            }
        rows.append(row)
    return rows


def filter_words(filters: Filters | None) -> str:
    """Return filters as one cell; '' where none is set.

    >>> filter_words(Filters(("Norvik", "Aldor"), ("Photo", "Lenses"), 10, None))
    'brand: Norvik or Aldor; category: Photo > Lenses; price: 10 or more'
    """
    if filters is None:
        return ""
    said = []
    if filters.brands:
        said.append("brand: " + " or ".join(filters.brands))
    if filters.category:
        said.append("category: " + " > ".join(filters.category))
    low, high = filters.price_min, filters.price_max
    if low is not None and high is not None:
        said.append(f"price: {low:g} to {high:g}")
    elif low is not None:
        said.append(f"price: {low:g} or more")
    elif high is not None:
        said.append(f"price: {high:g} or less")
    if filters.rating_min is not None:
        said.append(f"rating: {filters.rating_min:g} or more")
    if filters.since is not None:
        said.append(f"since: {filters.since.isoformat()}")
    return "; ".join(said)
