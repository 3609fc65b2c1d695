"""The evaluation protocol, on a catalogue of five products worked out by hand."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from pipeline.evaluation import protocol
from pipeline.evaluation.protocol import evaluable, evaluate_recommendations, measured_shoppers
from pipeline.evaluation.queries import Judged, Remembered, evaluate_queries, gains_of
from pipeline.retrieval.candidates import Candidates, FloatArray, Request, top_k
from pipeline.retrieval.shoppers import Shoppers


class Fixed:
    """Gives every request the same scores, and remembers what it was asked."""

    name = "fixed"

    def __init__(self, *scores: float) -> None:
        self._scores = np.array(scores, np.float32)
        self.asked: list[Request] = []

    def scores(self, request: Request) -> FloatArray:
        self.asked.append(request)
        return self._scores

    def retrieve(self, request: Request, k: int) -> Candidates:
        return top_k(self.scores(request), k, request.allowed)


def shoppers() -> Shoppers:
    rows = [("a", 0, "train"), ("a", 1, "valid"), ("a", 2, "test"), ("b", 3, "train"), ("c", 4, "test")]
    return Shoppers(
        pa.table(
            {
                "user_id": [row[0] for row in rows],
                "row": pa.array([row[1] for row in rows], pa.int32()),
                "timestamp": pa.array([None] * 5, pa.int64()),
                "rating": pa.array([None] * 5, pa.float32()),
                "part": [row[2] for row in rows],
            }
        )
    )


def figure(rows, system: str, metric: str, k: int):  # type: ignore[no-untyped-def]
    (found,) = [row for row in rows if (row.system, row.metric, row.k) == (system, metric, k)]
    return found


def test_who_can_be_evaluated() -> None:
    # b has nothing held out; c has no history.
    assert evaluable(shoppers(), "test") == [0]
    assert evaluable(shoppers(), "valid") == [0]
    assert evaluable(shoppers(), "test", np.array([False, True, True])) == []


def test_past_a_number_of_pairs_the_lowest_lots_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"u{each}" for each in range(5)]
    every = Shoppers(
        pa.table(
            {
                "user_id": [each for each in ids for _ in range(3)],
                "row": pa.array([0, 1, 2] * 5, pa.int32()),
                "timestamp": pa.array([None] * 15, pa.int64()),
                "rating": pa.array([None] * 15, pa.float32()),
                "part": ["train", "valid", "test"] * 5,
            }
        )
    )
    monkeypatch.setattr(protocol, "PAIRS", 15)
    monkeypatch.setattr(protocol, "DRAWN", (1, 4))
    assert measured_shoppers(every, "test", 3) == [0, 1, 2, 3, 4]  # 15 pairs
    lots = [int.from_bytes(hashlib.blake2b(each.encode(), digest_size=8).digest(), "big") for each in ids]
    lowest = [ids.index(each) for _, each in sorted(zip(lots, ids, strict=True))]
    assert measured_shoppers(every, "test", 4) == sorted(lowest[:3])  # 15 // 4
    assert measured_shoppers(every, "test", 1000) == [lowest[0]]  # never fewer than DRAWN says
    monkeypatch.setattr(protocol, "DRAWN", (1, 2))
    assert measured_shoppers(every, "test", 4) == sorted(lowest[:2])  # nor more
    among = np.array([False, False, True, True, True])
    assert set(measured_shoppers(every, "valid", 9, among)) == {next(each for each in lowest if among[each])}


def test_test_reads_train_and_valid_and_masks_them() -> None:
    system = Fixed(0.9, 0.8, 0.5, 0.7, 0.6)
    found = evaluate_recommendations([system], shoppers(), 5, "leave-one-out", "test", [0])
    assert system.asked[0].history.tolist() == [0, 1]
    # Left are rows 2, 3, 4; the target, row 2, is the last of them.
    assert figure(found.rows, "fixed", "mrr", 5).value == pytest.approx(1 / 3)
    assert figure(found.rows, "fixed", "ndcg", 5).value == pytest.approx(1 / 2)
    assert figure(found.rows, "fixed", "recall", 5).value == 1
    assert figure(found.rows, "chance", "mrr", 5).value == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert figure(found.rows, "fixed", "mrr", 5).n == 1
    validation = evaluate_recommendations([system], shoppers(), 5, "leave-one-out", "valid", [0])
    assert system.asked[1].history.tolist() == [0]
    assert figure(validation.rows, "fixed", "mrr", 5).value == 1


def test_values_per_user_are_kept_with_their_system() -> None:
    found = evaluate_recommendations([Fixed(0.9, 0.8, 0.5, 0.7, 0.6)], shoppers(), 5, "leave-one-out", "test", [0])
    table = found.table.to_pylist()
    assert [(row["user_id"], row["system"]) for row in table] == [("a", "chance"), ("a", "fixed")]
    assert table[1]["mrr@5"] == pytest.approx(1 / 3)


def test_gains() -> None:
    grades = np.array([0.0, 1.0, 2.0, 3.0])
    assert gains_of(grades, "exponential", 0).tolist() == [0, 1, 3, 7]
    assert gains_of(grades, "linear", 0).tolist() == [0, 1, 2, 3]
    assert gains_of(grades, "exponential", 1).tolist() == [0, 0, 1, 3]


QUERY = Judged("camera", np.array([1, 2], np.int32), np.array([1.0, 3.0]))


def test_open_retrieval_counts_unjudged_products_as_irrelevant() -> None:
    found = evaluate_queries([Fixed(0.9, 0.8, 0.1, 0.5)], [QUERY], 4, "open").rows
    expected = (1 / np.log2(3) + 3 / np.log2(5)) / (3 + 1 / np.log2(3))
    assert figure(found, "fixed", "ndcg", 10).value == pytest.approx(expected)
    assert figure(found, "fixed", "mrr", 10).value == pytest.approx(1 / 2)


def test_judged_protocol_ranks_the_judged_products_only() -> None:
    found = evaluate_queries([Fixed(0.9, 0.8, 0.1, 0.5)], [QUERY], 4, "judged").rows
    assert figure(found, "fixed", "ndcg", 10).value == pytest.approx((1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3)))
    # By chance both orders are as likely: the mean of the best and the worst.
    worst = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert figure(found, "chance", "ndcg", 10).value == pytest.approx((1 + worst) / 2)


def test_the_judged_protocol_asks_for_the_judged_products_only() -> None:
    system = Fixed(0.9, 0.8, 0.1, 0.5)
    evaluate_queries([system], [QUERY], 4, "judged")
    evaluate_queries([system], [QUERY], 4, "open")
    assert system.asked[0].allowed is not None
    assert system.asked[0].allowed.tolist() == [False, True, True, False]
    assert system.asked[1].allowed is None


def test_what_is_not_found_and_what_no_one_judged() -> None:
    found = evaluate_queries([Fixed(0.9, 0.8, 0.0, 0.5)], [QUERY], 4, "open").rows
    assert figure(found, "fixed", "unjudged", 10).value == pytest.approx(2 / 3)  # row 2 has no score: not returned
    assert figure(found, "fixed", "zero_result", 10).value == 0
    assert figure(found, "fixed", "recall", 100).value == 1
    assert figure(found, "chance", "unjudged", 10).value == pytest.approx(1 / 2)
    nothing = evaluate_queries([Fixed(0.0, 0.0, 0.0, 0.0)], [QUERY], 4, "open").rows
    assert figure(nothing, "fixed", "zero_result", 10).value == 1
    assert not [row for row in nothing if (row.system, row.metric) == ("fixed", "unjudged")]
    # Where only judged products are ranked, none is unjudged.
    judged = evaluate_queries([Fixed(0.9, 0.8, 0.1, 0.5)], [QUERY], 4, "judged").rows
    assert not [row for row in judged if row.metric == "unjudged"]


def test_ties_put_the_lower_gain_first_and_queries_without_gain_are_left_out() -> None:
    nothing = Judged("hose", np.array([0], np.int32), np.array([0.0]))
    found = evaluate_queries([Fixed(0.5, 0.5, 0.5, 0.5)], [QUERY, nothing], 4, "open").rows
    expected = (1 / np.log2(4) + 3 / np.log2(5)) / (3 + 1 / np.log2(3))
    assert figure(found, "fixed", "ndcg", 10).value == pytest.approx(expected)
    assert figure(found, "fixed", "ndcg", 10).n == 1


def test_a_remembered_retriever_is_asked_once_per_query() -> None:
    system = Fixed(0.9, 0.8)
    remembered = Remembered(system)
    for text in ("camera", "camera", "hose", "camera"):
        assert remembered.scores(Request(text)).tolist() == system._scores.tolist()
    assert [request.text for request in system.asked] == ["camera", "hose", "camera"]
