"""What train may know of what is held out."""

from __future__ import annotations

import numpy as np

from pipeline.profile.figures import HeldOut, Leakage, Sides, Timeline
from pipeline.profile.tables import NEVER, Codes, Counts, Mask, Tables

DAY = 86_400_000  # ms
BEFORE = {"valid": ("train",), "test": ("train", "valid")}


def leakage(tables: Tables, times: Timeline) -> Leakage:
    """Return order, ties, repetitions and the sides of shoppers and products.

    "future" is what a leave-one-out split lets by as a matter of course: other shoppers' interactions that are later
    than what is to be predicted. Source: Ji, Sun, Zhang and Li 2023, "A critical study on data leakage in recommender
    system offline evaluation".

    Args:
        tables: The interactions.
        times: Their timeline, for the boundary of a time split.
    """
    train, test = tables.of("train"), tables.of("test")
    timed = tables.time != NEVER
    late = future = None
    if times.boundaries:
        late = int((tables.time[train & timed] >= times.boundaries[0]).sum())
    if (train & timed).any() and (test & timed).any():
        future = int((tables.time[train & timed] > np.median(tables.time[test & timed])).sum())
    return Leakage(
        held_out=tuple(held_out(tables, part) for part in BEFORE if tables.of(part).any()),
        sides=(_sides("shoppers", tables.user, train, test), _sides("products", tables.product, train, test)),
        late=late,
        future=future,
    )


def held_out(tables: Tables, part: str) -> HeldOut:
    """Return how the interactions of a part stand to what the same shopper did in the parts before it."""
    own, before = tables.of(part), tables.of(*BEFORE[part])
    latest = np.full(tables.n_users, NEVER)
    np.maximum.at(latest, tables.user[before], tables.time[before])
    known = np.bincount(tables.user[before], minlength=tables.n_users) > 0
    users, time = tables.user[own], tables.time[own]
    timed = (time != NEVER) & (latest[users] != NEVER)
    time, last = time[timed], latest[users][timed]
    return HeldOut(
        part=part,
        interactions=int(own.sum()),
        known=int(known[users].sum()),
        timed=int(timed.sum()),
        older=int((time < last).sum()),
        same_moment=int((time == last).sum()),
        same_day=int((time // DAY == last // DAY).sum()),
        repeated=_repeated(_pairs(tables, own), _pairs(tables, before)),
        unseen=int((tables.popularity("train")[tables.product[own]] == 0).sum()),
    )


def _pairs(tables: Tables, chosen: Mask) -> Counts:
    """Return a number for each chosen interaction that only those of the same shopper and product share."""
    return tables.user[chosen].astype(np.int64) * max(tables.n_products, 1) + tables.product[chosen]


def _repeated(own: Counts, before: Counts) -> int:
    """Return how many of `own` are also among `before`, which may be far more: only the few are sorted."""
    ordered = np.sort(own)
    places = np.searchsorted(ordered, before)
    found = before[ordered[np.minimum(places, len(ordered) - 1)] == before]
    return int(np.isin(own, found).sum())


def _sides(what: str, codes: Codes, train: np.ndarray, test: np.ndarray) -> Sides:
    first, second = np.unique(codes[train]), np.unique(codes[test])
    return Sides(what, len(first), len(second), len(np.intersect1d(first, second, assume_unique=True)))
