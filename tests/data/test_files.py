"""Which files a path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data import files
from pipeline.errors import DatasetError
from tests.data.folder import Folder


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"), ("a.CSV.GZ", "csv"), ("a.tsv", "csv"), ("a.b.csv", "csv"),
        ("part-0.snappy.parquet", "parquet"), ("a.pq", "parquet"), ("a.jsonl.gz", "jsonl"), ("a.json", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.parquet.gz", ""), ("a.txt", ""), ("a.gz", ""), ("a", ""), ("_SUCCESS", ""),
    ],
)  # fmt: skip
def test_the_kind_follows_the_suffix(name: str, kind: str) -> None:
    assert files.kind(Path(name)) == kind


def test_one_file_a_folder_a_glob(folder: Folder) -> None:
    for name in ("t/b.csv", "t/a.csv.gz", "t/_c.csv", "t/.d.csv", "t/notes.txt", "t/deep/e.csv"):
        folder.file(name, "x\n")

    def names(path: str) -> list[str]:
        return [file.relative_to(folder.path).as_posix() for file in files.find(folder.path, path)]

    assert names("t/b.csv") == ["t/b.csv"]
    assert names("t") == ["t/a.csv.gz", "t/b.csv"]
    assert names("t/[ab].csv*") == ["t/a.csv.gz", "t/b.csv"]
    assert names("t/**/*.csv") == ["t/_c.csv", "t/b.csv", "t/deep/e.csv"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("none.csv", '"none.csv": no file matches'),
        ("*.parquet", "no file matches"),
        ("empty", "no readable file lies in"),
        ("notes.txt", r"notes\.txt is of no kind that can be read"),
        (".", r'"\." mixes kinds of files: a\.csv and b\.jsonl'),
        ("zero/z.csv", r"z\.csv is empty"),
    ],
)
def test_mistakes_are_told_in_a_sentence(folder: Folder, path: str, sentence: str) -> None:
    folder.file("a.csv", "x\n")
    folder.file("b.jsonl", "{}\n")
    folder.file("notes.txt", "x\n")
    folder.file("zero/z.csv", "")
    folder.file("empty/readme.txt", "x")
    with pytest.raises(DatasetError, match=sentence):
        files.find(folder.path, path)
