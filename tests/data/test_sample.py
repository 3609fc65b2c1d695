"""The built-in sample: what the tables hold, and that its structure is there to be learnt."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.sample import generate
from pipeline.data.sample.assortment import LAST_DAY, make_catalogue
from pipeline.data.sample.sampling import GroupSampler, Table
from pipeline.data.sample.shoppers import OPENING_DAY
from pipeline.data.sample.titles import in_prose, price_tag, stutters
from pipeline.data.sample.vocabulary import vocabulary
from pipeline.data.tables import INTERACTIONS, JUDGEMENTS, PRODUCTS
from pipeline.errors import DatasetError

DAY_MS = 86_400_000
SMALL = {"products": 300, "shoppers": 500, "interactions": 5000, "queries": 20}
TABLES = ("products", "interactions", "judgements")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample at its default size."""
    return generate(tmp_path_factory.mktemp("sample")).parent


@pytest.fixture(scope="module")
def products(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "products.parquet").to_pandas()


@pytest.fixture(scope="module")
def interactions(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "interactions.parquet").to_pandas()


@pytest.fixture(scope="module")
def judgements(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "judgements.parquet").to_pandas()


@pytest.fixture(scope="module")
def journeys(products: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    """Interactions with their products, each shopper's in order."""
    return interactions.merge(products, on="product_id").sort_values(["user_id", "timestamp"], kind="stable")


def test_description_names_what_was_written_and_says_that_it_is_generated(folder: Path) -> None:
    description = tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8"))
    assert description["name"] == "sample"
    assert description["generated"] is True
    assert description["split"] == {"kind": "leave-one-out"}
    assert (description["judgements"]["protocol"], description["judgements"]["gain"]) == ("open", "exponential")
    for table in TABLES:
        section = description[table]
        written = pq.read_schema(folder / section["path"]).names
        assert set(section["columns"].values()) == set(written)
        assert all(name == column for name, column in section["columns"].items())


@pytest.mark.parametrize(
    ("table", "canonical"), [("products", PRODUCTS), ("interactions", INTERACTIONS), ("judgements", JUDGEMENTS)]
)
def test_columns_have_the_canonical_types(folder: Path, table: str, canonical: pa.Schema) -> None:
    for column in pq.read_schema(folder / f"{table}.parquet"):
        expected = pa.string() if column.name == "category" else canonical.field(column.name).type
        assert column.type == expected, column.name


def test_sizes_are_as_asked(products: pd.DataFrame, interactions: pd.DataFrame, judgements: pd.DataFrame) -> None:
    assert len(products) == 6000
    assert len(interactions) == 70_000
    assert interactions.user_id.nunique() == 7000
    assert interactions.user_id.value_counts().min() >= 3
    assert judgements["query"].nunique() == 120
    assert products.brand.nunique() == pytest.approx(250, abs=15)
    assert 40 <= products.category.nunique() <= 50


def test_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    one, two, other = (
        generate(tmp_path / name, **SMALL, seed=seed).parent for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    for table in TABLES:
        read = [(at / f"{table}.parquet").read_bytes() for at in (one, two, other)]
        assert read[0] == read[1]
        assert read[0] != read[2]


def test_more_shoppers_leave_the_products_alone(tmp_path: Path) -> None:
    small = generate(tmp_path / "a", **SMALL).parent
    large = generate(tmp_path / "b", **{**SMALL, "shoppers": 700, "interactions": 6000}).parent
    assert (small / "products.parquet").read_bytes() == (large / "products.parquet").read_bytes()
    assert pq.read_metadata(large / "interactions.parquet").num_rows == 6000


@pytest.mark.parametrize("wrong", [{"products": 20}, {"interactions": 1499}, {"interactions": 15_001}, {"shoppers": 0}])
def test_numbers_that_make_no_store_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(DatasetError, match="The sample cannot have"):
        generate(tmp_path / "none", **{**SMALL, **wrong})
    assert not (tmp_path / "none").exists()


def test_ids_and_titles_are_unique_and_pairs_do_not_repeat(products: pd.DataFrame, interactions: pd.DataFrame) -> None:
    assert products.product_id.is_unique
    assert products.title.is_unique
    assert not interactions.duplicated(["user_id", "product_id"]).any()
    assert set(interactions.product_id) <= set(products.product_id)


def test_titles_read_like_a_shop(products: pd.DataFrame) -> None:
    assert (products.title.str.len() > 15).all()
    assert (products.description.str.len() > 20).all()
    assert not (products.title + products.description).str.contains(r"[{}]").any()
    assert [title for title in products.title if stutters(title)] == []
    repeated = [
        title for title in products.title if len(words := re.findall(r"[a-z]{4,}", title.lower())) > len(set(words))
    ]
    assert repeated == []
    assert all(title.startswith(brand) for title, brand in zip(products.title, products.brand, strict=True))


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        ("Laptops", ("Laptop", "Notebook Computer")),
        ("Over-Ear Headphones", ("Headphones", "Headset")),
        ("Televisions", ("TV", "Television")),
        ("Power Banks", ("Power Bank", "Portable Charger")),
        ("Earbuds", ("Earbuds", "True Wireless Earphones")),
        ("SSDs", ("SSD", "Solid State Drive")),
    ],
)
def test_brands_use_different_words_for_one_thing(products: pd.DataFrame, leaf: str, words: tuple[str, str]) -> None:
    of_leaf = products[products.category.str.endswith(leaf)]
    for word in words:
        assert of_leaf[of_leaf.title.str.contains(word)].brand.nunique() >= 2, word


def test_accessories_name_lines_that_exist(products: pd.DataFrame) -> None:
    cameras = products[products.category.str.contains("Mirrorless|DSLR")]
    lines = {(title.split()[0], title.split()[1]) for title in cameras.title}
    batteries = products[products.category.str.endswith("Camera Batteries")]
    named = batteries.title.str.extract(r"(?:for|with) (\w+) (\w+)(?: Cameras|$)").dropna()
    foreign = named[named[1] != "Cameras"]
    assert len(foreign) > 20
    assert set(map(tuple, foreign.to_numpy())) <= lines


def test_dearer_tiers_and_better_parts_cost_more() -> None:
    catalogue = make_catalogue(vocabulary(), 6000, seed=7)
    tier = np.array([brand.tier for brand in catalogue.brands])[catalogue.brand]
    for leaf, spec in enumerate(catalogue.vocabulary.leaves):
        medians = [
            np.median(catalogue.price[rows])
            for step in range(3)
            if (rows := (catalogue.leaf == leaf) & (tier == step)).sum() >= 10
        ]
        assert medians == sorted(medians), spec.key
    laptop = catalogue.vocabulary.leaf_index("laptop")
    memory = catalogue.value_index(laptop, "ram")
    means = [catalogue.price[memory == step].mean() for step in range(4)]
    assert means == sorted(means)
    # Two variants of one model that differ in storage only: the larger one costs more.
    storage = catalogue.value_index(laptop, "storage")
    for model in np.unique(catalogue.model[catalogue.leaf == laptop]):
        rows = np.flatnonzero((catalogue.model == model) & (catalogue.leaf == laptop))
        rows = rows[memory[rows] == memory[rows[0]]]
        if len({catalogue.products[row].values[:4] for row in rows}) == 1:
            prices = catalogue.price[rows[np.argsort(storage[rows], kind="stable")]]
            assert (np.diff(prices) >= 0).all()


def test_nothing_is_bought_before_its_release_or_outside_the_three_years(journeys: pd.DataFrame) -> None:
    released = pd.to_datetime(journeys.released).astype("datetime64[ms]").astype("int64")
    assert (journeys.timestamp >= released).all()
    assert journeys.timestamp.min() >= OPENING_DAY * DAY_MS
    assert journeys.timestamp.max() < (LAST_DAY + 1) * DAY_MS


def test_november_and_december_are_the_busiest(interactions: pd.DataFrame) -> None:
    months = pd.to_datetime(interactions.timestamp, unit="ms")
    of_2024 = months[months.dt.year == 2024].dt.month.value_counts()
    assert set(of_2024.index[:2]) == {11, 12}
    assert of_2024[12] > 1.5 * of_2024[9]


def test_ratings_are_whole_stars_in_the_shape_of_a_j(interactions: pd.DataFrame) -> None:
    shares = interactions.rating.value_counts(normalize=True)
    assert sorted(shares.index) == [1, 2, 3, 4, 5]
    assert 0.45 < shares[5] < 0.7
    assert shares[5] > shares[4] > shares[3] > shares[2]
    assert shares[1] > shares[2]


def test_popularity_has_a_long_tail(products: pd.DataFrame, interactions: pd.DataFrame) -> None:
    counts = interactions.product_id.value_counts().to_numpy()
    assert counts[: len(products) // 10].sum() > 0.35 * len(interactions)


def test_a_tenth_of_the_products_was_never_bought(products: pd.DataFrame, interactions: pd.DataFrame) -> None:
    unsold = ~products.product_id.isin(interactions.product_id)
    assert 0.08 <= unsold.mean() <= 0.13
    newest = products.released.rank(method="first", ascending=False) <= 0.02 * len(products)
    assert unsold[newest].all()
    days = pd.to_datetime(products.released)
    assert days[unsold].median() > days[~unsold].quantile(0.9)


def test_accessories_follow_what_they_fit(journeys: pd.DataFrame) -> None:
    before = journeys.groupby("user_id")[["title", "category"]].shift()
    follows = journeys.category.str.endswith("Cases") & before.category.str.endswith("Smartphones").fillna(False)
    cases = journeys.title[follows]
    lines = before.title[follows].str.split().str[1]  # "Kesette Onda S5 Smartphone, ..." is of the line Onda

    def fit(lines: pd.Series) -> float:
        return float(np.mean([f" {line} " in case for line, case in zip(lines, cases, strict=True)]))

    assert len(cases) > 200
    assert fit(lines) > 0.7
    assert fit(lines) > 3 * fit(lines.sample(frac=1.0, random_state=0))


def test_shoppers_come_back_to_their_brands(journeys: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    department = journeys.category.str.split(" > ").str[0]
    by_department = journeys.assign(department=department).groupby(["user_id", "department"]).brand
    same = (by_department.shift() == journeys.brand)[by_department.shift().notna()].mean()
    shuffled = journeys.groupby(department).brand.transform(lambda brands: rng.permutation(brands.to_numpy()))
    chance = (shuffled == journeys.brand).mean()
    assert same > 3 * chance


def test_queries_are_judged_by_what_is_meant(products: pd.DataFrame, judgements: pd.DataFrame) -> None:
    assert set(judgements.grade) == {0.0, 1.0, 2.0, 3.0}
    assert set(judgements.product_id) <= set(products.product_id)
    assert not judgements.duplicated(["query", "product_id"]).any()
    assert (judgements[judgements.grade == 3].groupby("query").size() >= 1).sum() == 120
    assert (judgements[judgements.grade <= 1].groupby("query").size() <= 40).all()
    judged = judgements.merge(products, on="product_id")
    best = judged[judged.grade == 3].groupby("query")
    camera, notebook, memory = (best.get_group(text) for text in ("camera", "notebook computer", "16gb laptop"))
    assert set(camera.category.str.split(" > ").str[1]) == {"Cameras"}
    assert set(notebook.category) == {"Computers > Laptops", "Computers > Gaming Laptops"}
    assert len(notebook) == products.category.isin(set(notebook.category)).sum()
    assert memory.title.str.contains("16GB").mean() == 1.0
    # What asks for the word but not for the thing is among the judged: phones with a camera, cameras for the door.
    misleading = judged[(judged["query"] == "camera") & (judged.grade == 0)]
    assert len(misleading) == 20
    assert misleading.title.str.contains("Camera").all()


def test_group_sampler_draws_by_weight_among_what_is_on_sale() -> None:
    sampler = GroupSampler(
        group=np.array([0, 0, 0, 2]),
        product=np.array([10, 11, 12, 13]),
        weight=np.array([1.0, 3.0, 6.0, 1.0]),
        day=np.array([5, 1, 9, 4]),
    )
    rng = np.random.default_rng(0)
    many = np.full(20_000, 0)
    on_day_5 = np.bincount(sampler.draw(many, many + 5, rng), minlength=13) / 20_000
    assert on_day_5[[10, 11, 12]] == pytest.approx([0.25, 0.75, 0.0], abs=0.02)
    assert sampler.draw(np.array([0, 1, 2, 2]), np.array([0, 9, 3, 4]), rng).tolist() == [-1, -1, -1, 13]


def test_table_draws_columns_by_weight() -> None:
    table = Table(np.array([[0.0, 1.0, 3.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]))
    drawn = table.draw(np.zeros(20_000, dtype=np.int64), np.random.default_rng(0))
    assert np.bincount(drawn, minlength=3) / 20_000 == pytest.approx([0.0, 0.25, 0.75], abs=0.02)
    assert table.empty.tolist() == [False, True, False]
    assert set(table.draw(np.full(100, 2), np.random.default_rng(1))) == {0}


@pytest.mark.parametrize(("price", "tag"), [(8.4, 8.49), (0.2, 0.99), (24.7, 24.99), (751.0, 749.0), (19.9, 19.99)])
def test_prices_look_like_price_tags(price: float, tag: float) -> None:
    assert price_tag(price) == pytest.approx(tag)


def test_values_are_lowered_inside_sentences_but_names_and_units_are_not() -> None:
    assert in_prose("Magnetic Ring") == "magnetic ring"
    assert in_prose("4K 60Hz Bluetooth Hub") == "4K 60Hz Bluetooth hub"
