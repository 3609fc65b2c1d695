"""Runs that cannot begin or go on: one sentence, and nothing published."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.data.sample import generate
from pipeline.errors import RecipeError
from pipeline.recipe import Recipe
from pipeline.run import Run
from pipeline.versions import VersionStore
from tests.test_stages import no_bar

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("shop"), products=400, shoppers=600, interactions=6000, queries=20)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "pipeline", *map(str, words)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["verify", "nothing"], 'No version "nothing" is published'),
        (["verify", "../x"], "cannot name a version"),
        (["run", "--dataset", "nowhere.toml", "--name", "x"], "nowhere.toml"),
        (["run", "--dataset", "sample", "--name", "x", "--recipe", "histroy"], 'Did you mean "history"'),
        (["run", "--dataset", "sample", "--name", "Bad Name"], "cannot name a version"),
        (["run", "--dataset", "sample", "--name", "x", "--seed", "-1"], "seed lies between"),
        (["run", "--dataset", "a[/b]", "--name", "x"], "a[/b]"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(tmp_path: Path, words: list[str], told: str) -> None:
    done = subprocess.run(
        command(*words, "--artifacts", tmp_path), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        command("run", "--dataset", shop, "--name", "x", "--artifacts", tmp_path / "file" / "below"),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The file system refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_encoder_that_is_not_there_is_one_sentence(shop: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f'[text]\nmodel = "{tmp_path}/nothing"\n[towers]\nkind = "none"\n')
    with pytest.raises(RecipeError, match="cannot be loaded"):
        Run(str(shop), Recipe.load(str(own)), "x", tmp_path / "a").execute(no_bar)


def test_too_many_rejects_stop_the_run_and_leave_the_table(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,title\n1,camera\n2,\n3,lens\n")
    (tmp_path / "dataset.toml").write_text(
        'name = "bad"\n[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n'
    )
    done = subprocess.run(
        command("run", "--dataset", tmp_path / "dataset.toml", "--name", "bad", "--artifacts", tmp_path / "a"),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no title" in done.stderr
    assert "--max-rejected" in done.stderr
    assert list((tmp_path / "a").rglob("rejects.parquet"))
    assert json.dumps(VersionStore(tmp_path / "a").names()) == "[]"
