"""Which format files are of is told by their first lines; what cannot be read is refused in one sentence."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.amazon.raw import RawFiles, is_merged
from pipeline.errors import DatasetError, InvalidName
from tests.data.amazon.shop import META_2014, META_2018, META_2023, lines, old_reviews, reviews_2023, write_shop


def put(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


@pytest.mark.parametrize("generation", ["2014", "2018", "2023", "merged"])
def test_the_format_is_told_by_the_files(tmp_path: Path, generation: str) -> None:
    raw = RawFiles.find(*write_shop(tmp_path, generation))
    title = "a merged table of Amazon reviews" if generation == "merged" else f"Amazon Reviews {generation}"
    assert (raw.format, raw.detected) == (generation, True)
    assert raw.said().startswith(f"Read as {title} (detected): reviews ")


def test_damaged_first_lines_do_not_hide_the_format(tmp_path: Path) -> None:
    whole = gzip.compress(lines(reviews_2023() * 300), mtime=0)
    reviews = put(tmp_path, "r.jsonl.gz", whole[: len(whole) // 2])
    meta = put(tmp_path, "m.jsonl", b"\xef\xbb\xbf\r\n{half\r\n\xff\xff\r\n" + lines(META_2023))
    assert RawFiles.find([reviews], [meta]).format == "2023"


def test_a_given_format_is_believed(tmp_path: Path) -> None:
    reviews = put(tmp_path, "r.json", lines(old_reviews({"verified": True})))
    meta = put(tmp_path, "m.json", lines(META_2014, repr))
    with pytest.raises(DatasetError, match=r"r\.json is of 2018, but .*m\.json of 2014"):
        RawFiles.find([reviews], [meta])
    raw = RawFiles.find([reviews], [meta], "2014", "shop")
    assert (raw.format, raw.detected, raw.name) == ("2014", False, "shop")
    assert "(as given)" in raw.said()  # the files do not agree, and tell nothing
    same = put(tmp_path, "same.json", lines(META_2018))
    given = RawFiles.find([reviews], [same], "2014")
    assert "(as given; the first lines look like 2018, and may be read wrong)" in given.said()
    assert "(as given)" in RawFiles.find([reviews], [same], "2018").said()


def test_many_broken_lines_before_the_first_record_do_not_hide_it(tmp_path: Path) -> None:
    reviews = put(tmp_path, "r.jsonl", b"{half\n" * 300 + lines(reviews_2023()))
    assert RawFiles.find([reviews], [put(tmp_path, "m.jsonl", lines(META_2023))]).format == "2023"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("All_Beauty.jsonl.gz", "all_beauty"), ("reviews_Electronics_5.json.gz", "electronics_5"),
        ("Meine Käufe.json", "meine-k-ufe"), ("_.json", "reviews"), ("x" * 60 + ".jsonl", "x" * 40),
    ],
)  # fmt: skip
def test_a_dataset_is_called_as_its_file(tmp_path: Path, file: str, name: str) -> None:
    reviews = put(tmp_path, file, lines(reviews_2023()))
    assert RawFiles.find([reviews], [put(tmp_path, "m.json", lines(META_2023))]).name == name


def test_the_sums_of_the_files_decide(tmp_path: Path) -> None:
    reviews, meta = write_shop(tmp_path, "2018")
    first = RawFiles.find(reviews, meta).inputs()
    assert json.loads(json.dumps(first)) == first
    assert RawFiles.find(reviews, meta).inputs() == first
    Path(reviews[0]).write_bytes(Path(reviews[0]).read_bytes() + b"\n")
    assert RawFiles.find(reviews, meta).inputs() != first


REVIEWS, META = lines(reviews_2023()), lines(META_2023)


@pytest.mark.parametrize(
    ("reviews", "meta", "told"),
    [
        (b"[" + REVIEWS + b"]", META, r"r\.json is one JSON array\. Write one JSON object a line"),
        (META, META, r"r\.json holds metadata, not reviews"),
        (REVIEWS, REVIEWS, r"m\.json holds reviews, not metadata"),
        (REVIEWS, lines(META_2018), r"r\.json is of 2023, but .*m\.json of 2018"),
        (b"<html>\n<p>", META, r"r\.json cannot be read: none of its first lines is a JSON object"),
        (gzip.compress(REVIEWS, mtime=0)[:12], META, r"r\.json cannot be read: the gzip is cut off"),
        (REVIEWS.decode().encode("utf-16"), META, r"r\.json is not UTF-8 text"),
        (b'{"a": 1}\n', META, r"r\.json does not look like reviews of Amazon"),
        (b"", META, r"r\.json is empty"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path: Path, reviews: bytes, meta: bytes, told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        RawFiles.find([put(tmp_path, "r.json", reviews)], [put(tmp_path, "m.json", meta)])


def test_mistakes_in_naming_are_told(tmp_path: Path) -> None:
    (reviews,), (meta,) = write_shop(tmp_path, "2018")
    ((merged,), _) = write_shop(tmp_path, "merged")
    for named, told in (
        (([reviews], []), "Without metadata the products have no titles"),
        (([], [meta]), "There are no files of reviews"),
        (([reviews, reviews], [meta]), "is named twice"),
        (([str(tmp_path / "nothing.json")], [meta]), "no file matches"),
        (([reviews], [meta], "2019"), 'There is no format "2019"'),
        (([merged], [meta]), "A merged table is Parquet"),
        (([reviews], [meta], "merged"), "A merged table is Parquet"),
        (([merged], [], "2018"), "A merged table is Parquet"),
    ):
        with pytest.raises(DatasetError, match=told):
            RawFiles.find(*named)
    with pytest.raises(InvalidName):
        RawFiles.find([reviews], [meta], name="No Name")


def test_a_parquet_file_that_is_no_merged_table(tmp_path: Path) -> None:
    pq.write_table(pa.table({"reviewerID": ["u"], "asins": ["A"]}), tmp_path / "x.parquet")
    with pytest.raises(DatasetError, match=r'has no column "asin".* Did you mean "asins"'):
        RawFiles.find([str(tmp_path / "x.parquet")], [])
    with pytest.raises(DatasetError, match=r"y\.parquet cannot be read"):
        RawFiles.find([put(tmp_path, "y.parquet", b"none")], [])
    assert [is_merged(name) for name in ("a.parquet", "b.PQ", "c.toml", "sample")] == [True, True, False, False]
