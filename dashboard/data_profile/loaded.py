"""The profile of a version, read once."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from dashboard import loading
from dashboard.components.export import Cell
from dashboard.open_versions import CAPACITY
from pipeline.errors import VersionBroken
from pipeline.profile import kept
from pipeline.profile.figures import Profile
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)


def profile(engine: Engine) -> Profile | None:
    """Return what a version says of its data; None where it says nothing.

    Raises:
        VersionBroken: What it says cannot be read.
    """
    try:
        return _read(folder(engine), engine.manifest.checksum)
    except (OSError, ValueError) as error:
        raise damaged(engine, error) from None


def samples(engine: Engine) -> list[dict[str, Cell]]:
    """Return the sample of rows that were left out: table, row, reason, record.

    Raises:
        VersionBroken: It cannot be read.
    """
    try:
        return _samples(folder(engine), engine.manifest.checksum)
    except (OSError, ValueError) as error:
        raise damaged(engine, error) from None


def folder(engine: Engine) -> Path:
    return loading.versions().store.path(engine.name)


def damaged(engine: Engine, error: Exception) -> VersionBroken:
    log.warning("The data profile of %s cannot be read: %s", engine.name, error)
    return VersionBroken(
        f'What version "{engine.name}" says of its data cannot be read.', "Publish it again with --replace."
    )


@lru_cache(maxsize=CAPACITY)
def _read(path: Path, checksum: str) -> Profile | None:
    return kept.load(path)


@lru_cache(maxsize=CAPACITY)
def _samples(path: Path, checksum: str) -> list[dict[str, Cell]]:
    found: list[dict[str, Cell]] = kept.samples(path).to_pylist()
    return found
