"""What approximate indexes are measured by: recall, bytes, and the NDCG of shoppers worked out by hand."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.errors import InvalidRequest
from pipeline.evaluation import index_curve
from pipeline.evaluation.index_curve import Asked, IndexCurve, Setting, load, measure, path_of, save
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.vectors import VectorIndex
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    rng = np.random.default_rng(5)
    found = np.repeat(rng.normal(size=(25, 8)), 50, axis=0) + 0.2 * rng.normal(size=(1250, 8))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def test_exact_comes_first_then_more_and_more_is_read(vectors: FloatArray) -> None:
    asked = Asked([vectors[3], vectors[700]], [np.array([3]), np.array([700])], [np.array([4]), np.array([701, 9])])
    notes: list[str] = []
    curve = measure(vectors, asked, notes.append, queries=100)
    exact, *others = curve.settings
    assert (exact.kind, exact.recall, exact.bytes, exact.cost) == ("flat", 1.0, 1250 * 8 * 4, (0.0, 0.0, 0.0))
    whole = [each for each in others if each.kind == "ivf-flat"]
    assert [each.probes for each in whole] == [1, 2, 4, 8, 16, 32][: len(whole)]
    assert [each.recall for each in whole] == sorted(each.recall for each in whole)
    assert whole[-1].recall >= 0.9995
    coded = [each for each in others if each.kind == "ivf-pq"]
    assert [each.refine for each in coded] == [2, 4, 8, 16, 32, 64]
    assert coded[-1].recall > coded[0].recall
    assert coded[0].bytes < whole[0].bytes
    for each in curve.settings:
        assert each.p50 <= each.p95
        assert each.cost is not None
        assert each.cost[1] <= each.cost[0] <= each.cost[2]
        assert exact.ndcg is not None
        assert each.ndcg == pytest.approx(exact.ndcg - each.cost[0])
    assert (curve.products, curve.dimension, curve.queries, curve.shoppers) == (1250, 8, 100, 2)
    assert curve.quickest is not None
    assert curve.quickest.recall >= 0.98
    assert len(notes) == len(curve.settings)


def test_ndcg_of_shoppers_leaves_their_history_out() -> None:
    # On a half circle: the nearest to row 0 are 1, 2, 3 ...; row 1 is known, so 2 comes first and 3 second.
    angles = np.linspace(0, np.pi, 20)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    asked = Asked(
        [vectors[0], vectors[0], vectors[0]],
        [np.array([0, 1]), np.array([0, 1]), np.array([0, 1])],
        [np.array([3]), np.array([2, 3]), np.array([19])],
    )
    assert asked.ndcg(VectorIndex.build(vectors)).tolist() == pytest.approx([1 / log2(3), 1.0, 0.0])


def test_shoppers_of_a_version_are_those_with_a_held_out_product(tmp_path: Path) -> None:
    store = VersionStore(tmp_path)
    engine = Engine.open(tiny.publish(store).path)
    asked = Asked.of(engine)
    ids = engine.catalogue.ids
    assert [[ids[row] for row in own] for own in asked.targets] == [["C3"], ["S2"], ["C1"]]
    assert [[ids[row] for row in own] for own in asked.histories] == [
        list(history[:-1]) for user, history in tiny.HISTORIES.items() if user != "dee"
    ]
    assert len(Asked.of(engine, most=2).vectors) == 2
    # dee has no vector of her own, nor a held-out product; the others have.
    assert len(Asked.of(Engine.open(tiny.publish(store, "by-name", by_name=True).path)).vectors) == 3
    assert Asked.of(Engine.open(tiny.publish(store, "plain", towers=False).path)).vectors == []


def test_the_quickest_is_the_fastest_of_those_that_find_enough() -> None:
    def setting(kind: str, recall: float, p50: float) -> Setting:
        return Setting(kind, 8, 1, 0, 1, recall, p50, p50, p50)

    exact = setting("flat", 1.0, 5.0)
    slow, good, poor = setting("ivf-flat", 1.0, 3.0), setting("ivf-flat", 0.98, 2.0), setting("ivf-flat", 0.97, 1.0)
    curve = IndexCurve(1000, 8, 100, 0, 0.98, (exact, poor, good, slow))
    assert curve.quickest == good
    assert IndexCurve(1000, 8, 100, 0, 0.98, (exact, poor)).quickest is None


def test_what_is_kept_is_read_again_and_damage_is_told(tmp_path: Path) -> None:
    curve = IndexCurve(
        1000, 8, 100, 3, 0.98,
        (Setting("flat", 0, 0, 0, 32_000, 1.0, 0.1, 0.2, 0.1, 0.5, (0.0, 0.0, 0.0)),
         Setting("ivf-flat", 8, 1, 0, 40_000, 0.9, 0.05, 0.1, 0.05)),
    )  # fmt: skip
    path = path_of(tmp_path, "0123456789abcdef" * 4)
    assert path == tmp_path / "cache" / "index" / f"{'0123456789abcdef' * 2}.json"
    assert load(path) is None
    save(curve, path)
    assert load(path) == curve
    said = json.loads(path.read_text())
    for wrong in ("{", "[]", "{}", json.dumps({**said, "more": 1}), json.dumps({**said, "settings": [{"kind": 1}]})):
        path.write_text(wrong)
        with pytest.raises(ValueError):  # noqa: PT011
            load(path)


def test_few_products_have_no_lists(vectors: FloatArray) -> None:
    with pytest.raises(InvalidRequest, match="99 products are too few"):
        measure(vectors[:99])


def test_command_measures_a_version_and_leaves_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_curve, "FEWEST", 5)
    store = VersionStore(tmp_path)
    version = tiny.publish(store)
    before = {path: path.read_bytes() for path in version.path.rglob("*") if path.is_file()}
    done = CliRunner().invoke(app, ["bench", "index", "tiny", "--artifacts", str(tmp_path)])
    assert done.exit_code == 0, done.output
    curve = load(path_of(tmp_path, version.manifest.checksum))
    assert curve is not None
    assert (curve.products, curve.shoppers) == (12, 3)
    assert before == {path: path.read_bytes() for path in version.path.rglob("*") if path.is_file()}
