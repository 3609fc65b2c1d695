"""Who finds a product: what a version kept of it when it was evaluated, and queries made from its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.comparing.kept import served
from pipeline.evaluation.judgements import JUDGEMENTS
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.limits import MAX_QUERY
from pipeline.text.lexical import STOP_WORDS

OWN = 24  # queries made from the words of a product
ASIDE = ",.;:!?()[]{}\"'/|-–"  # what stands around a word of a title, and is not typed
RANKS, PRODUCTS = "ranks.parquet", "products.parquet"


@dataclass(frozen=True)
class Measured:
    """What the evaluation of a version says of one product, of the system that it serves.

    Args:
        system: As in `evaluation/metrics.json`.
        shoppers: How many were asked.
        shown: To how many of them it was among the first ten; None where the version does not say.
        ranks: By id of the shoppers for whom it was held out: its rank among all products.
    """

    system: str
    shoppers: int
    shown: int | None
    ranks: Mapping[str, int]


def measured(folder: Path, product_id: str, row: int) -> Measured | None:
    """Return what a version kept of a product when it was evaluated; None where it kept nothing of shoppers.

    Args:
        folder: The version's.
        product_id: The product.
        row: Its row in the version.

    Raises:
        OSError, KeyError, pyarrow.ArrowException: A file is not what it should be.
    """
    path = folder / "evaluation" / RANKS
    if not path.exists():
        return None
    ranks = pq.read_table(path, columns=["user_id", "system", "row", "rank"])
    system = served("recommend", pc.unique(ranks["system"]).to_pylist())
    if system is None:
        return None
    own = ranks.filter(pc.equal(ranks["system"].cast(pa.string()), system))
    there = own.filter(pc.equal(own["row"], row))
    users = there["user_id"].cast(pa.string()).to_pylist()
    known = dict(zip(users, there["rank"].to_pylist(), strict=True))
    asked = len(pc.unique(own["user_id"].cast(pa.string())))
    return Measured(system, asked, _shown(folder / "evaluation" / PRODUCTS, product_id, system), known)


def _shown(path: Path, product_id: str, system: str) -> int | None:
    if not path.exists():
        return None
    rows = pq.read_table(path, columns=["system", "product_id", "shown"])
    same = pc.and_(
        pc.equal(rows["product_id"].cast(pa.string()), product_id), pc.equal(rows["system"].cast(pa.string()), system)
    )
    found = rows.filter(same)["shown"].to_pylist()
    return int(found[0]) if found else None


def grades(folder: Path, product_id: str) -> dict[str, float]:
    """Return the grade of a product for each query that it was judged for, by the query's words.

    Args:
        folder: The version's.
        product_id: The product.

    Raises:
        OSError, KeyError, pyarrow.ArrowException: A file is not what it should be.
    """
    path = folder / "evaluation" / JUDGEMENTS
    if not path.exists():
        return {}
    rows = pq.read_table(path, columns=["query", "product_id", "grade"])
    own = rows.filter(pc.equal(rows["product_id"].cast(pa.string()), product_id))
    found = zip(own["query"].to_pylist(), own["grade"].to_pylist(), strict=True)
    return {" ".join(query.split()): float(grade) for query, grade in found}


def own_queries(title: str, brand: str | None, category: tuple[str, ...]) -> tuple[str, ...]:
    """Return queries made from a product's own words: what it is called, and what of it a shopper may type.

    The title, its first three words, brand and category, then neighbouring words two by two, then words alone; at most
    24, each once whatever its case.

    >>> own_queries("Zoom lens for camera", "Aldor", ("Photo", "Lenses"))[:5]
    ('Zoom lens for camera', 'Zoom lens for', 'Aldor Lenses', 'Lenses', 'Zoom lens')
    """
    words = [word for each in title.split() if (word := each.strip(ASIDE))]
    leaf = category[-1] if category else ""
    pairs = [f"{left} {right}" for left, right in pairwise(words)]
    made = [title, " ".join(words[:3]), f"{brand or ''} {leaf}", leaf]
    made += [pair for pair in pairs if not {each.casefold() for each in pair.split()} & STOP_WORDS]
    made += [word for word in words if word.casefold() not in STOP_WORDS]
    found: dict[str, str] = {}
    for each in made:
        query = " ".join(each.split())[:MAX_QUERY].strip()
        if any(character.isalnum() for character in query):
            found.setdefault(query.casefold(), query)
    return tuple(list(found.values())[:OWN])


def of_product(product: Product) -> tuple[str, ...]:
    """Return `own_queries` of a product."""
    return own_queries(product.title, product.brand, product.category)
