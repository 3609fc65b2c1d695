"""Whatever bytes a source is made of: every line is a row or a reject, or the run stops with one sentence."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import DatasetError
from tests.data.test_tabular import read

few = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Pieces of what such files hold, and of what they should not.
PIECES = st.sampled_from(
    [b",", b'"', b"\n", b"\r\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"a", b"1", b" ", b"\t", b";", b"\\",
     b"\x02", b"\xc3\xa9", b"\xed\xa0\x80", b"product_id", b"title", b"{", b"}", b"[", b"]", b":", b"null", b"#",
     b'{"product_id": 1}', b'{"title": "x"}', b"1e999", b"'", b"%", b"x" * 3000, b"\\ud800", b'""']
)  # fmt: skip
BYTES = st.lists(PIECES, max_size=30).map(b"".join) | st.binary(max_size=200)


def accounted(path: Path) -> None:
    """Read a file; check that what was read adds up, or that one sentence says why not."""
    try:
        rows, bad, count = read(path, "product_id", "title")
    except DatasetError:
        return
    numbers = [row[0] for row in rows] + [row for row, *_ in bad]
    assert len(numbers) == count
    assert len(set(numbers)) == count


@few
@given(BYTES)
@example(b'1,"open')
@example(b"1,x\x00y")
def test_csv(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"product_id,title\n" + body)
    accounted(path)


@few
@given(BYTES)
def test_csv_without_a_header(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(body)
    accounted(path)


@few
@given(BYTES)
@example(b"[" * 5000)
@example(b'{"product_id": {"a": [1]}}')
def test_jsonl(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"product_id": "a", "title": "b"}\n' + body)
    accounted(path)


@few
@given(st.lists(st.dictionaries(st.text(max_size=8) | st.just("title"), st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
), max_size=4), max_size=6))  # fmt: skip
def test_jsonl_of_any_values(tmp_path: Path, records: list[dict[str, object]]) -> None:
    path = tmp_path / "p.jsonl"
    lines = [{"product_id": "a", "title": "b"}, *records]
    path.write_bytes(b"\n".join(json.dumps(each).encode("utf-8", "surrogatepass") for each in lines))
    accounted(path)


@few
@given(st.binary(max_size=60), st.integers(0, 10**6), st.sampled_from(["cut", "turned", "gz"]))
def test_parquet_and_gz_that_were_damaged(tmp_path: Path, junk: bytes, at: int, way: str) -> None:
    made = io.BytesIO()
    pq.write_table(pa.table({"product_id": ["a", "b"], "title": ["x", "y"]}), made)
    whole = made.getvalue() if way != "gz" else gzip.compress(b"product_id,title\na,x\nb,y\n", mtime=0)
    place = at % len(whole)
    content = whole[:place] + junk + (b"" if way == "cut" else whole[place + len(junk) :])
    path = tmp_path / ("p.csv.gz" if way == "gz" else "p.parquet")
    path.write_bytes(content)
    accounted(path)


@few
@given(st.sampled_from([
    pa.array([1, None]), pa.array([1.5, float("nan")]), pa.array([b"\xff", b"a"]), pa.array([True, None]),
    pa.array([["a"], None]), pa.array([{"a": 1}, None]), pa.array([None, None]), pa.array([2**63 - 1, -(2**63)]),
    pa.array([1, 2], pa.timestamp("ns")), pa.array([1, 2], pa.date32()), pa.array([1, 2], pa.duration("s")),
    pa.array(["a", "a"]).dictionary_encode(), pa.array([1, 2], pa.decimal128(38, 10)),
]), st.sampled_from(["product_id", "title"]))  # fmt: skip
def test_parquet_of_any_type(tmp_path: Path, values: pa.Array, which: str) -> None:
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"product_id": ["a", "b"], "title": ["x", "y"]} | {which: values}), path)
    accounted(path)
