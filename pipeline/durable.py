"""Files that outlive a power cut, and locks between threads and processes that write them."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync(folder: Path, *, files: bool = True) -> None:
    """Force a folder, and the files below it, to disk."""
    paths = [path for path in folder.rglob("*") if path.is_file()] if files else []
    for path in (*paths, folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that readers see what was there or all of the new text, also after a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent, files=False)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock against other threads and processes; one that was killed holds none.

    Args:
        path: A file that stands for what is locked; it and its folder are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
