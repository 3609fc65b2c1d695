"""An inverted file of FAISS on disk, walked to its last byte before FAISS reads it.

Other kinds of index name further files to read, and FAISS believes the sizes that a file claims. So only the two kinds
that this program writes are accepted, and every length in them has to fit the file's. Layout: FAISS 1.15,
`index_write.cpp`: a header, lists and probes, the flat index of the lists' centres, an empty direct map, for product
quantisation its codebook, and the lists: of each the codes of its vectors, then their rows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.vectors import FLAT, HEADER, WIDEST

IVF_FLAT, IVF_PQ = b"IwFl", b"IwPQ"
KINDS = {IVF_FLAT: "ivf-flat", IVF_PQ: "ivf-pq"}
TOP = struct.Struct("<4siqqqBiQQ")  # kind, dimension, rows, two unused, trained, metric, lists, probes
NO_MAP = struct.Struct("<BQ")  # kind and length of the direct map
CODEBOOK = struct.Struct("<BQQQQQ")  # by residual, bytes a code, dimension, parts, bits a part, how many float32 follow
LISTS = struct.Struct("<4sQQ4sQ")  # kind, lists, bytes a code, "full", lists
ROW = 8  # bytes of a row's number
BITS = 8  # of a part of a code
IN_PLACE = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY


@dataclass(frozen=True)
class Layout:
    """What an inverted file holds.

    Args:
        kind: "ivf-flat" (lists hold whole vectors) or "ivf-pq" (codes of them).
        probes: Lists read for a query.
        code: Bytes of a code.
        sizes: int64 [lists], the vectors of each list.
        start: Where the first list begins, in bytes.
    """

    kind: str
    dimension: int
    total: int
    probes: int
    code: int
    sizes: npt.NDArray[np.int64]
    start: int


def layout(path: Path) -> Layout:
    """Return what an inverted file holds, every length in it checked against the file's.

    Raises:
        OSError, ValueError: It is of another kind, or not as it says.
    """
    length = path.stat().st_size
    with path.open("rb") as file:

        def take(form: struct.Struct) -> tuple[Any, ...]:
            content = file.read(form.size)
            if len(content) < form.size:
                raise ValueError(f"{path.name} ends too early")
            return form.unpack(content)

        def numbers(count: int, kind: type[np.generic]) -> npt.NDArray[Any]:
            size = count * np.dtype(kind).itemsize  # of whole numbers of Python's: none is too large
            if size > length - file.tell():
                raise ValueError(f"{path.name} ends too early")
            found = np.frombuffer(file.read(size), kind)
            if not np.isfinite(found).all():
                raise ValueError(f"{path.name} holds numbers that are not finite")
            return found

        kind, dimension, total, _, _, trained, metric, lists, probes = take(TOP)
        _require(kind in KINDS and (trained, metric) == (1, faiss.METRIC_INNER_PRODUCT), path, "of another kind")
        _require(0 < dimension <= WIDEST and 1 <= probes <= lists <= total, path, "of an impossible size")
        centres = take(HEADER)
        _require((centres[0], *centres[5:7]) == (FLAT, 1, faiss.METRIC_INNER_PRODUCT), path, "of another kind")
        _require((*centres[1:3], centres[7]) == (dimension, lists, dimension * lists), path, "of an impossible size")
        numbers(dimension * lists, np.float32)
        _require(take(NO_MAP) == (0, 0), path, "with a map of its rows")
        code = dimension * 4
        if kind == IVF_PQ:
            residual, code, wide, parts, bits, values = take(CODEBOOK)
            fits = 0 < parts <= dimension and dimension % parts == 0 and (code, wide, bits) == (parts, dimension, BITS)
            _require(fits and residual == 1 and values == dimension << BITS, path, "with a codebook that does not fit")
            numbers(values, np.float32)
        _require(take(LISTS) == (b"ilar", lists, code, b"full", lists), path, "with lists that do not fit")
        sizes = numbers(lists, np.uint64)
        _require(int(sizes.max()) <= total and sum(sizes.tolist()) == total, path, "with lists that do not fit")
        start = file.tell()
    _require(length - start == total * (code + ROW), path, "not as long as it says")
    return Layout(KINDS[kind], dimension, total, probes, code, sizes.astype(np.int64), start)


def opened(path: Path, vectors: FloatArray) -> tuple[faiss.IndexIVF, Layout]:
    """Return an inverted file, its lists left on disk and read as they are needed, and what it holds.

    Args:
        path: The file.
        vectors: float32 [n, d], what it was made of: every row stands in one list, and whole vectors are these.

    Raises:
        OSError, ValueError: It is not as it says, or was made of something else.
    """
    found = layout(path)
    _require((found.total, found.dimension) == vectors.shape, path, "of other vectors")
    seen = np.zeros(found.total, bool)
    for codes, rows in _lists(path, found):
        if len(rows) and not (rows.min() >= 0 and rows.max() < found.total):
            raise ValueError(f"{path.name} names rows that are not there")
        seen[rows] = True
        if found.kind == "ivf-flat" and not np.array_equal(codes.view(np.float32), vectors[rows]):
            raise ValueError(f"{path.name} holds other vectors")
    _require(bool(seen.all()), path, "without some of its rows")
    index = faiss.read_index(str(path), IN_PLACE)
    # Every search would start 32 threads that read ahead: many times the work of a search whose lists are in memory.
    faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0
    return index, found


def _lists(path: Path, found: Layout) -> Iterator[tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]]:
    """Yield the codes uint8 [n, bytes] and the rows int64 [n] of each list."""
    with path.open("rb") as file:
        file.seek(found.start)
        for size in found.sizes.tolist():
            codes = np.frombuffer(file.read(size * found.code), np.uint8).reshape(size, found.code)
            yield codes, np.frombuffer(file.read(size * ROW), np.int64)


def _require(fits: bool, path: Path, otherwise: str) -> None:
    if not fits:
        raise ValueError(f"{path.name} is {otherwise}")
