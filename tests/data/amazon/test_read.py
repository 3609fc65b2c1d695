"""Every generation of files gives the same canonical tables, and one account of what is left out."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.sources import Reading
from pipeline.errors import DatasetError
from tests.data.amazon.shop import (
    INTERACTIONS,
    META_2018,
    PRODUCTS,
    SOME,
    Made,
    lines,
    old_reviews,
    reviews_2023,
    write_merged,
    write_shop,
)


@pytest.mark.parametrize("generation", ["2014", "2018", "2023", "merged"])
def test_every_generation_gives_the_same_tables(tmp_path: Path, generation: str) -> None:
    made = Made(tmp_path, *write_shop(tmp_path, generation))
    assert made.raw.format == generation
    assert made.products() == PRODUCTS
    assert made.rows("interactions") == INTERACTIONS
    assert made.counts["repeats"] == 1
    assert made.bar.done == made.bar.steps > 0
    # What can be no price is counted; a missing one, or a dash, is not.
    assert made.counts["emptied"] == ({"products.price": 1} if generation == "2018" else {})
    days = [None, None, date(2012, 10, 4) if generation in ("2018", "2023") else None]
    assert made.rows("products", "released") == [(day,) for day in days]
    if generation != "merged":
        assert made.counts["read"] == {"products": 4, "interactions": 9}
        assert made.counts["rejected"] == {"products": {"no title": 1}, "interactions": {"unknown product": 2}}


@pytest.mark.parametrize("categories", ["lists", "text", "texts"])
def test_categories_of_a_merged_table(tmp_path: Path, categories: str) -> None:
    made = Made(tmp_path, [str(write_merged(tmp_path / "m.parquet", categories))], [])
    assert made.products() == PRODUCTS


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2018")
    Path(reviews[0]).write_bytes(Path(reviews[0]).read_bytes() + b"half a li")
    first, second = (tmp_path / name for name in ("a", "b"))
    fingerprints = []
    for folder in (first, second):
        folder.mkdir()
        fingerprints.append(Made(folder, reviews, meta).dataset.fingerprint())
    assert fingerprints[0] == fingerprints[1]


def test_one_account_of_what_reading_and_preparing_reject(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2023")
    odd = reviews_2023()[:2]
    odd[0]["rating"], odd[1]["sortTimestamp"] = "five", "soon"
    odd.append({**odd[1], "sortTimestamp": 10**19})
    Path(reviews[0]).write_bytes(lines(reviews_2023()) + lines(odd) + b'\n  \n{"user_id": "cut')
    made = Made(tmp_path, reviews, meta)
    assert made.counts["read"]["interactions"] == 13  # blank lines are none
    assert made.counts["rejected"]["interactions"] == {
        "unknown product": 2, "not a JSON object": 1, "rating is not a number": 1, "unreadable time": 2,
    }  # fmt: skip
    assert made.rows("interactions") == INTERACTIONS
    by_reason = {reason: record for table, reason, record in made.rejects() if table == "interactions"}
    assert by_reason["not a JSON object"] == {"file": "Shop.json", "number": 15, "line": '{"user_id": "cut'}
    assert by_reason["rating is not a number"]["number"] == 10
    assert json.loads(by_reason["unreadable time"]["line"]) == odd[2]
    assert made.dataset.reading == Reading(
        "rejects.parquet",
        0,
        ("Read as Amazon Reviews 2023 (detected): reviews Shop.json; metadata meta_Shop.json.gz.",),
    )


def test_damaged_files_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    """A gzip that is cut off, bytes that are no text, a line of ten megabytes, and one cut in half."""
    _, meta = write_shop(tmp_path, "2023")
    rows = lines(reviews_2023())
    source = random.Random(2)
    noise = "".join(f"{source.random()}" for _ in range(20_000))
    packed = gzip.compress(rows + lines([{**reviews_2023()[0], "text": noise}]), mtime=0)
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    unknown = [row for row in reviews_2023() if row["parent_asin"] == "Z"]
    huge = lines([{**reviews_2023()[0], "text": "x" * 10_000_000}])
    (tmp_path / "odd.jsonl").write_bytes(
        b"\xef\xbb\xbf" + huge + b'{"user_id": "\xff"}\r\n' + lines(unknown) + rows[:100]
    )
    made = Made(tmp_path, [str(tmp_path / "cut.jsonl.gz"), str(tmp_path / "odd.jsonl")], meta)
    assert made.rows("interactions") == INTERACTIONS
    assert made.counts["read"]["interactions"] == 9 + 1 + 4
    assert made.counts["rejected"]["interactions"] == {
        "unknown product": 3, "a line over 2,000,000 bytes": 1, "not UTF-8": 1, "not a JSON object": 1,
        "the gzip is cut off": 1,
    }  # fmt: skip
    assert made.dataset.reading is not None
    assert made.dataset.reading.notes[1:] == (
        "cut.jsonl.gz, line 10: the gzip is cut off; what should follow is lost.",
    )


def test_too_many_rejects_of_reading_stop_the_run(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2023")
    Path(reviews[0]).write_bytes(lines(reviews_2023()) + b"{broken\n" * 9)
    with pytest.raises(DatasetError, match=r"11 of 18 rows \(61.1 %\).*most often: not a JSON object \(9 rows\)"):
        Made(tmp_path, reviews, meta, most=0.25)


def test_a_review_that_stands_under_every_variant_counts_once(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2018")
    long = {"reviewerID": "u9", "overall": 5.0, "reviewText": "I bought this for my mother, who likes it a lot. " * 2}
    short = {"reviewerID": "u8", "overall": 5.0, "reviewText": "Works great."}
    said = [
        {**text, "asin": product, "unixReviewTime": SOME, "verified": True}
        for text in (long, short)
        for product in ("Z", "B", "A", "C")  # Z has no metadata
    ]
    later = {**long, "asin": "C", "unixReviewTime": SOME + 1, "verified": True}
    Path(reviews[0]).write_bytes(lines([*old_reviews({"verified": True}), *said, later]))
    made = Made(tmp_path, reviews, meta)
    kept = [(user, product) for user, product, *_ in made.rows("interactions") if user in ("u8", "u9")]
    assert kept == [("u8", "B"), ("u8", "A"), ("u8", "C"), ("u9", "B"), ("u9", "C")]
    assert made.counts["repeats"] == 1 + 3
    assert made.counts["read"]["interactions"] == 18


def test_several_files_are_read_in_the_order_given(tmp_path: Path) -> None:
    _, meta = write_shop(tmp_path, "2018")
    rows = old_reviews({"verified": True})
    (tmp_path / "b.json").write_bytes(lines(rows[:4]))
    (tmp_path / "a.json").write_bytes(lines(rows[4:]) + b"[]\n")
    made = Made(tmp_path, [str(tmp_path / "b.json"), str(tmp_path / "a.json")], meta)
    assert made.rows("interactions") == INTERACTIONS
    assert made.raw.name == "b-and-1-more"
    ((_, row, record),) = [
        (reason, row, json.loads(record))
        for reason, row, record in made.rows("rejects", "reason", "row", "record")
        if reason == "not a JSON object"
    ]
    assert (row, record["file"], record["number"]) == (10, "a.json", 6)


def test_old_days_without_seconds_are_read(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2014")
    rows = [
        {"reviewerID": "u1", "asin": asin, "overall": 5.0, "helpful": [0, 0], "reviewTime": day}
        for asin, day in (("A", "01 5, 2018"), ("B", "12 31, 2013"), ("C", "03 07, 2018"))
    ]
    Path(reviews[0]).write_bytes(lines(rows))
    made = Made(tmp_path, reviews, meta)
    assert made.rows("interactions", "timestamp") == [
        (1_388_448_000_000,), (1000 * (SOME + 4 * 86_400),), (1000 * (SOME + 65 * 86_400),)
    ]  # fmt: skip


PRICES = [
    ("$14.99", 14.99), (14.99, 14.99), ("from 14.99", 14.99), ("From $1,234", 1234.0), ("$5.00 - $9.99", 5.0),
    ("<span class='a-price'>$7.50</span>", 7.5), ("EUR 12", 12.0), ("", None), ("—", None), (None, None),
    ("-3", None), ("Currently unavailable", None), (".a{color:#333}", None), ("12,50", None), ({"a": 1}, None),
]  # fmt: skip
TITLES = [
    ("I <3 it", "I <3 it"), ("&lt;b&gt; bold &lt;/b&gt;", "<b> bold </b>"), ("AT&T R&D", "AT&T R&D"),
    ("A &amp;amp; B", "A &amp; B"), ("Caf&#233; &#xE9;", "Café é"), ("x<br/>y", "x y"), ("&nope;", "&nope;"),
    ('Mug <a href="x" class="y', "Mug"), ("<script>alert('1')</script>Mug<!-- note -->", "Mug"),
    ("  two\n  lines ", "two lines"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cases"), [("price", PRICES), ("title", TITLES)])
def test_prices_and_titles(tmp_path: Path, column: str, cases: list[tuple[object, object]]) -> None:
    reviews, meta = write_shop(tmp_path, "2018")
    rows = [{**META_2018[2], "asin": f"C{at}", column: value} for at, (value, _) in enumerate(cases)]
    Path(meta[0]).write_bytes(lines([*META_2018, *rows]))
    made = Made(tmp_path, reviews, meta)
    found = made.rows("products", column)[3:]
    assert dict(zip([str(value) for value, _ in cases], found, strict=True)) == {
        str(value): (read,) for value, read in cases
    }
    if column == "price":
        assert made.counts["emptied"] == {"products.price": 1 + 5}


def test_a_blank_first_title_of_a_merged_table_gives_way_to_a_later_one(tmp_path: Path) -> None:
    path = write_merged(tmp_path / "m.parquet")
    rows = pq.read_table(path).to_pylist()
    first = next(row for row in rows if row["asin"] == "A")
    first["title"] = "  \t"
    pq.write_table(pa.Table.from_pylist(rows), path)
    assert Made(tmp_path, [str(path)], []).products() == PRODUCTS


def test_times_in_another_unit_are_refused(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2023")
    rows = reviews_2023()
    for row in rows:
        for key in ("timestamp", "sortTimestamp"):
            if key in row:
                row[key] //= 1000
    Path(reviews[0]).write_bytes(lines(rows))
    with pytest.raises(DatasetError, match=r"before 1973: they are not in the unit .*milliseconds since 1970"):
        Made(tmp_path, reviews, meta)


@pytest.mark.parametrize(("every", "generated"), [(True, True), (False, False)])
def test_data_are_generated_where_every_shopper_is(tmp_path: Path, every: bool, generated: bool) -> None:
    reviews, meta = write_shop(tmp_path, "2023")
    rows = reviews_2023()
    for row in rows:
        if every or row["user_id"] == "u3":
            row["user_id"] = f"GEN{row['user_id']}"
    Path(reviews[0]).write_bytes(lines(rows))
    assert Made(tmp_path, reviews, meta).dataset.generated is generated
