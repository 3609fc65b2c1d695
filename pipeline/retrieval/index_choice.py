"""Which index serves a catalogue: exact while that is quick enough, then inverted lists, tuned on its own vectors."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from pipeline import stored
from pipeline.cores import every_core
from pipeline.errors import RecipeError
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.ivf import IvfIndex
from pipeline.retrieval.ivf_file import layout
from pipeline.retrieval.vectors import FLAT, VectorIndex

# One thread compares 200,000 vectors of 64 numbers in about 2 ms; an inverted file saves nothing that anyone notices.
EXACT = 200_000
MEMORY_GB = 2.0  # bytes of whole vectors in an index; more of them are held as codes
ENVIRONMENT = "PSE_INDEX_MEMORY_GB"
TARGET, K = 0.98, 10  # the recall@10 that an index must reach against exact search
QUERIES = 1000  # of the catalogue's own vectors
PART = 4  # numbers of a vector in one byte of its code
REFINE = (2, 4, 8, 16, 32, 64)  # candidates for each row asked for, compared exactly
TAUGHT = 64  # vectors a list that k-means learns from
BLOCK = 100_000  # vectors added at once
SAME = 1e-6  # scores that differ by no more are equal
FILE = "choice.json"


@dataclass(frozen=True)
class Choice:
    """An index, and what was measured of it.

    Args:
        kind: "flat" (exact), "ivf-flat" or "ivf-pq".
        why: A sentence.
        products, dimension: Of the vectors.
        bytes: What is read to search: vectors or codes, rows and centres; kept vectors that refine are not counted.
        lists, probes: Lists, and how many of them a query reads; 0 where there are none.
        refine: Candidates for each row asked for, compared exactly; 0 where scores are exact anyway.
        recall: Recall@10 against exact search; the lower one where products and queries were tried apart.
        queries: How many vectors were tried; 0 where nothing is approximate.
        target: The recall that was asked for.
    """

    kind: str
    why: str
    products: int
    dimension: int
    bytes: int
    lists: int = 0
    probes: int = 0
    refine: int = 0
    recall: float = 1.0
    queries: int = 0
    target: float = TARGET


@dataclass(frozen=True)
class Probe:
    """Queries, a catalogue's own vectors or others, and what exact search answers.

    Args:
        rows: int64 [q]; the row whose vector the query is, which does not count as an answer; -1 where it is none.
        worst: float32 [q], the score of the tenth nearest other row.
        k: How many nearest others are asked for.
        asked: float32 [q, d], the queries where they are no rows; None where all are.
    """

    rows: np.ndarray
    worst: FloatArray
    k: int
    asked: FloatArray | None = None

    @classmethod
    def of(cls, vectors: FloatArray, queries: int = QUERIES, seed: int = 0) -> Probe:
        """Draw queries and answer them exactly."""
        n = len(vectors)
        rows = np.sort(np.random.default_rng(seed).choice(n, min(queries, n), replace=False))
        k = min(K, n - 1)
        with every_core():
            near, found = faiss.knn(vectors[rows], vectors, k + 1, metric=faiss.METRIC_INNER_PRODUCT)
        own = found == rows[:, None]
        own[~own.any(axis=1), -1] = True  # more than k others lie in the very same place
        return cls(rows, near[~own].reshape(len(rows), k).min(axis=1), k)

    @classmethod
    def by(cls, asked: FloatArray, vectors: FloatArray) -> Probe:
        """Answer queries, float32 [q, d], that are not the catalogue's own vectors."""
        k = min(K, len(vectors))
        with every_core():
            near, _ = faiss.knn(asked, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
        return cls(np.full(len(asked), -1), near.min(axis=1), k, asked)

    def recall(self, index: VectorIndex) -> float:
        """Return the mean share of the k nearest others that an index finds; another one of the same score counts."""
        hits = 0
        for place, (row, worst) in enumerate(zip(self.rows, self.worst, strict=True)):
            query = index.vectors[row] if self.asked is None else self.asked[place]
            found = index.search(query, self.k + 1)
            others = found.scores[found.rows != row][: self.k]
            hits += int((others >= worst - SAME).sum())
        return hits / (len(self.rows) * self.k)


def memory_budget() -> float:
    """Return how many GB of whole vectors an index may hold: `PSE_INDEX_MEMORY_GB`, else 2.

    Raises:
        RecipeError: It is not a number above 0.
    """
    said = os.environ.get(ENVIRONMENT, "")
    try:
        budget = float(said or MEMORY_GB)
        if not 0 < budget < float("inf"):
            raise ValueError
    except ValueError:
        raise RecipeError(f'{ENVIRONMENT} is "{said[:40]}".', "Set it to a number of GB above 0, as 2.") from None
    return budget


def build(
    vectors: FloatArray, path: Path, budget: float, exact: int = EXACT, asked: Callable[[], FloatArray] | None = None
) -> Choice:
    """Write the index that serves these vectors, and return which it is.

    Up to 200,000 vectors it is exact. More are searched by inverted lists of whole vectors, or of codes where whole
    ones would not fit the memory. As few lists are read as reach recall@10 .98, on the catalogue's own vectors and on
    what will be asked, which may lie elsewhere; where that takes a quarter of them, exact search serves: lists save too
    little then.

    Args:
        vectors: float32 [n, d].
        path: Where to write.
        budget: GB of whole vectors.
        exact: Vectors up to which nothing is approximate.
        asked: Makes vectors like those that will be asked with, float32 [q, d]; None where products stand for them.
    """
    n, dimension = vectors.shape
    whole = n * dimension * 4
    if n <= exact:
        why = f"Exact: {n:,} products are compared one by one."
        VectorIndex.build(vectors).save(path)
        return Choice("flat", why, n, dimension, whole)
    probes = [Probe.of(vectors), *([Probe.by(asked(), vectors)] if asked else [])]
    coded = whole > budget * 1e9 and dimension % PART == 0
    found, recall = tuned(inverted(vectors, coded=coded), *probes)
    if found.probes * 4 > found.lists or recall < TARGET or found.filled * 2 <= found.lists:
        why = f"Exact: no quarter of the lists holds {100 * TARGET:.0f} % of the nearest products."
        if found.filled * 2 <= found.lists:  # FAISS would write them in another way
            why = "Exact: too many products have the same vectors to fill lists."
        VectorIndex.build(vectors).save(path)
        return Choice("flat", why, n, dimension, whole)
    found.save(path)
    kind = layout(path).kind
    what = f"codes, as {whole / 1e9:.1f} GB of vectors do not fit {budget:g} GB" if coded else "whole vectors"
    return Choice(
        kind,
        f"Lists of {what}: exact search takes too long over {n:,} products.",
        n,
        dimension,
        size_of(kind, n, dimension, found.lists),
        found.lists,
        found.probes,
        found.refine,
        round(recall, 4),
        sum(len(probe.rows) for probe in probes),
    )


def inverted(vectors: FloatArray, *, coded: bool, lists: int = 0) -> IvfIndex:
    """Return an inverted file of float32 [n, d] that reads one list, untuned.

    Args:
        vectors: What to index.
        coded: Hold codes of a byte for four numbers, instead of whole vectors.
        lists: How many; 0 takes about the root of the number of vectors.
    """
    n, dimension = vectors.shape
    lists = lists or max(2 ** round(np.log2(np.sqrt(n))), 1)
    centres = faiss.IndexFlatIP(dimension)
    if coded:
        index = faiss.IndexIVFPQ(centres, dimension, lists, dimension // PART, 8, faiss.METRIC_INNER_PRODUCT)
        index.pq.cp.min_points_per_centroid = 1
    else:
        index = faiss.IndexIVFFlat(centres, dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = TAUGHT, 1
    index.cp.spherical = True  # centres are compared by inner product, so none may be longer than another
    taught = max(TAUGHT * lists, 65_536)
    with every_core():
        some = vectors
        if n > taught:
            some = vectors[np.sort(np.random.default_rng(0).choice(n, taught, replace=False))]
        index.train(np.ascontiguousarray(some))
        for begin in range(0, n, BLOCK):
            index.add(np.ascontiguousarray(vectors[begin : begin + BLOCK]))
    return IvfIndex(index, vectors, 1, REFINE[-1] if coded else 0)


def tuned(
    index: IvfIndex,
    *measures: Probe,
    target: float = TARGET,
    said: Callable[[IvfIndex, float], None] = lambda *_: None,
) -> tuple[IvfIndex, float]:
    """Return the index with the fewest probes, then the fewest candidates, that reach a recall; and that recall.

    Args:
        index: Any.
        measures: What it is measured by; the lowest recall counts.
        target: Recall@10; where nothing reaches it, the best setting comes back.
        said: Called with each setting and its recall.
    """

    def reached(setting: IvfIndex) -> float:
        return min(probe.recall(setting) for probe in measures)

    best, recall = index, 0.0
    for probes in powers(index.lists):
        best = IvfIndex(index._index, index.vectors, probes, index.refine)
        recall = reached(best)
        said(best, recall)
        if recall >= target:
            break
    for refine in REFINE if recall >= target and index.refine else ():
        lighter = IvfIndex(index._index, index.vectors, best.probes, refine)
        if (lower := reached(lighter)) >= target:
            return lighter, lower
    return best, recall


def powers(most: int) -> list[int]:
    """Return 1, 2, 4, ... up to a number."""
    return [2**power for power in range(most.bit_length()) if 2**power <= most]


def size_of(kind: str, n: int, dimension: int, lists: int) -> int:
    """Return the bytes of an index: vectors or codes; rows of 8 bytes and centres, where there are lists."""
    if kind == "flat":
        return n * dimension * 4
    code = dimension // PART if kind == "ivf-pq" else dimension * 4
    return n * (code + 8) + lists * dimension * 4 + (256 * dimension * 4 if kind == "ivf-pq" else 0)


def write(choices: dict[str, Choice], folder: Path) -> None:
    """Write what was chosen beside the indexes."""
    (folder / FILE).write_text(json.dumps({name: asdict(own) for name, own in choices.items()}, indent=1), "utf-8")


def load(folder: Path, name: str) -> VectorIndex:
    """Open the index `name` ("items" or "text") of a version's folder.

    Raises:
        OSError, ValueError: It cannot be read, or is not what it should be.
    """
    path = folder / "index" / f"{name}.faiss"
    with path.open("rb") as file:
        if file.read(4) == FLAT:
            return VectorIndex.load(path)
    vectors = stored.mapped(folder / f"{'item' if name == 'items' else name}_vectors.npy", np.float32, (None, None))
    found = stored.said(folder / "index" / FILE)[name]
    refine = found["refine"]
    if type(refine) is not int:
        raise ValueError("the settings of an index are no numbers")
    return IvfIndex.read(path, vectors, refine)


def described(folder: Path) -> dict[str, Any]:
    """Return what `write` wrote, {} where there is nothing."""
    path = folder / "index" / FILE
    found: dict[str, Any] = stored.said(path) if path.exists() else {}
    return found


def notes(found: Mapping[str, Any]) -> list[str]:
    """Return what readers should know of indexes that are not exact, in sentences.

    Args:
        found: What `write` wrote.
    """
    return [
        f"The nearest products by {name.removesuffix('s')} vectors are found by reading {own['probes']:,} of "
        f"{own['lists']:,} lists: {100 * own['recall']:.1f} % of the nearest ten, on average."
        for name, own in found.items()
        if own["kind"] != "flat"
    ]
