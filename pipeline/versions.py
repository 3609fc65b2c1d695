"""The store of published versions: publish, list, open, verify, delete.

A version is a folder `artifacts/versions/<name>/`. It is written aside and renamed into place, so that it is
whole or absent; its manifest carries the size and SHA-256 of every file, and nothing writes into it afterwards.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any

from pipeline.durable import locked, sync
from pipeline.errors import ExplorerError, VersionBroken, VersionExists, VersionNotFound, nearest
from pipeline.manifest import MANIFEST, MANIFEST_LIMIT, BrokenVersion, Manifest, read_manifest, sha256, sums
from pipeline.names import NAME, check_name


@dataclass(frozen=True)
class Version:
    """A verified version: where it lies, and its manifest."""

    path: Path
    manifest: Manifest

    @property
    def encoder_path(self) -> Path:
        return self.path.parent.parent / "encoders" / str(self.manifest.encoder["id"])


class VersionStore:
    """The published versions below an artifacts folder.

    Args:
        artifacts: The folder that holds `versions/` and `encoders/`; it need not exist yet.
    """

    def __init__(self, artifacts: Path) -> None:
        self.artifacts = artifacts
        self.root = artifacts / "versions"

    def names(self) -> list[str]:
        """Return the names of the published versions, broken ones included, sorted."""
        if not self.root.is_dir():
            return []
        found = {path.name for path in self.root.iterdir() if path.is_dir() and NAME.fullmatch(path.name)}
        found |= {name for path in self.root.glob(".*.old") if NAME.fullmatch(name := path.name[1:-4])}
        return sorted(found)

    def path(self, name: str) -> Path:
        """Return the folder that serves `name`: the published one or, in the instant of a replacement, the old one.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
        """
        return self._folder(name)

    def refresh(self) -> None:
        """Look at where the versions come from, where that is elsewhere; a failure is told by what reads them."""

    def here(self, name: str) -> bool:
        """Return whether a version's files lie on this machine already.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
        """
        return self._folder(name).is_dir()

    def failure(self, name: str) -> ExplorerError | None:
        """Return why a version could not be brought here a moment ago; None where nothing has failed."""
        return None

    def open(self, name: str, told: Callable[[int], None] = lambda done: None) -> Version:
        """Return the version after checking every file against its manifest.

        Args:
            name: Of the version.
            told: Called with the bytes of every file that was found whole, the text encoder's among them.

        Raises:
            VersionNotFound: Nothing is published under that name.
            VersionBroken: A file is missing, added or changed, or the manifest cannot be read.
        """
        version = Version(self.path(name), self.manifest(name))
        self._check(version.path, version.manifest.files, name, told)
        self._check(version.encoder_path, version.manifest.encoder["files"], name, told)
        return version

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a version, without checking its files.

        Raises:
            VersionNotFound: Nothing is published under that name.
            VersionBroken: The manifest is missing or cannot be read.
        """
        path = self._folder(name) / MANIFEST
        try:
            if not path.is_file():  # to open a pipe would wait for whoever writes into it
                raise FileNotFoundError
            with path.open("rb") as file:
                manifest = read_manifest(file.read(MANIFEST_LIMIT + 1), name)
        except (OSError, ValueError):
            raise VersionBroken(f'The manifest of version "{name}" is missing or damaged.', _rebuild(name)) from None
        return manifest

    def list(self) -> list[Manifest | BrokenVersion]:
        """Return the manifest of every version, or why it cannot be read, sorted by name."""
        found: list[Manifest | BrokenVersion] = []
        for name in self.names():
            try:
                found.append(self.manifest(name))
            except VersionBroken as error:
                found.append(BrokenVersion(name, str(error)))
        return found

    def require_free(self, name: str, *, replace: bool) -> None:
        """Refuse a name that is taken, unless it is to be replaced.

        Raises:
            InvalidName: The name is not allowed.
            VersionExists: The name is taken and `replace` is False.
        """
        if not replace and check_name(name) in self.names():
            raise VersionExists(
                f'A version "{name}" is already published.', "Choose another name, or replace it with --replace."
            )
        check_name(name)

    def publish(self, staged: Path, manifest: Manifest, *, replace: bool = False) -> Version:
        """Publish the files in `staged` under the manifest's name; `staged` is used up.

        The old version of that name, if any, is served until the new one is in place.

        Args:
            staged: A folder on the same file system as the store, holding every file but the manifest.
            manifest: Its `files` are computed here.
            replace: Whether a published version of that name gives way.

        Raises:
            InvalidName: The name is not allowed.
            VersionExists: The name is taken and `replace` is False.
        """
        name = manifest.name
        with self._lock():
            self.require_free(name, replace=replace)
            manifest = replaced(manifest, files=sums(staged))
            manifest = replaced(manifest, checksum=manifest.sum())
            (staged / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
            sync(staged)
            self._put(staged, name)
        return Version(self.root / name, manifest)

    def delete(self, name: str) -> None:
        """Remove a published version, and what was added to it: a later version of that name must not inherit that.

        Raises:
            VersionNotFound: Nothing is published under that name.
        """
        with self._lock():
            path = self.path(name)
            doomed = self.root / f".{name}.deleted"
            shutil.rmtree(doomed, ignore_errors=True)
            _forget_added(journal_of(self.artifacts, name))  # first: while the version is there, this can be repeated
            path.rename(doomed)
            shutil.rmtree(doomed)
            shutil.rmtree(self._old(name), ignore_errors=True)

    def staging(self, name: str) -> Path:
        """Return an empty folder in which to assemble version `name`; what a killed run left there is removed."""
        path = self.root / f".{check_name(name)}.staging"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def _folder(self, name: str) -> Path:
        """Return the folder that serves `name`, as `path`."""
        check_name(name)
        for path in (self.root / name, self._old(name)):
            if path.is_dir():
                return path
        raise self._unknown(name)

    def _unknown(self, name: str) -> VersionNotFound:
        names = self.names()
        remedy = f"Published: {', '.join(names)}.{nearest(name, names)}" if names else "Run: python -m pipeline demo"
        return VersionNotFound(f'No version "{name}" is published.', remedy)

    def _put(self, staged: Path, name: str) -> None:
        """Rename a folder that is whole into place; what was there is served until it is."""
        final, old = self.root / name, self._old(name)
        if final.exists():
            shutil.rmtree(old, ignore_errors=True)
            final.rename(old)
        staged.rename(final)
        sync(self.root, files=False)
        shutil.rmtree(old, ignore_errors=True)

    def _old(self, name: str) -> Path:
        return self.root / f".{name}.old"

    def _check(
        self, folder: Path, files: Mapping[str, Mapping[str, Any]], name: str, told: Callable[[int], None]
    ) -> None:
        """Compare a folder with its list of files, sizes first, then sums."""
        try:
            present = {
                path.relative_to(folder).as_posix(): path
                for path in folder.rglob("*")
                if path.name != MANIFEST and not path.is_dir()
            }
            if folder.is_symlink() or any(path.is_symlink() for path in folder.rglob("*")):
                raise VersionBroken(f'Version "{name}" contains a link.', _rebuild(name))
            for wrong, words in (
                (sorted(set(files) - set(present)), "is missing"),
                (sorted(set(present) - set(files)), "does not belong there"),
            ):
                if wrong:
                    raise VersionBroken(f'Version "{name}" is damaged: {wrong[0]} {words}.', _rebuild(name))
            for listed, expected in files.items():
                path = present[listed]
                if path.stat().st_size != expected["bytes"] or sha256(path) != expected["sha256"]:
                    raise VersionBroken(
                        f'Version "{name}" is damaged: {listed} differs from what was published.', _rebuild(name)
                    )
                told(expected["bytes"])
        except (OSError, TypeError, KeyError):
            raise VersionBroken(f'Version "{name}" cannot be read.', _rebuild(name)) from None

    def _lock(self) -> AbstractContextManager[None]:
        """Hold the store against another process that publishes or deletes."""
        return locked(self.root / ".lock")


def journal_of(artifacts: Path, version: str) -> Path:
    """Return where the journal of what was added to a version lies, below an artifacts folder."""
    return artifacts / "live" / f"{version}.jsonl"


def _forget_added(journal: Path) -> None:
    """Remove a journal, and what a killed process left of one beside it; its lock stays, for whoever waits for it."""
    if journal.parent.is_dir():
        with locked(journal.with_suffix(".lock")):
            for path in (journal, journal.with_suffix(".new")):
                path.unlink(missing_ok=True)
            sync(journal.parent, files=False)


def _rebuild(name: str) -> str:
    return f"Publish it again: python -m pipeline run --dataset FILE --name {name} --replace"
