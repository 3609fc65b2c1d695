"""The command end to end, on a small generated shop."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import fmean

import pytest

from pipeline.data.sample import generate
from tests.bench.tables import row

ROOT = Path(__file__).parents[2]
PLAN = """\
[[runs]]
split = "leave-one-out"
recipes = ["short.toml", "lost.toml"]
seeds = [1, 2]

[[runs]]
split = "given"
recipes = ["short.toml"]
seeds = [1]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    generate(folder / "shop", products=400, shoppers=600, interactions=6000, queries=4)
    (folder / "short.toml").write_text("[training]\nepochs = 2\n")
    (folder / "lost.toml").write_text(f'[text]\nmodel = "{folder}/nowhere"\n')
    (folder / "plan.toml").write_text(PLAN)
    return folder


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    asked = ["--dataset", str(folder / "shop" / "dataset.toml"), "--plan", str(folder / "plan.toml")]
    asked += ["--out", str(folder / "out" / "RESULTS.md"), "--artifacts", str(folder / "artifacts"), *words]
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "bench", "recommend", *asked],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    done = command(folder)
    assert done.returncode == 1, done.stderr  # the recipe whose encoder is nowhere has failed
    assert "RESULTS.md: versions 2, failed 2, splits left out 1." in done.stdout
    return (folder / "out" / "RESULTS.md").read_text("utf-8")


def metrics(folder: Path) -> list[dict[tuple[str, str, str, int | None], dict]]:
    """Return the rows of metrics.json of both seeds, by slice, system, metric and k."""
    versions = folder / "artifacts" / "versions"
    return [
        {
            (each["slice"], each["system"], each["metric"], each["k"]): each
            for each in json.loads((path / "evaluation" / "metrics.json").read_text())
            if each["task"] == "recommend"
        }
        for path in (versions / f"bench-sample-leave-one-out-short-{seed}" for seed in (1, 2))
    ]


def test_figures_are_those_of_the_versions(folder: Path, text: str) -> None:
    found = metrics(folder)
    for system in ("chance", "popularity", "item-knn", "item-knn+transitions", "ease", "text"):
        written = row(text, "#### Systems", system)
        for metric, title, suffix in (("recall", "recall@10", ""), ("ndcg", "NDCG@10", " 2")):
            own = found[0]["all", system, metric, 10]
            assert written[title] == f"{own['value']:.4f}"
            if system != "chance":
                assert written[f"95 % interval{suffix}"] == f"{own['low']:.4f} to {own['high']:.4f}"
    written = row(text, "#### Systems", "short: towers")
    by_seed = [each["all", "towers", "ndcg", 10]["value"] for each in found]
    assert by_seed[0] != by_seed[1]
    assert written["NDCG@10"] == f"{fmean(by_seed):.4f}"
    assert written["by seed 2"] == " ".join(f"{value:.4f}" for value in by_seed)
    for heading, column, metric, k in (
        ("#### The replaced system's protocol", "sampled hit@10", "sampled_hit", 10),
        ("#### The replaced system's protocol", "category separation", "category_separation", None),
        ("#### Beyond accuracy", "coverage", "coverage", 10),
    ):
        expected = fmean(each["all", "towers", metric, k]["value"] for each in found)
        assert row(text, heading, "short: towers")[column] == f"{expected:.4f}"
    warm = "products: warm (1+)"
    line = next(line for line in text.splitlines() if line.startswith(f"| {warm}") and "short: towers" in line)
    assert line.split("|")[5].strip() == f"{fmean(each[warm, 'towers', 'recall', 10]['value'] for each in found):.4f}"


def test_what_failed_and_what_was_left_out_is_said(text: str) -> None:
    assert "- bench-sample-leave-one-out-lost-1: failed. " in text
    assert "- bench-sample-leave-one-out-lost-2: failed. " in text
    assert '- sample, given: left out. Dataset "sample" describes no split' in text
    assert "Generated data" in text
    assert "python -m pipeline bench recommend --dataset" in text


def test_what_is_published_is_kept_and_nothing_else_passes_for_it(folder: Path, text: str) -> None:
    manifest = folder / "artifacts" / "versions" / "bench-sample-leave-one-out-short-1" / "manifest.json"
    before = manifest.read_bytes()
    (folder / "plan.toml").write_text(PLAN.replace(', "lost.toml"', ""))
    done = command(folder)
    assert done.returncode == 0, done.stderr
    assert "bench-sample-leave-one-out-short-1: published already, kept" in done.stdout
    assert manifest.read_bytes() == before
    again = (folder / "out" / "RESULTS.md").read_text("utf-8")
    assert row(again, "#### Systems", "short: towers") == row(text, "#### Systems", "short: towers")
    (folder / "short.toml").write_text("[training]\nepochs = 3\n")
    done = command(folder)
    assert done.returncode == 1
    assert "is published, but its recipe is not the one that the plan asks for" in done.stderr
    assert manifest.read_bytes() == before
