"""What a mapping makes of the first rows, by the reader that a run uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data.sources import JudgementsSource, Source
from pipeline.errors import DatasetError
from pipeline.own_data import head
from pipeline.own_data.preview import Emptied, preview

PRODUCTS = 'asin,name,path,cents\nA,Camera,"Photo|Cameras",1999\n,No id,,\nB,Lens,Photo,cheap\nA,Again,,\n'
SOURCE = Source("", {"product_id": "asin", "title": "name", "category": "path", "price": "cents"}, "|", 0.01)
EVENTS = "user,asin,when,stars\nann,A,1400000000,5\nbob,C,1400000001,4\nann,B,soon,4\ncem,B,1400000002,9\n"
INTERACTIONS = Source("", {"user_id": "user", "product_id": "asin", "timestamp": "when", "rating": "stars"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "products.csv").write_text(PRODUCTS)
    (tmp_path / "events.csv").write_text(EVENTS)
    return tmp_path


def test_products_are_read_cleaned_and_left_out_as_by_a_run(folder: Path) -> None:
    found = preview("products", SOURCE, folder / "products.csv")
    assert (found.read, found.good) == (4, 2)
    assert [(row["product_id"], row["category"], row["price"]) for row in found.rows] == [
        ("A", ["Photo", "Cameras"], 19.99),
        ("B", ["Photo"], None),
    ]
    assert found.reasons == {"no product id": 1, "repeated product id": 1}
    assert [(row["row"], row["reason"]) for row in found.rejected] == [(2, "no product id"), (4, "repeated product id")]
    assert '"name":"No id"' in found.rejected[0]["record"]
    assert found.emptied == {"price": Emptied(1, 2, "cheap")}


def test_interactions_are_compared_with_the_products_that_there_are(folder: Path) -> None:
    alone = preview("interactions", INTERACTIONS, folder / "events.csv")
    assert not alone.known
    reasons = {'unreadable time (timestamp_unit = "s")': 1, "rating outside 0..5": 1}
    assert alone.reasons == reasons
    beside = preview("interactions", INTERACTIONS, folder / "events.csv", (SOURCE, folder / "products.csv"))
    assert beside.known
    assert beside.reasons == reasons | {"unknown product": 1}
    assert [(row["user_id"], row["timestamp"]) for row in beside.rows] == [("ann", 1_400_000_000_000)]


def test_of_many_products_ids_are_not_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "products.csv").write_text("asin,name,path,cents\n" + "A,Camera,Photo,1\n" * (head.ROWS + 1))
    found = preview("interactions", INTERACTIONS, folder / "events.csv", (SOURCE, folder / "products.csv"))
    assert not found.known
    assert "unknown product" not in found.reasons


def test_judgements_and_a_column_that_is_not_there(folder: Path) -> None:
    (folder / "judged.jsonl").write_text('{"q": "usb", "id": "A", "g": 2}\n{"q": "usb", "id": "B", "g": "good"}\n')
    columns = {"query": "q", "product_id": "id", "grade": "g"}
    found = preview("judgements", JudgementsSource("", columns), folder / "judged.jsonl")
    assert found.rows == [{"query": "usb", "product_id": "A", "grade": 2.0}]
    assert found.reasons == {"grade is not a number": 1}
    with pytest.raises(DatasetError, match="no column"):
        preview("judgements", JudgementsSource("", columns | {"grade": "h"}), folder / "judged.jsonl")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("open.csv", 'asin,name\nA,"Camera\nB,Lens\n', "open.csv: the quote opened in the row at line 2 is never"),
        ("twice.csv", "asin,name,name\nA,Camera,Lens\n", 'twice.csv has more than one column "name"'),
        ("none.csv", "asin,name\n", "none.csv has no rows. Choose a file with rows below its header."),
        ("list.json", '[{"asin": "A", "name": "Camera"}]', "list.json is one JSON array."),
    ],
)
def test_errors_name_the_file_and_no_folder(folder: Path, name: str, text: str, sentence: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(DatasetError) as caught:
        preview("products", Source("", {"product_id": "asin", "title": "name"}), folder / name)
    assert sentence in str(caught.value)
    assert "/" not in str(caught.value).removesuffix("/")
    assert "head." not in str(caught.value)


def test_decimal_commas_are_counted_with_an_example(folder: Path) -> None:
    (folder / "de.csv").write_text('asin,name,Preis\nA,Camera,"19,90"\nB,Lens,"5,00"\nC,Bag,7\nD,Cap,\n')
    found = preview(
        "products", Source("", {"product_id": "asin", "title": "name", "price": "Preis"}), folder / "de.csv"
    )
    assert found.emptied == {"price": Emptied(2, 3, "19,90")}
