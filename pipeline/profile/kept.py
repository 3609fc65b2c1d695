"""The profile that a version keeps: its figures, and a sample of the rows that were left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import stored
from pipeline.data.tables import REJECTS
from pipeline.profile.figures import SCHEMA, Profile
from pipeline.profile.record import record

FOLDER = "data"  # below a version
FILE = "profile.json"
SAMPLES = "rejects.parquet"
LIMIT = 4 * 2**20  # bytes of a profile
SAMPLES_LIMIT = 64 * 2**20  # bytes of the sample in memory


def write(profile: Profile, samples: pa.Table, out: Path) -> None:
    """Write both files into a folder."""
    (out / FILE).write_text(json.dumps(asdict(profile), allow_nan=False), "utf-8")
    pq.write_table(samples, out / SAMPLES, compression="zstd")


def load(version: Path) -> Profile | None:
    """Return the profile of a version; None where it has none.

    Args:
        version: Its folder.

    Raises:
        OSError, ValueError: It cannot be read, or is no profile.
    """
    path = version / FOLDER / FILE
    if not path.exists():
        return None
    profile = record(Profile, stored.said(path, LIMIT))
    if profile.schema != SCHEMA:
        raise ValueError(f"{FILE} is of another layout")
    return profile


def samples(version: Path) -> pa.Table:
    """Return the sample of rejected rows of a version: table, row, reason, record.

    Raises:
        OSError, ValueError: It cannot be read, or is something else.
    """
    try:
        return stored.table(version / FOLDER / SAMPLES, REJECTS, limit=SAMPLES_LIMIT)
    except pa.ArrowException as error:  # not all of them are ValueErrors
        raise ValueError(f"{SAMPLES} cannot be read") from error
