"""Inverted files: what they list is nearly what exact search lists, and everything else stays exact."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
import numpy as np
import pytest

from pipeline.errors import RecipeError
from pipeline.retrieval import index_choice, ivf
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.index_choice import (
    Choice,
    Probe,
    build,
    inverted,
    load,
    memory_budget,
    notes,
    size_of,
    tuned,
)
from pipeline.retrieval.ivf import IvfIndex
from pipeline.retrieval.ivf_file import layout
from pipeline.retrieval.vectors import VectorIndex
from tests.retrieval.inverted import N, clustered, folders_of


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    return clustered()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, vectors: FloatArray) -> dict[str, Path]:
    return folders_of(tmp_path_factory.mktemp("indexes"), vectors)


@pytest.fixture(params=["ivf-flat", "ivf-pq"])
def index(request: pytest.FixtureRequest, folders: dict[str, Path]) -> VectorIndex:
    return load(folders[request.param], "items")


@pytest.fixture(scope="module")
def exact(vectors: FloatArray) -> VectorIndex:
    return VectorIndex.build(vectors)


def test_kind_follows_number_and_memory(folders: dict[str, Path]) -> None:
    for kind, folder in folders.items():
        said = json.loads((folder / "index" / "choice.json").read_text())["items"]
        assert said["kind"] == kind == layout(folder / "index" / "items.faiss").kind
        assert said["recall"] >= said["target"] == 0.98
        assert said["queries"] == 1000
        assert said["lists"] == 32  # about the root of 2,000, 44.7, as a power of two
        assert (said["refine"] > 0) == (kind == "ivf-pq")
        assert said["probes"] <= 8
    # 2,000 vectors of 16 float32, or codes of 4 bytes and a codebook of 256 x 16; rows of 8 bytes; 32 centres.
    assert size_of("ivf-flat", 2000, 16, 32) == 2000 * (64 + 8) + 32 * 64
    assert size_of("ivf-pq", 2000, 16, 32) == 2000 * (4 + 8) + 32 * 64 + 256 * 64


def test_few_vectors_and_vectors_without_clusters_stay_exact(tmp_path: Path, vectors: FloatArray) -> None:
    few = build(vectors[:900], tmp_path / "few.faiss", 2.0, exact=1000)
    noise = np.random.default_rng(0).normal(size=(1500, 64)).astype(np.float32)
    spread = build(noise / np.linalg.norm(noise, axis=1, keepdims=True), tmp_path / "spread.faiss", 2.0, exact=1000)
    for choice, name in ((few, "few"), (spread, "spread")):
        assert (choice.kind, choice.recall, choice.queries, choice.lists) == ("flat", 1.0, 0, 0)
        assert isinstance(VectorIndex.load(tmp_path / f"{name}.faiss"), VectorIndex)
    assert few.bytes == 900 * 16 * 4


def test_vectors_that_are_mostly_one_stay_exact(tmp_path: Path, vectors: FloatArray) -> None:
    same = np.concatenate([np.repeat(vectors[:1], 1200, axis=0), vectors[:12]])
    choice = build(same, tmp_path / "same.faiss", 2.0, exact=1000)
    assert choice.kind == "flat"
    assert "same vectors" in choice.why
    assert VectorIndex.load(tmp_path / "same.faiss").search(same[0], 3).rows.tolist() == [0, 1, 2]


def test_default_keeps_the_catalogues_of_today_exact() -> None:
    assert index_choice.EXACT == 200_000


def test_lists_are_nearly_those_of_exact_search_and_scores_are_exact(index: VectorIndex, exact: VectorIndex) -> None:
    shared = 0
    for row in range(0, N, 20):
        own, true = (each.search(exact.vectors[row], 10) for each in (index, exact))
        shared += len(np.intersect1d(own.rows, true.rows))
        assert own.scores == pytest.approx(exact.vectors[own.rows] @ exact.vectors[row], abs=1e-5)
        assert (np.diff(own.scores) <= 0).all()
    assert shared / 1000 >= 0.97


def test_equal_scores_come_in_row_order(index: VectorIndex) -> None:
    assert index.search(index.vectors[-1], 2).rows.tolist() == [N - 2, N - 1]


def test_scores_and_vectors_are_of_every_row(index: VectorIndex, exact: VectorIndex) -> None:
    assert np.array_equal(index.vectors, exact.vectors)
    assert index.scores(exact.vectors[7]) == pytest.approx(exact.scores(exact.vectors[7]), abs=1e-6)


def test_vectors_lie_on_disk(index: VectorIndex) -> None:
    base = index.vectors
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert isinstance(base, np.memmap)
    assert not index.vectors.flags.writeable
    lists = faiss.downcast_InvertedLists(index._index.invlists)  # type: ignore[attr-defined]
    assert isinstance(lists, faiss.OnDiskInvertedLists)
    assert lists.prefetch_nthread == 0


@pytest.mark.parametrize("share", [0.002, 0.05, 0.5, 0.999])
@pytest.mark.parametrize("few", [0, 20_000])
def test_filters_hold_and_fill_the_list(
    index: VectorIndex, exact: VectorIndex, share: float, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf, "FEW", few)
    allowed = np.random.default_rng(1).random(N) < share
    shared = 0
    for row in range(0, N, 100):
        own, true = (each.search(exact.vectors[row], 10, allowed) for each in (index, exact))
        assert len(own.rows) == min(10, allowed.sum())
        assert allowed[own.rows].all()
        assert len(set(own.rows.tolist())) == len(own.rows)
        shared += len(np.intersect1d(own.rows, true.rows)) / len(true.rows)
    assert shared / 20 >= (1.0 if few else 0.9)


def test_more_than_the_lists_hold_is_found_by_comparing_all(index: VectorIndex, exact: VectorIndex) -> None:
    assert index.search(exact.vectors[0], 1500).rows.tolist() == exact.search(exact.vectors[0], 1500).rows.tolist()
    assert len(index.search(exact.vectors[0], 5, np.zeros(N, bool)).rows) == 0


def test_normalised_is_an_exact_index_of_unit_vectors(index: VectorIndex) -> None:
    normalised = index.normalised()  # kept by name: its vectors lie in its memory
    lengths = np.linalg.norm(normalised.vectors, axis=1)
    assert lengths == pytest.approx(np.ones(N), abs=1e-5)


def test_recall_counts_the_nearest_others_and_their_equals() -> None:
    # On a line: 0 1 2 | 10 11; the query is row 0, whose two nearest by inner product with (1, 0) are the largest.
    vectors = np.array([[3, 0], [2, 0], [1, 0], [1, 0]], np.float32)
    probe = Probe(np.array([0]), np.array([3.0], np.float32), 2)  # scores of the others: 6, 3, 3; the second best is 3

    class Lists(VectorIndex):
        def __init__(self, rows: list[int]) -> None:
            self.vectors, self._rows = vectors, rows

        def search(self, vector: FloatArray, k: int, allowed: object = None):  # type: ignore[no-untyped-def, override]
            from pipeline.retrieval.candidates import Candidates

            rows = np.array(self._rows, np.int32)
            return Candidates(rows, vectors[rows] @ vector)

    assert probe.recall(Lists([0, 1, 2])) == 1.0
    assert probe.recall(Lists([0, 1, 3])) == 1.0  # row 3 is as near as row 2
    assert probe.recall(Lists([0, 1])) == 0.5
    assert probe.recall(Lists([0])) == 0.0


def test_tuning_takes_the_fewest_lists_that_reach_the_target(vectors: FloatArray) -> None:
    probe, seen = Probe.of(vectors, 200), []
    found, recall = tuned(
        inverted(vectors, coded=False),
        probe,
        target=0.9,
        said=lambda index, reached: seen.append((index.probes, reached)),
    )
    assert [probes for probes, _ in seen] == [1, 2, 4, 8, 16, 32][: len(seen)]
    assert all(reached < 0.9 for _, reached in seen[:-1])
    assert (found.probes, recall) == seen[-1]
    assert recall >= 0.9
    every = IvfIndex(found._index, vectors, found.lists)
    assert probe.recall(every) == 1.0


def test_queries_that_lie_elsewhere_are_tuned_for_too(tmp_path: Path, vectors: FloatArray, exact: VectorIndex) -> None:
    # Between two clusters the nearest ten lie in several lists; a product's lie in its own.
    pairs = np.random.default_rng(1).choice(N, (300, 2))
    queries = vectors[pairs].sum(axis=1)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)

    def found(choice: Choice, path: Path) -> float:
        index = IvfIndex.read(path, vectors, choice.refine)
        same = [set(index.search(each, 10).rows) & set(exact.search(each, 10).rows) for each in queries]
        return float(np.mean([len(each) / 10 for each in same]))

    blind = build(vectors, tmp_path / "blind.faiss", 2.0, exact=1000)
    told = build(vectors, tmp_path / "told.faiss", 2.0, exact=1000, asked=lambda: queries)
    assert (blind.queries, told.queries) == (1000, 1300)
    assert found(blind, tmp_path / "blind.faiss") < 0.98
    assert told.kind == "flat" or found(told, tmp_path / "told.faiss") >= 0.98
    assert told.probes > blind.probes or told.kind == "flat"


def test_readers_are_told_of_lists_and_not_of_exact_search() -> None:
    flat = {"kind": "flat", "recall": 1.0, "lists": 0, "probes": 0}
    lists = {"kind": "ivf-pq", "recall": 0.9861, "lists": 1024, "probes": 16}
    assert notes({"items": flat, "text": flat}) == []
    assert notes({"items": lists, "text": flat}) == [
        "The nearest products by item vectors are found by reading 16 of 1,024 lists: 98.6 % of the nearest ten, on "
        "average."
    ]


@pytest.mark.parametrize("said", ["none", "0", "-1", "nan", "inf"])
def test_memory_that_is_no_memory_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_INDEX_MEMORY_GB", said)
    with pytest.raises(RecipeError, match="PSE_INDEX_MEMORY_GB"):
        memory_budget()
    monkeypatch.setenv("PSE_INDEX_MEMORY_GB", "0.5")
    assert memory_budget() == 0.5
