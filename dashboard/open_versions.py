"""Versions opened on demand, and kept open: what pages and REST API share."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from dashboard.aliased import Switch, View
from pipeline.aliases import PRODUCTION, Aliases
from pipeline.errors import AliasError, ExplorerError, VersionBroken, VersionNotFound
from pipeline.manifest import MANIFEST, Manifest
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore

CAPACITY = 4  # engines kept open; one of 50,000 products takes about 300 MB with its text encoder
TOWER, KNOWN = "towers/user.onnx", "towers/users.npy"  # one that reads histories; shoppers known by name

log = logging.getLogger(__name__)

Identity = tuple[tuple[str, int, int, int], ...]


class NothingPublished(VersionNotFound):
    """The store is empty."""


NOTHING_PUBLISHED = NothingPublished("No version is published yet.", "Run: python -m pipeline demo")


class NotYet(VersionBroken):
    """A version is on its way here."""


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


class Versions:
    """Opens versions on demand and keeps the ones used last. Safe to share between threads.

    What is kept is tied to the size, time and inode of the version's files: a version that was replaced or damaged
    since is opened afresh, and one that is broken is not read through again until its files change.

    Args:
        store: The published versions.
        capacity: How many engines are kept.
        look: Seconds for which a look at the files holds.
    """

    def __init__(self, store: VersionStore, capacity: int = CAPACITY, look: float = 0.0) -> None:
        self.store = store
        self.aliases = Aliases(store.artifacts)
        self._switch = Switch(self._version, self._is_open)
        self._capacity = capacity
        self._look = look
        self._looked: dict[str, tuple[float, Identity]] = {}
        self._preferred: tuple[float, list[str]] | None = None
        self._manifests: dict[str, tuple[tuple[int, int, int], Manifest]] = {}
        self._told = ""
        self._sound: dict[str, str] = {}  # aliases
        self._engines: OrderedDict[str, tuple[Identity, Engine]] = OrderedDict()
        self._broken: dict[str, tuple[Identity, VersionBroken]] = {}
        self._lock = Lock()
        self._opening: dict[str, Lock] = {}

    def view(self) -> View:
        """Return the versions as one answer shall see them."""
        return View(self._resolve, self._newest, self._known_aliases(), os.environ.get("PSE_VERSION", ""))

    def engine(self, name: str) -> Engine:
        """Return the engine of a version, or of the one that an alias stands for.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
            VersionBroken: It is damaged.
        """
        return self.view().engine(name)

    def require_here(self, name: str) -> None:
        """Let a version through whose files lie on this machine; have it fetched aside where they lie elsewhere.

        Raises:
            NotYet: It is being fetched: whoever waited for that would keep a place that others need.
            InvalidName, VersionNotFound, VersionBroken: As `engine`.
        """
        aliases = self._known_aliases()
        answering = self._switch.answers(name, aliases[name]) if name in aliases else name
        if not self.store.here(answering):
            if (failed := self.store.failure(answering)) is not None:
                raise failed
            self._switch.open_aside(answering)
            raise NotYet(f'Version "{answering}" is being fetched.', "Ask again in a moment.")

    def opened(self) -> list[Engine]:
        """Return the engines that are open, whatever became of their files since."""
        with self._lock:
            return [engine for _, engine in self._engines.values()]

    def _resolve(self, name: str, aliases: dict[str, str]) -> Engine:
        return self._switch.engine(name, aliases[name]) if name in aliases else self._version(name)

    def _version(self, name: str) -> Engine:
        """Return the engine of the version of exactly that name."""
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
            return self._open(name, self._look_at(name))

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

        That is the version named by the environment's PSE_VERSION, else the one that the alias "production" stands
        for, else the newest one with towers that can be served, else the newest. Where the aliases are damaged, the log
        says so, and they count as not set.

        Raises:
            NothingPublished: The store is empty.
            VersionNotFound: PSE_VERSION names nothing that is published.
            VersionBroken: The version that it or the alias names, or every version, cannot be served.
        """
        return self.view().engine()

    def missing(self) -> str:
        """Return what is missing until the default version answers, "" once it is open; it is opened meanwhile."""
        aliases = self._known_aliases()
        pinned = os.environ.get("PSE_VERSION")
        names = [pinned] if pinned else [PRODUCTION] if PRODUCTION in aliases else self._by_preference()
        first = ""
        for name in names:
            answering = self._switch.answers(name, aliases[name]) if name in aliases else name
            try:
                if self._is_open(answering):
                    return ""
            except ExplorerError as error:
                first = first or str(error)
                continue
            self._switch.open_aside(answering)
            return f'The version "{answering}" is being opened.'
        return first or str(NOTHING_PUBLISHED)

    def _newest(self) -> Engine:
        """Return the engine of the newest version that can be served, one with towers first."""
        first: ExplorerError | None = None
        for name in self._by_preference():
            try:
                found = self._version(name)
            except (VersionBroken, VersionNotFound) as error:
                first = first or error
            else:
                self._switch.answered(PRODUCTION, name)
                return found
        raise first or NothingPublished(NOTHING_PUBLISHED.problem, NOTHING_PUBLISHED.remedy)

    def _by_preference(self) -> list[str]:
        """Return the names of the versions, those with towers that read histories first, then the newest first."""
        if self._preferred is not None and monotonic() - self._preferred[0] < self._look:
            return self._preferred[1]
        found, began = [], monotonic()
        for name in self.store.names():
            with suppress(VersionNotFound):  # deleted between the two looks
                try:
                    manifest = self._manifest(name)
                    found.append((TOWER in manifest.files, manifest.created, name))
                except VersionBroken:
                    found.append((False, "", name))
        names = [name for _, _, name in sorted(found, reverse=True)]
        self._preferred = began, names
        return names

    def preferred(self) -> str:
        """Return the name of the version that serves where neither a name nor an alias says which; "" for none."""
        names = self._by_preference()
        return next((name for name in names if name not in self._broken), names[0] if names else "")

    def listing(self) -> list[Listed]:
        """Return every published version, oldest first, broken ones with their reason."""
        found = []
        for name in self.store.names():
            manifest = reason = None
            loaded = False
            try:
                manifest = self._manifest(name)
                loaded = self._is_open(name)
            except VersionNotFound:
                continue  # deleted between the two looks
            except VersionBroken as error:
                reason = str(error)
            found.append(Listed(name, manifest, reason, loaded))
        return sorted(found, key=lambda each: (each.created, each.name))

    def _is_open(self, name: str) -> bool:
        return self.store.here(name) and self._kept(name, self._identity(name)) is not None

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
        """Return what the last look at the version's files has seen, if it still holds, or that of another look.

        Raises:
            InvalidName, VersionNotFound: As `_look_at`.
        """
        looked = self._looked.get(name)
        if looked is None or monotonic() - looked[0] >= self._look:
            looked = self._looked[name] = monotonic(), self._look_at(name)
        return looked[1]

    def _look_at(self, name: str) -> Identity:
        """Return what `stat` says of the version's files and of its encoder's: cheap, and different once they change.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
        """
        folders = [self.store.path(name)]
        with suppress(VersionBroken):  # opening it says so
            folders.append(self.store.artifacts / "encoders" / str(self._manifest(name).encoder["id"]))
        return tuple(sorted(stat for folder in folders for stat in _stats(folder)))

    def _manifest(self, name: str) -> Manifest:
        """Return the manifest of a version, read again only when its file has changed: every answer asks for it.

        Raises:
            InvalidName, VersionNotFound, VersionBroken: As `VersionStore.manifest`.
        """
        if not self.store.here(name):
            return self.store.manifest(name)
        try:
            stat = (self.store.path(name) / MANIFEST).stat()
        except FileNotFoundError:
            return self.store.manifest(name)
        identity = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        kept = self._manifests.get(name)
        if kept is None or kept[0] != identity:
            kept = self._manifests[name] = identity, self.store.manifest(name)
        return kept[1]

    def _known_aliases(self) -> dict[str, str]:
        """Return the aliases; where they are damaged, which is logged once, those of before."""
        self.store.refresh()  # from an address, the aliases come with the versions
        try:
            self._sound, told = self.aliases.all(), ""
        except AliasError as error:
            told = str(error)
        if told and told != self._told:
            log.warning("%s", told)
        self._told = told
        return self._sound


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
