"""The bytes of a file, unpacked where it is a .gz, as far as they go: a cut or damaged file gives what comes before."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

MAGIC = b"\x1f\x8b"  # begins every member of a .gz (RFC 1952)
CUT, DAMAGED, FOLLOWED = "the gzip is cut off", "the gzip is damaged", "bytes that are no gzip follow"
GZIP = 31  # zlib's word for a gzip header and trailer
PACKED = 2**18  # bytes read at a time
UNPACKED = 2**21  # bytes that one step may unpack to


def unpacked(path: Path, damage: list[str], advance: Callable[[int], None] = lambda size: None) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces; whether it is packed is told by its first bytes, not by its name.

    Args:
        path: The file.
        damage: Gets one sentence where the file ends early or cannot be unpacked to its end.
        advance: Called with the number of bytes that were read from the disk.
    """
    with path.open("rb") as file:
        packed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        pieces = _read(file, advance)
        yield from _members(pieces, damage) if packed else pieces


def _read(file: IO[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    while piece := file.read(PACKED):
        advance(len(piece))
        yield piece


def _members(pieces: Iterator[bytes], damage: list[str]) -> Iterator[bytes]:
    """Unpack member after member; zeros behind a member are padding."""
    inflate, begun = zlib.decompressobj(GZIP), False
    for piece in pieces:
        while piece:
            if not begun:
                piece = piece.lstrip(b"\0")
                if not MAGIC.startswith(piece[: len(MAGIC)]):
                    damage.append(FOLLOWED)
                    return
                if not piece:
                    break
            before, begun = inflate.copy(), True
            try:
                yield inflate.decompress(piece, UNPACKED)
            except zlib.error as error:
                yield _before_damage(before, piece)
                damage.append(f"{DAMAGED}: {str(error).rpartition(': ')[2]}")
                return
            piece = inflate.unconsumed_tail
            if inflate.eof:
                piece = inflate.unused_data
                inflate, begun = zlib.decompressobj(GZIP), False
    if begun:
        yield inflate.flush()
        damage.append(CUT)


def _before_damage(inflate: Any, piece: bytes) -> bytes:
    """Unpack byte by byte until it fails."""
    found = []
    try:
        for at in range(len(piece)):
            found.append(inflate.decompress(piece[at : at + 1]))
    except zlib.error:
        pass
    return b"".join(found)
