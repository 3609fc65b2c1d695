"""Recipes: shipped ones load, mistakes get a sentence."""

from pathlib import Path

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe import RECIPES, Recipe


@pytest.mark.parametrize("name", [path.stem for path in RECIPES.glob("*.toml")])
def test_every_shipped_recipe_loads_under_its_name(name: str) -> None:
    recipe = Recipe.load(name)
    assert recipe.name == name
    assert Recipe.parse({**recipe.as_dict(), "text": {"fields": list(recipe.text.fields)}}).text.fields


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('sed = 3', 'Unknown key "sed" in recipe. Did you mean "seed"'),
        ('[towers]\ndimensions = 3', 'Did you mean "dimension"'),
        ('[towers]\nkind = "lstm"', "towers.kind is one of none, history"),
        ('[training]\ntemperature = "warm"', "Give a value of type float"),
        ('[training]\ntemperature = 0', "above 0"),
        ('[training]\nlearning_rate = inf', "above 0"),
        ('[text]\nfields = [["title"]]', "Give a list of texts"),
        ('[text]\nfields = "title"', "Give a list of texts"),
        ('[towers]\ndropout = 1.5', "dropout"),
        ("[towers]\nheads = 3", "divides"),
        ("seed = -1", "seed lies between"),
        ('[training]\nsoftmax = "sample"', "training.softmax is one of auto, full, sampled"),
        ("[training]\nnegatives = 0", "training.negatives lies between"),
        ("[training]\nnegatives = 10\nhard_negatives = 11", "training.hard_negatives lies between"),
        ("[training]\nhard_negatives = -1", "training.hard_negatives lies between"),
        ("[training]\nnegatives = 0.5", "Give a value of type int"),
        ("[training]\nnegative = 5", 'Did you mean "negatives"'),
        ('text = "title"', "must be a section"),
        ('[text]\nfields = ["titel"]', "text.fields"),
        ('[training\n', "not valid TOML"),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_sentence(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "own.toml").write_text(content)
    with pytest.raises(RecipeError) as error:
        Recipe.load(str(tmp_path / "own.toml"))
    assert told in str(error.value)


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match=r'no recipe "histroy".*history.*Did you mean "history"'):
        Recipe.load("histroy")


def test_a_whole_number_serves_as_a_float(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[training]\ntemperature = 1")
    recipe = Recipe.load(str(tmp_path / "own.toml"))
    assert recipe.training.temperature == 1.0
    assert recipe.name == "own"
