"""What a page asks for is checked before anything starts: names, numbers, and every path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import DatasetError, ExplorerError, InvalidRequest, RecipeError
from pipeline.jobs.asked import Asked, descriptions, own_recipes
from pipeline.readable import Readable

PRODUCTS = "product_id,title\nA,Camera\nB,Lens\n"
TOML = 'name = "small"\n[products]\npath = "{path}"\ncolumns = {{ product_id = "product_id", title = "title" }}\n'
ASKED = Asked("descriptions/small.toml", "text", "small-text")


@pytest.fixture
def readable(tmp_path: Path) -> Readable:
    artifacts = tmp_path / "artifacts"
    (artifacts / "descriptions").mkdir(parents=True)
    (artifacts / "descriptions" / "products.csv").write_text(PRODUCTS)
    (artifacts / "descriptions" / "small.toml").write_text(TOML.format(path="products.csv"))
    return Readable(artifacts)


def test_what_may_be_run_becomes_words_of_a_command(readable: Readable) -> None:
    asked = Asked("descriptions/small.toml", "history", "small-1", "time", 3, 5, replace=True)
    with pytest.raises(DatasetError, match="no interactions to take a k-core of"):
        asked.checked(readable)
    checked, dataset = replace(asked, split="", k_core=None).checked(readable)
    assert dataset == "small"
    path = str(readable.artifacts / "descriptions" / "small.toml")
    assert checked.arguments() == [
        "run", "--dataset", path, "--recipe", "history", "--name", "small-1", "--seed", "3", "--replace",
    ]  # fmt: skip
    assert Asked("sample", "text", "s", "time", k_core=5).arguments()[-4:] == ["--split", "time", "--k-core", "5"]
    assert Asked("sample", "text", "s").command(Path("/a b")).endswith("--name s --artifacts '/a b'")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "../up"}, "cannot name a version"),
        ({"name": ""}, "cannot name a version"),
        ({"name": "-rf"}, "cannot name a version"),
        ({"split": "none"}, 'There is no split "none"'),
        ({"seed": -1}, "-1 is no seed: .* leave the seed empty."),
        ({"seed": 2**31}, "2147483648 is no seed"),
        ({"k_core": 5}, "no interactions to take a k-core of"),
        ({"dataset": "sample", "k_core": 1}, "leaves nothing out"),
        ({"recipe": "best"}, 'There is no recipe "best"'),
        ({"recipe": "--replace"}, 'There is no recipe "--replace"'),
        ({"recipe": "../secret.toml"}, "that pages may read"),
        ({"dataset": "../secret.toml"}, "that pages may read"),
        ({"dataset": "/etc/passwd"}, "that pages may read"),
        ({"dataset": ""}, "that pages may read"),
        ({"dataset": "a\0b"}, "that pages may read"),
        ({"dataset": "x" * 5000}, "that pages may read"),
        ({"dataset": "descriptions"}, "that pages may read"),
    ],
)
def test_what_may_not_be_run_is_a_sentence(
    readable: Readable, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    (tmp_path / "secret.toml").write_text(TOML.format(path="products.csv"))
    with pytest.raises(ExplorerError, match=sentence):
        replace(ASKED, **change).checked(readable)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["../../secret.csv", "/etc/passwd", "link.csv", "*/../../../secret.csv", "../../s*"])
def test_a_description_that_reads_elsewhere_is_refused(readable: Readable, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.csv").write_text(PRODUCTS)
    (tmp_path / "artifacts" / "descriptions" / "folder").mkdir()
    (tmp_path / "artifacts" / "descriptions" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "artifacts" / "descriptions" / "small.toml").write_text(TOML.format(path=path))
    with pytest.raises(InvalidRequest, match="lies elsewhere"):
        ASKED.checked(readable)


def test_a_link_to_a_description_elsewhere_is_refused(readable: Readable, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(TOML.format(path="products.csv"))
    (tmp_path / "artifacts" / "descriptions" / "link.toml").symlink_to(tmp_path / "secret.toml")
    with pytest.raises(InvalidRequest):
        replace(ASKED, dataset="descriptions/link.toml").checked(readable)
    assert descriptions(readable) == ["descriptions/small.toml"]


def test_a_folder_that_the_environment_names_is_read_too(readable: Readable, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "shop").mkdir(parents=True)
    (data / "shop" / "products.csv").write_text(PRODUCTS)
    (data / "shop" / "dataset.toml").write_text(TOML.format(path="products.csv"))
    there = str(data / "shop" / "dataset.toml")
    with pytest.raises(InvalidRequest):
        replace(ASKED, dataset=there).checked(readable)
    allowed = Readable.of(readable.artifacts, {"PSE_DATA_FOLDERS": f"{data}:"})
    assert replace(ASKED, dataset=there).checked(allowed)[1] == "small"
    assert descriptions(allowed) == ["descriptions/small.toml", there]
    assert allowed.told(f"{there} is empty.") == "data/shop/dataset.toml is empty."
    assert allowed.told(f"{readable.artifacts}/uploads/a.csv is empty.") == "uploads/a.csv is empty."
    with pytest.raises(InvalidRequest) as caught:
        allowed.path("other.csv")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("name", ["/root", "a\0b", "x" * 5000])
def test_a_folder_that_cannot_be_looked_into_holds_nothing(readable: Readable, name: str) -> None:
    assert readable.below([readable.artifacts / name], (".csv",)) == []


def test_a_recipe_of_ones_own_fetches_no_model(readable: Readable) -> None:
    folder = readable.artifacts / "recipes"
    folder.mkdir()
    (folder / "short.toml").write_text("[training]\nepochs = 2\n")
    (folder / "fetched.toml").write_text('[text]\nmodel = "someone/some-model"\n')
    (folder / "wrong.toml").write_text("[training]\nepoch = 2\n")
    assert own_recipes(readable) == ["recipes/fetched.toml", "recipes/short.toml", "recipes/wrong.toml"]
    checked, _ = replace(ASKED, recipe="recipes/short.toml").checked(readable)
    assert checked.recipe == str(folder / "short.toml")
    with pytest.raises(InvalidRequest, match="does not fetch"):
        replace(ASKED, recipe="recipes/fetched.toml").checked(readable)
    with pytest.raises(RecipeError, match="epoch"):
        replace(ASKED, recipe="recipes/wrong.toml").checked(readable)
