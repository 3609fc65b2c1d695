"""Versions that lie elsewhere: `s3://bucket/prefix` or another address of fsspec, read through a local folder.

What is fetched is staged, compared with its manifest's sums and renamed into place, as when a version is published: the
folder is itself a store of whole versions, from which everything else reads. Nothing is ever written to the address.
What people make in a browser stays in the folder.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from pipeline.addresses import cache_folder, is_address, local_folder
from pipeline.durable import sync
from pipeline.errors import ExplorerError, Unreachable, VersionBroken
from pipeline.fetching import Fetcher, holds, renamed
from pipeline.manifest import MANIFEST, MANIFEST_LIMIT, Manifest, read_manifest
from pipeline.names import NAME, check_name
from pipeline.seen import Seen, copy_aliases, read_aliases
from pipeline.source import Source
from pipeline.versions import VersionStore

FRESH = 15.0  # seconds before the address is looked at again
PATIENT = 60.0  # the same while it does not answer
MAX_VERSIONS = 10_000  # names in the list of versions
ENCODER = {"model.onnx", "tokenizer.json"}
log = logging.getLogger(__name__)


def open_store(where: str | Path) -> VersionStore:
    """Return the store of versions in a folder or at an address."""
    return RemoteStore(str(where)) if is_address(where) else VersionStore(Path(where))


class RemoteStore(VersionStore):
    """The versions at an address, each fetched when it is first asked for.

    Once anything is known, nobody waits for the address: it is looked at again, and a version that was replaced there
    is fetched again, in a thread of its own, and what is here serves meanwhile. It serves on where the address does not
    answer, or what lies there is damaged. Safe to share between threads.

    Args:
        address: For example s3://bucket/prefix, which holds `versions/` and `encoders/`. Credentials come from where
            the library of the protocol looks for them (of S3: the environment, a profile, the machine's role).
        fresh: Seconds for which the address is not looked at again; with 0 everyone looks first, and waits for it.

    Raises:
        Unreachable: There is no such protocol, or the address holds a password.
    """

    def __init__(self, address: str, fresh: float = FRESH) -> None:
        super().__init__(cache_folder(address))
        self._source = Source(address)
        self.address = self._source.address
        self._fetcher = Fetcher(self._source, self.artifacts)
        self._fresh = fresh
        self._seen: Seen | None = None
        self._looking = Lock()
        # The manifests of what lies here, beside what `stat` says of their files.
        self._own: dict[str, tuple[tuple[int, int, int], Manifest]] = {}
        # What could not be fetched: the checksum of its manifest, until when it is not tried again, and why.
        self._stuck: dict[str, tuple[str, float, ExplorerError]] = {}
        self._coming: set[str] = set()  # versions that are being fetched while what is here serves
        self._guard = Lock()  # over the dictionaries above, for an instant

    def names(self) -> list[str]:
        """Return the names of the versions at the address, sorted.

        Raises:
            Unreachable: The address cannot be read, and never was.
        """
        return list(self._now().names)

    def refresh(self) -> None:
        with suppress(Unreachable):
            self._now()

    def path(self, name: str) -> Path:
        """Return the folder on this machine that holds a version, fetched where it is not there yet.

        Raises:
            InvalidName, VersionNotFound: As in a folder.
            Unreachable: It cannot be fetched.
            VersionBroken: What lies at the address is damaged.
        """
        if not self.here(name):
            published = self._published(name)
            if failed := self.failure(name):
                raise failed
            try:
                self._fetch(name, published)
            except VersionBroken as error:
                self._give_up(name, published, error)
                if not (self.root / name).is_dir():
                    raise
        return self._folder(name)

    def here(self, name: str) -> bool:
        """Return whether a version lies here as it is at the address, or as it will be served until that is mended."""
        return self._serving(name)[0]

    def failure(self, name: str) -> ExplorerError | None:
        failed = self._failed(name, self._published(name))
        return failed and type(failed)(failed.problem, failed.remedy)

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a version, without fetching anything else of it."""
        return self._serving(name)[1]

    def publish(self, *arguments: Any, **options: Any) -> Any:
        local_folder(self.address)

    def delete(self, name: str) -> None:
        local_folder(self.address)

    def staging(self, name: str) -> Path:
        return local_folder(self.address)

    def _now(self) -> Seen:
        """Return what was seen at the address; the first look is waited for, the later ones are not."""
        seen = self._seen
        if seen is not None and time.monotonic() < seen.until:
            return seen
        if seen is not None and self._fresh:
            if self._looking.acquire(blocking=False):
                Thread(target=self._look_aside, args=(seen,), daemon=True).start()
            return seen
        with self._looking:
            if self._seen is seen:
                self._seen = self._look(seen)
            return self._seen or self._look(None)

    def _look_aside(self, before: Seen) -> None:
        try:
            self._seen = self._look(before)
        finally:
            self._looking.release()

    def _look(self, before: Seen | None) -> Seen:
        """List what is at the address, read the manifests that were asked for before, and copy the aliases."""
        try:
            found = self._source.names("versions")
            aliases = read_aliases(self._source)
        except Unreachable as error:
            kept = before.names if before else tuple(super().names())
            if not kept:
                raise
            log.warning("%s What was fetched before serves on.", error)
            return Seen(kept, time.monotonic() + PATIENT, dict(before.manifests) if before else {})
        names = tuple(sorted({name for name in found[:MAX_VERSIONS] if NAME.fullmatch(name)}))
        seen = Seen(names, 0.0, {})
        for name in (name for name in (before.manifests if before else ()) if name in names):
            with suppress(ExplorerError):  # whoever asks for it is told
                self._published(name, seen)
        copy_aliases(aliases, self.artifacts, self.address)
        return Seen(names, time.monotonic() + self._fresh, seen.manifests)

    def _published(self, name: str, seen: Seen | None = None) -> Manifest:
        """Return the manifest at the address; that of what lies here where the address does not answer."""
        seen = seen or self._now()
        if check_name(name) not in seen.names:
            raise self._unknown(name)
        if (known := seen.manifests.get(name)) is not None:
            return known
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
        seen.manifests[name] = found
        return found

    def _serving(self, name: str) -> tuple[bool, Manifest]:
        """Return whether a version is served from what lies here, and its manifest."""
        published, own = self._published(name), self._kept(name)
        if own is None or not self._has_encoder(own):
            return False, published
        if own.checksum == published.checksum or self._failed(name, published) is not None:
            return True, own
        if not self._fresh:
            return False, published
        self._fetch_aside(name, published)
        return True, own

    def _kept(self, name: str) -> Manifest | None:
        """Return the manifest of what lies here; None where nothing does, or it is damaged."""
        try:
            stat = (self.root / name / MANIFEST).stat()
            identity = stat.st_mtime_ns, stat.st_size, stat.st_ino
            if (known := self._own.get(name)) is None or known[0] != identity:  # another process may have fetched it
                known = self._own[name] = identity, super().manifest(name)
        except (OSError, ExplorerError):
            return None
        return known[1]

    def _has_encoder(self, manifest: Manifest) -> bool:
        """Return whether a version's encoder lies here, of the size that it says; else it is fetched again."""
        place = self.artifacts / "encoders" / manifest.encoder["id"]
        try:
            return all(
                (place / name).stat().st_size == said["bytes"] for name, said in manifest.encoder["files"].items()
            )
        except (OSError, KeyError):
            return False

    def _failed(self, name: str, published: Manifest) -> ExplorerError | None:
        """Return why a version could not be fetched just now; None where it is worth trying."""
        with self._guard:
            checksum, until, error = self._stuck.get(name, ("", 0.0, None))
        return error if checksum == published.checksum and time.monotonic() < until else None

    def _give_up(self, name: str, published: Manifest, error: ExplorerError) -> None:
        """Try no more for a while."""
        with self._guard:
            self._stuck[name] = published.checksum, time.monotonic() + PATIENT, error
        if (self.root / name).is_dir():
            log.warning("%s What was fetched before serves on.", error)

    def _fetch_aside(self, name: str, published: Manifest) -> None:
        """Fetch a version in a thread of its own, unless one does already."""
        with self._guard:
            if name in self._coming:
                return
            self._coming.add(name)

        def fetch() -> None:
            try:
                self._fetch(name, published)
            except ExplorerError as error:
                self._give_up(name, published, error)
            finally:
                with self._guard:
                    self._coming.discard(name)

        Thread(target=fetch, daemon=True).start()

    def _fetch(self, name: str, manifest: Manifest) -> None:
        """Bring a version and its encoder here; another process that does the same is waited for."""
        encoder, files = str(manifest.encoder["id"]), manifest.encoder["files"]
        place = self.artifacts / "encoders" / encoder
        with self._fetcher.alone(f"encoder-{encoder}"):
            if not holds(place, files):
                self._require_own(name, manifest)
                self._fetcher.bring(f"encoders/{encoder}", place, files, name, lambda staged: renamed(staged, place))
        with self._fetcher.alone(f"version-{name}"):
            own = self._kept(name)
            if own is None or own.checksum != manifest.checksum:  # else another process has fetched it meanwhile

                def put(staged: Path) -> None:
                    (staged / MANIFEST).write_text(json.dumps(vars(manifest), indent=1), "utf-8")
                    sync(staged)
                    self._put(staged, name)

                self._fetcher.bring(f"versions/{name}", self.root / name, manifest.files, name, put)

    def _require_own(self, name: str, manifest: Manifest) -> None:
        """Refuse an encoder that is not whole, or that would take the place of one that another version here needs."""
        encoder, files = manifest.encoder["id"], manifest.encoder["files"]
        if not files.keys() >= ENCODER:
            raise VersionBroken(
                f'The manifest of version "{name}" names no whole text encoder.', f"Copy it to {self.address} again."
            )
        for other in super().names():
            own = None if other == name else self._kept(other)
            if (
                own
                and own.encoder["id"] == encoder
                and holds(self.artifacts / "encoders" / encoder, own.encoder["files"])
            ):
                raise VersionBroken(
                    f'Version "{name}" has another text encoder under the id of that of version "{other}".',
                    "Publish one of them again.",
                )
