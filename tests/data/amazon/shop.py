"""One shop as each generation of Amazon Reviews would publish it, with what bites in each, and its canonical tables."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.amazon.raw import RawFiles
from pipeline.data.amazon.read import read
from pipeline.data.dataset import Dataset
from pipeline.data.prepare import Prepared, prepare

DAY = 86_400
SOME = 1_514_764_800  # 2018-01-01, midnight UTC, as unixReviewTime has it

# user, product, days after the first of January 2018, rating; Z has no metadata, N has no title.
REVIEWS = [
    ("u1", "A", 3, 5.0),
    ("u1", "B", 0, 4.0),
    ("u1", "C", 0, 1.0),  # the same day: the file's order decides
    ("u2", "B", 1, 2.0),
    ("u2", "A", 2, 3.0),
    ("u2", "B", 9, 5.0),  # a repeat: the earlier one counts
    ("u3", "Z", 1, 5.0),
    ("u3", "N", 1, 5.0),
    ("u2", "C", 0, 4.0),
]
PRODUCTS = [  # id, title, brand, category, price, image, description
    ("A", 'Salt & Pepper "Mill"', "Müller", ["Home & Kitchen", "Mills"], 14.99, "http://i/a.jpg", "Grinds. Well."),
    ("B", "Lens for 3 < 5 mm &lt;", None, ["Electronics"], None, None, None),
    ("C", "Tripod", "Norvik", ["Electronics", "Tripods"], 1234.5, "http://i/c.jpg", "Stands."),
]
INTERACTIONS = [  # in the order of the shopper: by time, and in one day by the file
    ("u1", "B", 1000 * SOME, 4.0, 0, "train"),
    ("u1", "C", 1000 * SOME, 1.0, 1, "valid"),
    ("u1", "A", 1000 * (SOME + 3 * DAY), 5.0, 2, "test"),
    ("u2", "C", 1000 * SOME, 4.0, 0, "train"),
    ("u2", "B", 1000 * (SOME + DAY), 2.0, 1, "valid"),
    ("u2", "A", 1000 * (SOME + 2 * DAY), 3.0, 2, "test"),
]


def old_reviews(extra: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Reviews as 2014 and 2018 write them."""
    return [
        {
            "reviewerID": user, "asin": product, "reviewerName": "é & co", "reviewText": "good", "summary": "ok",
            "overall": rating, "unixReviewTime": SOME + DAY * day, "reviewTime": "01 1, 2018", **extra,
        }
        for user, product, day, rating in REVIEWS
    ]  # fmt: skip


def reviews_2023() -> list[dict[str, Any]]:
    """The product is the parent; every other line is of the early files."""
    rows = []
    for at, (user, product, day, rating) in enumerate(REVIEWS):
        moment = 1000 * (SOME + DAY * day)
        times = [{"timestamp": moment, "helpful_vote": 1}, {"sortTimestamp": moment, "helpfulVotes": 1}][at % 2]
        row = {"rating": rating, "title": "A title", "text": "good", "images": [{"hi_res": "x"}], "user_id": user}
        rows.append({**row, "asin": f"{product}-red", "parent_asin": product, "verified_purchase": True, **times})
    return rows


META_2014 = [
    {
        "asin": "A", "title": 'Salt &amp; Pepper "Mill"', "brand": "Müller", "price": 14.99, "imUrl": "http://i/a.jpg",
        "categories": [["Home &amp; Kitchen", "Mills"], ["Gifts"]], "salesRank": {"Home": 5},
        "related": {"also_bought": ["B", "C"]}, "description": "Grinds.\n  Well.",
    },
    {"asin": "B", "title": "Lens for 3 &lt; 5 mm &amp;lt;", "categories": [["Electronics"]], "brand": ""},
    {
        "asin": "C", "title": "Tripod", "brand": "Norvik", "price": 1234.5, "imUrl": "http://i/c.jpg",
        "categories": [["Electronics", "Tripods"]], "description": "Stands.",
    },
    {"asin": "N", "categories": [["Electronics"]], "imUrl": None},
]  # fmt: skip
META_2018 = [
    {
        "asin": "A", 
        "title": '<span id="productTitle" class="a-size-large">\n Salt &amp; Pepper &quot;Mill&quot;\n</span>',
        "brand": "by\n    \n    Müller", "price": "$14.99", "imageURL": ["http://i/a-small.jpg"],
        "imageURLHighRes": ["http://i/a.jpg"], "category": ["Home &amp; Kitchen", "Mills", "</span></span>"],
        "description": ["<b>Grinds.</b>", "", "Well."], "feature": ["Never read"], "also_buy": ["B"],
        "rank": ["5 in Home"], "similar_item": "<div>", "details": {"ASIN:": "A"}, "main_cat": "Home",
    },
    {
        "asin": "B", "title": "Lens for 3 &lt; 5 mm &amp;lt;", "brand": "", "description": [], "feature": [],
        "category": [], "main_cat": "<span>Electronics</span>", "imageURLHighRes": [], "imageURL": [],
        "price": ".a-box-inner{background-color:#fff}#alohaBuyBoxWidget .selected{color:#333}",
    },
    {
        "asin": "C", "title": "Tripod", "brand": "Norvik", "price": "$1,234.50 - $1,300.00",
        "imageURL": ["http://i/c.jpg"], "imageURLHighRes": [], "category": ["Electronics", "Tripods"],
        "description": [], "feature": ["Stands."], "date": "October 4, 2012",
    },
    {"asin": "N", "title": "<script>var t=(new Date()).getTime();</script>", "category": ["Electronics"]},
]  # fmt: skip
META_2023 = [
    {
        "parent_asin": "A", "title": "Salt &amp; Pepper &quot;Mill&quot;", "store": "Müller", "price": "from 14.99",
        "main_category": "Home", "categories": ["Home &amp; Kitchen", "Mills"], "features": ["Never read"],
        "description": ["Grinds.", "Well."], "details": {"Brand": "Never read"}, "average_rating": 4.1,
        "images": [{"thumb": "t", "large": "http://i/a-large.jpg", "hi_res": "http://i/a.jpg", "variant": "MAIN"}],
    },
    {
        "parent_asin": "B", "title": "Lens for 3 < 5 mm &amp;lt;", "store": None, "price": "—", "images": [],
        "main_category": "Electronics", "categories": [], "features": [], "description": [], "details": {},
    },
    {
        "parent_asin": "C", "title": "Tripod", "store": "", "price": 1234.5, "main_category": "Photo",
        "categories": ["Electronics", "Tripods"], "features": ["Stands."], "description": [],
        "images": {"hi_res": [None], "large": ["http://i/c.jpg"]},
        "details": json.dumps({"Brand": "Norvik", "Date First Available": "October 4, 2012"}),
    },
    {"parent_asin": "N", "title": None, "price": None, "store": "Nobody", "categories": [], "details": None},
]  # fmt: skip


def lines(rows: Iterable[Any], write: Any = json.dumps) -> bytes:
    return "".join(write(row) + "\n" for row in rows).encode()


def write_shop(folder: Path, generation: str) -> tuple[list[str], list[str]]:
    """Write the shop's files; return what to name with --reviews and with --meta."""
    if generation == "merged":
        return [str(write_merged(folder / "merged.parquet"))], []
    reviews, meta = {
        "2014": (lines(old_reviews({"helpful": [2, 3]})), lines(META_2014, repr)),
        "2018": (lines(old_reviews({"verified": True, "vote": "1,234"})), lines(META_2018)),
        "2023": (lines(reviews_2023()), lines(META_2023)),
    }[generation]
    (folder / "Shop.json").write_bytes(reviews)
    (folder / "meta_Shop.json.gz").write_bytes(gzip.compress(meta, mtime=0))
    return [str(folder / "Shop.json")], [str(folder / "meta_Shop.json.gz")]


def write_merged(path: Path, categories: str = "list") -> Path:
    """Write reviews with their products' columns; categories are a list, a list of lists, or the text of either."""
    products = {row["asin"]: row for row in META_2014}
    rows = []
    for review in old_reviews({}):
        product = products.get(review["asin"], {})
        paths = product.get("categories")
        value = {
            "list": paths and paths[0], "lists": paths,
            "text": paths and repr(paths[0]), "texts": paths and repr(paths),
        }[categories]  # fmt: skip
        columns = {key: product.get(key) for key in ("title", "brand", "price", "imUrl", "description")}
        rows.append({**review, **columns, "categories": value})
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


class Bar:
    """A stage's progress, counted."""

    def __init__(self) -> None:
        self.steps = self.done = 0

    def total(self, steps: int) -> None:
        self.steps = steps

    def advance(self, steps: int = 1, note: str = "") -> None:
        self.done += steps


class Made:
    """What reading and preparing made of raw files."""

    def __init__(self, folder: Path, reviews: Sequence[str], meta: Sequence[str], *, most: float = 1.0) -> None:
        self.raw = RawFiles.find(reviews, meta)
        self.source, self.out, self.bar = folder / "read", folder / "out", Bar()
        self.source.mkdir()
        self.out.mkdir()
        read(self.raw, self.source, self.bar)
        self.dataset = Dataset.load(self.source / "dataset.toml")
        self.prepared: Prepared = prepare(self.dataset, self.out, max_rejected=most)

    @property
    def counts(self) -> Mapping[str, Any]:
        return self.prepared.counts

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        found = pq.read_table(self.out / f"{table}.parquet")
        return [tuple(row.values()) for row in found.select(columns or found.column_names).to_pylist()]

    def products(self) -> list[tuple[Any, ...]]:
        return self.rows("products", "product_id", "title", "brand", "category", "price", "image_url", "description")

    def rejects(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return (table, reason, record)."""
        return [
            (table, reason, json.loads(record))
            for table, reason, record in self.rows("rejects", "table", "reason", "record")
        ]
