"""Aliases: names that stand for a published version, so that what serves can be switched without a restart.

They lie in `artifacts/aliases.json`, for example {"production": "beauty-2", "candidate": "beauty-3"}. The file is
written aside and renamed into place: a reader sees the old aliases or the new ones, never half of them.
"""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from pathlib import Path

from pipeline.durable import locked, sync
from pipeline.errors import AliasError, InvalidName
from pipeline.names import NAME, check_name

PRODUCTION, CANDIDATE = "production", "candidate"
ALIASES = (PRODUCTION, CANDIDATE)
FILE = "aliases.json"
LIMIT = 4096  # bytes; two names need far fewer


class Aliases:
    """The aliases below an artifacts folder. Safe to share between threads and processes.

    Args:
        artifacts: The folder that holds `versions/`; it need not exist yet.
    """

    def __init__(self, artifacts: Path) -> None:
        self.path = artifacts / FILE
        self._read: tuple[tuple[int, int, int], dict[str, str]] | None = None

    def all(self) -> dict[str, str]:
        """Return {alias: version}; empty where there is no file.

        Raises:
            AliasError: The file cannot be read, or says something else.
        """
        try:
            stat = self.path.stat()
            identity = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._read is not None and self._read[0] == identity:
                return self._read[1]
            if stat.st_size > LIMIT:
                raise ValueError("too large")
            found = json.loads(self.path.read_text("utf-8"))
            if not isinstance(found, dict) or not all(
                alias in ALIASES and isinstance(version, str) and NAME.fullmatch(version)
                for alias, version in found.items()
            ):
                raise ValueError("not ours")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            raise AliasError(
                f"The aliases in {self.path} are damaged.",
                "Delete the file, and set them again: python -m pipeline alias production VERSION",
            ) from None
        self._read = identity, found
        return found

    def set(self, alias: str, version: str) -> None:
        """Let an alias stand for a version.

        Raises:
            InvalidName: There is no such alias, or the name cannot name a version.
            AliasError: The file is damaged.
        """
        check_alias(alias)
        check_name(version)
        with self._lock():
            self._write({**self.all(), alias: version})

    def remove(self, alias: str) -> None:
        """Let an alias stand for nothing; one that is not set stands for nothing already.

        Raises:
            InvalidName: There is no such alias.
            AliasError: The file is damaged.
        """
        check_alias(alias)
        with self._lock():
            self._write({each: version for each, version in self.all().items() if each != alias})

    def _write(self, aliases: dict[str, str]) -> None:
        aside = self.path.with_name(f".{FILE}.new")
        with aside.open("w", encoding="utf-8") as file:
            json.dump(aliases, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)
        sync(self.path.parent, files=False)

    def _lock(self) -> AbstractContextManager[None]:
        """Hold the aliases against another process that sets them."""
        return locked(self.path.with_name(f".{FILE}.lock"))


def check_alias(alias: str) -> str:
    """Return `alias` if there is such an alias.

    Raises:
        InvalidName: There is not.
    """
    if alias not in ALIASES:
        raise InvalidName(f'"{alias[:80]}" is no alias.', f"The aliases are {' and '.join(ALIASES)}.")
    return alias
