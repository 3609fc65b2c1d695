"""How long it takes from a slider to the redrawn frontier, over the candidates of every evaluation user.

    python -m benchmarks.what_if [--version NAME --artifacts FOLDER] [--users N] [--rounds N]

Without a version the candidates are drawn at random: 22,363 shoppers with 100 each of 12,101 products. With one, the
page Compare must have collected them. Times are milliseconds, median and 95th percentile, all from one run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.latency import timed
from pipeline.comparing.candidates import Pool, cosines, folder_of
from pipeline.comparing.what_if import WhatIf
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.rebalancing import Rebalance, Traits

SETTINGS = {
    "as served": Rebalance(),
    "popularity": Rebalance(popularity=0.2),
    "diversity": Rebalance(diversity=0.3),
    "all four": Rebalance(popularity=0.2, diversity=0.3, price=-0.1, freshness=0.1),
}


def drawn(users: int, products: int = 12_101, pool: int = 100, dimension: int = 384) -> WhatIf:
    """Return random candidates."""
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(products, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = generator.integers(0, products, (users, pool)).astype(np.int32)
    scores = -np.sort(-generator.normal(size=(users, pool)).astype(np.float32), axis=1)
    wanted = generator.random((users, pool)) < 0.004
    traits = Traits(*(generator.random(products).astype(np.float32) for _ in range(3)))
    return WhatIf(Pool(rows, scores, wanted, np.ones(users, np.int64), cosines(rows, vectors)), traits)


def kept(version: str, artifacts: Path) -> WhatIf:
    """Return the candidates that were collected of a version."""
    engine = Engine.open(artifacts / "versions" / version)
    pool = Pool.load(folder_of(artifacts, engine.manifest.checksum))
    if pool is None:
        raise SystemExit(f'The candidates of "{version}" are not collected: the page Compare does, under What if.')
    return WhatIf(pool, engine.traits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version")
    parser.add_argument("--artifacts", type=Path, default=Path("artifacts"))
    parser.add_argument("--users", type=int, default=22_363)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    what_if = kept(arguments.version, arguments.artifacts) if arguments.version else drawn(arguments.users)
    print(f"{what_if.users:,} shoppers")

    def redraw(wish: Rebalance) -> Callable[[int], object]:
        return lambda _: (what_if.served, what_if.outcome(wish), what_if.frontier(wish, "diversity"))

    for name, (median, tail) in timed(
        {name: redraw(wish) for name, wish in SETTINGS.items()}, arguments.rounds
    ).items():
        print(f"{name:12} p50 {median:5.0f} ms  p95 {tail:5.0f} ms")


if __name__ == "__main__":
    main()
