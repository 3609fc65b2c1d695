"""Each notebook runs from top to bottom, on the built-in sample or on a small shop of its own; outputs are not kept."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.maps.drawn import circle

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TRAINS = "02_train_and_publish"


def code_cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def run(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a notebook where it lies, cell after cell; return its names."""
    monkeypatch.chdir(path.parent)
    names: dict[str, Any] = {}
    for cell in code_cells(path):
        # The project's own notebooks, as a reader would run them; Jupyter is no dependency.
        exec(compile("".join(cell["source"]), f"{path.stem} {cell['id']}", "exec"), names)
    return names


def test_there_are_five() -> None:
    assert [path.stem[:3] for path in NOTEBOOKS] == ["01_", "02_", "03_", "04_", "05_"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_of_ours_it_imports_the_pipeline_only(path: Path) -> None:
    for cell in code_cells(path):
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {each.split(".")[0] for each in modules} & {"dashboard", "tests", "benchmarks"}


@pytest.mark.slow
@pytest.mark.parametrize("path", [each for each in NOTEBOOKS if each.stem != TRAINS], ids=lambda path: path.stem)
def test_runs_on_the_sample_from_top_to_bottom(path: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_ARTIFACTS", str(demo))
    assert run(path, monkeypatch)["engine"].name == "sample-history"


def test_trains_and_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one epoch, and maps drawn by hand: UMAP's first call takes half a minute, and has tests of its own."""

    def draw(indexed: Path, space: str, out: Path, progress: object) -> None:
        circle(pq.read_metadata(indexed / "products.parquet").num_rows, space).save(out)

    monkeypatch.setattr("pipeline.run.map_space", draw)
    monkeypatch.setenv("PSE_NOTEBOOK_EPOCHS", "1")
    path = ROOT / "notebooks" / f"{TRAINS}.ipynb"
    names = run(path, monkeypatch)
    manifest = names["version"].manifest
    assert (manifest.name, manifest.dataset["products"], manifest.dataset["generated"]) == ("first", 200, True)
    assert manifest.recipe["training"]["epochs"] == 1
    assert len(names["curves"]) == 1
    assert names["engine"].has_towers
    assert not names["artifacts"].exists()  # it tidies up after itself
