"""Segments: named sets of products, in the workspace database.

Versions are never written to; what is made here names products by id, so that it holds for every version of a dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import InvalidRequest
from pipeline.workspace.database import Database

LONGEST, MOST = 60, 200_000  # characters of a name; products of a segment
TABLES = """
CREATE TABLE IF NOT EXISTS segments (
    dataset TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL, PRIMARY KEY (dataset, name)
) STRICT;
CREATE TABLE IF NOT EXISTS segment_products (
    dataset TEXT NOT NULL, name TEXT NOT NULL, place INTEGER NOT NULL, product_id TEXT NOT NULL,
    PRIMARY KEY (dataset, name, place),
    FOREIGN KEY (dataset, name) REFERENCES segments ON DELETE CASCADE
) STRICT;
"""


@dataclass(frozen=True)
class Segment:
    """A named set of products.

    Args:
        name: As its maker called it.
        products: How many it holds.
        created: When it was saved, ISO 8601, UTC.
    """

    name: str
    products: int
    created: str


class Segments:
    """The segments below an artifacts folder; the file is opened anew each time, as sessions and processes share it.

    Args:
        artifacts: The folder that holds it; the file is made when something is first saved.
    """

    def __init__(self, artifacts: Path) -> None:
        self._database = Database(artifacts, TABLES)

    def of(self, dataset: str) -> list[Segment]:
        """Return the segments of a dataset, by name."""
        query = """
            SELECT s.name, COUNT(p.product_id), s.created FROM segments s
            LEFT JOIN segment_products p USING (dataset, name) WHERE s.dataset = ? GROUP BY s.name ORDER BY s.name
        """
        with self._database.reading() as file:
            return [] if file is None else [Segment(*row) for row in file.execute(query, (dataset,))]

    def products(self, dataset: str, name: str) -> list[str]:
        """Return the product ids of a segment, in the order they were saved in.

        Raises:
            InvalidRequest: There is no such segment.
        """
        query = "SELECT product_id FROM segment_products WHERE dataset = ? AND name = ? ORDER BY place"
        with self._database.reading() as file:
            found = [] if file is None else [product_id for (product_id,) in file.execute(query, (dataset, name))]
        if found:  # there is no empty segment
            return found
        raise InvalidRequest(f'There is no segment "{name[:LONGEST]}".', "Choose one of the list.")

    def save(self, dataset: str, name: str, products: Sequence[str]) -> str:
        """Keep a segment, in the place of one of that name; return the name as it is kept.

        Args:
            dataset: The dataset whose products they are.
            name: 1 to 60 characters that are not all blank.
            products: 1 to 200,000 ids.

        Raises:
            InvalidRequest: The name or the number of products is out of range, or a text is not valid Unicode.
            WorkspaceError: The disk refuses.
        """
        kept = " ".join(name.split())
        if not 1 <= len(kept) <= LONGEST or not kept.isprintable():
            raise InvalidRequest("A segment needs a name.", f"Use 1 to {LONGEST} characters.")
        if not 1 <= len(products) <= MOST:
            raise InvalidRequest(f"A segment holds 1 to {MOST:,} products.", "Select others.")
        with self._database.writing() as file:
            file.execute("DELETE FROM segments WHERE dataset = ? AND name = ?", (dataset, kept))
            now = datetime.now(UTC).isoformat(timespec="seconds")
            file.execute("INSERT INTO segments VALUES (?, ?, ?)", (dataset, kept, now))
            rows = [(dataset, kept, place, product_id) for place, product_id in enumerate(products)]
            file.executemany("INSERT INTO segment_products VALUES (?, ?, ?, ?)", rows)
        return kept

    def delete(self, dataset: str, name: str) -> None:
        """Forget a segment; one that is not there is forgotten already."""
        if self._database.path.exists():
            with self._database.writing() as file:
                file.execute("DELETE FROM segments WHERE dataset = ? AND name = ?", (dataset, name))
