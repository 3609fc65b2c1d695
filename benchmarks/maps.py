"""How long a map takes, step by step: on made-up clustered vectors, and on those of a version.

    python -m benchmarks.maps [VERSION] [--artifacts DIR] [--products N] [--dimension D]

The first map of a process also compiles UMAP; that is done before, on two hundred vectors, and told apart. The time of
the processor stands beside that of the clock, for a machine that does something else as well. Below the seconds stand
the figures that tell whether the map is worth them: faithfulness, trustworthiness and categories, chance included.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow.parquet as pq

from pipeline.evaluation.beyond import category_separation
from pipeline.maps.build import build
from pipeline.maps.description import Described
from pipeline.maps.neighbours import FloatArray, unit
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import SpaceMap
from pipeline.versions import VersionStore
from pipeline.work.map import VECTORS, described

ROOT = Path(__file__).parents[1]
GROUP = 150  # products of a made-up group, on average
WARM = 200


def made_up(n: int, dimension: int, seed: int) -> tuple[FloatArray, Described]:
    """Return vectors in groups within twenty greater groups, and products named after both."""
    generator = np.random.default_rng(seed)
    greater = generator.normal(size=(20, dimension))
    above = generator.integers(20, size=max(n // GROUP, 2))
    centres = greater[above] + 0.8 * generator.normal(size=(len(above), dimension))
    group = generator.integers(len(above), size=n)
    vectors = centres[group] + 0.7 * generator.normal(size=(n, dimension))
    texts = [f"kind{above[own]} make{own} model{row}" for row, own in enumerate(group)]
    return vectors.astype(np.float32), Described(
        texts, [f"kind{kind}" for kind in range(20)], above[group].astype("i4")
    )


def show(name: str, vectors: FloatArray, products: Described) -> None:
    """Build a map and print what each step took."""
    began, worked = perf_counter(), process_time()
    made = build(name, vectors, products, Settings())
    taken, worked = perf_counter() - began, process_time() - worked
    if not isinstance(made, SpaceMap):
        print(f"\n{name}: {made}")
        return
    print(f"\n{name}: {len(vectors):,} x {vectors.shape[1]}")
    for step, seconds in {**made.facts["seconds"], "all": taken, "all, processor": worked}.items():
        print(f"  {step:16}{seconds:9.2f} s")
    for method, found in made.facts["measured"].items():
        print(
            f"  {method}: faithfulness {found['faithfulness']:.3f} (chance {found['chance']:.4f}), "
            f"trustworthiness {found['trustworthiness']:.3f}"
        )
    for figure, found in made.facts["categories"].items():
        if found:
            print(f"  {figure}: {found['value']:.3f} (chance {found['chance']:.3f}) over {found['n']:,} products")
    separation = category_separation(unit(vectors), products.codes)
    print("  category separation: " + ("not known" if separation is None else f"{separation:.4f} (chance 0)"))
    print("  clusters: " + ", ".join(f"{len(own)} {level}" for level, own in made.described.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("version", nargs="?")
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    parser.add_argument("--products", type=int, default=48_629)
    parser.add_argument("--dimension", type=int, default=64)
    given = parser.parse_args()
    began = perf_counter()
    build("warm up", *made_up(WARM, given.dimension, seed=1), Settings())
    print(f"First map of the process, {WARM} products: {perf_counter() - began:.1f} s, mostly imports and compiling")
    show("made-up vectors", *made_up(given.products, given.dimension, seed=0))
    if given.version:
        path = VersionStore(given.artifacts).open(given.version).path
        products = described(pq.read_table(path / "products.parquet", columns=["title", "category"]))
        for space, file in VECTORS.items():
            show(f"{given.version}, {space}", np.load(path / file, allow_pickle=False), products)


if __name__ == "__main__":
    main()
