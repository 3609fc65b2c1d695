"""The answers of a version that was evaluated before, read back from what it keeps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.rows import Row
from pipeline.evaluation.slices import Slice, slice_rows
from pipeline.metrics import pad
from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.shoppers import Shoppers

SEGMENT = "segment: "  # begins the name of a slice


def segment_rows(split: str, answers: Answers, segments: Mapping[str, RowArray]) -> list[Row]:
    """Return recall@10 and NDCG@10 of every system for the held-out products of each segment, chance beside them.

    A segment of which nothing was held out has no rows.

    Args:
        split: The kind of split.
        answers: Whom and what was asked, and the ranks.
        segments: By name, the rows of its products.
    """
    found: list[Row] = []
    for name, rows in segments.items():
        inside = np.isin(answers.targets, rows) & (answers.targets >= 0)
        if inside.any():
            found += slice_rows(split, answers, Slice(f"{SEGMENT}{name}", inside))
    return found


def answers_of(ranks: pa.Table, shoppers: Shoppers, n_products: int) -> tuple[list[str], Answers]:
    """Return who was asked, and the answers as they were when `ranks` was written.

    Args:
        ranks: Table user_id, system, row, rank; the rows of one system lie together, and so do those of one shopper.
        shoppers: All shoppers of the version.
        n_products: Products in its catalogue.
    """
    systems = pc.unique(ranks["system"]).to_pylist()
    parts = {system: ranks.filter(pc.equal(ranks["system"], system)) for system in systems}
    first = parts[systems[0]]
    users = first["user_id"].cast(pa.string()).combine_chunks().dictionary_encode()
    ids = users.dictionary.to_pylist()
    bounds = np.searchsorted(users.indices.to_numpy(), np.arange(1, len(ids)))
    rows = first["row"].to_numpy().astype(np.int64)
    chosen = np.array([shoppers.index(user) for user in ids])
    histories = [shoppers.before(int(index), "test") for index in chosen]
    return ids, Answers(
        chosen=chosen,
        histories=histories,
        targets=(pad(np.split(rows + 1, bounds)) - 1).astype(np.int32),
        candidates=np.array([n_products - len(history) for history in histories]),
        ranks={
            system: pad(np.split(part["rank"].to_numpy().astype(np.int64), bounds)) for system, part in parts.items()
        },
        lists={},
        duels={},
    )
