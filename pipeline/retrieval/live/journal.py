"""The journal of what was added to a version: append-only, forced to disk before an addition is answered.

One line an event, JSON: {"event": {"id", "at", "put" or "removed"}, "sum": SHA-256 of the event}. A line counts once
its line break is there and its sum is right: what a crash or a full disk cut short never happened. Several processes
may share a journal: a lock file keeps writers apart, and readers see a change by the file's size, time and inode.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, BinaryIO

from pipeline.durable import locked, sync
from pipeline.errors import JournalFailed, JournalFull

MOST = 10_000  # products
LARGEST = 64 * 2**20  # bytes
IDLE = 100  # events that say nothing any more, from which a journal is written anew when it is opened

log = logging.getLogger(__name__)

Record = Mapping[str, Any]
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class State:
    """What a journal says.

    Args:
        records: What was put and not removed since, by product id, oldest first; a record stays the same object.
        damaged: Lines that were left out because their sum is wrong.
        torn: Whether the last line is cut short, and left out.
    """

    records: Mapping[str, Record]
    damaged: int = 0
    torn: bool = False


class Journal:
    """The journal of one version. Safe to share between threads and processes.

    Args:
        path: Its file; it need not exist yet.
        most: Products at most.
        largest: Bytes at most.
    """

    def __init__(self, path: Path, most: int = MOST, largest: int = LARGEST) -> None:
        self.path, self._most, self._largest = path, most, largest
        self._guard = Lock()
        self._file: BinaryIO | None = None  # held open: as long as it is, no other file can have its inode
        self._forget()
        self._opened = False

    def __del__(self) -> None:
        if self._file:
            self._file.close()

    def stamp(self) -> Stamp | None:
        """Return what changes whenever the journal does; None where there is none."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_size, stat.st_mtime_ns

    def read(self) -> State:
        """Return what the journal says now. What a killed process left behind is cleared away at the first call."""
        with self._guard:
            if not self._opened and self.path.exists():
                self._open()
            self._opened = True
            self._catch_up()
            return self._state()

    def put(self, product_id: str, record: Record) -> None:
        """Write that a product was added or replaced; it is on disk when this returns.

        Raises:
            JournalFull: There are too many products, or too many bytes.
            JournalFailed: The disk is full or cannot be written.
        """
        self._write(product_id, {"put": dict(record)})

    def remove(self, product_id: str) -> bool:
        """Write that a product was removed, and return whether it was there; it is on disk when this returns.

        Raises:
            JournalFailed: The disk is full or cannot be written.
        """
        return self._write(product_id, {"removed": True})

    def _write(self, product_id: str, said: Record) -> bool:
        try:
            with self._guard, self._locked():
                self._catch_up()
                known = product_id in self._records
                if "removed" in said:
                    if not known:
                        return False
                elif not known and len(self._records) >= self._most:
                    raise JournalFull(f"A version takes {self._most:,} added products at most.", "Remove some first.")
                line = _line({"id": product_id, "at": datetime.now(UTC).isoformat(timespec="seconds"), **said})
                if "put" in said and self._read_to + len(line) > self._largest:
                    self._compact()
                    if self._read_to + len(line) > self._largest:
                        megabytes = self._largest // 2**20
                        raise JournalFull(f"What is added to a version takes {megabytes} MiB at most.", "Remove some.")
                self._append(line)
                self._catch_up()
                return known
        except OSError as error:
            raise JournalFailed(
                f"The change could not be written down ({error.strerror or 'the disk failed'}); nothing was changed.",
                "Free some disk space, or correct the permissions of artifacts/live.",
            ) from None

    def _append(self, line: bytes) -> None:
        """Write a line behind the last whole one, and force it to disk; where that fails, nothing is left of it."""
        new = not self.path.exists()
        with self.path.open("ab", buffering=0) as file:  # no buffer would write its rest on closing
            file.truncate(self._read_to)  # what a killed process left of a line
            try:
                while line:
                    line = line[file.write(line) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(self._read_to)
                raise
        if new:
            sync(self.path.parent, files=False)

    def _open(self) -> None:
        """Look once at a journal that others left: say what is lost, and write it anew where most of it is past."""
        try:
            with self._locked():
                self._catch_up()
                state = self._state()
                if state.torn:
                    log.warning("%s: the last line is cut short, and left out", self.path)
                if self._events - len(self._records) > max(IDLE, len(self._records)):
                    self._compact()
        except OSError as error:  # a store that cannot be written can still be read
            log.warning("%s cannot be tidied: %s", self.path, error)

    def _compact(self) -> None:
        """Write the journal anew with what still counts, aside, and rename it into place."""
        aside = self.path.with_suffix(".new")
        with aside.open("wb") as file:
            for product_id, record in self._records.items():
                file.write(_line({"id": product_id, "at": self._times[product_id], "put": dict(record)}))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self.path)
        sync(self.path.parent, files=False)
        self._catch_up()

    def _catch_up(self) -> None:
        """Read the lines that were written since the last look."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._forget()
            return
        own = os.fstat(self._file.fileno()) if self._file else None
        if own is None or (own.st_ino, own.st_dev) != (found.st_ino, found.st_dev) or found.st_size < self._read_to:
            self._forget()
            self._file = self.path.open("rb")
        assert self._file is not None
        self._file.seek(self._read_to)
        lines = self._file.read().split(b"\n")
        for line in lines[:-1]:
            self._heed(line)
            self._read_to += len(line) + 1
        self._torn = bool(lines[-1])

    def _heed(self, line: bytes) -> None:
        event = _event(line)
        if event is None:
            self._damaged += 1
            log.warning("%s: a line of %d bytes is damaged, and left out", self.path, len(line))
            return
        self._events += 1
        product_id = event["id"]
        # What is replaced goes to the end: rows that stay where they are need no copy.
        self._records.pop(product_id, None)
        self._times.pop(product_id, None)
        if "put" in event:
            self._records[product_id], self._times[product_id] = event["put"], event["at"]

    def _forget(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
        self._records: dict[str, Record] = {}
        self._times: dict[str, str] = {}
        self._read_to = self._events = self._damaged = 0
        self._torn = False

    def _state(self) -> State:
        return State(MappingProxyType(dict(self._records)), self._damaged, self._torn)

    def _locked(self) -> AbstractContextManager[None]:
        """Hold the journal against other writers, of this process and of others."""
        return locked(self.path.with_suffix(".lock"))


def _line(event: Record) -> bytes:
    return json.dumps({"event": event, "sum": _sum(event)}, ensure_ascii=False).encode() + b"\n"


def _sum(event: Record) -> str:
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()


def _event(line: bytes) -> Record | None:
    """Return the event of a line; None where it is none, or was changed."""
    try:
        said = json.loads(line)
        event = said["event"]
        whole = said["sum"] == _sum(event) and isinstance(event["id"], str) and isinstance(event["at"], str)
        return event if whole and (isinstance(event.get("put"), dict) or event.get("removed") is True) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
