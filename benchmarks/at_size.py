"""The whole pipeline at size, from raw files to a published version: time and memory of every stage.

    python -m benchmarks.at_size --scratch FOLDER > benchmarks/AT_SIZE.md

Raw files in the layout of Amazon Reviews 2023 are generated, and `python -m pipeline run` makes a version of them with
the recipe `history`. The stages' own figures come from the version's manifest; a run that was stopped goes on, and its
earlier stages are then marked as reused.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAME = "at-size"


def pipeline(*words: object) -> float:
    """Run a command of the pipeline, and return the seconds that it took; what it says goes to stderr."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipeline", *map(str, words)], cwd=ROOT, check=True, stdout=sys.stderr)
    return time.perf_counter() - began


def lines(manifest: Mapping[str, Any], metrics: list[Mapping[str, Any]], seconds: float) -> list[str]:
    """Return the lines of the report: what was made, its stages, and what it is worth beside chance."""
    data, recipe = manifest["dataset"], manifest["recipe"]
    peak = max(stage["peak_mb"] for stage in manifest["stages"])
    found = [
        "# The whole pipeline at size",
        "",
        f"`python -m benchmarks.at_size`: {data['interactions']:,} interactions (repeats taken out) of "
        f"{data['shoppers']:,} shoppers with {data['products']:,} products, generated, raw files in the layout of "
        f"Amazon Reviews 2023; recipe `{recipe['name']}`, seed {recipe['seed']}; {os.cpu_count()} cores "
        f"({platform.machine()}).",
        "",
        f"{seconds / 60:.1f} minutes from the files to the published version, at most {peak / 1024:.2f} GiB resident.",
        "",
        "| stage | seconds | peak MiB |",
        "|---|--:|--:|",
    ]
    for stage in manifest["stages"]:
        name = f"{stage['name']} (reused)" if stage["reused"] else stage["name"]
        found.append(f"| {name} | {stage['seconds']:.1f} | {stage['peak_mb']:.0f} |")
    found += ["", "| system | NDCG@10 | 95 % interval | shoppers |", "|---|--:|---|--:|"]
    for row in metrics:
        if (row["task"], row["slice"], row["metric"], row["k"]) == ("recommend", "all", "ndcg", 10):
            interval = f"{row['low']:.4f} to {row['high']:.4f}"
            found.append(f"| {row['system']} | {row['value']:.4f} | {interval} | {row['n']:,} |")
    said = [f"- {note}" for note in manifest["notes"] if note]
    return [*found, "", "The data is generated: these figures describe its generator, not the world.", "", *said]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scratch", type=Path, required=True, help="where the files and the version lie")
    parser.add_argument("--reviews", type=int, default=2_000_000)
    parser.add_argument("--recipe", default="history")
    given = parser.parse_args()
    raw, artifacts = given.scratch / "raw", given.scratch / "artifacts"
    if not raw.exists():
        pipeline("sample", raw, "--reviews", given.reviews, "--as", "amazon-2023")
    reviews = sorted(path for path in raw.glob("*.jsonl.gz") if not path.name.startswith("meta_"))
    meta = sorted(raw.glob("meta_*.jsonl.gz"))
    words = ["run", "--reviews", *reviews, "--meta", *meta, "--recipe", given.recipe, "--name", NAME]
    seconds = pipeline(*words, "--artifacts", artifacts, "--replace")
    version = artifacts / "versions" / NAME
    manifest = json.loads((version / "manifest.json").read_text("utf-8"))
    metrics = json.loads((version / "evaluation" / "metrics.json").read_text("utf-8"))
    print("\n".join(lines(manifest, metrics, seconds)))


if __name__ == "__main__":
    main()
