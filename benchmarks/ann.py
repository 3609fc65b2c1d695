"""Recall against latency and memory of exact and approximate indexes: of a version's own vectors, or of made-up ones.

    python -m benchmarks.ann VERSION [--artifacts DIR] [--out FILE.md] [--json FILE.json]
    python -m benchmarks.ann --products 1000000 [--dimension 64] [--budget GB] [--out FILE.md] [--json FILE.json]

Exact search, inverted lists of whole vectors by how many are read, and lists of codes by how many of their candidates
are compared exactly; of a version also the NDCG@10 that each setting costs its test shoppers. Made-up vectors lie in
groups within greater groups, as `benchmarks.maps` has them; of these the index that the pipeline would publish is also
built, written, opened and asked, as a version's is: from disk. One thread searches; times are milliseconds by the
clock, with the processor's own beside them.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import faiss
import numpy as np

from pipeline.evaluation.index_curve import Asked, IndexCurve, measure
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.index_choice import MEMORY_GB, build, load, write
from pipeline.versions import VersionStore

ROOT = Path(__file__).parents[1]
GROUP = 150  # products of a made-up group, on average
BLOCK = 100_000


def clustered(n: int, dimension: int, path: Path, seed: int = 0) -> None:
    """Write float32 [n, dimension], rows L2-normalised, in groups within twenty greater groups; block by block."""
    generator = np.random.default_rng(seed)
    above = generator.integers(20, size=max(n // GROUP, 2))
    centres = generator.normal(size=(20, dimension))[above] + 0.8 * generator.normal(size=(len(above), dimension))
    made = np.lib.format.open_memmap(path, "w+", np.float32, (n, dimension))
    for begin in range(0, n, BLOCK):
        group = generator.integers(len(above), size=min(BLOCK, n - begin))
        some = centres[group] + 0.7 * generator.normal(size=(len(group), dimension))
        made[begin : begin + len(some)] = some / np.linalg.norm(some, axis=1, keepdims=True)
    made.flush()


def memory() -> dict[str, float]:
    """Return MiB of this process: its own, and of files mapped into memory, which other processes share."""
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return {name: int(lines[key].split()[0]) / 1024 for name, key in (("own", "RssAnon"), ("mapped", "RssFile"))}


def published(folder: Path, vectors: FloatArray, budget: float, queries: int = 1000) -> dict[str, Any]:
    """Build the index that the pipeline would publish, open it from disk, and measure it as it serves."""
    began, worked = perf_counter(), process_time()
    choice = build(vectors, folder / "index" / "items.faiss", budget)
    took = {"seconds": perf_counter() - began, "processor": process_time() - worked}
    write({"items": choice}, folder / "index")
    gc.collect()
    before, began = memory(), perf_counter()
    index = load(folder, "items")
    opened = perf_counter() - began
    some = np.random.default_rng(1).choice(len(vectors), queries, replace=False)
    asked = np.array(vectors[some])
    taken, behind, found = [], [], []
    worked = process_time()
    for vector in asked:
        start = perf_counter()
        found.append(index.search(vector, 11))
        taken.append((perf_counter() - start) * 1e3)
    worked = (process_time() - worked) * 1e3 / queries
    allowed = np.ones(len(vectors), bool)
    allowed[some[:20]] = False  # as a history is left out
    for vector in asked:
        start = perf_counter()
        index.search(vector, 10, allowed)
        behind.append((perf_counter() - start) * 1e3)
    exact = faiss.knn(asked, vectors, 11, metric=faiss.METRIC_INNER_PRODUCT)[0]
    hits = [
        int((own.scores[own.rows != row][:10] >= true[10] - 1e-6).sum())
        for row, own, true in zip(some, found, exact, strict=True)
    ]
    after = memory()
    return {
        **asdict(choice),
        "build": took,
        "open_seconds": opened,
        "p50": float(np.median(taken)),
        "p95": float(np.quantile(taken, 0.95)),
        "cpu": worked,
        "p50_of_a_shopper": float(np.median(behind)),
        "recall_of_others": sum(hits) / (10 * queries),
        "own_mib": after["own"] - before["own"],
        "mapped_mib": after["mapped"] - before["mapped"],
    }


def markdown(curve: IndexCurve, title: str, served: dict[str, Any] | None) -> str:
    """Return the report."""
    lines = [
        f"# {title}",
        "",
        f"`{' '.join(['python -m benchmarks.ann', *sys.argv[1:]])}`, on {platform.processor() or platform.machine()}, "
        f"{os.cpu_count()} cores, FAISS {faiss.__version__}. One thread, one query at a time. Recall@10 over "
        f"{curve.queries:,} products, their own row left out"
        + (f"; NDCG@10 by vectors alone over {curve.shoppers:,} test shoppers." if curve.shoppers else "."),
        "",
        "| index | lists | probes | refine | recall@10 | p50 ms | p95 ms | CPU ms | MB | NDCG@10 | exact less this |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in curve.settings:
        cost = "–" if each.cost is None else "{:+.4f} ({:+.4f} to {:+.4f})".format(*each.cost)
        gained = "–" if each.ndcg is None else f"{each.ndcg:.4f}"
        lines.append(
            f"| {each.kind} | {each.lists or '–'} | {each.probes or '–'} | {each.refine or '–'} | {each.recall:.4f} | "
            f"{each.p50:.3f} | {each.p95:.3f} | {each.cpu:.3f} | {each.bytes / 1e6:,.1f} | {gained} | {cost} |"
        )
    if served:
        lines += [
            "",
            f"What the pipeline publishes: **{served['kind']}**, {served['lists']:,} lists, {served['probes']} of them "
            f"read, refine {served['refine']}. {served['why']} Built and tuned in {served['build']['seconds']:.0f} s "
            f"({served['build']['processor']:.0f} s of processor time), opened in {served['open_seconds']:.1f} s. From "
            f"disk: p50 {served['p50']:.2f} ms, p95 {served['p95']:.2f} ms ({served['cpu']:.2f} ms of processor time), "
            f"p50 {served['p50_of_a_shopper']:.2f} ms where a shopper's history of 20 is left out; recall@10 "
            f"{served['recall_of_others']:.4f} over 1,000 other products. Memory past the start: "
            f"{served['own_mib']:.0f} MiB of its own, {served['mapped_mib']:.0f} MiB of files mapped.",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("version", nargs="?")
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--budget", type=float, default=MEMORY_GB, help="GB of whole vectors; more are held as codes")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    served = None
    if given.version:
        engine = Engine.open(VersionStore(given.artifacts).open(given.version).path)
        curve, title = measure(engine.item_vectors, Asked.of(engine), print), f"Indexes of {engine.name}"
    else:
        with TemporaryDirectory() as scratch:
            folder, path = Path(scratch), Path(scratch) / "item_vectors.npy"
            (folder / "index").mkdir()
            clustered(given.products, given.dimension, path)
            vectors = np.asarray(np.load(path, mmap_mode="r"))
            served = published(folder, vectors, given.budget)
            print(json.dumps(served, indent=1))
            curve = measure(vectors, advance=print)
        title = f"Indexes of {given.products:,} made-up vectors x {given.dimension}"
    report = markdown(curve, title, served)
    print(report)
    if given.out:
        given.out.write_text(report, "utf-8")
    if given.json:
        given.json.write_text(json.dumps({**asdict(curve), "published": served}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
