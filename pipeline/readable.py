"""The folders that pages may read data from: the artifacts folder, and those that PSE_DATA_FOLDERS names.

The command line reads whatever its user may read. What comes from a browser is held to these folders, links followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from pipeline.errors import ExplorerError, InvalidRequest

VARIABLE = "PSE_DATA_FOLDERS"
MANY = 300  # files that a list shows; more are named by their path
DEEP = 3  # folders below a data folder that are looked into
WHERE = f"It must lie in the artifacts folder, or in one that the environment's {VARIABLE} names."


class Readable:
    """The folders, and what lies in them.

    Args:
        artifacts: The artifacts folder; what is not named from the root of the file system is below it.
        more: Further folders.
    """

    def __init__(self, artifacts: Path, more: Sequence[Path] = ()) -> None:
        self.artifacts = artifacts.resolve()
        self.more = [folder.resolve() for folder in more]

    @classmethod
    def of(cls, artifacts: Path, environment: Mapping[str, str] = os.environ) -> Readable:
        """Return what the environment's PSE_DATA_FOLDERS allows, folders divided as in PATH."""
        return cls(artifacts, [Path(each) for each in environment.get(VARIABLE, "").split(os.pathsep) if each])

    def path(self, said: str, what: str = "file") -> Path:
        """Return the file that is meant, links followed.

        Raises:
            InvalidRequest: It lies elsewhere, or there is none.
        """
        try:
            found = (self.artifacts / said).resolve()
            there = self.holds(found) and found.is_file()
        except (OSError, ValueError, RuntimeError):  # a name too long, a null byte, links in a circle
            there = False
        if not said or not there:
            raise InvalidRequest(f'There is no {what} "{said[:200]}" that pages may read.', WHERE)
        return found

    def holds(self, path: Path) -> bool:
        """Return whether a path lies below one of the folders, links followed."""
        resolved = path.resolve()
        return any(resolved.is_relative_to(folder) for folder in (self.artifacts, *self.more))

    def said(self, path: Path) -> str:
        """Return how a file is named: from the artifacts folder if it lies there, else from the root."""
        resolved = path.resolve()
        return str(resolved.relative_to(self.artifacts) if resolved.is_relative_to(self.artifacts) else resolved)

    def told(self, text: str) -> str:
        """Return a text whose paths begin with the name of a folder, not at the root: what a page shows.

        Args:
            text: A path, or a sentence with paths.
        """
        for folder in self.more:
            text = text.replace(f"{folder}/", f"{folder.name}/")
        return text.replace(f"{self.artifacts}/", "").replace(str(self.artifacts), "the artifacts folder")

    @contextmanager
    def named(self) -> Iterator[None]:
        """Let errors name files as `told` does."""
        try:
            yield
        except ExplorerError as error:
            error.problem, error.remedy = self.told(error.problem), self.told(error.remedy)
            error.args = (f"{error.problem} {error.remedy}".strip(),)
            raise

    def below(self, folders: Sequence[Path], suffixes: tuple[str, ...]) -> list[str]:
        """Return the files of these kinds below folders, as `said`; hidden ones are left out, so are those past many.

        Args:
            folders: Where to look; those that are missing hold nothing.
            suffixes: Ends of names, in lower case.
        """
        found = (self.said(file) for folder in folders for file in _walk(folder, DEEP, suffixes) if self.holds(file))
        return list(dict.fromkeys(islice(found, MANY)))


def _walk(folder: Path, deep: int, suffixes: tuple[str, ...]) -> Iterator[Path]:
    try:
        entries = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
        kinds = [(entry, entry.is_file(), entry.is_dir()) for entry in entries]
    except (OSError, ValueError):  # one that may not be looked into, or a null byte
        return
    for entry, file, directory in kinds:
        if file and entry.name.lower().endswith(suffixes):
            yield entry
        elif deep and directory:
            yield from _walk(entry, deep - 1, suffixes)
