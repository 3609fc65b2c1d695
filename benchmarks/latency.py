"""How long an answer takes: search and recommend, beside the query encoding and the exact scan that they contain.

    python -m benchmarks.latency VERSION [--artifacts DIR] [--rounds N]

Queries are titles' first words and histories are shoppers', both drawn with a fixed seed; every query is new to the
encoder's cache. Times are milliseconds, median and 95th percentile, all from one run on one version.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.text.encoder import Encoder
from pipeline.versions import VersionStore

ROOT = Path(__file__).parents[1]


def queries(engine: Engine, n: int, seed: int) -> list[str]:
    """Return n different queries of two to four words, as a shopper might type them."""
    generator = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < n:
        words = engine.catalogue.product(int(generator.integers(len(engine.catalogue)))).title.lower().split()
        start = int(generator.integers(max(len(words) - 3, 1)))
        found[" ".join(words[start : start + int(generator.integers(2, 5))])[:100]] = None
    return list(found)


def timed(works: Mapping[str, Callable[[int], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return median and 95th percentile, in ms, of each work(0), work(1), ... after ten rounds that do not count.

    The works take turns within each round: in service none finds the processor's caches full of its own data, and what
    else the machine does falls on all alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(-10, rounds):
        for name, work in works.items():
            began = perf_counter()
            work(turn)
            taken[name].append((perf_counter() - began) * 1e3)
    return {name: (float(np.median(own[10:])), float(np.quantile(own[10:], 0.95))) for name, own in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("version")
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    version = VersionStore(given.artifacts).open(given.version)
    began = perf_counter()
    engine = Engine.open(version.path)
    opened = (perf_counter() - began) * 1e3
    asked = queries(engine, 3 * (given.rounds + 10), seed=0)
    alone, plain, filtered = (asked[part::3] for part in range(3))
    encoder = Encoder(version.encoder_path)
    brand = engine.catalogue.brand_counts.most_common(1)
    narrow = Filters(brands=(brand[0][0],)) if brand else Filters(price_max=0.0)
    works: dict[str, Callable[[int], object]] = {
        "encode the query alone": lambda turn: encoder.encode([alone[turn]]),
        "search": lambda turn: engine.search(plain[turn]),
        "search within one brand": lambda turn: engine.search(filtered[turn], filters=narrow),
    }
    if shoppers := engine.shoppers:
        ids = np.random.default_rng(1).choice(np.array(shoppers.ids), given.rounds + 10).tolist()
        works["recommend for a shopper"] = lambda turn: engine.recommend(user_id=ids[turn])
    print(f"{engine.name}: {len(engine.catalogue):,} products, opened in {opened:,.0f} ms, {given.rounds} rounds")
    show(timed(works, given.rounds))


def show(rows: Mapping[str, tuple[float, float]]) -> None:
    """Print median and 95th percentile (ms) of each row, and how many encodings its median is: the first row's."""
    base = next(iter(rows.values()))[0]
    print(f"{'':26}{'p50 ms':>9}{'p95 ms':>9}{'p50 / encode':>14}")
    for name, (median, tail) in rows.items():
        print(f"{name:26}{median:9.2f}{tail:9.2f}{median / base:14.2f}")


if __name__ == "__main__":
    main()
