"""Stage `train`: what the towers may read, and what stops them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.data.lots import tuning_user
from pipeline.errors import RecipeError
from pipeline.recipe import Recipe
from pipeline.work import train as stage
from pipeline.work.train import Interactions

N_USERS = 40
PARTS = ["train", "train", "train", "valid", "test"]  # shopper i has the products 5 i to 5 i + 4, in this order


@pytest.fixture
def users() -> pa.Table:
    return pa.table(
        {
            "user_id": [f"u{user:02}" for user in range(N_USERS) for _ in PARTS],
            "row": pa.array(range(5 * N_USERS), pa.int32()),
            "timestamp": pa.nulls(5 * N_USERS, pa.int64()),
            "rating": pa.nulls(5 * N_USERS, pa.float32()),
            "part": PARTS * N_USERS,
        }
    )


def tuning(names: Sequence[str]) -> list[int]:
    return np.flatnonzero(tuning_user(pa.array(names))).tolist()


def test_only_validation_products_of_the_tuning_shoppers_are_held(users: pa.Table) -> None:
    names = [f"u{user:02}" for user in range(N_USERS)]
    expected = [5 * user + 3 for user in tuning(names)]
    assert 0 < len(expected) < N_USERS / 2
    assert np.flatnonzero(Interactions(users).held).tolist() == expected


def test_a_tuning_shopper_without_a_train_history_is_not_held(users: pa.Table) -> None:
    first = tuning([f"u{user:02}" for user in range(N_USERS)])[0]
    parts = users["part"].to_pylist()
    parts[5 * first : 5 * first + 3] = ["valid"] * 3
    changed = users.set_column(users.schema.get_field_index("part"), "part", pa.array(parts))
    assert not Interactions(changed).held[5 * first : 5 * first + 5].any()


def test_towers_read_train_and_are_stopped_by_the_held_products(
    users: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    class Stopped(Exception):
        pass

    def watched(features: Any, histories: Any, holdout: Any, *others: Any) -> Any:
        seen.update(histories=histories, holdout=holdout)
        raise Stopped

    monkeypatch.setattr("pipeline.towers.training.train", watched)
    interactions = Interactions(users)
    with pytest.raises(Stopped):
        stage._by_history(None, interactions, Recipe("x"), tmp_path, lambda *_: None)  # type: ignore[arg-type]
    assert seen["histories"].rows.tolist() == [5 * user + step for user in range(N_USERS) for step in range(3)]
    assert seen["histories"][7].tolist() == [35, 36, 37]
    assert [target.tolist() for target in seen["holdout"].targets] == [
        [5 * shopper + 3] for shopper in seen["holdout"].shoppers
    ]
    assert seen["holdout"].shoppers == tuning([f"u{user:02}" for user in range(N_USERS)])


def test_recipe_seed_cannot_begin_from_a_version(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="knows its shoppers by number"):
        stage._beginning(Recipe.load("seed"), pa.table({}), tmp_path)
