"""What every product gets out of the lists: how often it is shown, and how often it is found by who wanted it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.evaluation.answers import LIST, Answers


def exposure_table(answers: Answers, product_ids: Sequence[str]) -> pa.Table:
    """Return system, product_id, shown, held_out, found: a row per system and product, zeros included.

    shown: in how many shoppers' lists of ten it is; held_out: from how many shoppers it was held out; found: for how
    many of these it ranks among the ten, ties counted against it. found / held_out is the product's recall@10.
    Chance has lists, which are drawn, but no ranks: what it finds is null.

    Args:
        answers: Lists and ranks of every system.
        product_ids: The id of each product.
    """
    n = len(product_ids)
    there = answers.targets >= 0
    held_out = np.bincount(answers.targets[there], minlength=n).astype(np.int32)
    parts = []
    for system, lists in answers.lists.items():
        found = pa.nulls(n, pa.int32())
        if (ranks := answers.ranks.get(system)) is not None:
            hits = answers.targets[there & (ranks >= 1) & (ranks <= LIST)]
            found = pa.array(np.bincount(hits, minlength=n).astype(np.int32))
        parts.append(
            pa.table(
                {
                    "system": pa.repeat(system, n).dictionary_encode(),
                    "product_id": pa.array(product_ids, pa.string()),
                    "shown": pa.array(np.bincount(lists[lists >= 0], minlength=n).astype(np.int32)),
                    "held_out": pa.array(held_out),
                    "found": found,
                }
            )
        )
    return pa.concat_tables(parts).unify_dictionaries()
