"""What a profile of the data says, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard.components.facts import share
from dashboard.components.words import counted, day, figure, listing
from pipeline.profile.figures import Drift, HeldOut, LongTail, Point, Profile

PARTS = {"": "All", "train": "Train", "valid": "Validation", "test": "Test"}
TABLES = {"products": "Products", "interactions": "Interactions", "judgements": "Judgements"}
GROUPINGS = {"category": "Categories", "subcategory": "Second level", "brand": "Brands"}
FEATURES = {
    "category": "Category",
    "subcategory": "Second level",
    "brand": "Brand",
    "price": "Price",
    "popularity": "Popularity",
    "rating": "Rating",
}
CHANGES = {
    "repeats": ("Repeated interactions", "The same shopper and product again; the earliest is kept"),
    "duplicates": ("… alike in every column", "Of the repeated interactions, those that are plain copies"),
    "repeated_judgements": ("Repeated judgements", "The same query and product again; the first is kept"),
    "k_core_interactions": ("Interactions outside the core", "Their shopper or product had too few"),
    "k_core_shoppers": ("Shoppers outside the core", "They had too few interactions"),
    "k_core_products": ("Products outside the core", "They lost all their interactions, and stay as cold ones"),
    "emptied": ("Values left empty", "They could not be read"),
    "shortened": ("Values shortened", "They were longer than is kept"),
    "respelled": ("Values spelled otherwise", "Another spelling of the same is more frequent"),
    "placeholders": ("Placeholders left empty", 'Words such as "unknown" that say nothing'),
    "missing": ("Values read as zeros", "A list of numbers that the product does not have"),
}
COLUMNS = {"released": "release date", "image_url": "picture", "timestamp": "time"}  # others are called as they are
MOVED = 1.25  # times the distance of chance, from which a drift is worth a word


def moment(milliseconds: int) -> str:
    """Return the day (UTC) of a time; a dash for one that no calendar has."""
    try:
        return day(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (OverflowError, ValueError, OSError):
        return day(None)


def sizes(profile: Profile) -> str:
    """Return how much there is, in one sentence."""
    if not profile.sizes:
        return f"{counted(profile.products, 'product')} and no interactions: nothing was learned from shoppers."
    whole = profile.sizes[0]
    words = f"{counted(whole.interactions, 'interaction')} of {counted(whole.shoppers, 'shopper')} with "
    words += f"{whole.products:,} of {counted(profile.products, 'product')}"
    return f"{words}."


def reach(profile: Profile) -> str:
    """Return the first and the last day of all interactions, in one sentence."""
    reaches = profile.timeline.reaches
    if not reaches:
        return "When the interactions were made is not known."
    first, last = min(each.first for each in reaches), max(each.last for each in reaches)
    return f"Interactions from {moment(first)} to {moment(last)}."


def tail(found: LongTail) -> str:
    """Return how unequally interactions fall on products."""
    if found.gini is None:
        return "There are no interactions."
    return (
        f"The most popular 20 % of products have {share(reached(found.curve, 0.2), 1)} of the interactions; Gini "
        f"{figure(found.gini)}."
    )


def reached(curve: tuple[Point, ...], products: float) -> float:
    """Return the share of interactions that a share of the products has, 0 where the curve does not say."""
    return next((each.interactions for each in curve if abs(each.products - products) < 1e-9), 0.0)


def leakage(profile: Profile) -> list[str]:
    """Return what train may know of what is held out, the most important first."""
    held = profile.leakage.held_out
    if not held:
        return ["Nothing is held out, so nothing can leak."]
    said = [order(held)]
    if profile.leakage.late is not None:
        said.append(boundary(profile))
    repeated = sum(each.repeated for each in held)
    if repeated:
        said.append(f"{counted(repeated, 'held-out interaction')} also stands in an earlier part: its answer is known.")
    elif not any(each.older for each in held):
        said.append("None is repeated in an earlier part.")
    return said


def order(held: tuple[HeldOut, ...]) -> str:
    """Return whether held-out interactions are older than, or tied with, what their shoppers did before."""
    timed, older, tied = (sum(getattr(each, name) for each in held) for name in ("timed", "older", "same_moment"))
    if not timed:
        return "Whether held-out interactions are newer than the history before them cannot be checked without times."
    if older:
        verb = "is" if older == 1 else "are"
        return (
            f"{counted(older, 'held-out interaction')} ({share(older, timed)}) {verb} older than what the shopper's "
            "history holds: the model has seen what came after."
        )
    words = "No held-out interaction is older than what its shopper's history holds"
    if not tied:
        return f"{words}, and none is tied with it."
    verb = "is" if tied == 1 else "are"
    words += f", but {tied:,} ({share(tied, timed)}) {verb} at the same moment"
    return f"{words}: there, the data does not tell the order."


def boundary(profile: Profile) -> str:
    """Return whether train keeps before the boundary of a time split."""
    late = profile.leakage.late
    when = moment(profile.timeline.boundaries[0]) if profile.timeline.boundaries else day(None)
    if not late:
        return f"No train interaction is at or after the boundary, {when}."
    verb = "is" if late == 1 else "are"
    return f"{counted(late, 'train interaction')} {verb} at or after the boundary, {when}."


def future(profile: Profile) -> str:
    """Return how much of train is later than what is tested; "" where that cannot be said."""
    later, train = profile.leakage.future, next((each for each in profile.sizes if each.part == "train"), None)
    if later is None or train is None:
        return ""
    if not later and profile.leakage.late is not None:
        return ""  # the boundary says it already
    words = f"{share(later, train.interactions)} of the train interactions are later than half of the test interactions"
    if not later or not profile.split.startswith("leave-one-out"):
        return f"{words}."
    return (
        f"{words}: other shoppers' future is in train, as under any split that holds out each shopper's last "
        "interactions. A time split has none of it."
    )


def worst(found: tuple[Drift, ...]) -> Drift | None:
    """Return the attribute that differs most beyond chance."""
    return max(found, key=lambda each: each.distance - each.chance, default=None)


def drift(profile: Profile) -> str:
    """Return how test differs from train, in one sentence."""
    found = worst(profile.drift)
    if found is None:
        return "Train and test cannot be compared: one of them is empty."
    if found.distance <= MOVED * found.chance:
        known = listing([FEATURES.get(each.feature, each.feature).lower() for each in profile.drift])
        return f"By {known}, test differs from train no more than chance would make it."
    return (
        f"Test differs most from train in {FEATURES.get(found.feature, found.feature).lower()}: distance "
        f"{figure(found.distance)}, where chance alone makes {figure(found.chance)}."
    )


def unseen(profile: Profile) -> str:
    """Return how many test interactions are with products that train does not know; "" where nothing is tested."""
    test = next((each for each in profile.leakage.held_out if each.part == "test"), None)
    if test is None:
        return ""
    unknown = share(test.unseen, test.interactions)
    return f"{unknown} of the test interactions are with products that train has not seen."


def left_out(profile: Profile) -> str:
    """Return how many rows of the source could not be used, in one sentence."""
    read = sum(each.read for each in profile.read)
    rejected = sum(reason.rows for each in profile.read for reason in each.rejected)
    if not read:
        return "How many rows were read is not known."
    if not rejected:
        return f"All {read:,} rows of the source could be used."
    return f"{rejected:,} of {read:,} rows of the source ({share(rejected, read)}) could not be used."


def column(name: str) -> str:
    """Return what a canonical column is called on screen.

    >>> column("image_url"), column("feature:texture"), column("brand")
    ('picture', 'features texture', 'brand')
    """
    return COLUMNS.get(name, name.replace("feature:", "features "))


def coverage(profile: Profile) -> str:
    """Return which columns are complete and which are empty, in one sentence."""
    known = [each for each in profile.coverage if each.of]
    empty = [column(each.column) for each in known if not each.rows]
    partly = [each for each in known if 0 < each.rows < each.of]
    words = f"Of {counted(len(known), 'column')}, {len(known) - len(empty) - len(partly)} are complete"
    if partly:
        least = min(partly, key=lambda each: each.rows / each.of)
        words += f"; {column(least.column)} is known of {share(least.rows, least.of)}"
    if empty:
        words += f"; {listing(empty)} {'is' if len(empty) == 1 else 'are'} empty throughout"
    return f"{words}."
