"""The playlist: views of the pages, pinned with a note and put in order to be shown to others."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import InvalidRequest, WorkspaceError
from pipeline.workspace.database import Database

MOST = 100  # pins
REMEMBERED = 20  # pins that were removed and can be put back
LONGEST_TITLE, LONGEST_NOTE = 120, 600  # characters
MOST_PARAMETERS, LONGEST_VALUE, LONGEST = 60, 4000, 8000  # of an address: how many, characters of one, of all
PAGE = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,39})?", re.ASCII)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
TABLES = """
CREATE TABLE IF NOT EXISTS pins (
    id INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, page TEXT NOT NULL, parameters TEXT NOT NULL,
    title TEXT NOT NULL, note TEXT NOT NULL, versions TEXT NOT NULL, saved TEXT NOT NULL, removed TEXT
) STRICT;
"""
COLUMNS = "id, page, parameters, title, note, versions, saved"

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Pin:
    """A view that is kept.

    Args:
        id: Names it, for good.
        page: The path of its page, "" for the first one.
        parameters: Name and value of each URL parameter.
        title: What it is called.
        note: What is said about it; may be empty.
        versions: The checksum of each version that it shows, as it was when it was pinned.
        saved: When it was pinned, UTC, ISO 8601.
    """

    id: int
    page: str
    parameters: tuple[tuple[str, str], ...]
    title: str
    note: str
    versions: Mapping[str, str] = field(default_factory=dict)
    saved: str = ""


class Playlist:
    """The playlist below an artifacts folder.

    Args:
        artifacts: The folder that holds the workspace database.
    """

    def __init__(self, artifacts: Path) -> None:
        self._database = Database(artifacts, TABLES)

    def pins(self) -> list[Pin]:
        """Return the pins, in order.

        Raises:
            WorkspaceError: The file cannot be read.
        """
        query = f"SELECT {COLUMNS} FROM pins WHERE removed IS NULL ORDER BY place, id"
        with self._database.reading() as file:
            return [] if file is None else [_pin(row) for row in file.execute(query)]

    def add(self, page: str, parameters: Parameters, title: str, note: str, versions: Mapping[str, str]) -> int:
        """Pin a view, after all others; return how many pins there are.

        Args:
            page: The path of its page.
            parameters: Name and value of each URL parameter.
            title: 1 to 120 characters that are not all blank.
            note: Up to 600 characters.
            versions: The checksum of each version that it shows.

        Raises:
            InvalidRequest: A text is too long, or this is no address of a page.
            WorkspaceError: There are too many pins, or the disk refuses.
        """
        kept = _address(page, parameters)
        title, note = _title(title), _note(note)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as file:
            count = _room(file)
            columns = "place, page, parameters, title, note, versions, saved"
            values = (_last(file) + 1, page, kept, title, note, json.dumps(dict(versions)), now)
            file.execute(f"INSERT INTO pins ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return count + 1

    def edit(self, id_: int, title: str, note: str) -> bool:
        """Change what is said about a pin, also of one that was taken out; return whether it is in the playlist.

        Raises:
            InvalidRequest: The title is empty, or a text too long.
            WorkspaceError: The disk refuses.
        """
        with self._database.writing() as file:
            file.execute("UPDATE pins SET title = ?, note = ? WHERE id = ?", (_title(title), _note(note), id_))
            return bool(file.execute("SELECT 1 FROM pins WHERE id = ? AND removed IS NULL", (id_,)).fetchall())

    def move(self, id_: int, by: int) -> None:
        """Move a pin up (-1) or down (+1); at either end, or where it is gone, nothing moves.

        Raises:
            WorkspaceError: The disk refuses.
        """
        with self._database.writing() as file:
            query = "SELECT id FROM pins WHERE removed IS NULL ORDER BY place, id"
            order = [each for (each,) in file.execute(query)]
            if id_ not in order or not 0 <= (to := order.index(id_) + by) < len(order):
                return
            order.remove(id_)
            order.insert(to, id_)
            file.executemany("UPDATE pins SET place = ? WHERE id = ?", list(enumerate(order)))

    def remove(self, id_: int) -> None:
        """Take a pin out; the last 20 that were taken out can be put back.

        Raises:
            WorkspaceError: The disk refuses.
        """
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._database.writing() as file:
            file.execute("UPDATE pins SET removed = ? WHERE id = ? AND removed IS NULL", (now, id_))
            kept = "SELECT id FROM pins WHERE removed IS NOT NULL ORDER BY removed DESC, id DESC LIMIT ?"
            file.execute(f"DELETE FROM pins WHERE removed IS NOT NULL AND id NOT IN ({kept})", (REMEMBERED,))

    def restore(self, id_: int) -> bool:
        """Put a pin back where it was; return whether it could be.

        Raises:
            WorkspaceError: There are too many pins by now, or the disk refuses.
        """
        with self._database.writing() as file:
            _room(file)
            query = "UPDATE pins SET removed = NULL WHERE id = ? AND removed IS NOT NULL"
            return file.execute(query, (id_,)).rowcount == 1


def _room(file: sqlite3.Connection) -> int:
    """Return how many pins there are.

    Raises:
        WorkspaceError: There is no room for one more.
    """
    (count,) = file.execute("SELECT COUNT(*) FROM pins WHERE removed IS NULL").fetchone()
    if count >= MOST:
        raise WorkspaceError(f"The playlist has {MOST} pins already.", "Remove one first.")
    return int(count)


def _last(file: sqlite3.Connection) -> int:
    (place,) = file.execute("SELECT COALESCE(MAX(place), -1) FROM pins").fetchone()
    return int(place)


def _address(page: str, parameters: Parameters) -> str:
    """Return parameters as they are kept.

    Raises:
        InvalidRequest: They are no page's, or too long.
    """
    if not PAGE.fullmatch(page) or not all(NAME.fullmatch(name) for name, _ in parameters):
        raise InvalidRequest("This is no address of a page.", "Pin a page as it is on screen.")
    kept = json.dumps([list(each) for each in parameters], ensure_ascii=False)
    if (
        len(parameters) > MOST_PARAMETERS
        or len(kept) > LONGEST
        or any(len(value) > LONGEST_VALUE for _, value in parameters)
    ):
        raise InvalidRequest(
            "The address of this view is too long to be kept.", "Choose less: a smaller selection or a shorter basket."
        )
    return kept


def _title(title: str) -> str:
    kept = " ".join(title.split())
    if not 1 <= len(kept) <= LONGEST_TITLE or not kept.isprintable():
        raise InvalidRequest("The title cannot be used.", f"Use 1 to {LONGEST_TITLE} characters.")
    return kept


def _note(note: str) -> str:
    kept = note.strip()
    if len(kept) > LONGEST_NOTE:
        raise InvalidRequest("The note is too long.", f"Use up to {LONGEST_NOTE} characters.")
    return kept


def _pin(row: tuple[int, str, str, str, str, str, str]) -> Pin:
    id_, page, parameters, title, note, versions, saved = row
    said = tuple((str(name), str(value)) for name, value in json.loads(parameters))
    return Pin(id_, page, said, title, note, json.loads(versions), saved)
