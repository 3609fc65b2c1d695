"""What a version makes of a draft, in words and as rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.components.export import Cell
from dashboard.components.facts import Fact, share
from dashboard.components.words import DASH, clean, counted, figure
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.drafts.audience import Audience
from pipeline.retrieval.drafts.displaced import Displaced
from pipeline.retrieval.drafts.place import InSpace, Placed
from pipeline.retrieval.drafts.wins import Wins
from pipeline.retrieval.drafts.words import Without
from pipeline.retrieval.shopper_lists import share_by_chance

DUPLICATE = 0.95  # cosine of two texts from which a draft is said to be nearly the same as a product
COLUMNS = (
    ("Found", "In how many lists it would be"),
    ("Asked", "How many lists were looked at"),
    ("Share", "Found of asked"),
    ("By chance", "How many lists a product drawn at random would be in"),
)
SYSTEMS = {"towers": "by the towers alone", "text": "by product text", "reranked": "as re-ranked and served"}
SPACES = {"towers": "Nearest by shoppers", "text": "Nearest in meaning"}


def nearest(placed: Placed) -> InSpace:
    """Return where the words of a draft belong."""
    return next(each for each in placed.spaces if each.space == "text")


def duplicate(placed: Placed, catalogue: Catalogue, title: str) -> str:
    """Return a warning where a product is nearly the same, "" where none is."""
    hits = nearest(placed).hits
    other = catalogue.title(hits[0].row) if hits else ""
    if not hits or not same(hits[0].score, other, title):
        return ""
    what = "has the same title" if same(0.0, other, title) else "says nearly the same"
    return f'"{clean(other, 160)}" {what} (cosine {figure(hits[0].score)}): it may be the same product.'


def same(cosine: float, other: str, title: str) -> bool:
    """Return whether a product may be the one that a title says: by its own title, or by a cosine of the two texts."""
    return cosine >= DUPLICATE or " ".join(other.casefold().split()) == " ".join(title.casefold().split())


def headline(placed: Placed, catalogue: Catalogue, won: Wins | None, shown: Audience | None, asked: str) -> str:
    """Return what a draft comes to, in a sentence or two.

    Args:
        placed: Where it belongs.
        catalogue: The products.
        won: The queries that list it.
        shown: Its audience, by vectors.
        asked: Which queries were asked.
    """
    said = []
    if won is not None:
        said.append(
            f"Among the first ten of {won.within(10):,} of {asked}"
            + (f", first for {top:,}" if (top := won.within(1)) else "")
        )
    if shown is not None:
        people = counted(len(shown), "shopper")
        said.append(f"{SYSTEMS[shown.system]}, shown to {shown.within(10):,} of {people} asked")
    if not said:
        hits = nearest(placed).hits
        return f'Nearest in meaning: "{clean(catalogue.title(hits[0].row), 120)}".' if hits else "Nothing is near it."
    words = "; ".join(said)
    return f"{words[:1].upper()}{words[1:]}."


def facts(
    n_products: int, won: Wins | None, audiences: Sequence[Audience], out: Mapping[str, Sequence[Displaced]]
) -> list[Fact]:
    """Return the figures of a draft, each beside chance.

    Args:
        n_products: Products of the version.
        won: The queries that list it; None where none was asked.
        audiences: Its audiences; the first is by what serves, whose lists say whom it displaces.
        out: Whom it displaces, in the lists of "queries" and "shoppers".
    """
    found = []
    for each in audiences:
        drawn = f"{len(each):,} of {each.of:,} shoppers, drawn by a hash of their id" if len(each) < each.of else ""
        help_ = drawn or "It is among their first ten recommendations"
        found.append(_fact(f"Shoppers, {SYSTEMS[each.system]}", help_, each.within(10), len(each), 10, n_products))
    if won is not None:
        found.append(_fact("Queries, first ten", _asked(won), won.within(10), won.of, 10, n_products))
        help_ = f"Of these it is the first product for {won.within(1) or 'none'}"
        found.append(_fact("Queries, first hundred", help_, won.within(100), won.of, 100, n_products))
    for whose, each_ in out.items():
        left = sum(each.out > 0 for each in each_)
        leave = "leaves" if left == 1 else "leave"
        help_ = f"{counted(left, 'product')} {leave} the first ten of a list; the others stand lower in one"
        if not each_:
            help_ = f"No list of {whose} would hold it among its first ten, or none has a product behind it"
        lists = won.of if whose == "queries" and won else len(audiences[0]) if audiences else 0
        said = f"{SYSTEMS[audiences[0].system]}. {help_}" if whose == "shoppers" and audiences else help_
        values = (f"{len(each_):,}", f"{lists:,}" if lists else DASH, DASH, DASH)
        found.append(Fact(f"Displaced, lists of {whose}", said[:1].upper() + said[1:], values))
    return found


def _fact(name: str, help_: str, count: int, asked: int, k: int, n_products: int) -> Fact:
    chance = share_by_chance(k, n_products) * asked
    return Fact(name, help_, (f"{count:,}", f"{asked:,}", share(count, asked), figure(chance)))


def against(shown: int, unknown: int, asked: int) -> str:
    """Return what a draft's audience can be measured against: the products that no shopper knew, as it is one of them.

    Args:
        shown: How many of them are among anyone's first ten.
        unknown: How many there are.
        asked: Of how many shoppers.
    """
    if not unknown:
        return "Every product of this version had interactions to learn from: none shows what a new one can expect."
    verb = "is" if shown == 1 else "are"
    return (
        f"Of the {counted(unknown, 'product')} that no shopper knew when the towers learned, {shown or 'none'} {verb} "
        f"among the first ten of any of the {asked:,}: a new product starts from there."
    )


def _asked(won: Wins) -> str:
    """Return how the queries that were searched were chosen."""
    if won.promising > won.asked:
        return f"{won.promising:,} may list it; the {won.asked:,} likeliest of them were searched"
    return (
        f"{won.promising:,} may list it by its scores, and all of them were searched"
        if won.promising
        else ("No query may list it by its scores")
    )


def neighbour_rows(space: InSpace, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return a row for each of the nearest products in a space."""
    found = []
    for hit in space.hits:
        product = catalogue.product(hit.row)
        found.append(
            {
                "rank": hit.rank,
                "product_id": product.product_id,
                "title": product.title,
                "brand": product.brand,
                "category": " > ".join(product.category),
                "price": product.price,
                "cosine": hit.score,
            }
        )
    return found


def win_rows(won: Wins, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return a row for each query that lists a draft: its rank, and the product that it puts behind itself."""
    found = []
    for win in won.wins:
        behind = win.after[win.rank] if win.rank < len(win.after) else None
        found.append(
            {
                "query": win.query,
                "rank": win.rank,
                "score": win.score,
                "behind_it": None if behind is None else catalogue.title(int(behind)),
                "behind_id": None if behind is None else catalogue.ids[int(behind)],
            }
        )
    return found


def displaced_rows(found: Sequence[Displaced], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return a row for each product that loses places."""
    return [
        {
            "product_id": catalogue.ids[each.row],
            "title": catalogue.title(each.row),
            "out": each.out,
            "lower": each.lower,
            "places": each.places,
        }
        for each in found
    ]


def word_rows(effects: Sequence[Without], whole: int | None, ranks: Sequence[int]) -> list[dict[str, Any]]:
    """Return a row for each word left out: what the draft loses without it.

    Args:
        effects: Without each word.
        whole: To how many shoppers the whole title is shown by vectors.
        ranks: The whole title's rank for each of the queries asked again.
    """
    found = []
    for each in effects:
        kept = [rank for rank in each.ranks if 0 < rank <= 10]
        row: dict[str, Any] = {"word": each.word, "neighbours_kept": each.kept}
        if whole is not None and each.shoppers is not None:
            row |= {"shoppers": each.shoppers, "shoppers_change": each.shoppers - whole}
        if ranks:
            row |= {
                "queries_kept": len(kept),
                "places": sum(_lost(*pair) for pair in zip(ranks, each.ranks, strict=True)),
            }
        found.append(row | {"title": each.title})
    return found


def _lost(before: int, after: int) -> int:
    """Return how many places a rank falls, beyond the first hundred counting as the next one."""
    return (after or 101) - before


def changes(first: Wins, second: Wins) -> list[dict[str, Any]]:
    """Return a row for each query that lists either of two titles, those whose rank changes most first.

    Args:
        first: Of the first title.
        second: Of the second, over the same queries.
    """
    ranks: dict[str, list[int | None]] = {}
    for side, own in enumerate((first, second)):
        for win in own.wins:
            ranks.setdefault(win.query, [None, None])[side] = win.rank
    rows = [
        {"query": query, "first": one, "second": other, "change": (one or 101) - (other or 101)}
        for query, (one, other) in ranks.items()
    ]
    return sorted(rows, key=lambda row: (-abs(int(row["change"] or 0)), str(row["query"])))


def differences(first: Sequence[Fact], second: Sequence[Fact]) -> list[Fact]:
    """Return the figures of two titles beside each other, with what the second has more."""
    found = []
    for one, other in zip(first, second, strict=True):
        a, b = (each.values[0].split("\n")[0] for each in (one, other))
        change = int(b.replace(",", "")) - int(a.replace(",", ""))
        more = f"{change:+,}" if change else "0"
        found.append(Fact(one.name, one.said, (a, b, more)))
    return found


def cells(rows: Sequence[Mapping[str, Any]], before: Mapping[str, Cell]) -> list[dict[str, Cell]]:
    """Return rows for a file: the version and the draft first."""
    return [
        {**before, **{name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}}
        for row in rows
    ]
