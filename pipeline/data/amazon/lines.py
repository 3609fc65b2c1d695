"""The lines of a file as Arrow batches, with their numbers; lines that are no text are set aside with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.data.amazon.salvage import unpacked

BOM = b"\xef\xbb\xbf"
LONGEST = 2_000_000  # bytes of a line, as elsewhere; what is longer is no review and no product
SHOWN = 1_000  # characters of a damaged line that are kept
NOT_TEXT = "not UTF-8"
TOO_LONG = f"a line over {LONGEST:,} bytes"
SCHEMA = pa.schema(
    [
        pa.field("number", pa.int64()),  # 1 = the file's first line
        pa.field("line", pa.string()),  # UTF-8, its line ending included; blank where a damaged line stood
        pa.field("damage", pa.string()),  # why this line cannot be read; null in all others
    ]
)

Block = tuple[int, bytes]  # the number of the first line, and whole lines


class Lines:
    """The lines of one file, read once.

    Args:
        path: The file, packed or not.
        advance: Called with the number of bytes that were read from the disk.
        convert: Brings blocks of lines to blocks of as many lines, in their order.
    """

    def __init__(
        self,
        path: Path,
        advance: Callable[[int], None] = lambda size: None,
        convert: Callable[[Iterable[Block]], Iterator[Block]] = iter,
    ) -> None:
        self.path = path
        self.count = 0
        self._advance = advance
        self._convert = convert
        self._damaged: list[tuple[int, str, str]] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield batches of `SCHEMA`: all lines in their order, and damaged ones once more, with what they hold."""
        for first, text in self._convert(self._blocks()):
            ends = _ends(text)
            yield pa.record_batch(
                [
                    pa.array(np.arange(first, first + len(ends))),
                    pa.StringArray.from_buffers(
                        len(ends), pa.py_buffer(np.concatenate([[0], ends]).astype(np.int32)), pa.py_buffer(text)
                    ),
                    pa.nulls(len(ends), pa.string()),
                ],
                schema=SCHEMA,
            )
            if self._damaged:
                yield self._aside()
        if self._damaged:
            yield self._aside()

    def _blocks(self) -> Iterator[Block]:
        """Yield blocks of whole lines, every one of them UTF-8 and of bearable length."""
        damage: list[str] = []
        rest, begun = b"", False
        for piece in unpacked(self.path, damage, self._advance):
            text = piece if begun or not piece else piece.removeprefix(BOM)
            begun = begun or bool(piece)
            whole = text.rfind(b"\n") + 1
            if whole:
                yield self._checked(rest + text[:whole])
                rest = b""
            # Of a line that is too long, only that it is needs to be known.
            rest = (rest + text[whole:])[: LONGEST + 1]
        if damage:
            self.count += 1
            self._damaged.append((self.count, damage[0], _shown(rest)))
        elif rest:
            yield self._checked(rest + b"\n")

    def _checked(self, text: bytes) -> Block:
        """Number the lines of a block, and blank the damaged ones."""
        first, self.count = self.count + 1, self.count + text.count(b"\n")
        if len(text) <= LONGEST and _is_text(text):
            return first, text
        ends = _ends(text)
        bad = dict.fromkeys(np.flatnonzero(np.diff(ends, prepend=0) > LONGEST + 1).tolist(), TOO_LONG)
        bad |= dict.fromkeys(_not_text(text, ends), NOT_TEXT)
        if not bad:
            return first, text
        mended = bytearray(text)
        for at, reason in sorted(bad.items()):
            start, end = int(ends[at - 1]) if at else 0, int(ends[at]) - 1
            self._damaged.append((first + at, reason, _shown(text[start:end])))
            mended[start:end] = b" " * (end - start)
        return first, bytes(mended)

    def _aside(self) -> pa.RecordBatch:
        numbers, reasons, texts = zip(*self._damaged, strict=True)
        self._damaged = []
        return pa.record_batch([pa.array(numbers, pa.int64()), pa.array(texts), pa.array(reasons)], schema=SCHEMA)


def _ends(text: bytes) -> np.ndarray:
    """Return int64: for each line the place behind its line feed."""
    return np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1


def _is_text(text: bytes) -> bool:
    try:
        str(text, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_text(text: bytes, ends: np.ndarray) -> Iterator[int]:
    """Yield which lines are not UTF-8."""
    view, start = memoryview(text), 0
    while start < len(text):
        try:
            str(view[start:], "utf-8")
            return
        except UnicodeDecodeError as error:
            at = int(np.searchsorted(ends, start + error.start, side="right"))
            yield at
            start = int(ends[at])


def _shown(line: bytes) -> str:
    return line[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN].strip()
