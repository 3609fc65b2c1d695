"""Uploaded files, below artifacts/uploads/<dataset>/: each looked at before it is kept, and whole or absent."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data import files
from pipeline.durable import locked, sync
from pipeline.errors import DatasetError
from pipeline.names import check_name

FOLDER = "uploads"
MOST = 20 * 2**20  # bytes of a file; a server may be set up to take fewer
UNPACKED = 2**30  # bytes of what a .gz or a Parquet file holds
TOGETHER = 2 * 2**30  # bytes of all that was uploaded
LOOKED_AT = 2**16  # bytes that tell text from what is none
LONGEST_NAME = 100
MAGIC = {".gz": b"\x1f\x8b", "parquet": b"PAR1"}
# What workbooks begin with: .xlsx and .ods as any zip (APPNOTE 4.3.7), .xls as a compound file ([MS-CFB] 2.2).
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
WORKBOOK_ENDS = (".xlsx", ".xlsm", ".xls", ".ods")
SAVE_AS_CSV = "Save it as CSV (UTF-8) in Excel, and upload that."
STEM = "table"  # of a file whose name has no letter that may stay


def keep(artifacts: Path, dataset: str, name: str, content: bytes, most: int = MOST) -> Path:
    """Keep an uploaded file; beside another one of that name it gets a number.

    Args:
        artifacts: The artifacts folder.
        dataset: The dataset that it belongs to.
        name: What it was called where it comes from.
        content: Its bytes.
        most: How many bytes it may have.

    Returns:
        Where it lies; of a file that was kept before with the same bytes, where that one does.

    Raises:
        InvalidName: The dataset cannot be called so.
        DatasetError: It is empty, too large, of no kind that can be read, or not what its name says.
    """
    folder = artifacts / FOLDER / check_name(dataset, "dataset")
    named = folder / safe_name(name)
    check(named, content, most)
    present = sum(path.stat().st_size for path in (artifacts / FOLDER).rglob("*") if path.is_file())
    if present + len(content) > TOGETHER:
        raise DatasetError(
            f"Uploads may take {_megabytes(TOGETHER)} together, and they do.",
            f"Remove some from {FOLDER} in the artifacts folder.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock"):  # two uploads of one name at once: each finds the other's
        final = _place(named, content)
        if final.exists():
            return final
        aside = folder / f".{final.name}.{os.getpid()}.partial"
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(final)
        finally:
            aside.unlink(missing_ok=True)
        sync(folder, files=False)
    return final


def _place(named: Path, content: bytes) -> Path:
    """Return where a file may lie: as named, else with the first number that is free or has the same bytes."""
    stem, ending = _parts(named.name)
    for number in count(2):
        if not named.exists() or (named.is_file() and named.read_bytes() == content):
            break
        named = named.with_name(f"{stem}-{number}{ending}")
    return named


def safe_name(name: str) -> str:
    """Return a file's name without what leads elsewhere or what a file system may refuse.

    >>> safe_name("../../etc/My products (1).CSV"), safe_name("三脚.csv")
    ('My-products-1-.CSV', 'table.csv')

    Raises:
        DatasetError: Its end names no kind of file that can be read.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = last[:80] or "The file"
    if last.casefold().endswith(WORKBOOK_ENDS):
        raise DatasetError(f"{shown} is a workbook, not a table.", SAVE_AS_CSV)
    if not files.kind(Path(last)):
        raise DatasetError(f"{shown} is of no kind that can be read.", f"Readable are {files.SUPPORTED}.")
    stem, ending = _parts(last)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    kept = (re.sub(r"[^A-Za-z0-9._-]+", "-", plain).lstrip(".-_") or STEM) + ending
    if len(kept) > LONGEST_NAME:
        raise DatasetError(f"The name {shown} has over {LONGEST_NAME} characters.", "Give the file a shorter one.")
    return kept


def _parts(name: str) -> tuple[str, str]:
    """Return a name in two: what comes before its ending, and the ending, .gz and what is packed as one."""
    suffixes = Path(name).suffixes
    ending = "".join(suffixes[-2:] if suffixes[-1].lower() == ".gz" else suffixes[-1:])
    return name.removesuffix(ending), ending


def check(path: Path, content: bytes, most: int) -> None:
    """Refuse a file that is not what its name says, or that would be too large once it is unpacked.

    Raises:
        DatasetError: Says which of these.
    """
    if not content:
        raise DatasetError(f"{path.name} is empty.", "Choose a file with a table in it.")
    if len(content) > most:
        raise DatasetError(
            f"{path.name} has {_megabytes(len(content))}, more than the {_megabytes(most)} that may be uploaded.",
            "Put it into a folder that PSE_DATA_FOLDERS names, and point to it.",
        )
    packed = path.suffix.lower() == ".gz"
    kind = files.kind(path)
    magic = MAGIC.get(".gz" if packed else kind, b"")
    if not content.startswith(magic):
        raise DatasetError(f"{path.name} is no {'gzip' if packed else 'Parquet'} file.", "Check what it is.")
    if kind == "parquet":
        _check_parquet(path.name, content)
    elif packed:
        _check_packed(path, content)
    else:
        _check_text(path.name, content[:LOOKED_AT])


def _check_packed(path: Path, content: bytes) -> None:
    """Unpack piece by piece, keeping none: what unpacks to too much is told once it does."""
    size = 0
    for piece in files.chunks_of(io.BytesIO(content), path, files.CHUNK):
        if not size:
            _check_text(path.name, piece[:LOOKED_AT])
        size += len(piece)
        if size > UNPACKED:
            raise DatasetError(
                f"{path.name} unpacks to more than {_megabytes(UNPACKED)}.",
                "Put it into a folder that PSE_DATA_FOLDERS names, and point to it.",
            )
    if not size:
        raise DatasetError(f"{path.name} is empty.", "Choose a file with a table in it.")


def _check_text(name: str, start: bytes) -> None:
    if start.startswith(WORKBOOKS):
        raise DatasetError(f"{name} is a workbook of Excel, or a zip, and no text.", SAVE_AS_CSV)
    if start.startswith(MAGIC["parquet"]):
        raise DatasetError(f"{name} is a Parquet file.", "End its name in .parquet.")
    if b"\0" in start:
        raise DatasetError(f"{name} is no text in UTF-8.", "Save it as CSV in UTF-8.")


def _check_parquet(name: str, content: bytes) -> None:
    try:
        told = pq.ParquetFile(pa.BufferReader(content)).metadata
        size = sum(told.row_group(place).total_byte_size for place in range(told.num_row_groups))
    except (pa.ArrowException, OSError, ValueError):
        raise DatasetError(f"{name} is cut off or damaged.", "Fetch or write the file again.") from None
    if size > UNPACKED:
        raise DatasetError(
            f"{name} unpacks to more than {_megabytes(UNPACKED)}.",
            "Put it into a folder that PSE_DATA_FOLDERS names, and point to it.",
        )


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{size:,} bytes"
