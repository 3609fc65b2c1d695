"""Uploads are kept whole or not at all, inside their folder, and what is no table is a sentence."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import DatasetError, InvalidName
from pipeline.own_data import uploads
from pipeline.own_data.uploads import keep, safe_name

CSV = b"product_id,title\nA,Camera\n"


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("products.csv", CSV),
        ("products.csv.gz", gzip.compress(CSV, mtime=0)),
        ("p.jsonl", b'{"a": 1}\n'),
        ("p.parquet", parquet()),
    ],
)
def test_a_table_is_kept_as_it_came(tmp_path: Path, name: str, content: bytes) -> None:
    kept = keep(tmp_path, "shop", name, content)
    assert kept == tmp_path / "uploads" / "shop" / name
    assert kept.read_bytes() == content
    assert keep(tmp_path, "shop", name, content) == kept  # again, the same: it is there already
    assert [path.name for path in kept.parent.glob("[!.]*")] == [name]


def test_another_table_of_that_name_is_kept_beside_it(tmp_path: Path) -> None:
    first, second, again = (keep(tmp_path, "shop", "三脚.csv", CSV + more) for more in (b"", b"B,Lens\n", b"B,Lens\n"))
    assert [first.name, second.name, again.name] == ["table.csv", "table-2.csv", "table-2.csv"]
    assert first.read_bytes() == CSV
    packed = [keep(tmp_path, "shop", "p.csv.gz", gzip.compress(CSV + more, mtime=0)) for more in (b"", b"C,D\n")]
    assert [path.name for path in packed] == ["p.csv.gz", "p-2.csv.gz"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\windows\\a.csv", "a.csv"),
        (".hidden.csv", "hidden.csv"),
        ("--replace.csv", "replace.csv"),
        ("a\0b\n;rm -rf.csv", "a-b-rm--rf.csv"),
        ("Überblick (2).CSV", "Uberblick-2-.CSV"),
        ("<img src=x>.jsonl.gz", "img-src-x-.jsonl.gz"),
        ("三脚.csv", "table.csv"),
        ("三脚.jsonl.gz", "table.jsonl.gz"),
    ],
)
def test_a_hostile_name_leads_nowhere(tmp_path: Path, name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert "/" not in safe


@pytest.mark.parametrize("name", ["", "..", "a.exe", "csv", ".csv", "三脚", "a.parquet.gz", "x" * 200 + ".csv"])
def test_a_name_of_no_kind_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetError):
        keep(tmp_path, "shop", name, CSV)
    assert not (tmp_path / "uploads").exists()


def test_a_dataset_cannot_be_a_path(tmp_path: Path) -> None:
    for dataset in ("../versions", "", "A b"):
        with pytest.raises(InvalidName):
            keep(tmp_path, dataset, "a.csv", CSV)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "a.csv is empty."),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "a.csv.gz is empty."),
        ("a.csv", b"\x89PNG\r\n\0\0\0", "no text in UTF-8"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "no text in UTF-8"),
        ("a.csv", b"PK\x03\x04\x14\0", "Save it as CSV .* in Excel"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "Save it as CSV .* in Excel"),
        ("a.xlsx", b"PK\x03\x04\x14\0", "a.xlsx is a workbook.* Save it as CSV .* in Excel"),
        ("a.csv", parquet(), "End its name in .parquet"),
        ("a.csv.gz", gzip.compress(b"\0\1\2", mtime=0), "no text in UTF-8"),
        ("a.csv.gz", CSV, "no gzip file"),
        ("a.csv.gz", gzip.compress(CSV, mtime=0)[:-6], "cut off or damaged"),
        ("a.csv.gz", gzip.compress(CSV, mtime=0)[:-6] + b"abcdef", "cut off or damaged"),
        ("a.parquet", CSV, "no Parquet file"),
        ("a.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1", "cut off or damaged"),
        ("a.parquet", parquet()[:-9], "cut off or damaged"),
    ],
)
def test_what_is_no_table_is_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        keep(tmp_path, "shop", name, content)
    assert not (tmp_path / "uploads").exists()


def test_what_is_too_large_packed_or_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatasetError, match="more than the 1 MB that may be uploaded"):
        keep(tmp_path, "shop", "a.csv", b"a" * (2**20 + 1), most=2**20)
    monkeypatch.setattr(uploads, "UNPACKED", 10 * 2**20)
    bomb = gzip.compress(b"a,b\n" + b"0" * (11 * 2**20), mtime=0)
    assert len(bomb) < 20_000
    with pytest.raises(DatasetError, match="unpacks to more than 10 MB"):
        keep(tmp_path, "shop", "a.csv.gz", bomb)
    monkeypatch.setattr(uploads, "UNPACKED", 10)
    with pytest.raises(DatasetError, match="unpacks to more than 10 bytes"):
        keep(tmp_path, "shop", "a.parquet", parquet())
    assert not (tmp_path / "uploads").exists()


def test_uploads_together_have_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "shop", "a.csv", CSV)
    monkeypatch.setattr(uploads, "TOGETHER", 2 * len(CSV) - 1)
    with pytest.raises(DatasetError, match="Uploads may take"):
        keep(tmp_path, "shop", "b.csv", CSV)
