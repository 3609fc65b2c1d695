"""The generated store at any size: one number says how large, pieces fit together, and raw files hold the same."""

from __future__ import annotations

import gzip
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import __main__
from pipeline.data import sample
from pipeline.data.amazon.raw import RawFiles
from pipeline.data.amazon.read import read
from pipeline.data.dataset import Dataset
from pipeline.data.sample import Size, generate_at, large, size
from pipeline.data.sample.amazon import META, REVIEWS, asin, shopper_id
from pipeline.errors import DatasetError

SMALL = Size(reviews=3000, products=620, shoppers=400)
REVIEW_FIELDS = [
    *("rating", "title", "text", "images", "asin", "parent_asin", "user_id", "timestamp"),
    *("helpful_vote", "verified_purchase"),
]
META_FIELDS = [
    *("main_category", "title", "average_rating", "rating_number", "features", "description", "price", "images"),
    *("videos", "store", "categories", "details", "parent_asin", "bought_together"),
]


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store of three houses whose shoppers come in several groups, as tables and as raw files."""
    folder = tmp_path_factory.mktemp("houses")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(size, "HOUSE", 250)
        patch.setattr(large, "GROUP", 60)
        for layout in ("tables", "amazon-2023"):
            generate_at(folder / layout, SMALL, layout=layout, queries=5)
    return folder / "tables", folder / "amazon-2023"


@pytest.fixture(scope="module")
def interactions(houses: tuple[Path, Path]) -> pd.DataFrame:
    return pq.read_table(houses[0] / "interactions.parquet").to_pandas()


@pytest.fixture(scope="module")
def products(houses: tuple[Path, Path]) -> pd.DataFrame:
    return pq.read_table(houses[0] / "products.parquet").to_pandas()


@pytest.mark.parametrize(
    ("reviews", "products", "shoppers"), [(70_000, 6_000, 7_000), (2_000_000, 48_629, 180_000), (1000, 423, 114)]
)
def test_one_number_says_how_large(reviews: int, products: int, shoppers: int) -> None:
    # 1000 reviews: 6000 (1 / 70) ** .6243, and 7000 (1 / 70) ** .9686; .6243 is log(48629 / 6000) / log(200 / 7).
    assert Size.of(reviews) == Size(reviews, products, shoppers)


def test_products_may_be_set_apart_and_make_houses() -> None:
    assert Size.of(70_000, 1_000_000) == Size(70_000, 1_000_000, 7_000)
    assert [Size.of(70_000, n).houses for n in (50_000, 50_001, 1_000_000)] == [1, 2, 20]


@pytest.mark.parametrize("wrong", [(0, None), (-5, None), (70_000, 100), (10**10, None), (70_000, 10**8)])
def test_sizes_that_make_no_store_are_refused(wrong: tuple[int, int | None]) -> None:
    with pytest.raises(DatasetError, match="The sample cannot have"):
        Size.of(*wrong)


@pytest.mark.parametrize("layout", ["tables", "amazon-2023"])
def test_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path, layout: str) -> None:
    tiny = Size(reviews=600, products=220, shoppers=100)
    one, two, other = (
        generate_at(tmp_path / name, tiny, layout=layout, queries=2, seed=seed).parent
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name
        assert path.read_bytes() != (other / path.name).read_bytes(), path.name


def test_houses_fit_together(products: pd.DataFrame, interactions: pd.DataFrame) -> None:
    assert len(products) == 620
    assert len(interactions) == 3000
    assert products.product_id.is_unique
    assert products.title.is_unique
    assert set(interactions.product_id) <= set(products.product_id)
    assert interactions.user_id.nunique() == 400
    assert interactions.user_id.value_counts().min() >= 3
    assert not interactions.duplicated(["user_id", "product_id"]).any()


def test_shoppers_keep_to_one_house_and_come_back_to_their_brands(
    products: pd.DataFrame, interactions: pd.DataFrame
) -> None:
    house = pd.Series([0] * 206 + [1] * 207 + [2] * 207, index=products.product_id)  # 620 / 3, rounded down, each end
    assert (house[interactions.product_id].groupby(interactions.user_id.to_numpy()).nunique() == 1).all()
    brand = products.set_index("product_id").brand
    journeys = interactions.sort_values(["user_id", "timestamp"], kind="stable")
    own = brand[journeys.product_id].reset_index(drop=True)
    before = own.groupby(journeys.user_id.to_numpy()).shift()
    same = (own == before)[before.notna()].mean()
    chance = (own.value_counts(normalize=True) ** 2).sum()
    assert same > 2 * chance


def test_description_names_the_tables_and_judges_one_house(houses: tuple[Path, Path], products: pd.DataFrame) -> None:
    described = tomllib.loads((houses[0] / "dataset.toml").read_text("utf-8"))
    assert described["name"] == "sample-3000"
    assert described["generated"] is True
    assert described["judgements"]["protocol"] == "judged"
    assert Dataset.load(houses[0] / "dataset.toml").generated
    judged = set(pq.read_table(houses[0] / "judgements.parquet")["product_id"].to_pylist())
    assert judged <= set(products.product_id[:206])


def test_raw_reviews_say_what_the_tables_say(
    houses: tuple[Path, Path], interactions: pd.DataFrame, products: pd.DataFrame
) -> None:
    reviews = lines(houses[1] / REVIEWS)
    assert all(list(each) == REVIEW_FIELDS for each in reviews)
    assert [each["timestamp"] for each in reviews] == interactions.timestamp.tolist()
    assert [each["rating"] for each in reviews] == interactions.rating.tolist()
    assert [each["parent_asin"] for each in reviews] == interactions.product_id.map(asin).tolist()
    # Ids of shoppers are others, but one for one.
    pairs = set(zip((each["user_id"] for each in reviews), interactions.user_id, strict=True))
    assert len(pairs) == 400
    variants = [each for each in reviews if each["asin"] != each["parent_asin"]]
    assert 0.25 < len(variants) / len(reviews) < 0.35
    titles = dict(zip(products.product_id.map(asin), products.title, strict=True))
    assert all(titles[each["parent_asin"]] in each["text"] for each in reviews)


def test_raw_metadata_counts_the_reviews_and_says_that_it_is_generated(
    houses: tuple[Path, Path], interactions: pd.DataFrame, products: pd.DataFrame
) -> None:
    meta = lines(houses[1] / META)
    assert all(list(each) == META_FIELDS for each in meta)
    assert [each["title"] for each in meta] == products.title.tolist()
    assert [each["store"] for each in meta] == products.brand.tolist()
    times = interactions.product_id.map(asin).value_counts()
    assert {each["parent_asin"]: each["rating_number"] for each in meta if each["rating_number"]} == times.to_dict()
    assert all((each["average_rating"] is None) == (each["rating_number"] == 0) for each in meta)
    assert all(each["details"]["Data"] == "generated" and each["parent_asin"].startswith("G0") for each in meta)
    assert "invented" in (houses[1] / "README.txt").read_text("utf-8")


def test_ids_have_the_form_of_real_ones() -> None:
    assert asin("E000036") == "G000000010"  # 36 is 10 to the base of 36
    assert len(shopper_id(7, 1)) == 28
    assert shopper_id(7, 1) != shopper_id(7, 2)


def test_command_writes_the_built_in_sample_at_scale_1_and_a_larger_one_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, made = CliRunner(), list[tuple[Path, int]]()

    def built_in(folder: Path, seed: int) -> Path:
        made.append((folder, seed))
        return folder / "dataset.toml"

    monkeypatch.setattr(sample, "generate", built_in)
    assert command.invoke(__main__.app, ["sample", str(tmp_path / "one")]).exit_code == 0
    assert made == [(tmp_path / "one", 7)]
    raw = command.invoke(__main__.app, ["sample", str(tmp_path / "raw"), "--scale", "0.01", "--as", "amazon-2023"])
    assert raw.exit_code == 0
    assert len(lines(tmp_path / "raw" / REVIEWS)) == 700
    assert len(made) == 1
    wrong = command.invoke(__main__.app, ["sample", str(tmp_path / "no"), "--as", "pickle"])
    assert isinstance(wrong.exception, DatasetError)
    for scale in ("nan", "-1", "0", "inf"):
        none = command.invoke(__main__.app, ["sample", str(tmp_path / "no"), "--scale", scale])
        assert isinstance(none.exception, DatasetError)
    assert not (tmp_path / "no").exists()


def test_raw_files_of_the_generator_are_read_as_generated_whatever_they_are_called(
    houses: tuple[Path, Path], tmp_path: Path
) -> None:
    for name in (REVIEWS, META):
        shutil.copy(houses[1] / name, tmp_path / name.replace("Generated_", "Real_"))
    reviews, meta = (str(tmp_path / name.replace("Generated_", "Real_")) for name in (REVIEWS, META))
    out = tmp_path / "read"
    out.mkdir()
    read(RawFiles.find([reviews], [meta]), out, Mock())
    assert Dataset.load(out / "dataset.toml").generated
