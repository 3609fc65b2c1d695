"""Six products, three shoppers: small enough that every feature of a candidate can be worked out by hand.

In train, oldest first: ann has 0 1 2, bob 0 2, cem 1. Rows 3, 4 and 5 have no interaction. Text vectors lie in a
plane, at angles (degrees) that are plain to compare; the towers' item vectors are the same, turned round.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.data.tables import PRODUCTS
from pipeline.retrieval.candidates import Request
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.timeline import DAY

USERS = np.array([0, 0, 0, 1, 1, 2])
ROWS = np.array([0, 1, 2, 0, 2, 1], dtype=np.int32)
TIMES = np.array([0, 10, 50, 20, 45, 60], dtype=np.int64) * DAY
ANGLES = np.deg2rad([0, 10, 30, 95, 100, 40])
TEXT = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)
ITEMS = np.ascontiguousarray(TEXT[:, ::-1])
BRANDS = ["a", "a", "b", None, "b", "a"]
CATEGORIES = [("x", "y"), ("x", "y"), ("x", "z"), ("w",), (), ("x", "y")]
PRICES = [10.0, 20.0, 40.0, None, 5.0, 10.0]


def catalogue(**columns: list[Any]) -> Catalogue:
    """Return the six products, or as many others as the columns say; a column that is not given is the shop's."""
    given = {"brand": BRANDS, "category": [list(path) for path in CATEGORIES], "price": PRICES, **columns}
    n = len(given["brand"])
    names = [str(row) for row in range(n)]
    given = {"product_id": names, "title": names, **given}
    table = {field.name: given.get(field.name, [None] * n) for field in PRODUCTS}
    return Catalogue(pa.table(table, schema=PRODUCTS))


def evidence(times: np.ndarray | None = TIMES) -> Evidence:
    return Evidence.count(USERS, ROWS, times, TEXT)


def newest(history: np.ndarray) -> np.ndarray:
    """Stand for a user tower that reads the newest product alone."""
    return ITEMS[history[-1]]


def features(counted: Evidence | None = None, shop: Catalogue | None = None) -> Features:
    return Features(counted or evidence(), Attributes.of(shop or catalogue()), TEXT, ITEMS, newest, ITEMS)


def request(*history: int, days: list[int] | None = None, allowed: list[int] | None = None) -> Request:
    """Return a request for a history, the days of its interactions, and the rows that may be proposed."""
    times = None if days is None else np.array(days, np.int64) * DAY
    mask = None if allowed is None else np.isin(np.arange(len(TEXT)), allowed)
    return Request(history=np.array(history, np.int32), times=times, allowed=mask)


def described(made: Features, asked: Request) -> dict[int, dict[str, float]]:
    """Return the features of each candidate by row and name."""
    proposal = made.propose(asked)
    return {
        int(row): dict(zip(made.names, values.tolist(), strict=True))
        for row, values in zip(proposal.rows, proposal.values, strict=True)
    }
