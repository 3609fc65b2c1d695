"""Reading many drafts from a file."""

from __future__ import annotations

import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.csv_file import MAX_DRAFTS, price_of, read


def test_quotes_within_a_text_and_columns_that_are_not_read() -> None:
    found = read('title,note,note\n27" monitor,a,b\n"27"" monitor, curved",,\n')
    assert [each.title for each in found.drafts.values()] == ['27" monitor', '27" monitor, curved']
    assert found.rejected == ()


def test_bad_rows_are_set_aside_with_their_line_and_reason() -> None:
    text = 'Title;Price\nCamera;9,50\n;5\n"A\nlong tripod";many\n\nLens;1;2\nBag;\n'
    found = read("\ufeff".encode() + text.encode())
    assert {line: (each.title, each.price) for line, each in found.drafts.items()} == {
        2: ("Camera", 9.5),
        8: ("Bag", None),
    }
    assert [(each.line, each.reason.split(".")[0]) for each in found.rejected] == [
        (3, "The title is empty"),
        (5, '"many" is not a price'),
        (7, "There are more cells than columns"),
    ]
    assert found.rejected[0].text == ";5"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", 'There is no column "title"; the first line says nothing.'),
        ("name,price\na,1", 'There is no column "title"; the first line says "name", "price".'),
        ("title\n\n", "There is no product."),
        (b"\xff\xfe", "The file is not UTF-8 text."),
        ("title\na\0b", "The file is not text."),
        ("title\n" + "x\n" * (MAX_DRAFTS + 1), "There are more than 200 products."),
        (b"x" * (2**20 + 1), "The file is larger than 1 MB."),
        ('title\n"' + "x" * 200_000, "The file cannot be read as CSV."),
        ('title,price\nCamera,9\n"Zoom lens,5\nTripod,7\n', "A quote that opens on line 3 is never closed."),
        (
            'title,price\n"Zoom\nlens",5\n"Tripod,7\n"Bag",2\n',
            "A quoted text on line 4 goes on behind its closing quote.",
        ),
        ('"title\nCamera\n', "A quote that opens on line 1 is never closed."),
        ("title,price, Title\nCamera,9,Lens\n", 'The column "title" stands twice.'),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes | str, told: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(content)
    assert caught.value.problem == told
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("written", "value"),
    [("1,299.50", 1299.5), ("1.299,50", 1299.5), ("1,299", 1299.0), ("12,5", 12.5), (" 7 ", 7.0), ("", None)],
)
def test_prices_as_people_write_them(written: str, value: float | None) -> None:
    assert price_of(written) == value


@pytest.mark.parametrize("written", ["-1", "nan", "inf", "1e400", "five", "1_0", "٣"])
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(InvalidRequest):
        price_of(written)
