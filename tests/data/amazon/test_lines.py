"""Lines of files that are whole, cut, damaged or badly encoded: each is read, or set aside with its reason."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest

from pipeline.data.amazon import lines as module
from pipeline.data.amazon.lines import Lines
from pipeline.data.amazon.literals import as_json
from pipeline.data.amazon.salvage import unpacked

Read = list[tuple[int, str]]


def read(path: Path) -> tuple[Read, list[tuple[int, str, str]], int]:
    """Return (number, line) of the good lines, (number, reason, text) of the others, and how many lines there are."""
    lines = Lines(path)
    rows = [row for batch in lines.batches() for row in batch.to_pylist()]
    good = [(row["number"], row["line"].rstrip("\r\n")) for row in rows if row["damage"] is None]
    bad = [(row["number"], row["damage"], row["line"]) for row in rows if row["damage"] is not None]
    return [(number, line) for number, line in good if line.strip()], bad, lines.count


@pytest.mark.parametrize("content", [b"a\nb\n", b"a\r\nb\r\n", b"a\nb", b"\xef\xbb\xbfa\nb\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_whole_files(tmp_path: Path, content: bytes, pack: type[bytes]) -> None:
    path = tmp_path / "x"  # the name tells nothing
    path.write_bytes(pack(content))
    assert read(path) == ([(1, "a"), (2, "b")], [], 2)


def test_several_members_and_padding_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"a\nb", mtime=0) + b"\0" * 5 + gzip.compress(b"c\nd\n", mtime=0) + b"\0\0")
    assert read(path) == ([(1, "a"), (2, "bc"), (3, "d")], [], 3)


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    for content in (b"", gzip.compress(b"", mtime=0)):
        (tmp_path / "x").write_bytes(content)
        assert read(tmp_path / "x") == ([], [], 0)


@pytest.fixture
def noise() -> bytes:
    """20,000 lines that pack badly: a hundred bytes each, numbered."""
    source = random.Random(1)
    return b"".join(f"{at} {source.randbytes(47).hex()}\n".encode() for at in range(1, 20_001))


def test_a_cut_gzip_gives_every_line_before_the_cut(tmp_path: Path, noise: bytes) -> None:
    packed = gzip.compress(noise, mtime=0)
    path = tmp_path / "x.gz"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    unpacks = len(zlib.decompressobj(31).decompress(packed[: len(packed) * 2 // 3]))
    whole = noise[:unpacks].count(b"\n")
    good, bad, count = read(path)
    expected = noise.decode().splitlines()
    assert [line for _, line in good] == expected[:whole]
    assert bad == [(whole + 1, "the gzip is cut off", noise[:unpacks].decode().splitlines()[whole])]
    assert count == whole + 1


def test_a_damaged_gzip_gives_the_lines_before_the_damage(tmp_path: Path, noise: bytes) -> None:
    packed = bytearray(gzip.compress(noise, mtime=0))
    packed[len(packed) // 2 : len(packed) // 2 + 200] = bytes(200)
    (tmp_path / "x.gz").write_bytes(packed)
    good, bad, _ = read(tmp_path / "x.gz")
    number, reason, _ = bad[-1]
    assert reason.startswith("the gzip is damaged")
    assert number > 9_000
    assert [line for _, line in good][:9_000] == noise.decode().splitlines()[:9_000]


def test_bytes_that_were_changed_are_told_by_the_checksum(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\nb\nc", mtime=0)
    (tmp_path / "x.gz").write_bytes(packed[:-8] + b"\0\0\0\0" + packed[-4:])
    assert read(tmp_path / "x.gz") == ([(1, "a"), (2, "b")], [(3, "the gzip is damaged: incorrect data check", "c")], 3)


def test_what_follows_a_gzip_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"a\nb\n", mtime=0) + b"<html>")
    assert read(tmp_path / "x.gz") == ([(1, "a"), (2, "b")], [(3, "bytes that are no gzip follow", "")], 3)


def test_lines_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a\n\xff\xfe\nb\ncaf\xe9 au lait\n\xc3\xa9\n\xc3")
    good, bad, count = read(tmp_path / "x")
    assert good == [(1, "a"), (3, "b"), (5, "é")]
    assert bad == [(2, "not UTF-8", "��"), (4, "not UTF-8", "caf� au lait"), (6, "not UTF-8", "�")]
    assert count == 6


def test_a_line_of_ten_megabytes_is_set_aside(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\n" + b"x" * 10_000_000 + b"\nb\n" + b"y" * 1_999_999 + b"\n", 1, mtime=0)
    (tmp_path / "x.gz").write_bytes(packed)
    good, bad, count = read(tmp_path / "x.gz")
    assert [(number, len(line)) for number, line in good] == [(1, 1), (3, 1), (4, 1_999_999)]
    assert [(number, reason, len(text)) for number, reason, text in bad] == [(2, "a line over 2,000,000 bytes", 1_000)]
    assert count == 4


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_of_any_size_give_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("pipeline.data.amazon.salvage.PACKED", size)
    monkeypatch.setattr("pipeline.data.amazon.salvage.UNPACKED", size)
    monkeypatch.setattr(module, "LONGEST", 9)
    (tmp_path / "x").write_bytes(gzip.compress("é 1\n\nlonger than nine\nlast 2\n".encode(), mtime=0))
    good, bad, count = read(tmp_path / "x")
    assert good == [(1, "é 1"), (4, "last 2")]
    assert [number for number, *_ in bad] == [3]
    assert count == 4


def test_reading_tells_how_far_it_is(tmp_path: Path, noise: bytes) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(noise, mtime=0))
    steps: list[int] = []
    assert b"".join(unpacked(tmp_path / "x.gz", [], steps.append)) == noise
    assert sum(steps) == (tmp_path / "x.gz").stat().st_size


LITERALS = [
    b"{'asin': 'A', 'title': \"It's\", 'price': 1e1, 'related': {'also_bought': ['B']}}",
    b'{"asin": "B", "title": null}',  # JSON stays
    b"{'asin': __import__('os').getcwd()}",  # never run
    b"['asin']",
    b"{'asin': 'C', 'title': 'a\\dj \xc3\xa9', 'categories': [['X', 'Y']]}",
    b"{'asin': {1, 2}}",
    b"(" * 500,
    b"{'asin': 'D'",
]


@pytest.mark.parametrize("blocks", [1, 5])  # five are shared among processes
def test_literals_become_json_line_by_line(blocks: int) -> None:
    text = b"\n".join(LITERALS) + b"\n"
    found = list(as_json((1 + 8 * at, text) for at in range(blocks)))
    assert [number for number, _ in found] == [1 + 8 * at for at in range(blocks)]
    assert [block.splitlines() for _, block in found] == blocks * [
        [
            b'{"asin": "A", "title": "It\'s", "price": 10.0}', *LITERALS[1:4],
            '{"asin": "C", "title": "a\\\\dj é", "categories": [["X", "Y"]]}'.encode(), *LITERALS[5:],
        ]
    ]  # fmt: skip
