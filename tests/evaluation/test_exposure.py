"""How often a product is shown and found, by hand."""

import numpy as np

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.exposure import exposure_table


def lists(*rows: list[int]) -> np.ndarray:
    return np.array([row + [-1] * (10 - len(row)) for row in rows], np.int32)


def test_every_product_with_how_often_it_is_shown_and_found() -> None:
    # Two shoppers; product 1 was held out from both, product 2 from the second.
    answers = Answers(
        chosen=np.array([0, 1]),
        histories=[np.array([0], np.int32)] * 2,
        targets=np.array([[1, -1], [1, 2]], np.int32),
        candidates=np.array([3, 3]),
        ranks={"towers": np.array([[3, 0], [11, 10]])},
        lists={"chance": lists([3], [3]), "towers": lists([1, 2], [2])},
        duels={},
    )
    table = exposure_table(answers, ["a", "b", "c", "d"])
    assert table.column_names == ["system", "product_id", "shown", "held_out", "found"]
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("chance", "a", 0, 0, None),
        ("chance", "b", 0, 2, None),
        ("chance", "c", 0, 1, None),
        ("chance", "d", 2, 0, None),
        ("towers", "a", 0, 0, 0),
        ("towers", "b", 1, 2, 1),  # third for the first shopper, eleventh for the second
        ("towers", "c", 2, 1, 1),
        ("towers", "d", 0, 0, 0),
    ]
