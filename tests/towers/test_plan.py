"""What training does at which size: recipes hold as they are up to 10^10 products x positions."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.recipe import Recipe, TrainingRecipe
from pipeline.towers.features import Histories, windows
from pipeline.towers.plan import Plan

AUTO = Recipe.parse({"name": "x"})


def softmax(kind: str) -> Recipe:
    return replace(AUTO, training=replace(AUTO.training, softmax=kind))


@pytest.mark.parametrize("kind", ["auto", "full", "sampled"])
def test_up_to_the_bound_the_recipe_holds(kind: str) -> None:
    # 48,629 x 200,000 = 9.7e9; 1e8 // 48,629 = 2,056 positions of logits would fit, so 1,024 do.
    assert Plan.of(softmax(kind), 48_629, 200_000) == Plan(kind == "sampled", 1024, 30, 5)


def test_beyond_it_negatives_are_drawn_and_epochs_are_fewer() -> None:
    plan = Plan.of(AUTO, 48_629, 1_500_000)
    assert replace(plan, why="") == Plan(True, 1024, 8, 2)  # 12,000,000 / 1,500,000 epochs
    assert "48,629 products x 1,500,000 training positions" in plan.why
    assert "2,048 negatives" in plan.why
    assert Plan.of(AUTO, 48_629, 210_000).epochs == 30  # 1.02e10, and 57 epochs of these would be allowed
    assert Plan.of(AUTO, 48_629, 10**8).epochs == 3


@pytest.mark.parametrize("kind", ["full", "sampled"])
def test_what_a_recipe_asks_for_is_done_at_any_size(kind: str) -> None:
    plan = Plan.of(softmax(kind), 10**6, 10**6)
    # A full softmax over 10^6 products has 1e8 // 1e6 positions a step.
    assert plan == Plan(kind == "sampled", 1024 if kind == "sampled" else 100, 30, 5)


def test_a_small_dataset_takes_smaller_steps() -> None:
    assert Plan.of(AUTO, 100, 5_000).step == 50
    assert Plan.of(AUTO, 100, 10).step == 32


def test_patience_and_epochs_of_a_recipe_are_not_raised() -> None:
    short = replace(AUTO, training=TrainingRecipe(epochs=2, patience=1))
    plan = Plan.of(short, 10**6, 10**6)
    assert (plan.epochs, plan.patience) == (2, 1)


def test_positions_are_those_of_the_windows() -> None:
    histories = Histories(np.arange(130, dtype=np.int32), np.array([0, 1, 1, 4, 130]))
    assert histories.positions == 0 + 0 + 2 + 125
    assert histories.positions == sum(len(window) - 1 for window in windows(histories, 50))
