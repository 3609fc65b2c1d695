"""Query sets: named lists of queries to run again and again, one file each below the artifacts folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.durable import locked, sync
from pipeline.errors import QuerySetError, nearest
from pipeline.names import NAME, check_name
from pipeline.workspace.queries import checked

FOLDER = "query_sets"
MAX_SETS = 500
FILE_LIMIT = 8 * 2**20  # bytes; a larger file is not ours
WHAT = "query set"


@dataclass(frozen=True)
class QuerySet:
    """A named list of queries; `saved` is UTC, ISO 8601."""

    name: str
    queries: tuple[str, ...]
    saved: str


class QuerySets:
    """The query sets below an artifacts folder. No published version is touched.

    Args:
        artifacts: The folder that holds `query_sets/`; it need not exist yet.
    """

    def __init__(self, artifacts: Path) -> None:
        self.root = artifacts / FOLDER

    def names(self) -> list[str]:
        """Return the names of the query sets, damaged ones included, sorted."""
        return sorted(path.stem for path in self.root.glob("*.json") if NAME.fullmatch(path.stem))

    def open(self, name: str) -> QuerySet:
        """Return a query set.

        Raises:
            InvalidName: The name is not allowed.
            QuerySetError: There is none of that name, or its file is damaged.
        """
        path = self._path(name)
        try:
            if path.stat().st_size > FILE_LIMIT:
                raise ValueError("too large")
            said = json.loads(path.read_text("utf-8"))
            return QuerySet(name, checked(map(str, said["queries"])), str(said["saved"]))
        except FileNotFoundError:
            names = self.names()
            remedy = f"There are: {', '.join(names[:20])}.{nearest(name, names)}" if names else "Make one first."
            raise QuerySetError(f'There is no query set "{name}".', remedy) from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError, QuerySetError):
            raise QuerySetError(f'The query set "{name}" is damaged.', "Delete it and save it again.") from None

    def save(self, name: str, queries: tuple[str, ...]) -> QuerySet:
        """Keep queries under a new name.

        Raises:
            InvalidName: The name is not allowed.
            QuerySetError: The name is taken, the queries cannot be used, there are too many sets, or the disk refuses.
        """
        made = QuerySet(name, checked(queries), datetime.now(UTC).isoformat(timespec="seconds"))
        path = self._path(name)
        with self._alone():
            self._require_free(name)
            if len(self.names()) >= MAX_SETS:
                raise QuerySetError(f"There are {MAX_SETS} query sets already.", "Delete one first.")
            self._write(path, json.dumps({"queries": made.queries, "saved": made.saved}, ensure_ascii=False, indent=1))
        return made

    def rename(self, name: str, new: str) -> None:
        """Give a query set another name.

        Raises:
            InvalidName: The new name is not allowed.
            QuerySetError: There is no such query set, or the new name is taken.
        """
        old, path = self._path(name), self._path(new)
        with self._alone():
            self._require_there(name)
            self._require_free(new)
            old.rename(path)
            sync(self.root, files=False)

    def delete(self, name: str) -> None:
        """Remove a query set, damaged or not.

        Raises:
            InvalidName: The name is not allowed.
            QuerySetError: There is none of that name.
        """
        path = self._path(name)
        with self._alone():
            self._require_there(name)
            path.unlink()
            sync(self.root, files=False)

    def _path(self, name: str) -> Path:
        return self.root / f"{check_name(name, WHAT)}.json"

    def _require_free(self, name: str) -> None:
        if self._path(name).exists():
            raise QuerySetError(f'There is a query set "{name}" already.', "Choose another name.")

    def _require_there(self, name: str) -> None:
        if not self._path(name).exists():
            raise QuerySetError(f'There is no query set "{name}".', "It may have been deleted or renamed meanwhile.")

    def _write(self, path: Path, text: str) -> None:
        """Write a file aside, force it to disk, and rename it into place: it is whole or absent."""
        aside = self.root / f".{path.name}.partial"
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        sync(self.root, files=False)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder against other sessions and processes that change it.

        Raises:
            QuerySetError: The disk refuses.
        """
        try:
            with locked(self.root / ".lock"):
                yield
        except OSError as error:
            raise QuerySetError(
                f"The query sets cannot be changed ({error.strerror}).", "Check the disk and the folder's owner."
            ) from None
