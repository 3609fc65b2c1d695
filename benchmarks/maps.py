"""How long a map takes, step by step: on made-up clustered vectors, and on those of a version.

    python -m benchmarks.maps [VERSION] [--artifacts DIR] [--products N] [--dimension D]

The first map of a process also compiles UMAP; that is done before, on two hundred vectors, and told apart. The time of
the processor stands beside that of the clock, for a machine that does something else as well. Below the seconds stand
the figures that tell whether the map is worth them: faithfulness, trustworthiness, silhouette and purity by category,
chance included.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow.parquet as pq

from pipeline.evaluation.beyond import category_separation, within_and_between
from pipeline.maps.build import build
from pipeline.maps.description import Described
from pipeline.maps.neighbours import FloatArray, exact_neighbours, unit
from pipeline.maps.separation import neighbour_purity, silhouette
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
    for step, seconds in {**made.facts["seconds"], "all by the clock": taken, "all by CPU": worked}.items():
        print(f"  {step:16}{seconds:9.2f} s")
    for method, found in made.facts["measured"].items():
        print(
            f"  {method}: faithfulness {found['faithfulness']:.3f} (chance {found['chance']:.4f}), "
            f"trustworthiness {found['trustworthiness']:.3f}"
        )
    for figure, found in made.facts["categories"].items():
        if found:
            print(f"  {figure}: {found['value']:.3f} (chance {found['chance']:.3f}) over {found['n']:,} products")
    print("  clusters: " + ", ".join(f"{len(own)} {level}" for level, own in made.described.items()))


def by_level(name: str, vectors: FloatArray, paths: list[list[str]]) -> None:
    """Print how well vectors go with categories, level by level, raw and with their mean taken out.

    Vectors that all point the same way have high cosines within categories and between them; taking out the mean shows
    what is left. "whole" takes each different path as one category, as a table that knows no levels does. Chance is
    that of the same products with their categories dealt out anew.
    """
    print(f"\n{name}: categories, chance in brackets")
    print("  level  vectors   within  between  separation         purity of 15     silhouette")
    known = unit(vectors)
    centred = unit(known - known.mean(axis=0, where=known.any(axis=1, keepdims=True)))
    near = {
        way: exact_neighbours(own, min(15, len(own) - 1)).rows for way, own in (("raw", known), ("centred", centred))
    }
    levels = [
        (str(level), [" > ".join(path[:level]) if len(path) >= level else None for path in paths])
        for level in range(1, max(map(len, paths), default=0) + 1)
    ]
    for level, given in [*levels, ("whole", [" > ".join(path) or None for path in paths])]:
        place = {each: code for code, each in enumerate(sorted({each for each in given if each}))}
        codes = np.array([-1 if each is None else place[each] for each in given], np.int32)
        dealt = codes.copy()
        dealt[codes >= 0] = np.random.default_rng(0).permutation(codes[codes >= 0])
        for way, own in (("raw", known), ("centred", centred)):
            found, chance = within_and_between(own, codes), category_separation(own, dealt)
            pure, shape = neighbour_purity(near[way], codes), silhouette(own, codes, 2000, 0)
            if found is None or chance is None or pure is None:
                continue
            print(
                f"  {level:>5}  {way:7}{found[0]:9.4f}{found[1]:9.4f}{found[0] - found[1]:9.4f} ({chance:+.4f})"
                f"{pure.value:9.3f} ({pure.chance:.3f})"
                + (f"{shape.value:9.3f} ({shape.chance:.3f})" if shape else "        –")
            )


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
        table = pq.read_table(path / "products.parquet", columns=["title", "brand", "category"])
        for space, file in VECTORS.items():
            vectors = np.load(path / file, allow_pickle=False)
            show(f"{given.version}, {space}", vectors, described(table))
            by_level(f"{given.version}, {space}", vectors, table["category"].to_pylist())


if __name__ == "__main__":
    main()
