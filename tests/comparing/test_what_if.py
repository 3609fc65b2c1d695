"""Re-ordering the candidates of all evaluation users."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.comparing.candidates import Pool, collect, cosines, folder_of
from pipeline.comparing.what_if import WhatIf
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.rebalancing import Rebalance, Traits
from pipeline.versions import VersionStore
from tests import tiny

VECTORS = np.eye(12, 4, dtype=np.float32)
VECTORS[4:] = VECTORS[:4].repeat(2, axis=0)  # rows 4 and 5 are like row 0, 6 and 7 like row 1


def pool() -> Pool:
    """Two shoppers, twelve candidates each; the first wants what stands 2nd, the second what stands 12th."""
    rows = np.stack([np.arange(12), np.arange(12)[::-1]]).astype(np.int32)
    scores = np.tile(np.linspace(1, 0, 12, dtype=np.float32), (2, 1))
    wanted = np.zeros((2, 12), bool)
    wanted[0, 1] = wanted[1, 11] = True
    return Pool(rows, scores, wanted, np.array([1, 1]), cosines(rows, VECTORS))


def traits() -> Traits:
    popularity = np.zeros(12, np.float32)
    popularity[1:] = 1  # all but row 0, which the second shopper wants
    return Traits(popularity, np.full(12, 0.5, np.float32), np.full(12, 0.5, np.float32))


def test_the_figures_by_hand() -> None:
    found = WhatIf(pool(), traits()).outcome(Rebalance())
    assert found.recall == 0.5
    assert found.ndcg == pytest.approx(1 / np.log2(3) / 2)
    assert found.coverage == 1  # 0..9 and 11..2
    assert found.popularity == pytest.approx(19 / 20)


def test_a_popularity_penalty_brings_up_what_few_know() -> None:
    found = WhatIf(pool(), traits()).outcome(Rebalance(popularity=1))
    # Row 0 gains 1 on all others: for the second shopper it is as good as the first candidate, and comes second.
    assert found.recall == 1
    assert found.ndcg == pytest.approx(1 / np.log2(3))


def test_diversity_spreads_the_list() -> None:
    what_if = WhatIf(pool(), traits())
    swept = what_if.frontier(Rebalance(), "diversity", (0.0, 0.5, 1.0))
    assert [each.setting.diversity for each in swept] == [0, 0.5, 1]
    assert swept[0].diversity <= swept[1].diversity <= swept[2].diversity
    # The first ten of 0..11: two like 0, two like 1, two like 2 beside them: 3 + 3 + 1 + ... pairs of cosine 1.
    listed = VECTORS[:10]
    alike = (listed @ listed.T)[np.triu_indices(10, 1)].mean()
    other = VECTORS[11:1:-1]
    alike_too = (other @ other.T)[np.triu_indices(10, 1)].mean()
    assert swept[0].diversity == pytest.approx(1 - (alike + alike_too) / 2, abs=1e-6)


def test_the_setting_is_a_point_of_its_frontier() -> None:
    swept = WhatIf(pool(), traits()).frontier(Rebalance(diversity=0.3), "diversity", (0.0, 1.0))
    assert [each.setting.diversity for each in swept] == [0, 0.3, 1]


def test_candidates_are_those_that_the_version_recommends(tmp_path: Path) -> None:
    engine = Engine.open(tiny.publish(VersionStore(tmp_path), reranked=True).path)
    assert engine.shoppers is not None
    done: list[tuple[int, int]] = []
    found = collect(engine.recommender, engine.shoppers, engine.text_vectors, lambda *each: done.append(each))
    assert done == [(3, 3)]  # dee has no held-out product
    for place, user in enumerate(("ann", "bob", "cem")):
        answer = engine.recommend(user_id=user, as_of="test", k=100)
        listed = found.rows[place][np.isfinite(found.scores[place])].tolist()
        assert listed[: len(answer.hits)] == [hit.row for hit in answer.hits]
        held = [engine.catalogue.row(each) for each in answer.held_out]
        assert found.rows[place][found.wanted[place]].tolist() == held
    # What the sliders show is what is served.
    wish = Rebalance(popularity=0.3, diversity=0.4, price=-0.5)
    shown = engine.recommend(user_id="ann", as_of="test", k=3, rebalance=wish)
    assert [hit.rank for hit in shown.hits] == [1, 2, 3]
    assert shown.hits != engine.recommend(user_id="ann", as_of="test", k=3).hits
    assert engine.recommend(user_id="ann", k=3, rebalance=Rebalance()).hits == engine.recommend(user_id="ann", k=3).hits


def test_the_cache_is_whole_or_absent(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "ab" * 32)
    assert Pool.load(folder) is None
    pool().save(folder)
    pool().save(folder)  # another process was faster
    assert [each.name for each in folder.parent.iterdir()] == [folder.name]
    kept = Pool.load(folder)
    assert kept is not None
    np.testing.assert_array_equal(kept.rows, pool().rows)
    np.testing.assert_array_equal(kept.cosines, pool().cosines)
    (folder / "rows.npy").write_bytes(b"broken")
    assert Pool.load(folder) is None
