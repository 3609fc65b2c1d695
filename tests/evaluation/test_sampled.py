"""The replaced system's protocol: places among sampled products, AUC, and what chance reaches."""

import numpy as np
import pytest

from pipeline.evaluation.sampled import Sampled, auc, negatives, sampled_chance, sampled_rows, sampled_values

NAN = float("nan")


def test_negatives_are_neither_known_nor_held_out_and_stay_the_same() -> None:
    history, targets = np.array([0, 1], np.int32), np.array([2], np.int32)
    found = negatives(7, 200, history, targets)
    assert len(set(found.tolist())) == 50
    assert not set(found.tolist()) & {0, 1, 2}
    assert found.tolist() == negatives(7, 200, history, targets).tolist()
    assert found.tolist() != negatives(8, 200, history, targets).tolist()
    assert sorted(negatives(7, 6, history, targets).tolist()) == [3, 4, 5]


def test_places_count_ties_against_the_target() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.7], np.float32)
    duel = Sampled.of(scores, np.array([0, 4], np.int32), np.array([1, 2, 3], np.int32))
    assert duel.places.tolist() == [3, 2]  # behind 0.9 and the equal 0.5; behind 0.9
    assert duel.own == pytest.approx([0.5, 0.7])
    assert duel.other == pytest.approx([0.9, 0.5])


def test_hits_and_reciprocal_ranks_by_hand() -> None:
    found = sampled_values(np.array([[1, 11], [10, 0], [51, 0]]))
    assert found[:, 0] == pytest.approx([1 / 2, 1, 0])
    assert found[:, 1] == pytest.approx([(1 + 1 / 11) / 2, 1 / 10, 1 / 51])


def test_chance_among_51() -> None:
    (hit, reciprocal), (few_hit, few_reciprocal) = sampled_chance(np.array([50, 1]))
    assert hit == pytest.approx(10 / 51)
    assert reciprocal == pytest.approx(sum(1 / place for place in range(1, 52)) / 51)
    assert reciprocal == pytest.approx(0.0886, abs=5e-5)
    assert (few_hit, few_reciprocal) == pytest.approx((1, (1 + 1 / 2) / 2))


def test_auc_by_rating_counts_ties_half() -> None:
    own = np.array([[0.9, 0.2], [0.5, 0.5], [0.7, NAN]], np.float32)
    ratings = np.array([[5, 1], [4, 3], [NAN, NAN]], np.float32)
    # Liked: 0.9 and 0.5; not: 0.2 and 0.5. Of four pairs three are right and one is tied.
    found = auc(own, np.zeros_like(own), ratings)
    assert found is not None
    assert found[0] == pytest.approx(3.5 / 4)
    assert found[1] <= found[0] <= found[2]


def test_auc_without_ratings_takes_a_sampled_product_beside_each() -> None:
    own = np.array([[0.9, NAN], [0.4, 0.3]], np.float32)
    other = np.array([[0.3, NAN], [0.3, 0.8]], np.float32)
    # Of nine pairs 0.9 wins three, 0.4 wins two, 0.3 ties two.
    found = auc(own, other, np.full((2, 2), NAN, np.float32))
    assert found is not None
    assert found[0] == pytest.approx((3 + 2 + 1) / 9)


def test_auc_needs_both_sides() -> None:
    one = np.array([[0.5]], np.float32)
    assert auc(one, one, np.array([[5.0]], np.float32)) is None


def test_auc_interval_covers_the_true_value() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(20):
        own = generator.normal(size=(150, 1)).astype(np.float32)  # positive and negative alike: .5
        found = auc(own, own, generator.choice([2.0, 5.0], size=(150, 1)).astype(np.float32))
        assert found is not None
        covered += found[1] <= 0.5 <= found[2]
    assert covered >= 17


def test_rows_stand_beside_chance() -> None:
    first = Sampled.of(np.array([0.9, 0.1], np.float32), np.array([0], np.int32), np.array([1], np.int32))
    second = Sampled.of(np.array([0.1, 0.9], np.float32), np.array([0], np.int32), np.array([1], np.int32))
    rows = sampled_rows("time", {"text": Sampled.joined([first, second])}, np.full((2, 1), NAN, np.float32))
    found = {(row.system, row.metric): row for row in rows}
    assert found["text", "sampled_mrr"].value == pytest.approx((1 + 1 / 2) / 2)
    assert found["chance", "sampled_mrr"].value == pytest.approx(3 / 4)
    # Two positives, 0.9 and 0.1, against two negatives, 0.1 and 0.9: one right, two tied, one wrong.
    assert found["text", "auc"].value == pytest.approx(0.5)
    assert (found["chance", "auc"].value, found["chance", "auc"].n) == (0.5, 2)
    assert sampled_rows("time", {}, np.full((2, 1), NAN, np.float32)) == []
