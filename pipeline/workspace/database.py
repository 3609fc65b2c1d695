"""The workspace database: what people make on pages, in one SQLite file below the artifacts folder.

Many threads and processes may write; SQLite lets one of them write at a time, and the others wait. The journal is a
write-ahead log that is forced to disk at every commit: what was acknowledged survives a killed process and a power cut.
Source: https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html#pragma_synchronous.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.errors import InvalidRequest, WorkspaceError

FILE = "workspace.sqlite"
TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")
PATIENCE = 15.0  # seconds that a writer waits for another


class Database:
    """The workspace database of an artifacts folder; opened anew each time, as sessions and processes share it.

    Args:
        artifacts: The folder that holds it; the file is made when something is first saved.
        tables: SQL that makes the tables where they are missing.
    """

    def __init__(self, artifacts: Path, tables: str) -> None:
        self.path = artifacts / FILE
        self._tables = tables

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file to read; None where nothing was ever saved.

        Raises:
            WorkspaceError: The file cannot be read.
        """
        if not self.path.exists():
            yield None
        elif os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            with self._open() as file:
                yield file
        else:  # a container's artifacts may be mounted to be read only: no journal can be opened, no table made
            with self._as_it_lies() as file:
                yield file if _tables_of(file) >= set(TABLE.findall(self._tables)) else None

    @contextmanager
    def _as_it_lies(self) -> Iterator[sqlite3.Connection]:
        """Open the file where nobody can write, without its journal."""
        try:
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?immutable=1", uri=True)) as file:
                yield file
        except sqlite3.Error as error:
            raise _refused(str(error)) from None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the file to write: what is done inside is on disk as a whole when the block ends, or not at all.

        Raises:
            InvalidRequest: A text holds half a character (a lone surrogate), which no file can keep.
            WorkspaceError: The file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(str(error.strerror)) from None
        with self._open() as file:
            file.execute("BEGIN IMMEDIATE")  # wait for the other writer now, not in the middle
            try:
                yield file
            except BaseException:
                file.rollback()
                raise
            file.commit()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as file:
                file.execute("PRAGMA journal_mode = WAL")
                file.execute("PRAGMA synchronous = FULL")
                file.execute("PRAGMA foreign_keys = ON")
                file.executescript(self._tables)
                yield file
        except sqlite3.Error as error:
            raise _refused(str(error)) from None
        except UnicodeEncodeError:
            raise InvalidRequest("A text is not valid Unicode.", "Send it as UTF-8.") from None


def _tables_of(file: sqlite3.Connection) -> set[str]:
    return {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _refused(why: str) -> WorkspaceError:
    if "locked" in why:
        remedy = "Another process is writing; try again in a moment."
    elif "not a database" in why or "malformed" in why:
        remedy = f"The file {FILE} is damaged: move it away and start anew, or put a copy of it back."
    else:
        remedy = "Check the disk and the folder's owner."
    return WorkspaceError(f"The workspace cannot be used ({why}).", remedy)
