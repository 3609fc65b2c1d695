"""What the colours of a map say: every product in one of a few groups, or in none.

A colour has to be told from all others at a glance, also by the colour-blind: there are eight for kinds and six, one
darker than the other, for magnitudes. The largest kinds get one; the rest is grey.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.components.words import figure, money
from dashboard.mapping import measured
from dashboard.mapping.labels import cluster_name
from pipeline.maps.alignment import Shared
from pipeline.maps.space_map import Level, SpaceMap
from pipeline.retrieval.engine import Engine

NONE = 255  # the code of a product in no group
KINDS, BINS = 8, 6
OTHERS, UNKNOWN = "All others", "Not known"

MEANING = {
    "cluster-coarse": "Clusters are found in the vectors; coarse ones join fine ones that point the same way.",
    "cluster-fine": "Clusters are found in the vectors, not on the map; the largest have a colour.",
    "popularity": "Interactions that the version learned from.",
    "evidence": "Interactions that the version learned from; without any, a product is new to it.",
    "shown": "Shoppers among whose ten recommendations a product was when the version was evaluated.",
    "recall": "Of the shoppers from whom a product was held out, the share to whom it was among ten recommendations.",
    "faithfulness": "The share of a product's true neighbours that lie near it on this map.",
    "hubs": "Products that have it among their ten nearest in the vectors; 0 is an orphan, the most are hubs.",
}

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Colouring:
    """A group for every product.

    Args:
        codes: uint8 [n], the place of each product's group in `groups`; 255 for none.
        groups: The groups' names.
        ordered: Whether the groups are magnitudes, least first; else they are kinds, largest first.
        rest: What the products in no group are called.
    """

    codes: Codes
    groups: tuple[str, ...]
    ordered: bool
    rest: str

    def counts(self) -> list[int]:
        """Return how many products each group has, and last how many have none."""
        counts = np.bincount(self.codes, minlength=NONE + 1)
        return [*counts[: len(self.groups)].tolist(), int(counts[NONE])]

    def shared(self, shared: Shared, n: int) -> Colouring:
        """Return the same groups for the n products of another version; what it has beside these has none."""
        codes = np.full(n, NONE, np.uint8)
        codes[shared.second] = self.codes[shared.first]
        return Colouring(codes, self.groups, self.ordered, self.rest)


def ways(engine: Engine, drawn: SpaceMap) -> dict[str, str]:
    """Return what this version's products can be coloured by, with the names of it; the first is the default."""
    catalogue = engine.catalogue
    deepest = max(map(len, catalogue.category_paths), default=0)
    found = {f"category-{level}": f"Category, level {level}" for level in divided(engine)[:4]}
    if deepest and not found:
        found["category-1"] = "Category"
    found |= {"cluster-coarse": "Cluster, coarse", "cluster-fine": "Cluster, fine"}
    if catalogue.brands:
        found["brand"] = "Brand"
    if catalogue.has_prices:
        found["price"] = "Price"
    if not np.isnan(catalogue.rating).all():
        found["rating"] = "Rating"
    if catalogue.interactions.any():
        found |= {"popularity": "Popularity", "evidence": "New or known"}
    if measured.of(engine) is not None:
        found |= {"shown": "How often shown", "recall": "Recall@10"}
    return found | {"faithfulness": "Faithfulness", "hubs": "Hubs and orphans"}


def divided(engine: Engine) -> list[int]:
    """Return the levels of the category paths that tell products apart, 1 the most general, best one first."""
    catalogue = engine.catalogue
    counts = catalogue.category_counts
    deepest = max(map(len, catalogue.category_paths), default=0)
    shares = {level: max(n for path, n in counts.items() if len(path) == level) for level in range(1, deepest + 1)}
    return [level for level, largest in shares.items() if largest < 0.9 * len(catalogue)]


def coloured(engine: Engine, drawn: SpaceMap, method: str, way: str) -> Colouring:
    """Return the groups of a way of `ways`; of the first one for anything else."""
    known = ways(engine, drawn)
    way = way if way in known else next(iter(known))
    catalogue = engine.catalogue
    if way.startswith("category-"):
        level = int(way[-1])
        names = [path[level - 1] if len(path) >= level else None for path in catalogue.category_paths]
        return kinds([names[code] for code in catalogue.category_codes.tolist()])
    if way == "brand":
        return kinds([catalogue.brands[code] if code >= 0 else None for code in catalogue.brand_codes.tolist()])
    if way.startswith("cluster-"):
        size: Level = "fine" if way == "cluster-fine" else "coarse"
        of = [cluster_name(each) for each in drawn.described[size]]
        return largest(drawn.clusters[size], of)
    if way == "price":
        return magnitudes(catalogue.price, money, digits=2)
    if way == "rating":
        return magnitudes(catalogue.rating, lambda value: f"{value:.1f}", digits=1)
    if way == "popularity":
        return magnitudes(catalogue.interactions, counted, zero=True)
    if way == "evidence":
        edges = np.searchsorted([1, 6], catalogue.interactions, side="right").astype(np.uint8)
        return Colouring(edges, ("New: 0 interactions", "Rare: 1 to 5", "Known: 6 or more"), True, UNKNOWN)
    if way in ("shown", "recall") and (each := measured.of(engine)) is not None:
        if way == "shown":
            return magnitudes(each.shown, counted, zero=True)
        return magnitudes(each.recall(), share, "Held out from no one", digits=2)
    if way == "faithfulness":
        return magnitudes(drawn.faithfulness[method], share, digits=2)
    placed = drawn.neighbours[:, 0] >= 0  # what has no vector is near nothing, and no orphan
    return magnitudes(np.where(placed, drawn.occurrences, np.nan), counted, "No vector", zero=True)


def counted(value: float) -> str:
    return f"{value:,.0f}"


def share(value: float) -> str:
    return f"{100 * value:.0f} %"


def kinds(names: Sequence[str | None]) -> Colouring:
    """Return the most frequent names as groups; equal ones in alphabetical order."""
    known = sorted({name for name in names if name is not None})
    code_of = {name: code for code, name in enumerate(known)}
    return largest(np.array([-1 if name is None else code_of[name] for name in names], np.int32), known)


def largest(codes: npt.NDArray[np.int32], names: Sequence[str]) -> Colouring:
    """Return the largest of the coded groups; -1 is none."""
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    kept = np.argsort(-sizes, kind="stable")[:KINDS]
    kept = kept[sizes[kept] > 0]
    place = np.full(len(names) + 1, NONE, np.uint8)  # the last is that of -1
    place[kept] = np.arange(len(kept))
    return Colouring(place[codes], tuple(names[code] for code in kept), False, OTHERS)


def magnitudes(
    values: npt.ArrayLike,
    said: Callable[[float], str] = figure,
    rest: str = UNKNOWN,
    bins: int = BINS,
    digits: int | None = None,
    zero: bool = False,
) -> Colouring:
    """Return groups of about one size, least values first; equal values are in one group.

    Args:
        values: [n], not a number where unknown.
        said: How a value is written.
        rest: What the unknown ones are called.
        bins: Groups, at most.
        digits: Decimals that are written: values are rounded to them first, so that no two groups share a written one.
        zero: Whether 0 has a group of its own, as of counts, where none is another thing than few.
    """
    own = np.asarray(values, dtype=np.float64)
    if digits is not None:
        own = own.round(digits)
    known = np.isfinite(own)
    codes = np.full(len(own), NONE, np.uint8)
    if not known.any():
        return Colouring(codes, (), True, rest)
    apart = zero and bool((own == 0).any())
    divided, parts = own[known & (own != 0)] if apart else own[known], bins - apart
    ends = np.quantile(divided, np.arange(1, parts + 1) / parts, method="lower") if len(divided) else np.empty(0)
    ends = np.unique(np.append(ends, 0.0) if apart else ends)
    codes[known] = np.searchsorted(ends, own[known])
    names = []
    for code in range(len(ends)):
        inside = own[codes == code]
        low, high = said(inside.min()), said(inside.max())
        names.append(low if low == high else f"{low} to {high}")
    return Colouring(codes, tuple(names), True, rest)
