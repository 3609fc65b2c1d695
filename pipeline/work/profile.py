"""Stage `profile`: what the prepared tables hold, for people to read."""

from __future__ import annotations

from pathlib import Path

from pipeline.data import rejects as written
from pipeline.data.prepare import Prepared
from pipeline.profile import kept, rejects
from pipeline.profile.make import make


def profile(prepared: Prepared, out: Path) -> None:
    """Write profile.json, and rejects.parquet with a sample of the rows that were left out."""
    samples = rejects.sample(prepared.folder / written.FILE)
    kept.write(make(prepared, samples.num_rows), samples, out)
