"""A folder at an address brought here: staged, compared with its sums, renamed into place whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.durable import locked, sync
from pipeline.errors import Unreachable, VersionBroken
from pipeline.manifest import sha256
from pipeline.source import Source

MAX_FILES = 10_000  # of one version
MAX_GB = 20.0  # of one version; PSE_FETCH_LIMIT_GB sets another
SPARE = 64 * 2**20  # bytes of the disk that are left free
ROOM = "Free some room, or name a folder on another disk with PSE_CACHE."

Files = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Fetcher:
    """Brings folders from an address below `artifacts`.

    Args:
        source: The address.
        artifacts: Where what is fetched lies, and the locks.
    """

    source: Source
    artifacts: Path

    def bring(self, remote: str, final: Path, files: Files, name: str, put: Callable[[Path], object]) -> None:
        """Fetch the files of a folder aside, check them, and put the folder into its place.

        Args:
            remote: The folder, as a path below the address.
            final: Where it shall lie.
            files: {path below it: bytes and sha256}.
            name: The version that it belongs to, for messages.
            put: Takes the staged folder to `final`.

        Raises:
            Unreachable: It cannot be read there, or kept here.
            VersionBroken: A file differs from its sum.
        """
        staged = final.with_name(f".{final.name}.fetching")
        _require_room(name, files, staged, self.artifacts)
        try:
            staged.mkdir(parents=True, exist_ok=True)
            for path in sorted(staged.rglob("*"), reverse=True):  # what was left by a fetch of something else
                relative = path.relative_to(staged).as_posix()
                if path.is_symlink() or (path.is_file() and relative not in files):
                    path.unlink()
            for listed, expected in files.items():
                self.source.download(f"{remote}/{listed}", staged / listed, expected, name)
            put(staged)
        except OSError as error:
            shutil.rmtree(staged, ignore_errors=True)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            words = "The disk is full" if full else f"{error.strerror or error}"
            raise Unreachable(f'Version "{name}" cannot be kept in {self.artifacts}: {words}.', ROOM) from None

    def alone(self, what: str) -> AbstractContextManager[None]:
        """Keep other threads and processes from fetching the same."""
        return locked(self.artifacts / f".{what}.lock")


def renamed(staged: Path, final: Path) -> None:
    """Put a staged folder into its place, for good."""
    sync(staged)
    shutil.rmtree(final, ignore_errors=True)
    staged.rename(final)


def _require_room(name: str, files: Files, staged: Path, artifacts: Path) -> None:
    """Refuse what is too large before anything of it is fetched."""
    try:
        sizes = [int(each["bytes"]) for each in files.values()]
        sane = all(size >= 0 for size in sizes) and all(len(str(each["sha256"])) == 64 for each in files.values())
    except (KeyError, TypeError, ValueError):
        sane = False
    if not sane:
        raise VersionBroken(f'The manifest of version "{name}" is missing or damaged.', "Publish it again.")
    needed, limit = sum(sizes), float(os.environ.get("PSE_FETCH_LIMIT_GB") or MAX_GB) * 1e9
    if len(sizes) > MAX_FILES or needed > limit:
        raise Unreachable(
            f'Version "{name}" has {len(sizes):,} files of {needed / 1e9:,.1f} GB together, which is too much.',
            f"At most {MAX_FILES:,} files and {limit / 1e9:g} GB are fetched; PSE_FETCH_LIMIT_GB allows more.",
        )
    existing = next(each for each in (staged, *staged.parents) if each.exists())
    there = sum(each.stat().st_size for each in staged.rglob("*") if each.is_file())
    if needed - there + SPARE > shutil.disk_usage(existing).free:
        raise Unreachable(f'Version "{name}" needs {needed / 1e9:,.2f} GB, more than {artifacts} has room for.', ROOM)


def holds(folder: Path, files: Files) -> bool:
    """Return whether a folder holds files of these sums."""
    try:
        return bool(files) and all(
            (folder / name).stat().st_size == said["bytes"] and sha256(folder / name) == said["sha256"]
            for name, said in files.items()
        )
    except (OSError, KeyError, TypeError):
        return False
