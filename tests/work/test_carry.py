"""What may not be carried over: towers to whom brands or categories would mean something else."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.errors import DatasetError
from pipeline.towers.features import Vocabulary
from pipeline.work.carry import _require_same_codes


def products(*rows: tuple[str | None, list[str]]) -> pa.Table:
    brands, categories = zip(*rows, strict=True)
    return pa.table({"brand": pa.array(brands, pa.string()), "category": pa.array(categories, pa.list_(pa.string()))})


BEFORE = products(("Norvik", ["Photo"]), ("norvik", ["Photo", "Bags"]), ("Aldor", []))


def test_a_respelling_that_keeps_brands_apart_changes_no_number() -> None:
    now = products(("NORVIK", ["photo"]), ("Nor-vik", ["photo", "bags"]), ("Aldor", []))
    _require_same_codes(Vocabulary.of(BEFORE), BEFORE, now)


@pytest.mark.parametrize(
    "now",
    [
        products(("Norvik", ["Photo"]), ("Norvik", ["Photo", "Bags"]), ("Aldor", [])),
        products(("Norvik", ["Photo"]), ("norvik", ["Photo", "Bags"]), (None, [])),
        products(("Norvik", ["Photo"]), ("norvik", ["Photo"]), ("Aldor", [])),
    ],
)
def test_brands_that_became_one_or_none_are_refused(now: pa.Table) -> None:
    with pytest.raises(DatasetError, match="--train"):
        _require_same_codes(Vocabulary.of(BEFORE), BEFORE, now)
