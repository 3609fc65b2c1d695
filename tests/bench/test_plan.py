"""Plans: what is run, what is left out, and a sentence for every mistake."""

from pathlib import Path

import pytest

from pipeline.bench.plan import load_plan, trials_of
from pipeline.errors import DatasetError, InvalidName, RecipeError

ROOT = Path(__file__).parents[2]
RUNS = '[[runs]]\nsplit = "time"\nrecipes = ["text"]\nseeds = [1]\n'


def plan(folder: Path, content: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(content)
    return path


def described(folder: Path, name: str, columns: str = ', timestamp = "t"') -> Path:
    path = folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\n[products]\npath = "p.csv"\ncolumns = {{ product_id = "id", title = "title" }}\n'
        f'[interactions]\npath = "i.csv"\ncolumns = {{ user_id = "u", product_id = "id"{columns} }}\n'
    )
    return path


def test_the_shipped_plan_names_every_split_of_the_protocol_and_the_replaced_system() -> None:
    runs = load_plan(ROOT / "benchmarks" / "recommend.toml")
    assert {split for split, _ in runs} == {"leave-one-out", "leave-one-out-shuffled", "time"}
    assert {recipe.towers.kind for _, recipe in runs} == {"sequence", "history", "seed"}
    for regime in ("leave-one-out", "time"):
        assert [recipe.seed for split, recipe in runs if (split, recipe.name) == (regime, "sequence")] == [1, 2, 3]


def test_every_run_is_planned_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = '[[runs]]\nsplit = "leave-one-out"\nrecipes = ["text", "history"]\nseeds = [2, 1]\n' + RUNS + RUNS
    runs = load_plan(plan(tmp_path, content))
    assert [(split, recipe.name, recipe.seed) for split, recipe in runs] == [
        ("leave-one-out", "text", 2),
        ("leave-one-out", "text", 1),
        ("leave-one-out", "history", 2),
        ("leave-one-out", "history", 1),
        ("time", "text", 1),
    ]


def test_a_recipe_of_ones_own_lies_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_text("[training]\nepochs = 2\n")
    ((_, recipe),) = load_plan(plan(tmp_path, RUNS.replace("text", "short.toml")))
    assert (recipe.name, recipe.training.epochs) == ("short", 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "plans no runs"),
        ("runs = 3", "plans no runs"),
        ("[runs]\n", "plans no runs"),
        ("[[run]]\n", 'Unknown key "run" in plan.toml. Did you mean "runs"'),
        (RUNS + "seed = 1", 'Unknown key "seed" in [[runs]] of plan.toml. Did you mean "seeds"'),
        ('[[runs]]\nsplit = "time"\nseeds = [1]', "has no recipes. Give a list of texts"),
        (RUNS.replace("[1]", "1"), "seeds in plan.toml is 1. Give a list of whole numbers"),
        (RUNS.replace("[1]", "[true]"), "Give a list of whole numbers"),
        (RUNS.replace("[1]", "[]"), "Give a list of whole numbers"),
        (RUNS.replace("[1]", "[-1]"), "seed lies between"),
        (RUNS.replace('["text"]', '"text"'), "recipes in plan.toml is 'text'. Give a list of texts"),
        (RUNS.replace('"time"', "1"), "split in plan.toml is 1. Give a text in quotes"),
        (RUNS.replace("time", "tine"), 'no split "tine". Choose leave-one-out, leave-one-out-shuffled, time'),
        (RUNS.replace("text", "sequense"), 'no recipe "sequense". Shipped: history, seed, sequence, text. Did you'),
        (RUNS.replace("text", "other/text.toml") + RUNS, 'names two recipes "text" for the split "time"'),
        ("[[runs]", "not valid TOML"),
    ],
)
def test_a_mistake_gets_a_sentence(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "text.toml").write_text("[training]\nepochs = 3\n")
    with pytest.raises(RecipeError) as error:
        load_plan(plan(tmp_path, content))
    assert told in str(error.value)


def test_a_plan_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"nothing\.toml cannot be read"):
        load_plan(tmp_path / "nothing.toml")


def test_a_split_that_a_dataset_cannot_have_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "bare.toml").write_text(
        'name = "bare"\n[products]\npath = "p.csv"\ncolumns = { product_id = "id", title = "title" }\n'
    )
    paths = [described(tmp_path, "dated"), described(tmp_path, "undated", ""), tmp_path / "bare.toml"]
    content = RUNS + RUNS.replace("time", "leave-one-out").replace("[1]", "[1, 2]")
    trials, skipped = trials_of(paths, load_plan(plan(tmp_path, content)))
    assert [trial.name for trial in trials] == [
        "bench-dated-time-text-1",
        "bench-dated-leave-one-out-text-1",
        "bench-dated-leave-one-out-text-2",
        "bench-undated-leave-one-out-text-1",
        "bench-undated-leave-one-out-text-2",
    ]
    assert [(each.dataset, each.split) for each in skipped] == [
        ("undated", "time"), ("bare", "time"), ("bare", "leave-one-out"),
    ]  # fmt: skip
    assert "describes no timestamp" in skipped[0].reason
    assert skipped[1].reason == 'Dataset "bare" has no interactions.'


def test_names_that_would_clash_or_not_serve_are_refused(tmp_path: Path) -> None:
    path = described(tmp_path, "dated")
    runs = load_plan(plan(tmp_path, RUNS))
    with pytest.raises(DatasetError, match='Two datasets are named "dated"'):
        trials_of([path, path], runs)
    with pytest.raises(InvalidName, match="cannot name a version"):
        trials_of([described(tmp_path, "d" * 60)], runs)
