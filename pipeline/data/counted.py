"""Counting a file's lines, and holding a .gz to its checksum, while DuckDB reads it: unpacking takes a core of its own.

DuckDB does not look at the checksum; and from a pipe, which would spare the second unpacking, its JSON reader keeps
all that it has read in memory.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

from pipeline.data import files
from pipeline.errors import DatasetError

CHUNK = 2**18  # bytes


class Counted:
    """A context in which a thread reads a file to its end.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.failure: DatasetError | None = None
        self.stopped = False
        self.thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Counted:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped = True
        self.thread.join()

    def lines(self) -> int:
        """Return the number of lines, the file having been read to its end.

        Raises:
            DatasetError: It cannot be read, or a .gz is cut off or damaged.
        """
        self.thread.join()
        if self.failure:
            raise self.failure
        return self.count

    def _read(self) -> None:
        last = b"\n"
        try:
            for chunk in files.chunks(self.path, CHUNK):
                self.count += chunk.count(b"\n")
                last = chunk[-1:]
                if self.stopped:
                    return
        except DatasetError as error:
            self.failure = error
        self.count += last != b"\n"
