"""Stage `read`: from raw files of reviews and metadata to a described dataset."""

from __future__ import annotations

from pathlib import Path

from pipeline.data.amazon.raw import RawFiles
from pipeline.data.amazon.read import read as read_files
from pipeline.stages import Progress

CODE = ("work/read.py", "data/amazon", "data/duck.py", "data/files.py")


def read(raw: RawFiles, out: Path, progress: Progress) -> None:
    """Write the tables, their description and what was set aside."""
    read_files(raw, out, progress)
