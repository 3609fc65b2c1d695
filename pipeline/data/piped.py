"""A file that another reader takes from a pipe, unpacked and counted on the way: it is read and unpacked only once."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType

from pipeline.data import files
from pipeline.errors import DatasetError

CHUNK = 2**18  # bytes
WIDTH = 2**20  # bytes that may be under way


class Piped:
    """A context in which the path `name` yields the bytes of a file, unpacked where it is a .gz.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self.failure: DatasetError | None = None
        self.source, self.target = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux: reader and feeder then wait for each other more rarely
            fcntl.fcntl(self.target, fcntl.F_SETPIPE_SZ, WIDTH)
        self.name = f"/dev/fd/{self.source}"
        self.thread = threading.Thread(target=self._feed, daemon=True)

    def __enter__(self) -> Piped:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def close(self) -> int:
        """Return the number of lines, having read the file to its end.

        Raises:
            DatasetError: It cannot be read, or a .gz is cut off or damaged.
        """
        self._end()
        if self.failure:
            raise self.failure
        return self.lines

    def _end(self) -> None:
        if self.source >= 0:
            os.close(self.source)  # a feeder that still writes then finds that nobody reads
            self.source = -1
            self.thread.join()

    def _feed(self) -> None:
        last = b"\n"
        try:
            with os.fdopen(self.target, "wb", buffering=0) as pipe:
                for chunk in files.chunks(self.path, CHUNK):
                    self.lines += chunk.count(b"\n")
                    last = chunk[-1:]
                    view = memoryview(chunk)
                    while len(view):
                        view = view[pipe.write(view) :]
        except BrokenPipeError:
            pass
        except DatasetError as error:
            self.failure = error
        self.lines += last != b"\n"
