"""An address, read: names, small files as a whole, large ones fetched and compared with their sums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec

from pipeline.addresses import failure
from pipeline.errors import Unreachable, VersionBroken
from pipeline.manifest import sha256

CHUNK = 2**20
# A server that does not answer is told within seconds, not minutes.
OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 5, "read_timeout": 15, "retries": {"max_attempts": 2}}}
}


class Source:
    """What lies at an address; whatever way its library fails in, a sentence comes of it.

    Args:
        address: For example s3://bucket/prefix.

    Raises:
        Unreachable: There is no such protocol, or the address holds a password.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        protocol, _, rest = self.address.partition("://")
        if not rest:
            raise Unreachable(f"{address} names no place.", "Give a bucket, as in s3://bucket/prefix.")
        if "@" in rest.split("/")[0]:
            raise Unreachable("An address holds no credentials.", "Set them in the environment.")
        try:
            self.files, base = fsspec.url_to_fs(self.address, use_listings_cache=False, **OPTIONS.get(protocol, {}))
        except (ImportError, ValueError):
            raise Unreachable(f"Versions cannot be read from {self.address}.", "Use a folder or s3://.") from None
        except Exception as error:  # some libraries connect at once
            raise failure(error, self.address, "versions") from None
        self._base = base.rstrip("/")

    def names(self, folder: str) -> list[str]:
        """Return what is in a folder, as the address says it."""
        with self.told("versions"):
            found = self.files.ls(f"{self._base}/{folder}", detail=False)
        return [each.rstrip("/").rsplit("/", 1)[-1] for each in found]

    def read(self, path: str, limit: int) -> bytes:
        """Return the text of a small file, one byte more than the limit at most."""
        with self.files.open(f"{self._base}/{path}", "rb") as file:
            found: bytes = file.read(limit + 1)
        return found

    def download(self, path: str, target: Path, expected: Mapping[str, Any], name: str) -> None:
        """Fetch one file unless it is there already, and compare it with its sum."""
        size = int(expected["bytes"])
        if target.is_file() and target.stat().st_size == size and sha256(target) == expected["sha256"]:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, fetched = hashlib.sha256(), 0
        with self.told(f'version "{name}"'):
            opened = self.files.open(f"{self._base}/{path}", "rb", block_size=8 * CHUNK)
        with target.open("wb") as file, opened:
            while True:
                with self.told(f'version "{name}"'):
                    chunk = opened.read(min(CHUNK, size + 1 - fetched))
                if not chunk:
                    break
                fetched += len(chunk)
                if fetched > size:
                    break
                digest.update(chunk)
                file.write(chunk)
        if fetched != size or digest.hexdigest() != expected["sha256"]:
            target.unlink(missing_ok=True)
            raise VersionBroken(
                f'Version "{name}" at {self.address} is damaged: {target.name} differs from its manifest.',
                "If it is being copied there just now, try again in a moment; else copy it again.",
            )

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Turn a failure of the address, in whatever way its library fails, into a sentence."""
        try:
            yield
        except Exception as error:
            raise failure(error, self.address, what) from None
