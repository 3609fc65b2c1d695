"""The real datasets, as far as their published counts go."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare


def test_beauty(real_data: Path, tmp_path: Path) -> None:
    prepared = prepare(Dataset.load(real_data / "amazon_beauty" / "dataset.toml"), tmp_path)
    counts = prepared.counts
    assert (counts["products"], counts["interactions"], counts["shoppers"]) == (12_101, 198_502, 22_363)
    assert counts["rejected"] == {"products": {}, "interactions": {}}
    # The source has the published leave-one-out split: ours, derived from positions, is the same in every row.
    columns = pa.csv.ConvertOptions(column_types={"pos": pa.int32()})
    source = pa.csv.read_csv(real_data / "amazon_beauty" / "interactions.csv.gz", convert_options=columns)
    published = source.select(["user_id", "pos", "asin", "split"]).sort_by(
        [("user_id", "ascending"), ("pos", "ascending")]
    )
    ours = pq.read_table(tmp_path / "interactions.parquet")
    for mine, theirs in {"user_id": "user_id", "position": "pos", "product_id": "asin", "part": "split"}.items():
        assert ours.column(mine).combine_chunks() == published.column(theirs).combine_chunks(), mine
    products = pq.read_table(tmp_path / "products.parquet")
    assert products.column("title").null_count == 0
    assert products.column("category")[0].as_py() == ["Beauty", "Makeup", "Nails", "Nail Polish"]


@pytest.mark.parametrize(
    ("folder", "products", "judgements", "queries"),
    [("icecat_electronics", 19_406, 1_960, 67), ("home_depot", 54_667, 58_376, 9_341)],
)
def test_judged_catalogues(
    real_data: Path, tmp_path: Path, folder: str, products: int, judgements: int, queries: int
) -> None:
    counts = prepare(Dataset.load(real_data / folder / "dataset.toml"), tmp_path).counts
    assert (counts["products"], counts["judgements"], counts["queries"]) == (products, judgements, queries)
    assert counts["rejected"] == {"products": {}, "judgements": {}}
    assert (counts["interactions"], counts["emptied"]) == (0, {})


def test_icecat_prices_are_no_longer_cents(real_data: Path, tmp_path: Path) -> None:
    prepare(Dataset.load(real_data / "icecat_electronics" / "dataset.toml"), tmp_path)
    first = pq.read_table(tmp_path / "products.parquet").slice(0, 1).to_pylist()[0]
    assert (first["product_id"], first["brand"], first["price"]) == ("3920564", "Xerox", 49.95)
