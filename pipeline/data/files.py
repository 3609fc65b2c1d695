"""The files of a table: which ones a path means, of which kind they are, and whether a .gz is whole."""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from pipeline.errors import DatasetError

KINDS = {
    ".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
}  # fmt: skip
SUPPORTED = ".csv, .tsv, .jsonl, .ndjson or .json, each also with .gz, .parquet or .pq"
CHUNK = 2**22  # bytes


def find(folder: Path, path: str) -> list[Path]:
    """Return the files that a path means, sorted by name: one file, a folder's own files, or a glob's.

    A folder's hidden files, and those whose name begins with an underscore, are left out (Spark's `_SUCCESS`).

    Args:
        folder: What the path is relative to.
        path: As written in the description.

    Raises:
        DatasetError: There is none, one of them is empty, or they are of an unknown kind or of several kinds.
    """
    place = folder / path
    if place.is_file():
        found = [place]
        if kind(place) == "":
            raise DatasetError(f"{place} is of no kind that can be read.", f"Readable are {SUPPORTED}.")
    elif place.is_dir():
        found = [file for file in place.iterdir() if kind(file) and file.is_file() and file.name[0] not in "._"]
    else:
        found = [Path(file) for file in glob.glob(str(place), recursive=True) if kind(Path(file))]
        found = [file for file in found if file.is_file()]
    if not found:
        where = "no readable file lies in" if place.is_dir() else "no file matches"
        raise DatasetError(f'"{path}": {where} {place}.', f"Check the path; readable are {SUPPORTED}.")
    found.sort(key=lambda file: file.as_posix())
    kinds = {kind(file): file.name for file in found}
    if len(kinds) > 1:
        raise DatasetError(
            f'"{path}" mixes kinds of files: {" and ".join(sorted(kinds.values()))}.',
            "Name one kind with a glob such as *.csv.",
        )
    for file in found:
        if file.stat().st_size == 0:
            raise DatasetError(f"{file} is empty.", "Put the table there, or remove the file.")
    return found


def kind(path: Path) -> str:
    """Return csv, jsonl, parquet, or '' for what cannot be read."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    packed = suffixes[-1:] == [".gz"]
    found = KINDS.get(suffixes[-2] if packed and len(suffixes) == 2 else "" if packed else "".join(suffixes[-1:]), "")
    return "" if packed and found == "parquet" else found


def sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes.

    Raises:
        DatasetError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, str(error.strerror)) from None


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked where it is a .gz."""
    return gzip.GzipFile(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def open_text(path: Path, errors: str = "surrogateescape") -> TextIO:
    """Open a file as UTF-8 text, its line endings made alike; by default bytes that are no UTF-8 survive a rewrite."""
    return io.TextIOWrapper(open_bytes(path), encoding="utf-8-sig", errors=errors)


def count_quotes(path: Path) -> int:
    """Return how many double quotes a file holds, having read it to its end.

    That also finds a .gz that does not agree with its checksum; DuckDB does not look at it.

    Raises:
        DatasetError: It cannot be read, or the .gz is cut off or damaged.
    """
    return sum(chunk.count(b'"') for chunk in chunks(path, CHUNK))


def chunks(path: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked where it is a .gz, which must agree with its checksum.

    Raises:
        DatasetError: It cannot be read, or the .gz is cut off or damaged.
    """
    with damage_told(path), open_bytes(path) as file:
        while chunk := file.read(size):
            yield chunk


def chunks_of(packed: IO[bytes], path: Path, size: int) -> Iterator[bytes]:
    """Yield what the bytes of a .gz unpack to, in pieces of at most `size` bytes; `path` is how errors name it.

    Raises:
        DatasetError: They are cut off or damaged.
    """
    with damage_told(path), gzip.GzipFile(fileobj=packed) as file:
        while chunk := file.read(size):
            yield chunk


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn what is wrong with a file into a sentence."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DatasetError(
            f"{path} is cut off or damaged: {str(error).rstrip('.')}.", "Fetch or write the file again."
        ) from None
    except OSError as error:
        raise unreadable(path, str(error.strerror or error)) from None


def unreadable(path: Path, why: str) -> DatasetError:
    """Return the error for a file that is there and cannot be read."""
    return DatasetError(f"{path} cannot be read: {why.rstrip('.')}.", "Check the file and who may read it.")
