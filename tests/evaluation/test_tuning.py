"""The baselines are tuned on validation."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.evaluation import tuning
from pipeline.evaluation.tuning import best, climb, tuned, tuned_ease, tuned_following, tuned_knn, validation_ndcg
from pipeline.retrieval.candidates import Request
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.ease import Ease
from pipeline.retrieval.retrievers import Text
from pipeline.retrieval.shoppers import Shoppers
from pipeline.retrieval.vectors import VectorIndex


def shoppers_of(entries: list[tuple[str, int, str]]) -> Shoppers:
    nothing = pa.nulls(len(entries))
    return Shoppers(
        pa.table(
            {
                "user_id": [entry[0] for entry in entries],
                "row": pa.array([entry[1] for entry in entries], pa.int32()),
                "timestamp": nothing.cast(pa.int64()),
                "rating": nothing.cast(pa.float32()),
                "part": [entry[2] for entry in entries],
            }
        )
    )


def train_of(shoppers: Shoppers) -> tuple[np.ndarray, np.ndarray]:
    train = shoppers.parts == 0
    return shoppers.owners()[train], shoppers.rows[train]


def test_the_decay_that_finds_the_held_out_product_is_chosen() -> None:
    # Row 5 was kept with row 0, the oldest of the history, by ten shoppers; row 6 with row 3, the newest, by six. Only
    # a decay of .95 leaves .95 ** 3 * 10 > 6 (.8 ** 3 * 10 is 5.12).
    entries = [("watched", row, "train") for row in (0, 1, 2, 3)] + [("watched", 5, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(10) for row in (0, 5)]
    entries += [(f"b{i}", row, "train") for i in range(6) for row in (3, 6)]
    shoppers = shoppers_of(entries)
    plain = ItemKnn(*train_of(shoppers), 8, decay=0.8, asked=0.0, offered=0.0)
    watched = [shoppers.index("watched")]
    decays = [plain.tuned_to(decay=decay) for decay in tuning.DECAYS]
    assert best(decays, shoppers, watched, plain).decay == 0.95
    assert best(decays, shoppers, [], plain).decay == 0.8


def test_the_power_that_finds_the_held_out_product_is_chosen() -> None:
    # Three shoppers had rows 0 and 1, but everyone has row 1; two had rows 0 and 2, and no one else has row 2.
    entries = [("watched", 0, "train"), ("watched", 2, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(3) for row in (0, 1)]
    entries += [(f"b{i}", row, "train") for i in range(2) for row in (0, 2)]
    entries += [(f"c{i}", row, "train") for i in range(40) for row in (1, 3)]
    shoppers = shoppers_of(entries)
    knn = ItemKnn(*train_of(shoppers), 4, asked=1.0, offered=0.0)
    assert knn.scores(Request(history=np.array([0], np.int32))).argmax() == 1
    tuned = tuned_knn(knn, shoppers, [shoppers.index("watched")])
    # 3 / 43 ** b < 2 / 2 ** b from b = log(1.5) / log(21.5) = .13: .25 is the first of the grid.
    assert (tuned.asked, tuned.offered) == (0.25, 0.25)
    assert tuned.scores(Request(history=np.array([0], np.int32))).argmax() == 2


def test_the_weight_of_transitions_is_chosen() -> None:
    # Row 1 came with row 0 three times but before it; row 2 came right after it twice.
    entries = [("watched", 0, "train"), ("watched", 2, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(3) for row in (1, 0)]
    entries += [(f"b{i}", row, "train") for i in range(2) for row in (0, 2)]
    shoppers = shoppers_of(entries)
    knn = ItemKnnTransitions(*train_of(shoppers), 3, following=0.0, asked=0.0, offered=0.0)
    asked = Request(history=np.array([0], np.int32))
    assert knn.scores(asked).argmax() == 1
    tuned = tuned_following(knn, shoppers, [shoppers.index("watched")])
    assert tuned.following == 0.5  # 2 / log 3 + 0.5 * 2 > 3 / log 3
    assert tuned.scores(asked).argmax() == 2


def test_a_climb_ends_where_both_neighbours_are_worse() -> None:
    asked: list[int] = []

    def quality(value: int) -> float:
        asked.append(value)
        return -abs(value - 40)

    grid = [10, 20, 40, 80, 160]
    assert climb(grid, 20, quality) == 40
    assert sorted(asked) == [10, 20, 40, 80]  # each once, and what lies beyond is never tried
    assert climb(grid, 160, quality) == 40
    assert climb(grid, 10, lambda value: -value) == 10  # an edge
    assert climb(grid, 20, lambda value: 0.0) == 20  # among equals it stays


def test_the_chosen_l2_is_better_than_its_neighbours_and_its_decay_than_all_others() -> None:
    generator = np.random.default_rng(3)
    entries = []
    for shopper in range(150):
        taste = generator.integers(0, 4)
        rows = generator.permutation(12)[:5] + 12 * taste
        entries += [(f"{shopper:03}", int(row), "train") for row in rows[:4]] + [
            (f"{shopper:03}", int(rows[4]), "valid")
        ]
    shoppers = shoppers_of(entries)
    users, rows = train_of(shoppers)
    everyone = range(len(shoppers))

    def reached(l2: float, decay: float) -> float:
        return validation_ndcg(Ease(users, rows, 48, l2=l2, decay=decay), shoppers, everyone)

    chosen = tuned_ease(lambda l2: Ease(users, rows, 48, l2=l2), shoppers, everyone)
    best_of = {l2: max(reached(l2, decay) for decay in tuning.DECAYS) for l2 in tuning.L2}
    place = tuning.L2.index(chosen["l2"])
    around = [best_of[tuning.L2[i]] for i in (place - 1, place + 1) if 0 <= i < len(tuning.L2)]
    assert reached(chosen["l2"], chosen["decay"]) == best_of[chosen["l2"]] >= max(around)
    assert len(set(best_of.values())) > 1


def test_without_anyone_to_tune_on_the_defaults_stay() -> None:
    shoppers = shoppers_of([("a", 0, "train"), ("a", 1, "train"), ("b", 1, "train")])
    users, rows = train_of(shoppers)
    text = Text(VectorIndex.build(np.eye(2, dtype=np.float32)))
    chosen = tuned(shoppers, text, 2, [])
    assert chosen["item-knn"] == ItemKnn(users, rows, 2).parameters()
    assert chosen["item-knn+transitions"]["following"] == ItemKnnTransitions(users, rows, 2).following
    assert chosen["ease"] == {"l2": tuning.START, "decay": 0.5}
    assert chosen["text"] == {"decay": 0.8}


def test_the_decay_of_text_that_finds_the_held_out_product_is_chosen() -> None:
    # The older product says row 3, the newer one row 2, which was kept. Their cosines to decay * older + newer are, but
    # for the same factor, decay + .1 and .1 * decay + .9: row 2 is ahead below a decay of .89.
    vectors = np.array([[1, 0], [0, 1], [0.1, 0.9], [1, 0.1]], np.float32)
    text = Text(VectorIndex.build(vectors), decay=1.0)
    shoppers = shoppers_of([("a", 0, "train"), ("a", 1, "train"), ("a", 2, "valid")])
    assert text.scores(Request(history=np.array([0, 1], np.int32))).argmax() == 3
    assert tuned(shoppers, text, 4, [0])["text"] == {"decay": 0.2}
