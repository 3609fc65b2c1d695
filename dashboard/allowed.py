"""What pages may start and read: runs and uploads are off, unless the environment allows them."""

from __future__ import annotations

import os
from pathlib import Path

from dashboard.loading import ROOT
from pipeline.addresses import local_folder
from pipeline.errors import InvalidRequest
from pipeline.jobs.process import supported
from pipeline.jobs.store import AT_ONCE, Jobs
from pipeline.readable import Readable

RUNS, UPLOADS, ROOM = "PSE_ALLOW_RUNS", "PSE_ALLOW_UPLOADS", "PSE_RUNS_AT_ONCE"
YES = ("1", "on", "true", "yes")


def runs() -> bool:
    """Return whether pages may start runs, and cancel them."""
    return _says_yes(RUNS) and supported()


def uploads() -> bool:
    """Return whether pages may keep files that are uploaded, and descriptions of data."""
    return _says_yes(UPLOADS) or _says_yes(RUNS)


def artifacts() -> Path:
    """Return the artifacts folder.

    Raises:
        InvalidRequest: Versions lie at an address, where nothing is written.
    """
    return local_folder(os.environ.get("PSE_ARTIFACTS") or ROOT / "artifacts").resolve()


def readable() -> Readable:
    """Return the folders that pages may read data from."""
    return Readable.of(artifacts())


def jobs() -> Jobs:
    """Return the runs that were started from pages.

    Raises:
        InvalidRequest: The environment does not say how many may be at work at once, but something else.
    """
    said = os.environ.get(ROOM, "").strip() or str(AT_ONCE)
    if not said.isdecimal() or not 1 <= int(said) <= 64:
        raise InvalidRequest(f'The environment\'s {ROOM} is "{said[:40]}".', "Give a whole number from 1 to 64.")
    return Jobs(artifacts(), readable(), int(said))


def _says_yes(variable: str) -> bool:
    return os.environ.get(variable, "").strip().lower() in YES
