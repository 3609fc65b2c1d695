"""From prepared tables to a profile."""

from __future__ import annotations

import numpy as np

from pipeline.data.prepare import Prepared
from pipeline.profile.drift import drifts
from pipeline.profile.figures import SCHEMA, Profile, Sizes
from pipeline.profile.groups import coded, coverage, duplicates, grouping
from pipeline.profile.leakage import leakage
from pipeline.profile.long_tail import long_tail
from pipeline.profile.rejects import changes, read_tables
from pipeline.profile.tables import PARTS, Tables, read
from pipeline.profile.timeline import ratings, timeline


def make(prepared: Prepared, samples: int) -> Profile:
    """Return what the prepared tables hold.

    Args:
        prepared: The tables and the counts of what was left out.
        samples: How many rejected rows are kept beside the profile.
    """
    tables = read(prepared.folder)
    times = timeline(tables, prepared.split["kind"])
    groups = coded(tables)
    return Profile(
        schema=SCHEMA,
        split=prepared.split["kind"],
        products=tables.n_products,
        sizes=sizes(tables),
        long_tail=long_tail(tables),
        ratings=ratings(tables),
        timeline=times,
        groupings=tuple(grouping(tables, each) for each in groups),
        coverage=coverage(tables),
        read=read_tables(prepared.counts),
        changed=changes(prepared.counts),
        duplicates=duplicates(tables),
        leakage=leakage(tables, times),
        drift=drifts(tables, groups),
        samples=samples,
    )


def sizes(tables: Tables) -> tuple[Sizes, ...]:
    """Return interactions, shoppers and products of all interactions and of each part; none without interactions."""
    if not len(tables.part):
        return ()
    found = []
    for part in ("", *PARTS):
        own = tables.of(part) if part else tables.of(*PARTS)
        shoppers, products = (int(np.count_nonzero(np.bincount(codes[own]))) for codes in (tables.user, tables.product))
        found.append(Sizes(part, int(own.sum()), shoppers, products))
    return tuple(found)
