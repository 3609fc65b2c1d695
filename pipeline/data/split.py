"""Which interactions train, validate and test."""

from __future__ import annotations

import math
from typing import Any

import ibis
from ibis import _

from pipeline.data.engine import Engine
from pipeline.data.sources import Split
from pipeline.errors import DatasetError

PARTS = ("train", "valid", "test")
ENOUGH = 3  # interactions of a user whom leave-one-out can hold out from: one each to train, validate and test


def assign(engine: Engine, interactions: Any, split: Split) -> Any:
    """Return the Ibis table with the column `part`: train, valid or test.

    - leave-one-out: a user's last interaction is test, the last but one valid; fewer than 3 are train only.
    - leave-one-out-shuffled: the same after the interactions of a user at one time were put in an order of chance (a
      hash of user and product). Where time is whole days and files are sorted by product, the published order lets
      the file tell what comes next; this one does not.
    - time: shares of all interactions by time. Equal times never lie on both sides of a boundary: the interactions
      at a boundary's time belong to the later part.
    - given: the source says so.

    Args:
        engine: Holds the tables.
        interactions: Has user_id, position, timestamp (ms) and given, without repeats.
        split: The kind, and the shares of kind time.

    Raises:
        DatasetError: A part would be empty.
    """
    if split.kind == "leave-one-out-shuffled":
        interactions = _shuffled(interactions)
    if split.kind.startswith("leave-one-out"):
        behind = _.size - 1 - _.position
        part = ibis.cases((_.size < ENOUGH, "train"), (behind == 0, "test"), (behind == 1, "valid"), else_="train")
        divided = interactions.mutate(size=_.count().over(group_by="user_id")).mutate(part=part).drop("size")
    elif split.kind == "time":
        valid, test = _boundaries(engine, interactions, split)
        part = ibis.cases((_.timestamp >= test, "test"), (_.timestamp >= valid, "valid"), else_="train")
        divided = interactions.mutate(part=part)
    else:
        divided = interactions.mutate(part=_.given)
    return engine.create("split_interactions", divided)


def _shuffled(interactions: Any) -> Any:
    """Return the interactions with positions by time, those at one time by a hash of user and product."""
    chance = (_.user_id + "\n" + _.product_id).hexdigest("md5")
    position = ibis.row_number().over(group_by="user_id", order_by=["timestamp", "chance"])
    return interactions.mutate(chance=chance).mutate(position=position.cast("int32")).drop("chance")


def counts(engine: Engine, divided: Any, split: Split) -> dict[str, int]:
    """Return how many interactions each part has.

    Raises:
        DatasetError: A part has none.
    """
    found = dict(engine.rows(divided.group_by("part").agg(rows=_.count())))
    sizes = {part: int(found.get(part, 0)) for part in PARTS}
    if all(sizes.values()):
        return sizes
    empty = " and ".join(part for part in PARTS if not sizes[part])
    if split.kind.startswith("leave-one-out"):
        raise DatasetError(
            f"No user has the {ENOUGH} interactions that a leave-one-out split needs: {empty} would be empty.",
            "Give more interactions, check that user_id names the right column, or leave out [interactions].",
        )
    remedy = "Move the fractions, or use leave-one-out." if split.kind == "time" else "Check the column split."
    raise DatasetError(f'The split of kind "{split.kind}" leaves {empty} without interactions.', remedy)


def _boundaries(engine: Engine, interactions: Any, split: Split) -> tuple[int, int]:
    """Return the times (ms) at which valid and test begin."""
    total = engine.count(interactions)
    train, valid, _test = split.fractions
    times = []
    for share in (train, train + valid):
        # Rounded first: 0.7 + 0.2 of ten rows are nine, though floating point says a little less or more.
        index = min(math.ceil(round(share * total, 6)), total - 1)
        at = interactions.order_by("timestamp").select("timestamp").limit(1, offset=index)
        times.append(int(engine.rows(at)[0][0]))
    return times[0], times[1]
