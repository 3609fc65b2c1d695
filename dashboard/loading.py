"""The one place that opens versions: pages and REST API share the engines it keeps."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from dashboard import live
from pipeline.errors import ExplorerError, VersionBroken, VersionNotFound
from pipeline.manifest import Manifest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.store import LiveProducts
from pipeline.versions import VersionStore

ROOT = Path(__file__).resolve().parent.parent
CAPACITY = 4  # engines kept open; one of 50,000 products takes about 300 MB with its text encoder
TOWER, KNOWN = "towers/user.onnx", "towers/users.npy"  # one that reads histories; shoppers known by name

log = logging.getLogger(__name__)

Identity = tuple[tuple[str, int, int, int], ...]


class NothingPublished(VersionNotFound):
    """The store is empty."""


@dataclass(frozen=True)
class Listed:
    """A version as lists show it; `manifest` is None where it cannot be read, `reason` says why it cannot be served."""

    name: str
    manifest: Manifest | None
    reason: str | None
    loaded: bool

    @property
    def created(self) -> str:
        return self.manifest.created if self.manifest else ""

    @property
    def has_towers(self) -> bool:
        return self.manifest is not None and bool({TOWER, KNOWN} & set(self.manifest.files))

    @property
    def reads_histories(self) -> bool:
        return self.manifest is not None and TOWER in self.manifest.files


class Versions:
    """Opens versions on demand and keeps the ones used last. Safe to share between threads.

    What is kept is tied to the size, time and inode of the version's files: a version that was replaced or damaged
    since is opened afresh, and one that is broken is not read through again until its files change.

    Args:
        store: The published versions.
        capacity: How many engines are kept.
    """

    def __init__(self, store: VersionStore, capacity: int = CAPACITY) -> None:
        self.store = store
        self._capacity = capacity
        self._engines: OrderedDict[str, tuple[Identity, Engine]] = OrderedDict()
        self._broken: dict[str, tuple[Identity, VersionBroken]] = {}
        self._lock = Lock()
        self._opening: dict[str, Lock] = {}

    def engine(self, name: str) -> Engine:
        """Return the engine of a version.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
            VersionBroken: It is damaged.
        """
        identity = self._identity(name)
        if (kept := self._kept(name, identity)) is not None:
            with suppress(KeyError), self._lock:
                self._engines.move_to_end(name)
            return kept
        with self._lock:
            opening = self._opening.setdefault(name, Lock())
        with opening:  # whoever waited here finds the engine that another thread has opened meanwhile
            if (kept := self._kept(name, identity)) is not None:
                return kept
            return self._open(name, identity)

    def check(self, name: str) -> None:
        """Compare a version's files with its manifest without opening it, and remember it if it is damaged."""
        with suppress(VersionNotFound):
            identity = self._identity(name)
            try:
                self.store.open(name)
            except VersionBroken as error:
                with self._lock:
                    self._broken[name] = (identity, error)

    def default(self) -> Engine:
        """Return the engine that serves where no version is named.

        That is the version named by the environment's PSE_VERSION or else the newest one with towers that can be
        served, or else the newest.

        Raises:
            NothingPublished: The store is empty.
            VersionNotFound: PSE_VERSION names nothing that is published.
            VersionBroken: The version named by PSE_VERSION, or every version, is damaged.
        """
        if pinned := os.environ.get("PSE_VERSION"):
            return self.engine(pinned)
        first: ExplorerError | None = None
        for listed in sorted(self.listing(), key=lambda each: (each.reads_histories, each.created), reverse=True):
            try:
                return self.engine(listed.name)
            except (VersionBroken, VersionNotFound) as error:
                first = first or error
        raise first or NothingPublished("No version is published yet.", "Run: python -m pipeline demo")

    def listing(self) -> list[Listed]:
        """Return every published version, oldest first, broken ones with their reason."""
        found = []
        for name in self.store.names():
            manifest = reason = None
            loaded = False
            try:
                manifest = self.store.manifest(name)
                loaded = self._kept(name, self._identity(name)) is not None
            except VersionNotFound:
                continue  # deleted between the two looks
            except VersionBroken as error:
                reason = str(error)
            found.append(Listed(name, manifest, reason, loaded))
        return sorted(found, key=lambda each: (each.created, each.name))

    def _kept(self, name: str, identity: Identity) -> Engine | None:
        """Return the engine kept for exactly these files, or raise the error remembered for them."""
        with self._lock:
            if (engine := self._engines.get(name)) and engine[0] == identity:
                return engine[1]
            if (broken := self._broken.get(name)) and broken[0] == identity:
                raise VersionBroken(broken[1].problem, broken[1].remedy)
        return None

    def _open(self, name: str, identity: Identity) -> Engine:
        try:
            engine = Engine.open(self.store.root / name)
        except Exception as error:
            if not isinstance(error, ExplorerError):
                log.exception("Version %s could not be opened", name)
                error = VersionBroken(f'Version "{name}" cannot be read.', "Publish it again with --replace.")
            with self._lock:
                self._engines.pop(name, None)
                if isinstance(error, VersionBroken):
                    self._broken[name] = (identity, error)
            raise error from None
        with self._lock:
            self._broken.pop(name, None)
            self._engines[name] = (identity, engine)
            self._engines.move_to_end(name)
            while len(self._engines) > self._capacity:
                self._engines.popitem(last=False)
        return engine

    def _identity(self, name: str) -> Identity:
        """Return what `stat` says of the version's files and of its encoder's: cheap, and different once they change.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
        """
        folders = [self.store.path(name)]
        with suppress(VersionBroken):  # opening it says so
            folders.append(self.store.artifacts / "encoders" / str(self.store.manifest(name).encoder["id"]))
        return tuple(sorted(stat for folder in folders for stat in _stats(folder)))


def _stats(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _stats(Path(entry.path))
                else:
                    stat = entry.stat(follow_symlinks=False)
                    yield entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ino
    except FileNotFoundError:
        return  # replaced while we looked; the next look sees the new files


def versions() -> Versions:
    """Return the versions below the environment's PSE_ARTIFACTS, or below `artifacts/` of this repository."""
    return _versions(Path(os.environ.get("PSE_ARTIFACTS") or ROOT / "artifacts").resolve())


@lru_cache(maxsize=1)
def _versions(artifacts: Path) -> Versions:
    return Versions(VersionStore(artifacts))


@lru_cache(maxsize=1)
def _live(artifacts: Path) -> live.Live:
    return live.Live(artifacts, CAPACITY)


def published(name: str | None) -> Engine:
    """Return the engine of the named version, or of the default one, as it was published and measured."""
    return versions().engine(name) if name else versions().default()


def engine(name: str | None) -> Engine:
    """Return the engine of the named version, or of the default one, with what was added since, if that is on."""
    return with_added(published(name))


def with_added(found: Engine) -> Engine:
    """Return the engine over a published one and what was added to it since; itself where that is off, or nothing."""
    return added(found).engine() if live.on() else found


def added(found: Engine) -> LiveProducts:
    """Return what adds products to the version of a published engine."""
    return _live(versions().store.artifacts).products(found)


def warm() -> None:
    """Open the default version ahead of the first visitor, then look whether the others are whole."""
    try:
        engine(None)
    except ExplorerError as error:
        log.warning("%s", error)
    for listed in versions().listing():
        if not listed.loaded and not listed.reason:
            versions().check(listed.name)
