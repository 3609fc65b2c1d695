"""Reading the files of a version as what they must be: a size or a type that a file claims is checked, not believed.

Sums tell whether a file is the one that was published, not whether it was made by this program: whoever can write a
version can write its sums. So nothing is decoded before its header fits, and nothing grows past what is expected.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

JSON_LIMIT = 256 * 2**20  # bytes of text
TABLE_LIMIT = 4 * 2**30  # bytes in memory
ROWS = 4096  # rows of a table decoded at once
MEMBER = 512  # bytes of an array in an archive beside its values, at most

Array = npt.NDArray[Any]
Shape = tuple[int | None, ...]


def array(path: Path, dtype: type[np.generic], shape: Shape) -> Array:
    """Return the array of an `.npy` file.

    Args:
        path: The file.
        dtype: What it must hold.
        shape: What its shape must be; None where a length is free. The length of the file bounds it.

    Raises:
        OSError, ValueError: It cannot be read, or holds something else: objects, another shape, numbers that are not
            finite, more or fewer bytes than it says.
    """
    with path.open("rb") as file:
        return _array(file, path.stat().st_size, np.dtype(dtype), shape, path.name)


def mapped(path: Path, dtype: type[np.generic], shape: Shape) -> Array:
    """Return the array of an `.npy` file, left on disk: what is used is in memory, and other processes share it.

    Args, Raises:
        As of `array`, but that its numbers are not looked at: whoever asks has to refuse what is not finite.
    """
    with path.open("rb") as file:
        own_shape, by_column, own_dtype = _header(file, np.dtype(dtype), shape, path.name)
        start = file.tell()
    _length(own_shape, own_dtype, path.stat().st_size - start, path.name)
    if by_column or own_dtype.byteorder == ">" or 0 in own_shape:
        raise ValueError(f"{path.name} holds its numbers in another order")
    return np.asarray(np.memmap(path, own_dtype, "r", start, own_shape))


def archive(path: Path, limit: int) -> dict[str, Array]:
    """Return the arrays of an `.npz` file by name.

    Args:
        path: The file.
        limit: Bytes of all values together, at most; a zip file may hold a thousand times its own size.

    Raises:
        OSError, ValueError: It cannot be read, is larger, or holds something else than plain arrays.
    """
    try:
        with zipfile.ZipFile(path) as file:
            members = file.infolist()
            if sum(each.file_size for each in members) > limit + MEMBER * len(members):
                raise ValueError(f"{path.name} would not fit into {limit:,} bytes")
            found = {}
            for member in members:
                with file.open(member) as opened:
                    found[member.filename.removesuffix(".npy")] = _array(
                        opened, member.file_size, None, None, path.name
                    )
            return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(f"{path.name} is no archive of arrays") from error


def table(path: Path, schema: pa.Schema | None = None, rows: int | None = None, limit: int = TABLE_LIMIT) -> pa.Table:
    """Return the table of a Parquet file.

    Args:
        path: The file.
        schema: Columns that it must have, of these types, without nulls where the schema allows none; it may have
            others, which are not read. None reads all.
        rows: How many rows it must have; None leaves it free.
        limit: Bytes in memory, at most: repeated values take next to nothing in the file.

    Raises:
        OSError, ValueError: It cannot be read, is larger, or holds something else.
    """
    with pq.ParquetFile(path) as file:
        if rows is not None and file.metadata.num_rows != rows:
            raise ValueError(f"{path.name} has {file.metadata.num_rows:,} rows instead of {rows:,}")
        known = file.schema_arrow
        if schema is not None:
            for field in schema:
                if known.get_all_field_indices(field.name) != [known.get_field_index(field.name)]:
                    raise ValueError(f"{path.name} has no column {field.name}")
                if not known.field(field.name).type.equals(field.type):
                    raise ValueError(f"the column {field.name} of {path.name} is not of type {field.type}")
        columns = None if schema is None else schema.names
        batches, size = [], 0
        for batch in file.iter_batches(ROWS, columns=columns, use_threads=False):
            size += batch.nbytes
            if size > limit:
                raise ValueError(f"{path.name} does not fit into {limit:,} bytes")
            batches.append(batch)
        wanted = known if columns is None else pa.schema([known.field(name) for name in columns])
        found = pa.Table.from_batches(batches, wanted).combine_chunks()
    found.validate(full=True)
    for field in schema or ():
        if not field.nullable and found[field.name].null_count:
            raise ValueError(f"the column {field.name} of {path.name} has gaps")
    return found


def said(path: Path, limit: int = JSON_LIMIT) -> Any:
    """Return what a JSON file says.

    Raises:
        OSError, ValueError: It cannot be read, is too large, or is nested too deeply.
    """
    if path.stat().st_size > limit:
        raise ValueError(f"{path.name} is too large")
    try:
        return json.loads(path.read_text("utf-8"))
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deeply") from None


def within(codes: Array, low: int, high: int, what: str) -> None:
    """Refuse numbers that would point outside what they number: below `low`, or not below `high`.

    Raises:
        ValueError: There is such a number.
    """
    if codes.size and not (low <= int(codes.min()) and int(codes.max()) < high):
        raise ValueError(f"{what} point outside")


def compressed(starts: Array, places: Array, n_lists: int, n_places: int) -> None:
    """Refuse compressed sparse columns or rows whose starts do not divide their entries, or that point outside.

    Args:
        starts: int [n_lists + 1], where each list begins among the entries; the last one is their number.
        places: int [n_entries].
        n_lists: Lists.
        n_places: What `places` lie below.

    Raises:
        ValueError: They do.
    """
    if len(starts) != n_lists + 1 or starts[0] != 0 or starts[-1] != len(places) or (np.diff(starts) < 0).any():
        raise ValueError("a table is not divided into its lists")
    within(places, 0, n_places, "entries of a table")


def members(found: Mapping[str, Array], wanted: Iterable[tuple[str, type[np.generic], int]]) -> list[Array]:
    """Return arrays of an archive by name, each of the type and the number of dimensions wanted.

    Raises:
        ValueError: One is missing or of another kind.
    """
    chosen = []
    for name, dtype, dimensions in wanted:
        own = found.get(name)
        if own is None or own.dtype != np.dtype(dtype) or own.ndim != dimensions:
            raise ValueError(f"{name} is not what it should be")
        chosen.append(own)
    return chosen


def _array(file: IO[bytes], size: int, dtype: np.dtype[Any] | None, shape: Shape | None, name: str) -> Array:
    """Read an array of which the file, `size` bytes long, holds the header and the values and nothing else."""
    own_shape, by_column, own_dtype = _header(file, dtype, shape, name)
    bytes_ = _length(own_shape, own_dtype, size - file.tell(), name)
    content = file.read(bytes_)
    if len(content) != bytes_:
        raise ValueError(f"{name} ends too early")
    values = np.frombuffer(bytearray(content), dtype=own_dtype).reshape(own_shape, order="F" if by_column else "C")
    if own_dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return values


def _header(
    file: IO[bytes], dtype: np.dtype[Any] | None, shape: Shape | None, name: str
) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read the header of an array: its shape, whether it lies column by column, and its type, of those wanted."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name} is of an unknown kind")
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    own_shape, by_column, own_dtype = header(file)
    if own_dtype.hasobject or own_dtype.kind not in "biufS" or (dtype is not None and own_dtype != dtype):
        raise ValueError(f"{name} holds {own_dtype}")
    if any(length < 0 for length in own_shape) or (
        shape is not None
        and (
            len(own_shape) != len(shape)
            or any(each not in (None, length) for each, length in zip(shape, own_shape, strict=True))
        )
    ):
        raise ValueError(f"{name} is of shape {own_shape}")
    return own_shape, by_column, own_dtype


def _length(shape: tuple[int, ...], dtype: np.dtype[Any], left: int, name: str) -> int:
    """Return the bytes of an array's values, which are all that is left of its file."""
    count = 1
    for length in shape:  # whole numbers of Python's: no product is too large
        count *= length
    if count * dtype.itemsize != left:
        raise ValueError(f"{name} is not as long as it says")
    return count * dtype.itemsize
