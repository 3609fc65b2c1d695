"""A description says what was mapped, and is read back as a run reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data.dataset import Dataset
from pipeline.data.sources import JudgementsSource, Source
from pipeline.errors import DatasetError, InvalidName
from pipeline.own_data.described import path_from, save, toml

PRODUCTS = Source("products.csv", {"product_id": "asin", "title": "name", "category": "path", "price": "p"}, "|", 0.01)
EVENTS = Source("e.csv", {"user_id": "u", "product_id": "asin", "timestamp": "t"}, timestamp_unit="ms")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    judged = JudgementsSource("j.csv", {"query": "q", "product_id": "id", "grade": "g"})
    tables = {"judgements": judged, "products": PRODUCTS, "interactions": EVENTS}
    path = save(tmp_path, "shop", toml("shop", tables))
    assert path == tmp_path / "descriptions" / "shop.toml"
    found = Dataset.load(path)
    assert (found.name, found.products, found.interactions, found.judgements) == ("shop", PRODUCTS, EVENTS, judged)
    assert found.split.kind == "leave-one-out"
    given = Source("e.csv", {"user_id": "u", "product_id": "a", "title": "t", "split": "part"})
    (tmp_path / "merged.toml").write_text(toml("merged", {"interactions": given}))
    merged = Dataset.load(tmp_path / "merged.toml")
    assert merged.products is None
    assert merged.split.kind == "given"


@pytest.mark.parametrize(
    "odd",
    ['a "quoted" one', "back\\slash", "tab\tline\nend\r", "\x00\x1f\x7f", "\U0001f600 三脚", "# no comment", "'''"],
)
def test_any_column_name_survives(tmp_path: Path, odd: str) -> None:
    source = Source(f"{odd}.csv", {"product_id": "id", "title": odd}, odd)
    found = Dataset.load(save(tmp_path, "odd", toml("odd", {"products": source})))
    assert found.products is not None
    assert (found.products.path, dict(found.products.columns)) == (source.path, dict(source.columns))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(DatasetError, match="not valid Unicode"):
        toml("a", {"products": Source("a.csv", {"product_id": "id", "title": "\ud800"})})


def test_a_description_that_no_run_could_read_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(
        DatasetError, match=r"^shop\.toml: \[interactions\] columns does not say which column is the title"
    ):
        save(tmp_path, "shop", toml("shop", {"interactions": EVENTS}))
    assert list((tmp_path / "descriptions").iterdir()) == []
    with pytest.raises(InvalidName):
        save(tmp_path, "../shop", "")


def test_another_one_of_that_name_gives_way_only_when_asked(tmp_path: Path) -> None:
    text = toml("shop", {"products": PRODUCTS})
    save(tmp_path, "shop", text)
    with pytest.raises(DatasetError, match="already"):
        save(tmp_path, "shop", text)
    save(tmp_path, "shop", text.replace("asin", "sku"), replace=True)
    assert "sku" in (tmp_path / "descriptions" / "shop.toml").read_text()


def test_paths_are_relative_where_the_folder_may_move(tmp_path: Path) -> None:
    assert path_from(tmp_path, tmp_path / "uploads" / "shop" / "a.csv") == "../uploads/shop/a.csv"
    assert path_from(tmp_path, Path("/data/a.csv")) == "/data/a.csv"
