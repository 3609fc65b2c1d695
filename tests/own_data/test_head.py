"""The first rows of a file: no more of it is read, and a row is never cut in two."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import DatasetError
from pipeline.own_data import head as head_
from pipeline.own_data.head import head, look


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_a_csv_is_cut_behind_a_record(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('id;text\r\n1;"two\nlines; ""quoted"""\r\n2;plain\r\n3;more\r\n', "utf-8", newline="")
    found = head(file, out, most=1)
    assert found.columns == ("id", "text")
    assert found.rows == ({"id": "1", "text": 'two\nlines; "quoted"'},)
    assert (found.count, found.whole) == (1, False)
    assert found.path.read_text() == 'id;text\n1;"two\nlines; ""quoted"""\n'
    assert head(file, out, most=3).whole
    assert head(file, out, most=3).count == 3


def test_no_more_of_a_packed_file_is_read_than_its_head(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "a.tsv.gz"
    whole = gzip.compress(b"id\ttitle\n" + b"1\tCamera\n" * 200_000, mtime=0)
    file.write_bytes(whole[: len(whole) // 2])  # the other half is missing, and nobody notices
    found = head(file, out, most=5)
    assert found.rows[0] == {"id": "1", "title": "Camera"}
    assert found.path.name == "head.tsv"
    with pytest.raises(DatasetError, match="cut off or damaged"):
        look(file, most=10**9)


def test_jsonl_gives_every_key_and_nested_values_as_json(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": 1, "tags": ["a", "b"]}\nno json\n{"id": null, "title": "x"}\n{"late": 1}\n')
    found = head(file, out, most=3)
    assert found.columns == ("id", "tags", "title")
    assert found.rows == ({"id": "1", "tags": '["a", "b"]', "title": None}, {"id": None, "tags": None, "title": "x"})
    assert (found.count, found.whole) == (3, False)


def test_parquet_keeps_its_types(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3], "path": [["a", "b"], [], None]}), file)
    found = head(file, out, most=2)
    assert found.rows[0] == {"id": "1", "path": "[a, b]"}
    assert (found.count, found.whole) == (3, False)  # one more than asked for tells that there are more
    assert pq.read_schema(found.path).field("id").type == pa.int64()
    assert head(file, out, most=3).whole


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"\x00\xff\x00\xfe" * 50, "cannot be read"),
        ("a.csv", b"\n\n", "no header"),
        ("a.jsonl", b"[1, 2]", "one JSON array"),
        ("a.jsonl", b"\x89PNG\n\x00", "is a JSON object"),
        ("a.jsonl", b'{"a": ' * 5000, "is a JSON object"),
        ("a.parquet", b"PAR1 no PAR1", "cannot be read"),
        ("a.csv.gz", b"\x1f\x8b rubbish", "cut off or damaged"),
        ("a.txt", b"a", "no kind that can be read"),
    ],
)
def test_rubbish_is_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=sentence):
        look(tmp_path / name)


def test_an_endless_line_and_a_large_head_are_bounded(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("id\n" + "x" * 3_000_000)
    with pytest.raises(DatasetError, match="a line of over 2,000,000 characters"):
        look(tmp_path / "a.csv")
    monkeypatch.setattr(head_, "BYTES", 20)
    (tmp_path / "b.csv").write_text("id,title\n" + "1,Camera\n" * 100)
    found = head(tmp_path / "b.csv", out)
    assert found.count == 2  # 9 + 9 + 9 characters are above 20
    assert not found.whole
