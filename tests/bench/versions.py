"""Versions of three shoppers and six products, small enough to work out by hand.

Train interactions: one of product 0, two of product 1, none of the others. Shopper c came after training.
"""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.bench.results import Result
from pipeline.manifest import Manifest

USERS = [
    ("a", 0, "train"), ("a", 1, "train"), ("a", 2, "valid"), ("a", 3, "test"),
    ("b", 1, "train"), ("b", 0, "valid"), ("b", 4, "test"), ("b", 5, "test"),
    ("c", 2, "valid"), ("c", 0, "test"),
]  # fmt: skip
HELD = [(user, row) for user, row, part in USERS if part == "test"]
TEXT = [3, 1, 11, 2]  # ranks of a's product, b's two, c's
TOWERS = {1: [1, 2, 30, 11], 2: [2, 1, 2, 1]}  # by seed


def result(folder: Path, seed: int, recipe: str = "sequence", **ranks: list[int]) -> Result:
    """Write a version whose systems ranked the held-out products so, and read it."""
    ranks = ranks or {"text": TEXT, "towers": TOWERS[seed]}
    path = folder / f"{recipe}-{seed}"
    (path / "evaluation").mkdir(parents=True)
    users = pa.table(
        {
            "user_id": [user for user, _, _ in USERS],
            "row": pa.array([row for _, row, _ in USERS], pa.int32()),
            "timestamp": pa.nulls(len(USERS), pa.int64()),
            "rating": pa.nulls(len(USERS), pa.float32()),
            "part": [part for _, _, part in USERS],
        }
    )
    pq.write_table(users, path / "users.parquet")
    pq.write_table(pa.table({"product_id": list("uvwxyz")}), path / "products.parquet")
    rows = [
        {"user_id": user, "system": system, "row": row, "rank": rank}
        for system, own in ranks.items()
        for (user, row), rank in zip(HELD, own, strict=True)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path / "evaluation" / "ranks.parquet")
    pq.write_table(pa.table({"epoch": range(1, 3 + seed)}), path / "evaluation" / "curves.parquet")
    figure = {"task": "recommend", "split": "time", "slice": "all", "low": 0, "high": 1, "n": 3}
    metrics = [
        {**figure, "system": "chance", "metric": "auc", "k": None, "value": 0.5},
        {**figure, "system": "towers", "metric": "auc", "k": None, "value": 0.7 + seed / 10},
        {**figure, "system": "towers", "metric": "novelty", "k": 10, "value": 3.0 + seed},
        {**figure, "system": "towers", "metric": "auc", "k": None, "value": 0.0, "slice": "users: cold"},
    ]
    (path / "evaluation" / "metrics.json").write_text(json.dumps(metrics))
    return Result.read(path, manifest(f"bench-tiny-time-{recipe}-{seed}", seed, recipe))


def manifest(name: str, seed: int, recipe: str) -> Manifest:
    return Manifest(
        name=name,
        created="2026-01-02T03:04:05+00:00",
        dataset={
            "name": "tiny", "generated": False, "fingerprint": "0123456789abcdef", "products": 6, "shoppers": 3,
            "interactions": 10, "parts": {"train": 3, "valid": 3, "test": 4},
        },
        split="time",
        recipe={"name": recipe, "seed": seed},
        encoder={},
        environment={"git": "a" * 40 + "+", "python": "3.11.7", "libraries": {"numpy": "2.4.6"}},
        stages=[
            {"name": "encode", "seconds": 4.0, "peak_mb": 100.0, "reused": seed > 1},
            {"name": "train", "seconds": 6.0 * seed, "peak_mb": 200.0 + seed, "reused": False},
        ],
        headline=[],
    )  # fmt: skip
