"""Choosing a ranker: what helps is used, what does not is not, and no query is asked of a ranker that saw it."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import lightgbm
import numpy as np
import pytest

from pipeline.retrieval.query_ranking import crossvalidation
from pipeline.retrieval.query_ranking.blending import MIXES, WEIGHTS
from pipeline.retrieval.query_ranking.crossvalidation import crossvalidate
from pipeline.retrieval.query_ranking.folds import folds_of
from pipeline.retrieval.query_ranking.training import Example, fit

NAMES = ("number", "signal", "noise")


def examples(told: bool, queries: int = 60, seed: int = 0) -> list[Example]:
    """Return queries of 20 candidates, 4 of them good; the base half knows them; `told`, the feature signal does."""
    generator = np.random.default_rng(seed)
    made = []
    for number in range(queries):
        gains = np.repeat([1.0, 0.0], [4, 16])
        signal = gains if told else generator.random(20)
        values = np.stack([np.full(20, number), signal, generator.random(20)], axis=1).astype(np.float32)
        base = (0.5 * gains + generator.random(20)).astype(np.float32)
        made.append(Example(f"query {number}", values, np.stack([base, base]), gains, gains))
    return made


def nothing_learned() -> lightgbm.Booster:
    return fit(examples(False, seed=1), NAMES, 1, 0)


def test_what_helps_is_used() -> None:
    found = crossvalidate(examples(True), NAMES, nothing_learned(), 0)
    assert found.served.kind != "shipped"
    assert found.served.weight > 0
    assert all(fold.weight > 0 for fold in found.folds)
    assert found.values.shape == (60, len(crossvalidation.RANKERS), len(MIXES), len(WEIGHTS))
    assert found.values[:, 1, 0].max(axis=1).mean() > found.values[:, 0, 0, 0].mean() + 0.1


def test_noise_is_not_used() -> None:
    found = crossvalidate(examples(False), NAMES, nothing_learned(), 0)
    assert found.served.weight == 0
    assert [fold.weight for fold in found.folds] == [0] * 5


@pytest.mark.parametrize(("part", "words"), [(0, 1.0), (1, 0.0)])
def test_where_one_of_words_and_meaning_is_noise_the_other_decides(part: int, words: float) -> None:
    queries = []
    for example in examples(False):
        parts = np.zeros((2, 20), np.float32)
        parts[1 - part] = example.values[:, 2]  # noise
        parts[part] = 0.9 + 0.1 * example.gains  # all good ones, but close to the others
        queries.append(Example(example.query, example.values, parts, example.gains, example.judged))
    found = crossvalidate(queries, NAMES, nothing_learned(), 0)
    assert (found.served.words, found.served.weight) == (words, 0)
    assert {fold.words for fold in found.folds} == {words}


def test_no_query_is_asked_of_a_ranker_that_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Watchful(SimpleNamespace):
        def predict(self, values: np.ndarray, **settings: Any) -> np.ndarray:
            numbers = set(values[:, 0].astype(int).tolist())
            assert not numbers & self.seen
            asked.extend(numbers)
            return np.zeros(len(values))

    taught: list[set[int]] = []

    def watched(given: Sequence[Example], names: Sequence[str], trees: int, seed: int, kind: str) -> Any:
        seen = {int(example.values[0, 0]) for example in given}
        taught.append(seen)
        return Watchful(seen=seen)

    monkeypatch.setattr(crossvalidation, "fit", watched)
    queries = examples(True)
    found = crossvalidate(queries, NAMES, Watchful(seen=set()), 0)  # type: ignore[arg-type]
    fold = folds_of([example.query for example in queries])
    folds = [set(range(5)) - {int(fold[number]) for number in seen} for seen in taught[::2]]  # two rankers each
    left_out = sorted(tuple(sorted(each)) for each in folds)
    singles, pairs = [(i,) for i in range(5)], [(i, j) for i in range(5) for j in range(i + 1, 5)]
    assert left_out == sorted([(), *singles, *pairs])
    assert set(asked) == set(range(60))
    assert len(found.folds) == 5
