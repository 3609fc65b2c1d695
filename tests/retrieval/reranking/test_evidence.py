"""What is counted, kept, written and read again."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval.reranking import evidence as module
from pipeline.retrieval.reranking.evidence import COUNTED, Evidence
from pipeline.retrieval.reranking.timeline import DAY
from pipeline.retrieval.shoppers import Shoppers
from tests.evaluation.test_tuning import shoppers_of
from tests.retrieval.reranking import shop


def cosine(first: int, second: int) -> float:
    return float(np.cos(shop.ANGLES[first] - shop.ANGLES[second]))


def test_counts_by_hand() -> None:
    made = shop.evidence()
    assert made.seen.tolist() == [2, 2, 2, 0, 0, 0]
    three, two = 1 / np.log(4), 1 / np.log(3)  # ann has three products, bob two
    assert made.counts["together"].toarray()[0].tolist() == pytest.approx([0, three, three + two, 0, 0, 0])
    assert made.counts["next"].toarray()[0].tolist() == [0, 1, 1, 0, 0, 0]
    assert made.counts["near"].toarray()[0].tolist() == [0, 1, 1.5, 0, 0, 0]
    assert made.counts["alike"].toarray()[0, 2] == pytest.approx(cosine(0, 2))
    assert made.timeline.last == 60 * DAY


def test_cold_neighbours_have_no_train_interactions() -> None:
    cold = shop.evidence().counts["cold"].toarray()
    assert (cold[0] > 0).tolist() == [False, False, False, False, False, True]  # rows 3 and 4 point away
    assert cold[2, 3:].tolist() == pytest.approx([cosine(2, 3), cosine(2, 4), cosine(2, 5)], abs=1e-6)
    assert cold[5, 5] == 0


def test_tables_by_hand() -> None:
    tables = shop.evidence().tables
    three, two = 1 / np.log(4), 1 / np.log(3)
    assert tables["linked"][0, 2] == pytest.approx((three + two + 1) / (2**0.5 * 2**0.15), rel=1e-5)
    assert tables["together"][0, 2] == pytest.approx((three + two) / 2**0.65, rel=1e-5)
    assert tables["next"][0, 1] == pytest.approx(1 / 2**0.65, rel=1e-5)
    assert tables["share"][0, 1] == pytest.approx(0.5)
    assert tables["near"][0, 2] == pytest.approx(1.5 / 2)
    assert tables["pairs"][0, 2] == pytest.approx(three + two)


def test_only_the_strongest_neighbours_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 1)
    made = shop.evidence()
    assert made.counts["near"].toarray()[0].tolist() == [0, 0, 1.5, 0, 0, 0]
    assert (np.diff(made.counts["alike"].indptr) <= 1).all()


def test_only_what_a_mask_names_is_counted() -> None:
    shoppers: Shoppers = shoppers_of([("a", 0, "train"), ("a", 1, "valid"), ("a", 2, "test")])
    made = Evidence.of(shoppers, shoppers.parts == 0, shop.TEXT)
    assert made.seen.tolist() == [1, 0, 0, 0, 0, 0]
    assert made.counts["next"].nnz == 0
    assert len(made.timeline) == 0  # the source gives no times


def test_no_interactions_at_all() -> None:
    nothing = np.empty(0, np.int64)
    made = Evidence.count(nothing, nothing.astype(np.int32), None, shop.TEXT)
    assert made.seen.tolist() == [0] * 6
    assert all(table.shape == (6, 6) for table in made.tables.values())


@pytest.mark.parametrize("times", [shop.TIMES, None])
def test_what_is_written_is_read_again(tmp_path: Path, times: np.ndarray | None) -> None:
    made = shop.evidence(times)
    made.save(tmp_path)
    read = Evidence.load(tmp_path, 6, 99)
    for name in COUNTED:
        np.testing.assert_array_equal(read.counts[name].toarray(), made.counts[name].toarray())
        assert read.counts[name].dtype == np.float32
    np.testing.assert_array_equal(read.seen, made.seen)
    rows = np.arange(6, dtype=np.int32)
    np.testing.assert_array_equal(read.timeline.at(rows, 50 * DAY), made.timeline.at(rows, 50 * DAY))


def test_a_table_of_another_size_is_refused(tmp_path: Path) -> None:
    shop.evidence().save(tmp_path)
    with pytest.raises(ValueError, match="does not fit the catalogue"):
        Evidence.load(tmp_path, 7, 99)
