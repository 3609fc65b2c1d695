"""Lists of queries, from whatever people give."""

from __future__ import annotations

import pytest

from pipeline.errors import QuerySetError
from pipeline.workspace.queries import MAX_BYTES, from_file, from_text


def test_one_query_a_line_without_blank_ones_and_repeats() -> None:
    assert from_text("usb  cable\r\n\n  camera\t6d \nusb cable\n") == ("usb cable", "camera 6d")
    assert from_text("a\0b\u2028c") == ("a b", "c")


@pytest.mark.parametrize(
    ("name", "content", "queries"),
    [
        ("a.txt", b"\xef\xbb\xbfcamera, small\nlens\n", ("camera, small", "lens")),
        ("a.csv", b'id,Query\n1,"camera, small"\n2,lens\n3\n', ("camera, small", "lens")),
        ("a.CSV", b"query;grade\nusb cable;3\n", ("usb cable",)),
        ("a.csv", b"QUERY\ncamera\n\nlens\n", ("camera", "lens")),
        ("a.csv", "\ufeffquery\n三脚\n".encode(), ("三脚",)),
    ],
)
def test_files(name: str, content: bytes, queries: tuple[str, ...]) -> None:
    assert from_file(name, content) == queries


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There is no query."),
        (" \n\t\n", "There is no query."),
        ("camera\n" + "x" * 501, "The query in line 2 has 501 characters; at most 500 are read."),
        ("\n".join(map(str, range(1001))), "There are more than 1,000 queries."),
    ],
)
def test_what_cannot_be_used_is_said(text: str, problem: str) -> None:
    with pytest.raises(QuerySetError) as error:
        from_text(text)
    assert error.value.problem == problem


def test_the_limits_themselves_are_allowed() -> None:
    assert len(from_text("\n".join(map(str, range(1000))))) == 1000
    assert from_text("x" * 500) == ("x" * 500,)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"caf\xe9", "The file is not UTF-8 text."),
        (b"a\0b", "The file is not text."),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 2 MB."),
        (b"query\n", "There is no query."),
        (b"id,text\n1,camera\n", 'The file has no column named "query"; its first line says "id", "text".'),
        (b"camera\nlens\n", 'The file has no column named "query"; its first line says "camera".'),
        (
            b"a,b,c,d,e,f\n",
            'The file has no column named "query"; its first line says "a", "b", "c", "d", "e" and others.',
        ),
        (b"query\n" + b"x" * 200_000, "The file cannot be read as CSV."),  # a cell longer than csv reads
    ],
)
def test_files_that_cannot_be_used(content: bytes, problem: str) -> None:
    with pytest.raises(QuerySetError) as error:
        from_file("queries.csv", content)
    assert error.value.problem == problem
