"""What a dataset description says about one table, and about the split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PRODUCT_COLUMNS = ("product_id", "title", "brand", "category", "price", "released", "image_url", "description")
INTERACTION_COLUMNS = ("user_id", "product_id", "timestamp", "rating", "position", "split")
JUDGEMENT_COLUMNS = ("query", "product_id", "grade")
FEATURE = "feature:"  # begins the canonical column of a block of features of the products


@dataclass(frozen=True)
class Source:
    """Where a table lies and how to read it.

    Args:
        path: A file, a folder or a glob, as written in the description.
        columns: {canonical column: column of the source}; of products, also {feature:<block>: column of lists}.
        category_separator: What divides the steps of a category path; None where a category is one step or a list.
        price_scale: What a price is multiplied by; 0.01 where prices are cents.
        timestamp_unit: s, ms or iso; typed timestamps in Parquet need none.
        k_core: Of interactions, the fewest that a shopper and a product must have; None leaves all.
    """

    path: str
    columns: Mapping[str, str]
    category_separator: str | None = None
    price_scale: float = 1.0
    timestamp_unit: str = "s"
    k_core: int | None = None


@dataclass(frozen=True)
class JudgementsSource(Source):
    """Where the judgements lie, and how to score with them.

    Args:
        protocol: open (rank the whole catalogue, unjudged = 0) or judged (rank the judged products of each query).
        gain: exponential (2^grade - 1) or linear (the grade itself).
        min_grade: The grade that means irrelevant; gains count from there.
    """

    protocol: str = "open"
    gain: str = "exponential"
    min_grade: float = 0.0


@dataclass(frozen=True)
class Reading:
    """What a reader of raw files set aside before these tables: `prepare` takes it into its account.

    Args:
        rejects: A Parquet file like `rejects.parquet` of the prepared dataset.
        repeats: Repeated interactions that it left out.
        notes: Sentences on what was read, for the version's manifest.
    """

    rejects: str
    repeats: int = 0
    notes: tuple[str, ...] = ()


# Each kind of split, and the column of the interactions that it cannot do without.
SPLITS = {"leave-one-out": None, "leave-one-out-shuffled": "timestamp", "time": "timestamp", "given": "split"}


@dataclass(frozen=True)
class Split:
    """How interactions are divided into train, valid and test.

    Args:
        kind: leave-one-out, leave-one-out-shuffled, time or given.
        fractions: Shares of train, valid and test; read by kind `time` only.
    """

    kind: str = "leave-one-out"
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
