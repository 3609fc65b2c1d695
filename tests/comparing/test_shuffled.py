"""A version whose item vectors were dealt out anew: held, and the slices that lose most are named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.comparing.gate import compared
from pipeline.evaluation.protocol import evaluable, evaluate_recommendations
from pipeline.retrieval.retrievers import Towers
from pipeline.retrieval.shoppers import Shoppers
from pipeline.retrieval.vectors import VectorIndex
from pipeline.versions import VersionStore
from tests import tiny

KINDS, EACH, SHOPPERS = ("Photo", "Audio", "Cables", "Bags"), 15, 240
SHOP = tuple(
    tiny.Row(f"{kind}-{place:02}", f"{kind} {place}", kind, ("Shop", kind), 10.0 + place)
    for kind in KINDS
    for place in range(EACH)
)


def histories() -> dict[str, tuple[str, ...]]:
    """Return shoppers who keep to one kind of product."""
    draw = np.random.default_rng(3)
    return {
        f"s{number:03}": tuple(
            f"{KINDS[number % 4]}-{place:02}" for place in draw.choice(EACH, size=6, replace=False).tolist()
        )
        for number in range(SHOPPERS)
    }


def writer(vectors: npt.NDArray[np.float32]) -> Callable[[Path], None]:
    """Return what evaluates towers over these item vectors, as the pipeline does."""

    def write(folder: Path) -> None:
        shoppers = Shoppers(pq.read_table(folder.parent / "users.parquet"))
        towers = Towers(
            VectorIndex.build(vectors), lambda history: history.mean(axis=0) / np.linalg.norm(history.mean(0))
        )
        chosen = evaluable(shoppers, "test")
        found = evaluate_recommendations([towers], shoppers, len(SHOP), "leave-one-out", "test", chosen)
        pq.write_table(found.table, folder / "per_user.parquet")
        assert isinstance(found.ranks, pa.Table)
        pq.write_table(found.ranks, folder / "ranks.parquet")

    return write


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    made = VersionStore(tmp_path)
    draw = np.random.default_rng(5)
    vectors = np.repeat(np.eye(4, 8), EACH, axis=0) + 0.1 * draw.normal(size=(len(SHOP), 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    # Only photo and audio change places: the other half of the shop stays as it was.
    half = vectors.copy()
    half[: 2 * EACH] = vectors[draw.permutation(2 * EACH)]
    for name, own in {"first": vectors, "copy": vectors, "shuffled": draw.permutation(vectors), "half": half}.items():
        tiny.publish(made, name, shop=SHOP, histories=histories(), evaluation=writer(own))
    return made


def test_a_copy_cannot_be_told_apart(store: VersionStore) -> None:
    found = compared(store, "first", "copy")
    assert (found["verdict"], found["status"], found["weakest"]) == ("unsure", 11, [])
    for each in (*found["metrics"], *found["slices"]):
        assert (each["difference"], each["low"], each["high"], each["p"], each["wins"], each["losses"]) == (
            0,
            0,
            0,
            1,
            0,
            0,
        )


def test_shuffled_vectors_are_held(store: VersionStore) -> None:
    found = compared(store, "first", "shuffled")
    assert (found["verdict"], found["status"]) == ("hold", 10)
    ndcg = next(each for each in found["metrics"] if each["metric"] == "ndcg@10")
    # Fifteen of a kind, five of them known: the first ten are the other ten, so every target is among them.
    assert ndcg["baseline"] > 0.4 > 0.2 > ndcg["value"]
    assert {f"category: {kind}" for kind in KINDS} <= set(found["weakest"])
    assert "Worst hit: " in found["reason"]


def test_the_slices_that_lose_are_told_from_those_that_do_not(store: VersionStore) -> None:
    found = compared(store, "first", "half")
    assert found["verdict"] == "hold"
    lost = {f"category: {kind}" for kind in KINDS} & set(found["weakest"])
    assert lost == {"category: Photo", "category: Audio"}
    kept = {each["slice"]: each["difference"] for each in found["slices"]}
    assert abs(kept["category: Bags"]) < 0.01 < 0.1 < -kept["category: Photo"]
