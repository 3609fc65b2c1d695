"""Tiny versions whose ranks, and so every figure, can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.evaluation.rows import FIGURES, per_unit, values_of
from pipeline.versions import Version, VersionStore
from tests import tiny

IDS = [row.product_id for row in tiny.SHOP]
# 80 shoppers: the first half are after photo, the others after audio. The last product is the test part.
CROWD = {f"p{place:02}": ("C1", "C2", "L1", "C3") for place in range(40)} | {
    f"a{place:02}": ("H1", "H2", "S1", "S2") for place in range(40)
}


def publish(
    store: VersionStore, name: str, photo: int, audio: int, *, system: str = "towers", seed: int = 0, **more: object
) -> Version:
    """Publish a tiny version of the crowd that ranks the held-out camera and loudspeaker at given places.

    Args:
        store: Where.
        name: The version's.
        photo: Rank of the held-out product of each shopper after photo.
        audio: The same of the others.
        system: The system measured.
        seed: Of its training.
        more: As in `tiny.publish`.
    """
    ranks = {user: photo if user.startswith("p") else audio for user in CROWD}
    wanted = {"evaluation": writer(ranks, system), "histories": CROWD, "seed": seed, **more}
    return tiny.publish(store, name, **wanted)  # type: ignore[arg-type]


def writer(ranks: Mapping[str, int], system: str = "towers") -> Callable[[Path], None]:
    """Return what writes ranks.parquet and per_user.parquet of one system into a version's `evaluation`."""

    def write(folder: Path) -> None:
        rows = [IDS.index(CROWD[user][-1]) for user in ranks]
        places = np.array(list(ranks.values()), np.int64)[:, None]
        values = per_unit("user_id", list(ranks), {system: values_of(places)}, FIGURES)
        pq.write_table(values, folder / "per_user.parquet")
        table = {
            "user_id": pa.array(list(ranks), pa.string()).dictionary_encode(),
            "system": pa.repeat(system, len(rows)),
            "row": pa.array(rows, pa.int32()),
            "rank": pa.array(places[:, 0]),
        }
        pq.write_table(pa.table(table), folder / "ranks.parquet")

    return write
