"""What a profile says, as records: every figure of the data page, and nothing that needs the tables again."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = 1


@dataclass(frozen=True)
class Sizes:
    """How much there is: of all interactions, or of one part. `part` is "" for all."""

    part: str
    interactions: int
    shoppers: int
    products: int


@dataclass(frozen=True)
class Bucket:
    """Those with `low` to `high` interactions (None: or more): how many, and how many interactions together."""

    low: int
    high: int | None
    count: int
    interactions: int


@dataclass(frozen=True)
class Spread:
    """How many interactions each product or shopper has."""

    count: int
    mean: float
    median: float
    ninth_decile: float
    most: int
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True)
class Point:
    """The most popular `products` (a share) have `interactions` (a share)."""

    products: float
    interactions: float


@dataclass(frozen=True)
class LongTail:
    """How unequally interactions fall on products.

    Args:
        gini: 0 where every product has as many, 1 where one has all; None without interactions.
        half: The fewest products that have half of the interactions.
        without: Products without an interaction.
        curve: The Lorenz curve, the most popular products first.
        products: Interactions a product.
        shoppers: Interactions a shopper.
    """

    gini: float | None
    half: int
    without: int
    curve: tuple[Point, ...]
    products: Spread
    shoppers: Spread


@dataclass(frozen=True)
class Rated:
    """Interactions of one rating, by part."""

    value: float
    train: int
    valid: int
    test: int


@dataclass(frozen=True)
class Ratings:
    """How interactions are rated: to the nearest half."""

    rated: int
    mean: float | None
    values: tuple[Rated, ...]


@dataclass(frozen=True)
class Period:
    """Interactions of a day, month or year that begins on `start` (ISO), by part."""

    start: str
    train: int
    valid: int
    test: int


@dataclass(frozen=True)
class Reach:
    """The first and the last time (ms since 1970, UTC) of a part."""

    part: str
    first: int
    last: int


@dataclass(frozen=True)
class Timeline:
    """Interactions over time.

    Args:
        unit: day, month or year.
        timed: Interactions that have a time.
        periods: Without gaps, the first one first.
        reaches: Of each part that has times.
        boundaries: Where valid and test begin under a time split, ms; empty under any other split.
    """

    unit: str
    timed: int
    periods: tuple[Period, ...]
    reaches: tuple[Reach, ...]
    boundaries: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """A category or brand: its products, and the interactions with them by part."""

    name: str
    products: int
    train: int
    valid: int
    test: int


@dataclass(frozen=True)
class Grouping:
    """Products by one of their attributes.

    Args:
        kind: category (the first level), subcategory (the first two) or brand.
        distinct: How many groups there are.
        groups: Those with most interactions.
        others: The groups not listed, together.
        none: Products without the attribute.
    """

    kind: str
    distinct: int
    groups: tuple[Group, ...]
    others: Group
    none: Group


@dataclass(frozen=True)
class Coverage:
    """How many rows of a table have a column, and how many interactions fall on these."""

    table: str
    column: str
    rows: int
    of: int
    interactions: int
    of_interactions: int


@dataclass(frozen=True)
class Reason:
    """Why rows were left out, and how many."""

    reason: str
    rows: int


@dataclass(frozen=True)
class Read:
    """A table of the source: its rows, those kept, and why others were rejected, most frequent first."""

    table: str
    read: int
    kept: int
    rejected: tuple[Reason, ...]


@dataclass(frozen=True)
class Changed:
    """Something that preparing did to sound rows: what, to which column ("" for whole rows), how often."""

    what: str
    column: str
    rows: int


@dataclass(frozen=True)
class SameTitle:
    """Products that bear one title."""

    title: str
    products: int
    interactions: int


@dataclass(frozen=True)
class Duplicates:
    """Products that share their title, whatever its case and spaces, with another one.

    Args:
        products: Such products.
        titles: Titles that more than one product bears.
        largest: Those that most products bear.
    """

    products: int
    titles: int
    largest: tuple[SameTitle, ...]


@dataclass(frozen=True)
class HeldOut:
    """The interactions of a held-out part, beside what was known before it (for test: train and valid).

    Args:
        part: valid or test.
        interactions: How many there are.
        known: Those of a shopper who has earlier parts.
        timed: Those of `known` where both times are known.
        older: Those of `timed` that are older than the shopper's latest earlier interaction.
        same_moment: Those of `timed` at the very time of it.
        same_day: Those of `timed` on the same day (UTC) as it, whichever came first.
        repeated: Those whose shopper and product are also together in an earlier part.
        unseen: Those whose product has no train interaction.
    """

    part: str
    interactions: int
    known: int
    timed: int
    older: int
    same_moment: int
    same_day: int
    repeated: int
    unseen: int


@dataclass(frozen=True)
class Sides:
    """Shoppers or products by the sides they are on."""

    what: str
    train: int
    test: int
    both: int


@dataclass(frozen=True)
class Leakage:
    """What train may know of what is held out.

    Args:
        held_out: valid and test, those that there are.
        sides: shoppers and products.
        late: Train interactions at or after the first boundary of a time split; None under another split.
        future: Train interactions later than half of the test interactions; None without times.
    """

    held_out: tuple[HeldOut, ...]
    sides: tuple[Sides, ...]
    late: int | None
    future: int | None


@dataclass(frozen=True)
class Bin:
    """A bin of a distribution: its share of train and of test, 0..1."""

    name: str
    train: float
    test: float


@dataclass(frozen=True)
class Drift:
    """How an attribute is distributed over train and over test.

    Args:
        feature: category, subcategory, brand, price, popularity or rating.
        train: Train interactions that have it.
        test: Test interactions that have it.
        distance: The Jensen-Shannon distance, 0..1.
        chance: The distance to be expected were both drawn from one distribution.
        psi: The population stability index.
        bins: In their order; of a feature without order those that changed most, and the rest as one.
    """

    feature: str
    train: int
    test: int
    distance: float
    chance: float
    psi: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Profile:
    """What a version's model was trained on.

    Args:
        schema: Layout of the file.
        split: The split's kind.
        sizes: Of all interactions, then of each part.
        read: Each table of the source.
        changed: What preparing did to sound rows.
        samples: How many rejected rows are kept as samples.
    """

    schema: int
    split: str
    products: int
    sizes: tuple[Sizes, ...]
    long_tail: LongTail
    ratings: Ratings
    timeline: Timeline
    groupings: tuple[Grouping, ...]
    coverage: tuple[Coverage, ...]
    read: tuple[Read, ...]
    changed: tuple[Changed, ...]
    duplicates: Duplicates
    leakage: Leakage
    drift: tuple[Drift, ...]
    samples: int
