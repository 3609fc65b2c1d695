"""Re-ranking presets: named weights, for every version and everyone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import UnknownPreset, WorkspaceError, nearest
from pipeline.names import check_name
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.workspace.database import Database

MOST = 200
TABLES = """
CREATE TABLE IF NOT EXISTS presets (
    name TEXT PRIMARY KEY, popularity REAL NOT NULL, diversity REAL NOT NULL, price REAL NOT NULL,
    freshness REAL NOT NULL, saved TEXT NOT NULL
) STRICT;
"""


class Presets:
    """The presets below an artifacts folder.

    Args:
        artifacts: The folder that holds the workspace database.
    """

    def __init__(self, artifacts: Path) -> None:
        self._database = Database(artifacts, TABLES)

    def names(self) -> list[str]:
        """Return the names of the presets, sorted."""
        with self._database.reading() as file:
            return [] if file is None else [name for (name,) in file.execute("SELECT name FROM presets ORDER BY name")]

    def open(self, name: str) -> Rebalance:
        """Return a preset's weights.

        Raises:
            InvalidName: The name is not allowed.
            UnknownPreset: There is none of that name.
        """
        check_name(name, "preset")
        with self._database.reading() as file:
            query = "SELECT popularity, diversity, price, freshness FROM presets WHERE name = ?"
            row = file.execute(query, (name,)).fetchone() if file is not None else None
        if row is None:
            names = self.names()
            remedy = f"There are: {', '.join(names[:20])}.{nearest(name, names)}" if names else "Save one on Compare."
            raise UnknownPreset(f'There is no preset "{name}".', remedy)
        return Rebalance(*row)

    def save(self, name: str, wish: Rebalance) -> None:
        """Keep weights under a name, in the place of a preset of that name.

        Raises:
            InvalidName: The name is not allowed.
            WorkspaceError: There are too many presets, or the disk refuses.
        """
        check_name(name, "preset")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as file:
            (count,) = file.execute("SELECT COUNT(*) FROM presets WHERE name <> ?", (name,)).fetchone()
            if count >= MOST:
                raise WorkspaceError(f"There are {MOST} presets already.", "Delete one first.")
            file.execute(
                "INSERT OR REPLACE INTO presets VALUES (:name, :popularity, :diversity, :price, :freshness, :saved)",
                {"name": name, "saved": now, **asdict(wish)},
            )

    def delete(self, name: str) -> None:
        """Forget a preset; one that is not there is forgotten already."""
        with self._database.writing() as file:
            file.execute("DELETE FROM presets WHERE name = ?", (name,))
