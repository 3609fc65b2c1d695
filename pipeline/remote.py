"""Versions that lie elsewhere: `s3://bucket/prefix` or another address of fsspec, read through a local folder.

What is fetched is staged, compared with its manifest's sums and renamed into place, as when a version is published: the
folder is itself a store of whole versions, from which everything else reads. Nothing is ever written to the address.
What people make in a browser stays in the folder.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from pipeline.addresses import cache_folder, failure, is_address, local_folder
from pipeline.aliases import ALIASES, FILE, LIMIT
from pipeline.durable import sync
from pipeline.errors import Unreachable, VersionBroken
from pipeline.manifest import MANIFEST, MANIFEST_LIMIT, Manifest, read_manifest, sha256
from pipeline.names import NAME, check_name
from pipeline.source import Source
from pipeline.versions import VersionStore

FRESH = 15.0  # seconds before the address is looked at again
PATIENT = 60.0  # the same while it does not answer
MAX_VERSIONS, MAX_FILES = 10_000, 10_000  # names in the list of versions; files of one version
MAX_GB = 20.0  # of one version; PSE_FETCH_LIMIT_GB sets another
SPARE = 64 * 2**20  # bytes of the disk that are left free
ROOM = "Free some room, or name a folder on another disk with PSE_CACHE."
log = logging.getLogger(__name__)


def open_store(where: str | Path) -> VersionStore:
    """Return the store of versions in a folder or at an address."""
    return RemoteStore(str(where)) if is_address(where) else VersionStore(Path(where))


class RemoteStore(VersionStore):
    """The versions at an address, each fetched when it is first asked for.

    Where the address does not answer, or a new version there is damaged, what was fetched before goes on serving.

    Args:
        address: For example s3://bucket/prefix, which holds `versions/` and `encoders/`. Credentials come from where
            the library of the protocol looks for them (of S3: the environment, a profile, the machine's role).
        fresh: Seconds for which the address is not looked at again.

    Raises:
        Unreachable: There is no such protocol, or the address holds a password.
    """

    def __init__(self, address: str, fresh: float = FRESH) -> None:
        super().__init__(cache_folder(address))
        self._source = Source(address)
        self.address = self._source.address
        self._fresh = fresh
        self._known: list[str] | None = None
        self._next = 0.0
        self._manifests: dict[str, Manifest] = {}
        self._whole: dict[str, str] = {}  # the checksum of the manifest of what lies here
        # What could not be fetched: the checksum of its manifest, until when it is not tried again, and why.
        self._stuck: dict[str, tuple[str, float, VersionBroken]] = {}
        self._guard = RLock()

    def names(self) -> list[str]:
        """Return the names of the versions at the address, sorted.

        Raises:
            Unreachable: The address cannot be read, and never was.
        """
        with self._guard:
            self._look()
            return list(self._known or ())

    def refresh(self) -> None:
        with suppress(Unreachable), self._guard:
            self._look()

    def path(self, name: str) -> Path:
        """Return the folder on this machine that holds a version, fetched where it is not there yet or has changed.

        Raises:
            InvalidName, VersionNotFound: As in a folder.
            Unreachable: It cannot be fetched.
            VersionBroken: What lies at the address is damaged.
        """
        if not self.here(name):
            published = self._published(name)
            if stuck := self._failed(name, published):
                raise type(stuck)(stuck.problem, stuck.remedy)
            try:
                self._fetch(name, published)
            except VersionBroken as error:
                with self._guard:
                    self._stuck[name] = published.checksum, time.monotonic() + PATIENT, error
                if not (self.root / name).is_dir():
                    raise
                log.warning("%s What was fetched before serves on.", error)
        return self._folder(name)

    def here(self, name: str) -> bool:
        """Return whether a version lies here as it is at the address, or as it will be served until that is mended."""
        if check_name(name) not in self.names():
            raise self._unknown(name)
        published = self._published(name)
        with self._guard:
            if not (self.root / name).is_dir():
                return False
            if name not in self._whole:
                try:
                    self._whole[name] = super().manifest(name).checksum
                except VersionBroken:
                    return False
            return published.checksum == self._whole[name] or self._failed(name, published) is not None

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a version, without fetching anything else of it."""
        if check_name(name) not in self.names():
            raise self._unknown(name)
        published = self._published(name)
        stands_in = self._failed(name, published) is not None and (self.root / name).is_dir()
        return super().manifest(name) if stands_in else published

    def _failed(self, name: str, published: Manifest) -> VersionBroken | None:
        """Return why a version could not be fetched just now; None where it is worth trying."""
        checksum, until, error = self._stuck.get(name, ("", 0.0, None))
        return error if checksum == published.checksum and time.monotonic() < until else None

    def publish(self, *arguments: Any, **options: Any) -> Any:
        local_folder(self.address)

    def delete(self, name: str) -> None:
        local_folder(self.address)

    def staging(self, name: str) -> Path:
        return local_folder(self.address)

    def _look(self) -> None:
        """List what is at the address, and copy its aliases, unless that was done just now."""
        if time.monotonic() < self._next:
            return
        try:
            found = self._source.names("versions")
            aliases = self._aliases()
        except Unreachable as error:
            kept = self._known if self._known is not None else super().names()
            if not kept:
                raise
            log.warning("%s What was fetched before serves on.", error)
            self._known, self._next = kept, time.monotonic() + PATIENT
            return
        self._known = sorted({name for name in found[:MAX_VERSIONS] if NAME.fullmatch(name)})
        self._manifests.clear()
        self._keep_aliases(aliases)
        self._next = time.monotonic() + self._fresh

    def _published(self, name: str) -> Manifest:
        """Return the manifest at the address; that of what lies here where the address does not answer."""
        with self._guard:
            if name in self._manifests:
                return self._manifests[name]
            try:
                with self._source.told(f'the manifest of version "{name}"'):
                    text = self._source.read(f"versions/{name}/{MANIFEST}", MANIFEST_LIMIT)
                found = read_manifest(text, name)
            except Unreachable as error:
                if not (self.root / name).is_dir():
                    raise
                log.warning("%s What was fetched before serves on.", error)
                found = super().manifest(name)
            except ValueError:
                raise VersionBroken(
                    f'The manifest of version "{name}" is missing or damaged.', f"Copy it to {self.address} again."
                ) from None
            self._manifests[name] = found
            return found

    def _fetch(self, name: str, manifest: Manifest) -> None:
        """Bring a version and its encoder here; another process that does the same is waited for."""
        encoder = str(manifest.encoder["id"])
        with self._alone(f"encoder-{encoder}"):
            self._bring(f"encoders/{encoder}", self.artifacts / "encoders", encoder, manifest.encoder["files"], name)
        with self._alone(f"version-{name}"):
            try:
                lies_here = (self.root / name).is_dir() and super().manifest(name).checksum == manifest.checksum
            except VersionBroken:
                lies_here = False
            if not lies_here:  # whoever waited finds what another process has fetched
                self._bring(f"versions/{name}", self.root, name, manifest.files, name, manifest)
        with self._guard:
            self._whole[name] = manifest.checksum

    def _bring(
        self,
        remote: str,
        parent: Path,
        folder: str,
        files: Mapping[str, Mapping[str, Any]],
        name: str,
        manifest: Manifest | None = None,
    ) -> None:
        """Fetch the files of a folder aside, check them, and rename the folder into place."""
        final, staged = parent / folder, parent / f".{folder}.fetching"
        if manifest is None and holds(final, files):
            return
        _require_room(name, files, staged, self.artifacts)
        try:
            staged.mkdir(parents=True, exist_ok=True)
            for path in sorted(staged.rglob("*"), reverse=True):  # what was left by a fetch of something else
                relative = path.relative_to(staged).as_posix()
                if path.is_symlink() or (path.is_file() and relative not in files):
                    path.unlink()
            for listed, expected in files.items():
                self._source.download(f"{remote}/{listed}", staged / listed, expected, name)
            if manifest is not None:
                (staged / MANIFEST).write_text(json.dumps(vars(manifest), indent=1), "utf-8")
            sync(staged)
            if manifest is not None:
                self._put(staged, folder)
            else:
                shutil.rmtree(final, ignore_errors=True)
                staged.rename(final)
        except OSError as error:
            shutil.rmtree(staged, ignore_errors=True)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            words = "The disk is full" if full else f"{error.strerror or error}"
            raise Unreachable(f'Version "{name}" cannot be kept in {self.artifacts}: {words}.', ROOM) from None

    def _aliases(self) -> bytes | None:
        """Return the text of the aliases at the address; None where there are none."""
        try:
            return self._source.read(FILE, LIMIT)
        except FileNotFoundError:
            return None
        except Exception as error:
            raise failure(error, self.address, "aliases") from None

    def _keep_aliases(self, text: bytes | None) -> None:
        """Copy the aliases here where they are sound, as a whole; take them away where there are none any more."""
        path = self.artifacts / FILE
        if text is None:
            path.unlink(missing_ok=True)
            return
        try:
            said = json.loads(text) if len(text) <= LIMIT else None
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or not all(
            alias in ALIASES and isinstance(name, str) and NAME.fullmatch(name) for alias, name in said.items()
        ):
            log.warning("The aliases at %s are damaged; those of before stay.", self.address)
            return
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{FILE}.{os.getpid()}.fetching")
            aside.write_bytes(text)
            aside.replace(path)

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """Keep other processes from fetching the same."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.artifacts / f".{what}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _require_room(name: str, files: Mapping[str, Mapping[str, Any]], staged: Path, artifacts: Path) -> None:
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


def holds(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether a folder holds files of these sums."""
    try:
        return bool(files) and all(
            (folder / name).stat().st_size == said["bytes"] and sha256(folder / name) == said["sha256"]
            for name, said in files.items()
        )
    except (OSError, KeyError, TypeError):
        return False
