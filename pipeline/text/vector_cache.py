"""Vectors of texts that were encoded before, in one file that several processes may append to."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.durable import locked

KEY = 16  # bytes of a text's hash
LIMIT = 2 << 30  # bytes of the file, at most
BLOCK = 8192  # records read at once


class VectorCache:
    """Vectors by text, kept on disk as records of one length: the text's hash, float16 [d], a checksum of both.

    It only saves work: what is damaged is left out, what cannot be written is not kept, and no error comes out of it.
    A record that a killed process left half is cut off by the next one that appends. Beyond the limit the oldest
    records give way.

    Args:
        folder: Holds `vectors.bin`; made when first written to.
        dimension: d.
        limit: Bytes of the file, at most.
    """

    def __init__(self, folder: Path, dimension: int, limit: int = LIMIT) -> None:
        self._folder, self._file = folder, folder / "vectors.bin"
        self._record = np.dtype([("key", f"V{KEY}"), ("vector", "<f2", (dimension,)), ("sum", "<u4")])
        self._limit = limit
        self._damaged = False

    def read(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float16]]:
        """Return float16 [d] of each text that is known."""
        wanted = {_key(text): text for text in texts}
        found: dict[str, npt.NDArray[np.float16]] = {}
        try:
            for block in self._blocks():
                keys = block["key"].tobytes()
                for place in range(len(block)):
                    text = wanted.get(keys[place * KEY : (place + 1) * KEY])
                    if text is None:
                        continue
                    if _sum(block[place]) == block["sum"][place]:
                        found[text] = block["vector"][place].copy()
                    else:
                        self._damaged = True
        except OSError:
            pass
        return found

    def add(self, texts: Sequence[str], vectors: npt.NDArray[np.float16]) -> None:
        """Append the vectors of texts, float16 [n, d]."""
        records = np.zeros(len(texts), dtype=self._record)
        records["key"] = np.frombuffer(b"".join(map(_key, texts)), dtype=f"V{KEY}")
        records["vector"] = vectors
        records["sum"] = [_sum(record) for record in records]
        try:
            with self._alone():
                size = self._file.stat().st_size if self._file.exists() else 0
                full = size + records.nbytes > self._limit
                if full or self._damaged:
                    self._rewrite(self._limit // 2 if full else self._limit)
                with self._file.open("ab") as file:
                    file.truncate(file.tell() // self._record.itemsize * self._record.itemsize)
                    file.write(records.tobytes())
        except OSError:
            return

    def _rewrite(self, room: int) -> None:
        """Write the file anew: of its whole records the newest, at most `room` bytes."""
        aside = self._folder / f".vectors.{os.getpid()}"
        records = self._file.stat().st_size // self._record.itemsize
        with aside.open("wb") as file:
            for block in self._blocks(skipped=max(records - room // self._record.itemsize, 0)):
                file.write(block[[_sum(record) == record["sum"] for record in block]].tobytes())
        aside.rename(self._file)
        self._damaged = False

    def _blocks(self, skipped: int = 0) -> Iterator[np.ndarray]:
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(skipped * self._record.itemsize)
            while len(block := np.fromfile(file, dtype=self._record, count=BLOCK)):
                yield block

    def _alone(self) -> AbstractContextManager[None]:
        """Keep other processes from writing; one that was killed holds no lock."""
        return locked(self._folder / ".lock")


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY).digest()


def _sum(record: np.void) -> int:
    return zlib.crc32(record.tobytes()[:-4])
