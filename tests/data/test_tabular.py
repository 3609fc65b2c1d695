"""Reading files: the same rows from every kind, and every line that is no row accounted for."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data import duck, tabular
from pipeline.data.duck_engine import DuckEngine
from pipeline.data.rejects import Rejects
from pipeline.data.sources import Source
from pipeline.errors import DatasetError
from tests.data.folder import Folder

Rows = list[tuple[Any, ...]]


def read(path: Path, *columns: str, unit: str = "s", separator: str | None = None) -> tuple[Rows, Rows, int]:
    """Return (row, values ...) of the rows, (row, reason, record) of the rejects, and the number of rows read.

    A column is named as the canonical one, or `canonical=column of the source`.
    """
    named = {column.partition("=")[0]: column.partition("=")[2] or column for column in columns}
    with duck.connect(path.parent) as connection:
        rejects = Rejects(DuckEngine(connection), path.parent, 1)
        source = Source(path.name, named, separator, timestamp_unit=unit)
        table = tabular.read(connection, path.parent, "products", source, rejects)
        rows = duck.rows(connection, table.order_by("row"))
        bad = duck.rows(connection, rejects.table.select("row", "reason", "record").order_by("row"))
        return rows, bad, rejects.read["products"]


def test_csv_keeps_texts_as_they_are(folder: Folder) -> None:
    path = folder.file("p.csv", '\ufeff"product_id",title\n00123,"two\nlines"\n007,"a ""b"", c"\n1e5,\n')
    rows, bad, _ = read(path, "product_id", "title")
    assert rows == [(1, "00123", "two\nlines"), (2, "007", 'a "b", c'), (3, "1e5", None)]
    assert bad == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_of_any_line_ending(folder: Folder, newline: str) -> None:
    path = folder.file("p.csv", newline.join(["product_id,title", "1,x", '2,"y, z"', "3,w"]))
    assert read(path, "product_id", "title")[0] == [(1, "1", "x"), (2, "2", "y, z"), (3, "3", "w")]


def test_csv_of_mixed_line_endings(folder: Folder) -> None:
    path = folder.file("p.csv", b'product_id,title\r\n1,x\n2,"a\r\nb"\r\n3\n4,\xff\n5,y\r\n')
    rows, bad, count = read(path, "product_id", "title")
    assert rows == [(1, "1", "x"), (2, "2", "a\nb"), (5, "5", "y")]
    assert [(row, reason) for row, reason, _ in bad] == [(3, "too few columns"), (4, "not UTF-8")]
    assert count == 5


@pytest.mark.parametrize(
    ("name", "mark"), [("p.csv", ";"), ("p.csv", "|"), ("p.csv", "\t"), ("p.tsv", "\t"), ("p.tsv.gz", "\t")]
)
def test_other_delimiters(folder: Folder, name: str, mark: str) -> None:
    content = f"product_id{mark}title\n1{mark}x, y\n".encode()
    path = folder.file(name, gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    assert read(path, "product_id", "title")[0] == [(1, "1", "x, y")]


def test_broken_csv_lines_are_rejects_at_their_place(folder: Folder) -> None:
    path = folder.file(
        "p.csv",
        b'product_id,title,x\n1,one,\n2,two\n3,three,\n4,four,,z\n5,"fi"ve,\n6,\xff\xfe,\n7,"se\nven",\n8\n9,nine,\n',
    )
    rows, bad, count = read(path, "product_id", "title")
    assert rows == [(1, "1", "one"), (3, "3", "three"), (7, "7", "se\nven"), (9, "9", "nine")]
    assert [(row, reason) for row, reason, _ in bad] == [
        (2, "too few columns"),
        (4, "too many columns"),
        (5, "broken quotes"),
        (6, "not UTF-8"),
        (8, "too few columns"),
    ]
    assert json.loads(bad[0][2]) == {"file": "p.csv", "line": "2,two"}
    assert count == 9


def test_empty_columns_after_the_last_are_no_mistake(folder: Folder) -> None:
    rows, bad, _ = read(folder.file("p.csv", "product_id,title\n1,x,\n2,y,,\n"), "product_id", "title")
    assert (rows, bad) == ([(1, "1", "x"), (2, "2", "y")], [])


def test_a_quote_inside_a_text_is_no_mistake(folder: Folder) -> None:
    path = folder.file("p.csv", 'product_id,title\n1,5" disk\n2,"5"" disk"\n3,x\n')
    rows, bad, _ = read(path, "product_id", "title")
    assert [row[2] for row in rows] == ['5" disk', '5" disk', "x"]
    assert bad == []


@pytest.mark.parametrize("tail", ['3,"open\n4,y\n', '3,"open', '"3,open\n4,y\n', '3,"a"\n4, "open\n'])
def test_a_quote_that_is_never_closed_stops_the_run(folder: Folder, tail: str) -> None:
    path = folder.file("p.csv", "product_id,title\n1,x\n2,y\n" + tail)
    line = 5 if '"a"' in tail else 4
    with pytest.raises(DatasetError, match=f"the quote opened in the row at line {line} is never closed"):
        read(path, "product_id", "title")


def test_bad_lines_of_the_second_file(folder: Folder) -> None:
    folder.file("t/a.csv", "product_id,title\n1,x\n2\n3,y\n")
    folder.file("t/b.csv", "title,product_id\nz,4\nw\nv,6\n")
    rows, bad, count = read(folder.path / "t", "product_id", "title")
    assert rows == [(1, "1", "x"), (3, "3", "y"), (4, "4", "z"), (6, "6", "v")]
    assert [(row, json.loads(record)["file"]) for row, _, record in bad] == [(2, "a.csv"), (5, "b.csv")]
    assert count == 6


def test_a_name_that_looks_like_a_glob(folder: Folder) -> None:
    folder.file("p1.csv", "product_id\nwrong\n")
    assert read(folder.file("p[1].csv", "product_id,title\nright,x\n"), "product_id")[0] == [(1, "right")]


def test_jsonl_is_read_line_by_line(folder: Folder) -> None:
    lines = [
        b'{"product_id": 123, "title": "x \\u00e9\\n\\"y\\"", "extra": {"a": 1}}',
        b"",
        b'{"title": null, "product_id": "007"}',
        b'{"product_id": "cut',
        b"[1, 2]",
        b'{"product_id": "\xff"}',
        b'{"product_id": 12345678901234567890, "title": NaN}',
        b'{"title": "last"}',
    ]
    rows, bad, count = read(folder.file("p.jsonl", b"\r\n".join(lines)), "product_id", "title")
    assert rows == [
        (1, "123", 'x é\n"y"'),
        (3, "007", None),
        (7, "12345678901234567890", "NaN"),
        (8, None, "last"),
    ]
    assert [(row, reason) for row, reason, _ in bad] == [
        (4, "not a JSON object"),
        (5, "not a JSON object"),
        (6, "not UTF-8"),
    ]
    assert json.loads(bad[0][2]) == {"line": '{"product_id": "cut'}
    assert count == 7  # the blank line is none


VALUES = [
    '{"user_id": 123, "rating": 4.50, "category": ["A", null, 1.50]}',
    '{"user_id": 1e5, "rating": 12345678901234567890, "category": [["A"], ["B"]]}',
    '{"user_id": NaN, "rating": 1E-7, "category": "A > B", "description": ["one", "two"]}',
    '  {"user_id": {"k": 1.0}, "rating": -0.0, "category": {"k": [1]}, "description": {"k": 1}}',
    '{"user_id": "\\u00e9\\n\\"x\\"", "rating": 1.7976931348623157e308, "other": 1, "description": "[plain]"}',
    '{"user_id": "last", "rating": true, "category": [], "description": []}',
]


@pytest.mark.parametrize("odd", ["", "cut", "null", "[1]", '{"user_id": 1, "user_id": 2}', '{"user_id": "\x01"}'])
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_an_odd_line_changes_no_other_row(folder: Folder, odd: str, suffix: str) -> None:
    """A file of sound lines goes through DuckDB's JSON reader, one with any other line is read line by line."""
    columns = ("category", "description", "user_id", "rating")

    def found(name: str, lines: list[str]) -> tuple[Rows, Rows, int]:
        content = "\n".join(lines).encode()
        packed = gzip.compress(content, mtime=0) if suffix.endswith(".gz") else content
        return read(folder.file(name + suffix, packed), *columns, separator=" > ")

    sound, none, count = found("sound", VALUES)
    assert [row[3] for row in sound] == ["123", "100000.0", "NaN", '{"k":1.0}', 'é\n"x"', "last"]
    assert (len(sound), none, count) == (6, [], 6)
    rows, bad, _ = found("odd", [*VALUES[:3], odd, *VALUES[3:]])
    if odd.startswith('{"user_id": 1'):  # of a key that is named twice the first value counts
        assert rows.pop(3)[3] == "1"
    assert rows == [*sound[:3], *((row + 1, *values) for row, *values in sound[3:])]
    assert [(row, reason) for row, reason, _ in bad] == (
        [] if odd == "" or odd.startswith('{"user_id": 1') else [(4, "not a JSON object")]
    )


def test_jsonl_keys_of_any_spelling(folder: Folder) -> None:
    path = folder.file("p.jsonl", json.dumps({"a/b~c.d 'e'": "x", "Title": "y", "title": "z"}))
    assert read(path, "product_id=a/b~c.d 'e'", "title=Title")[0] == [(1, "x", "y")]


def test_jsonl_lists(folder: Folder) -> None:
    records = [
        {"category": ["A", "B"], "description": ["one", "two"]},
        {"category": [["A", "B"], ["C"]], "description": "[plain]"},
        {"category": "A > B"},
        {"category": []},
        {"category": [], "description": []},
        {},
    ]
    path = folder.file("p.jsonl", "\n".join(map(json.dumps, records)))
    rows = read(path, "category", "description", separator=" > ")[0]
    assert [row[1] or [] for row in rows] == [["A", "B"], ["A", "B"], ["A", "B"], [], [], []]
    assert [row[2] or None for row in rows] == ["one two", "[plain]", None, None, None, None]


def test_a_json_array_is_refused(folder: Folder) -> None:
    with pytest.raises(DatasetError, match=r"p\.json is one JSON array\. Write one JSON object a line"):
        read(folder.file("p.json", '\n[{"product_id": 1}]'), "product_id")


def parquet(folder: Folder, **columns: Any) -> Path:
    path = folder.path / "p.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_ids_of_any_type(folder: Folder) -> None:
    path = parquet(
        folder,
        i=pa.array([1, None], pa.int32()),
        f=pa.array([123.0, None]),
        d=pa.array(["x", "y"]).dictionary_encode(),
        b=pa.array([b"x", b"y"], pa.binary()),
        s=pa.array(["007", ""]),
    )
    for column, expected in {"i": ["1", None], "f": ["123", None], "d": ["x", "y"], "b": ["x", "y"]}.items():
        assert [row[1] for row in read(path, f"product_id={column}")[0]] == expected, column


def test_parquet_times_of_any_type(folder: Folder) -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678_000)
    abroad = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=2)))
    path = parquet(
        folder,
        **{unit: pa.array([moment]).cast(pa.timestamp(unit)) for unit in ("ms", "us", "ns")},
        zoned=pa.array([abroad], pa.timestamp("us", "+02:00")),
        day=pa.array([date(2020, 1, 2)]),
    )
    for column in ("ms", "us", "ns", "zoned"):
        assert read(path, f"timestamp={column}", unit="s")[0] == [(1, "1577934245.678")], column
        assert read(path, f"timestamp={column}", unit="ms")[0] == [(1, "1577934245678")], column
        assert read(path, f"timestamp={column}", unit="iso")[0] == [(1, "2020-01-02 03:04:05.678")], column
    assert read(path, "timestamp=day", unit="ms")[0] == [(1, "1577923200000")]


def test_parquet_lists(folder: Folder) -> None:
    path = parquet(
        folder,
        flat=pa.array([["A", "B"], None]),
        deep=pa.array([[["A", "B"], ["C"]], []]),
        text=pa.array(["A|B", None]),
        one=pa.array([7, None]),
    )
    for column, expected in {"flat": ["A", "B"], "deep": ["A", "B"], "text": ["A", "B"], "one": ["7"]}.items():
        rows = read(path, f"category={column}", separator="|")[0]
        assert [row[1] or [] for row in rows] == [expected, []], column
    assert read(path, "description=flat")[0][0] == (1, "A B")
    with pytest.raises(DatasetError, match=r'column "flat" \(named for title\) is of type VARCHAR\[\]'):
        read(path, "title=flat")


def test_several_parquet_files_of_different_types(folder: Folder) -> None:
    (folder.path / "t").mkdir()
    pq.write_table(pa.table({"product_id": [1], "x": [0]}), folder.path / "t/a.parquet")
    pq.write_table(pa.table({"product_id": ["b"]}), folder.path / "t/b.parquet")
    assert read(folder.path / "t", "product_id")[0] == [(1, "1"), (2, "b")]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("p.csv", b"id,title,brand\n1,x,y\n", 'p.csv has no column "product_id" (named for product_id).'),
        ("p.csv", b"produkt_id,title\n1,x\n", 'Its columns: produkt_id, title. Did you mean "produkt_id"?'),
        ("p.csv", b"product_id,product_id\n1,2\n", 'p.csv has more than one column "product_id"'),
        ("p.csv", b"product_id,title\n", '"p.csv" (products) has no rows.'),
        ("p.csv", "product_id\n1\n".encode("utf-16"), "p.csv cannot be read: it is not UTF-8 text."),
        ("p.jsonl", b'{"productid": 1}\n{"b": 2}\n', "Its columns: b, productid. Did you mean"),
        ("p.jsonl", b"\n\n", '"p.jsonl" (products) has no rows.'),
        ("p.csv.gz", b"product_id\n1\n", "p.csv.gz is cut off or damaged: Not a gzipped file"),
        ("p.csv.gz", gzip.compress(b"product_id\n1\n" * 99, mtime=0)[:-9], "p.csv.gz is cut off or damaged"),
        ("p.jsonl.gz", gzip.compress(b'{"product_id": 1}\n', mtime=0)[:-9], "p.jsonl.gz is cut off or damaged"),
        (
            "p.csv.gz",
            gzip.compress(b"product_id\n1\n", mtime=0)[:-8] + b"\0" * 8,
            "p.csv.gz is cut off or damaged: CRC check",
        ),
        ("p.parquet", b"PAR1 is not enough", "p.parquet cannot be read: "),
    ],
)
def test_mistakes_are_told_in_a_sentence(folder: Folder, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(DatasetError, match=re.escape(sentence)):
        read(folder.file(name, content), "product_id")


def test_a_long_header_is_shown_in_part(folder: Folder) -> None:
    path = folder.file("p.csv", ",".join(f"c{at}" for at in range(50)) + "\n")
    with pytest.raises(DatasetError, match=r"c28, c29, \.\.\. \(50 in all\)"):
        read(path, "product_id")


# Any text that UTF-8 and a CSV field can hold; DuckDB reads an empty field as null.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8))
def test_whatever_python_writes_is_read_back(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    folder = Folder(tmp_path)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("product_id", "title", "brand"), *rows])
    expected = [(at, *(value or None for value in row)) for at, row in enumerate(rows, start=1)]
    found, bad, _ = read(folder.file("p.csv", written.getvalue()), "product_id", "title", "brand")
    assert (found, bad) == (expected, [])
    lines = "\n".join(json.dumps(dict(zip(("product_id", "title", "brand"), row, strict=True))) for row in rows)
    found, bad, _ = read(folder.file("p.jsonl", lines), "product_id", "title", "brand")
    assert [tuple(value or None for value in row) for row in found] == expected
    assert bad == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.lists(st.sampled_from([b"1,x", b"2", b"3,y,z", b"4,\xff", b'5,"a"b', b'6,"q\nr"', b"7,"]), min_size=1))
def test_every_csv_line_is_a_row_or_a_reject(tmp_path: Path, body: list[bytes]) -> None:
    path = Folder(tmp_path).file("p.csv", b"product_id,title\n" + b"\n".join(body) + b"\n")
    rows, bad, count = read(path, "product_id", "title")
    good = {b"1,x": ("1", "x"), b'6,"q\nr"': ("6", "q\nr"), b"7,": ("7", None)}
    assert rows == [(at, *good[line]) for at, line in enumerate(body, start=1) if line in good]
    assert [row for row, _, _ in bad] == [at for at, line in enumerate(body, start=1) if line not in good]
    assert count == len(body)
