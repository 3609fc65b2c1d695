"""What an approximate index would cost a version: recall, time and memory of each setting, and the NDCG it gives away.

It is measured after a version was published, on request, and kept beside the versions in a cache:
`artifacts/cache/index/<checksum>.json`. A version itself never changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from pipeline.errors import InvalidRequest
from pipeline.evaluation.compare import bootstrap
from pipeline.evaluation.protocol import evaluable
from pipeline.metrics import ndcg
from pipeline.retrieval.candidates import FloatArray, Request
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.index_choice import REFINE, TARGET, Probe, inverted, powers, size_of
from pipeline.retrieval.ivf import IvfIndex
from pipeline.retrieval.vectors import VectorIndex
from pipeline.stored import said

FOLDER = "cache/index"
FEWEST = 100  # products: fewer fill no lists
CODED = 1000  # products from which codes are tried: their books have 256 entries
QUERIES, TIMED = 1000, 300
SHOPPERS = 2000  # test shoppers whose lists are compared, at most; drawn with a fixed seed
K = 10
ENOUGH = 0.9995  # a recall past which reading more lists shows nothing
LIMIT = 2**20  # bytes of a file that we wrote


@dataclass(frozen=True)
class Setting:
    """One way to search the vectors, and what was measured of it.

    Args:
        kind: "flat" (exact), "ivf-flat" or "ivf-pq".
        lists, probes, refine: As `retrieval.index_choice.Choice` has them.
        bytes: What is read to search.
        recall: Recall@10 against exact search, over the catalogue's own vectors.
        p50, p95: Milliseconds of a search, by the clock, one thread.
        cpu: Milliseconds of processor time, on average.
        ndcg: NDCG@10 of the test shoppers, by vectors alone; None without any.
        cost: The exact NDCG@10 less this one, with its 95 % interval; None without shoppers.
    """

    kind: str
    lists: int
    probes: int
    refine: int
    bytes: int
    recall: float
    p50: float
    p95: float
    cpu: float
    ndcg: float | None = None
    cost: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class IndexCurve:
    """Every setting that was measured on one version.

    Args:
        products, dimension: Of the item vectors.
        queries: Vectors that recall is the mean over.
        shoppers: Shoppers that NDCG is the mean over; 0 where there are none.
        target: The recall that a chosen index must reach.
        settings: Exact search first.
    """

    products: int
    dimension: int
    queries: int
    shoppers: int
    target: float
    settings: tuple[Setting, ...]

    @property
    def exact(self) -> Setting:
        return self.settings[0]

    @property
    def quickest(self) -> Setting | None:
        """The fastest approximate setting that reaches the target; None where none does."""
        reaching = [each for each in self.settings[1:] if each.recall >= self.target]
        return min(reaching, key=lambda each: each.p50, default=None)


@dataclass(frozen=True)
class Asked:
    """Test shoppers as queries.

    Args:
        vectors: float32 [n, d].
        histories: Rows that each one's list must not hold.
        targets: Rows held out from each.
    """

    vectors: Sequence[FloatArray]
    histories: Sequence[np.ndarray]
    targets: Sequence[np.ndarray]

    @classmethod
    def of(cls, engine: Engine, most: int = SHOPPERS) -> Asked:
        """Draw test shoppers of a version who have a vector; none where it has no shoppers."""
        found = cls([], [], [])
        if (shoppers := engine.shoppers) is None:
            return found
        everyone = evaluable(shoppers, "test")
        some = np.sort(np.random.default_rng(0).permutation(np.array(everyone, np.int64))[:most])
        vectors, histories, targets = [], [], []
        for index in some:
            history = shoppers.before(int(index), "test")
            vector = engine.profile(Request(history=history, shopper=int(index)))
            if vector is not None:
                vectors.append(vector)
                histories.append(history)
                targets.append(shoppers.within(int(index), "test"))
        return cls(vectors, histories, targets)

    def ndcg(self, index: VectorIndex) -> np.ndarray:
        """Return float64 [n], NDCG@10 of each shopper by an index; the history is left out of every list.

        It is left out afterwards: behind a filter a small catalogue is compared one by one, whatever the index.
        """
        n = len(index.vectors)
        ranks = np.zeros((len(self.vectors), max(map(len, self.targets))), np.int64)
        for place, (vector, history, targets) in enumerate(
            zip(self.vectors, self.histories, self.targets, strict=True)
        ):
            rows = index.search(vector, K + len(history)).rows
            listed = rows[~np.isin(rows, history)][:K].tolist()
            ranks[place, : len(targets)] = [listed.index(row) + 1 if row in listed else n + 1 for row in targets]
        return ndcg(ranks, K)


def measure(
    vectors: FloatArray,
    asked: Asked | None = None,
    advance: Callable[[str], None] = lambda note: None,
    queries: int = QUERIES,
) -> IndexCurve:
    """Measure exact search, lists of whole vectors by how many are read, and lists of codes by how many are compared.

    Args:
        vectors: float32 [n, d].
        asked: Test shoppers; None measures no NDCG.
        advance: Called after each setting, with a few words.
        queries: Of the catalogue's own vectors.

    Raises:
        InvalidRequest: There are fewer than 100 products.
    """
    n, dimension = vectors.shape
    if n < FEWEST:
        raise InvalidRequest(f"{n} products are too few for lists of them.", f"An index needs {FEWEST}.")
    probe = Probe.of(vectors, queries)
    found, base = [], None
    for kind, index in _indexes(vectors, probe):
        own = _measured(kind, index, probe)
        if asked is not None and asked.vectors:
            values = asked.ndcg(index)
            base = values if base is None else base
            mean, low, high = (float(each[0]) for each in bootstrap((base - values)[:, None]))
            own = replace(own, ndcg=float(values.mean()), cost=(mean, low, high))
        found.append(own)
        advance(f"{kind} recall {own.recall:.3f}")
    shoppers = len(asked.vectors) if asked else 0
    return IndexCurve(n, dimension, len(probe.rows), shoppers, TARGET, tuple(found))


def _indexes(vectors: FloatArray, probe: Probe) -> Iterator[tuple[str, VectorIndex]]:
    """Yield exact search, then lists until they miss next to nothing, then codes at the probes that the target took."""
    yield "flat", VectorIndex.build(vectors)
    whole = inverted(vectors, coded=False)
    enough = 0
    for probes in powers(whole.lists):
        index = IvfIndex(whole._index, vectors, probes)
        yield "ivf-flat", index
        recall = probe.recall(index)
        enough = enough or (probes if recall >= TARGET else 0)
        if recall >= ENOUGH:
            break
    del whole
    if len(vectors) >= CODED and vectors.shape[1] % 4 == 0:
        coded = inverted(vectors, coded=True)
        for refine in REFINE:
            yield "ivf-pq", IvfIndex(coded._index, vectors, min(2 * enough, coded.lists), refine)


def _measured(kind: str, index: VectorIndex, probe: Probe) -> Setting:
    """Measure recall and time of one index."""
    queries = [np.array(index.vectors[row]) for row in probe.rows[:TIMED]]
    for vector in queries[:20]:  # the first calls allocate
        index.search(vector, K)
    taken, worked = [], process_time()
    for vector in queries:
        began = perf_counter()
        index.search(vector, K)
        taken.append((perf_counter() - began) * 1e3)
    worked = (process_time() - worked) * 1e3 / len(queries)
    lists, probes, refine = (index.lists, index.probes, index.refine) if isinstance(index, IvfIndex) else (0, 0, 0)
    n, dimension = index.vectors.shape
    return Setting(
        kind,
        lists,
        probes,
        refine,
        size_of(kind, n, dimension, lists),
        probe.recall(index) if lists else 1.0,
        float(np.median(taken)),
        float(np.quantile(taken, 0.95)),
        worked,
    )


def path_of(artifacts: Path, checksum: str) -> Path:
    """Return where the measurements of the version with that manifest are kept."""
    return artifacts / FOLDER / f"{checksum[:32]}.json"


def save(curve: IndexCurve, path: Path) -> None:
    """Write measurements, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(curve), indent=1), "utf-8")
    partial.replace(path)


def load(path: Path) -> IndexCurve | None:
    """Return what was kept; None where nothing is.

    Raises:
        OSError, ValueError: It cannot be read.
    """
    if not path.exists():
        return None
    found: dict[str, Any] = said(path, LIMIT)
    try:
        settings = tuple(
            Setting(**{**each, "cost": None if each["cost"] is None else tuple(each["cost"])})
            for each in found.pop("settings")
        )
        return IndexCurve(**found, settings=settings)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path.name} is none of ours") from error
