"""What is collected of every system, against plain sorting."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.evaluation.answers import BLOCK, best, by_chance, collect
from pipeline.evaluation.protocol import evaluate_recommendations
from pipeline.retrieval.candidates import FloatArray, Request
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.retrievers import Popularity, Text
from pipeline.retrieval.shoppers import Shoppers
from pipeline.retrieval.vectors import VectorIndex


def plainly_sorted(scores: FloatArray, history: np.ndarray) -> list[int]:
    order = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    return [row for row in order if row not in set(history.tolist())][:10]


@pytest.mark.parametrize("n_products", [11, 12 * BLOCK, 20 * BLOCK + 5])
@pytest.mark.parametrize("levels", [1, 3, 10_000])
def test_the_list_is_the_best_outside_the_history(n_products: int, levels: int) -> None:
    generator = np.random.default_rng(levels)
    scores = generator.integers(0, levels, n_products).astype(np.float32)
    history = generator.permutation(n_products)[:5].astype(np.int32)
    found = plainly_sorted(scores, history)
    assert best(scores, history).tolist() == found + [-1] * (10 - len(found))


def test_by_chance_shows_what_is_not_known_and_stays_the_same() -> None:
    history = np.array([0, 1, 2], np.int32)
    found = by_chance(4, 100, history)
    assert len(set(found.tolist())) == 10
    assert not set(found.tolist()) & {0, 1, 2}
    assert found.tolist() == by_chance(4, 100, history).tolist()
    assert sorted(by_chance(4, 5, history).tolist()) == [-1] * 8 + [3, 4]


def shoppers() -> Shoppers:
    """Three shoppers of six products: a and b hold out one product, a also rated it; c two."""
    entries = [("a", 0, "train", None), ("a", 1, "train", None), ("a", 2, "test", 5.0)]
    entries += [("b", 0, "train", None), ("b", 3, "valid", None), ("b", 2, "test", 2.0)]
    entries += [("c", 0, "train", None), ("c", 4, "test", 4.0), ("c", 5, "test", None)]
    users, rows, parts, ratings = zip(*entries, strict=True)
    return Shoppers(
        pa.table(
            {
                "user_id": users,
                "row": pa.array(rows, pa.int32()),
                "timestamp": pa.nulls(len(rows), pa.int64()),
                "rating": pa.array(ratings, pa.float32()),
                "part": parts,
            }
        )
    )


COUNTS = np.array([3, 1, 0, 0, 0, 0])
ANGLES = np.array([0, 10, 20, 90, 100, 45]) * np.pi / 180
VECTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)


def test_answers_are_padded_to_the_most_targets() -> None:
    found = collect([Popularity(COUNTS)], shoppers(), 6, "test", [0, 1, 2])
    assert found.targets.tolist() == [[2, -1], [2, -1], [4, 5]]
    assert found.candidates.tolist() == [4, 4, 5]
    assert found.relevant.tolist() == [1, 1, 2]
    # Row 1 is the only one with a count; the other products of a shopper tie, against the target.
    assert found.ranks["popularity"].tolist() == [[4, 0], [4, 0], [4, 5]]
    assert found.lists["popularity"][1].tolist() == [1, 2, 4, 5, -1, -1, -1, -1, -1, -1]
    assert found.duels["popularity"].negatives.tolist() == [3, 3, 3]


def evaluated(**columns: list[object]) -> dict[tuple[str, str, str], float]:
    products = {
        "product_id": [str(row) for row in range(6)],
        "brand": pa.nulls(6, pa.string()),
        "category": pa.array([[]] * 6, pa.list_(pa.string())),
        "price": pa.nulls(6, pa.float64()),
        "released": pa.nulls(6, pa.date32()),
    }
    catalogue = Catalogue(pa.table({**products, **columns}), COUNTS)
    systems = [Popularity(COUNTS), Text(VectorIndex.build(VECTORS))]
    found = evaluate_recommendations(
        systems, shoppers(), 6, "time", "test", [0, 1, 2], catalogue=catalogue, vectors={"text": VECTORS}
    )
    assert set(found.table.column_names) >= {"user_id", "system", "ndcg@10", "novelty@10", "diversity@10"}
    return {(row.slice, row.system, row.metric): row.value for row in found.rows if row.k in (10, None)}


def test_a_full_report_by_hand() -> None:
    categories = [["A"], ["A"], ["A"], ["B"], ["B"], ["B"]]
    found = evaluated(category=categories, brand=["x", "x", "y", None, None, None])
    # Every held-out product is cold; everyone is listed everything that is left.
    assert found["products: cold (0)", "text", "recall"] == 1
    assert ("products: warm (1+)", "text", "recall") not in found
    assert found["all", "text", "coverage"] == 5 / 6  # all but the product that everyone has
    assert found["all", "text", "serendipity"] == 0  # the list of popular products holds them all too
    assert found["all", "chance", "auc"] == 0.5
    # Liked: row 2 of a (rated 5) and row 4 of c (rated 4); not: row 2 of b (rated 2); popularity ties them.
    assert found["all", "popularity", "auc"] == 0.5
    # a's history points to 5.5 degrees or so, so row 2 is near: b's, to 90 and back, is farther from row 2; c's row 4
    # is farther still. One of the two pairs is right.
    assert found["all", "text", "auc"] == 0.5
    assert found["all", "text", "sampled_hit"] == 1  # among four candidates
    within = [np.cos(ANGLES[i] - ANGLES[j]) for i in range(6) for j in range(i) if (i < 3) == (j < 3)]
    between = [np.cos(ANGLES[i] - ANGLES[j]) for i in range(3) for j in range(3, 6)]
    assert found["all", "text", "category_separation"] == pytest.approx(np.mean(within) - np.mean(between), abs=1e-6)
    assert found["category: A", "text", "recall"] == 1
    # a is left rows 2 to 5, of which one has a brand; b rows 1, 2, 4 and 5, of which two differ; c all but row 0.
    assert found["all", "text", "brand_diversity"] == pytest.approx(1)


def test_what_the_products_lack_is_left_out() -> None:
    metrics = {metric for _, _, metric in evaluated()}
    assert metrics.isdisjoint({"category_diversity", "brand_diversity", "calibration", "category_separation"})
    assert {"novelty", "diversity", "popularity_lift", "serendipity", "coverage", "gini"} <= metrics


def test_the_history_of_a_request_is_everything_before_the_part() -> None:
    class Asked:
        name = "asked"

        def __init__(self) -> None:
            self.histories: list[list[int]] = []

        def scores(self, request: Request) -> FloatArray:
            self.histories.append(request.history.tolist())
            return np.zeros(6, np.float32)

    system = Asked()
    collect([system], shoppers(), 6, "test", [1, 2])  # type: ignore[list-item]
    assert system.histories == [[0, 3], [0]]
