"""Forcing files to disk, so that what was renamed into place survives a power cut."""

from __future__ import annotations

import os
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
