"""Five products and ten interactions, whose every figure can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.prepare import Prepared
from pipeline.data.tables import INTERACTIONS, PRODUCTS, REJECTS

DAY = 86_400_000
START = 1_577_836_800_000  # 1 January 2020; day 1 is the second
MARKUP = '{"title": "<img src=x onerror=alert(1)>"}'

# id, title, brand, category, price
CATALOGUE = (
    ("a", "Red cup", "Aldor", ["Home", "Cups"], 1.0),
    ("b", " red  CUP", "Aldor", ["Home", "Plates"], 2.0),
    ("c", "Lamp", None, ["Light"], 3.0),
    ("d", "Desk", "Norvik", [], None),
    ("e", "Chair", "Norvik", ["Home", "Cups"], 5.0),
)
# shopper, product, day, rating, part
DEEDS = (
    ("u", "a", 1, 5.0, "train"),
    ("u", "b", 2, 4.0, "train"),
    ("u", "c", 3, None, "valid"),
    ("u", "d", 3, 4.4, "test"),  # at the moment of the one before
    ("v", "b", 1, 5.0, "train"),
    ("v", "a", 6, 1.0, "train"),
    ("v", "c", 5, None, "valid"),  # older than the one before
    ("v", "b", 6.5, None, "test"),  # on the day of the one before, and known from train
    ("w", "a", 8, None, "train"),
    ("x", "e", 9, 5.0, "test"),  # of a shopper who did nothing before
)
COUNTS = {
    "products": 5, "interactions": 10, "shoppers": 4, "judgements": 0, "queries": 0, "repeats": 2,
    "repeated_judgements": 0, "emptied": {"products.price": 1}, "shortened": {},
    "read": {"products": 6, "interactions": 15},
    "rejected": {"products": {"no title": 1}, "interactions": {"unknown product": 2, "no time": 1}},
    "k_core": {"k": 2, "rounds": 1, "interactions": 3, "shoppers": 3, "products": 0},
}  # fmt: skip
REJECTED = (
    ("products", 6, "no title", MARKUP),
    ("interactions", 2, "unknown product", '{"user": "=1+1"}'),
    ("interactions", 3, "no time", "{}"),
    ("interactions", 9, "unknown product", "{" + "x" * 5000),
)


def write(
    folder: Path,
    *,
    catalogue: Sequence[tuple[Any, ...]] = CATALOGUE,
    deeds: Sequence[tuple[Any, ...]] | None = DEEDS,
    counts: Mapping[str, Any] = COUNTS,
    rejected: Sequence[tuple[Any, ...]] = REJECTED,
    split: str = "given",
    timed: bool = True,
) -> Prepared:
    """Write what preparing would have written; without `deeds` there are no interactions."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [dict(zip(("product_id", "title", "brand", "category", "price"), each, strict=True)) for each in catalogue]
    blank = dict.fromkeys(("released", "image_url", "description"))
    pq.write_table(pa.Table.from_pylist([blank | each for each in rows], PRODUCTS), folder / "products.parquet")
    if deeds is not None:
        table = [
            {
                "user_id": user, "product_id": product, "timestamp": START + int(day * DAY) if timed else None,
                "rating": rating, "position": at, "part": part,
            }
            for at, (user, product, day, rating, part) in enumerate(deeds)
        ]  # fmt: skip
        pq.write_table(pa.Table.from_pylist(table, INTERACTIONS), folder / "interactions.parquet")
    left = [dict(zip(REJECTS.names, each, strict=True)) for each in rejected]
    pq.write_table(pa.Table.from_pylist(left, REJECTS), folder / "rejects.parquet")
    made = {"counts": counts, "split": {"kind": split, "fractions": []}, "judging": None}
    (folder / "prepared.json").write_text(json.dumps(made))
    return Prepared.load(folder)
