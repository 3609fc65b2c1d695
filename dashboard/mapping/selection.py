"""A selection of products, and what sets it apart from the whole catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.mapping.colouring import Colouring
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.places import Outline, inside
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.engine import Engine

LEAST = 3  # products of a selection that a share is read from
COLUMNS = ("product_id", "title", "brand", "category", "price", "rating", "interactions", "cluster", "faithfulness")
Rows = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Share:
    """How often something is in a selection, and how often in the catalogue.

    Args:
        name: What it is.
        inside: Products of the selection that have it.
        share: Share of the selection's products, of those where it is known.
        everywhere: Share of the catalogue's.
        lift: share / everywhere: 1 is no difference, 2 twice as often as in the catalogue.
    """

    name: str
    inside: int
    share: float
    everywhere: float
    lift: float


def selected(places: npt.NDArray[np.float64], outline: Outline, colouring: Colouring, off: Sequence[int]) -> Rows:
    """Return the rows inside an outline whose group is not switched off, lowest first; none without an outline."""
    if not outline:
        return np.empty(0, np.int32)
    rest = len(colouring.groups)
    shown = ~np.isin(np.minimum(colouring.codes, rest), list(off))
    return np.flatnonzero(inside(places, outline) & shown).astype(np.int32)


def shares(names: Sequence[Hashable | None], rows: Rows) -> list[Share]:
    """Return what at least three of the selected products have, most of them first.

    Args:
        names: What each product of the catalogue has; None where that is not known.
        rows: The selected ones.
    """
    everywhere = Counter(name for name in names if name is not None)
    own = Counter(names[row] for row in rows.tolist() if names[row] is not None)
    total, of_all = own.total(), everywhere.total()
    found = [
        Share(str(name), count, count / total, everywhere[name] / of_all, count * of_all / total / everywhere[name])
        for name, count in own.items()
        if count >= min(LEAST, len(rows))
    ]
    return sorted(found, key=lambda each: (-each.inside, each.name))


def apart(found: Mapping[str, Iterable[Share]], least: float = 0.1) -> list[tuple[str, Share]]:
    """Return what sets a selection apart: of what a tenth of it has, that with the greatest lift, kind by kind.

    Args:
        found: Shares by kind: "category", "brand", ...
        least: Share of the selection that counts.
    """
    every = [(kind, each) for kind, own in found.items() for each in own if each.share >= least and each.lift > 1]
    return sorted(every, key=lambda pair: (-pair[1].lift, -pair[1].inside, pair[1].name))


def in_order(found: Sequence[Share], names: Sequence[str]) -> list[Share]:
    """Return shares in the order of their names."""
    return sorted(found, key=lambda each: names.index(each.name))


def profile(engine: Engine, drawn: SpaceMap, bands: Colouring | None, rows: Rows) -> dict[str, list[Share]]:
    """Return the shares of a selection by kind, those that the version's products have at all; prices lowest first.

    Args:
        engine: The version.
        drawn: Its map.
        bands: Bands of price; None where no price is known.
        rows: The selected products.
    """
    catalogue = engine.catalogue
    paths = [" > ".join(path) or None for path in catalogue.category_paths]
    found = {"Category": shares([paths[code] for code in catalogue.category_codes.tolist()], rows)}
    if catalogue.brands:
        brands = [*catalogue.brands, None]  # the last is that of -1
        found["Brand"] = shares([brands[code] for code in catalogue.brand_codes.tolist()], rows)
    if bands is not None:
        names = dict(enumerate(bands.groups))
        prices = shares([names.get(code) for code in bands.codes.tolist()], rows)
        found["Price"] = in_order(prices, bands.groups)
    clusters = [cluster_name(each) for each in drawn.described["fine"]]
    found["Cluster"] = shares([clusters[code] if code >= 0 else None for code in drawn.clusters["fine"].tolist()], rows)
    return {kind: own for kind, own in found.items() if own}


def records(engine: Engine, drawn: SpaceMap, method: str, rows: Rows) -> list[dict[str, Any]]:
    """Return the products of some rows, one dictionary each, by the names in COLUMNS."""
    catalogue = engine.catalogue
    table = catalogue.table.select(["product_id", "title", "brand", "category", "price"]).take(rows)
    found = []
    for row, record in zip(rows.tolist(), table.to_pylist(), strict=True):
        rating, cluster = float(catalogue.rating[row]), drawn.cluster_of(row)
        found.append(
            record
            | {
                "category": " > ".join(record["category"]),
                "rating": None if np.isnan(rating) else rating,
                "interactions": int(catalogue.interactions[row]),
                "cluster": cluster_name(cluster) if cluster else None,
                "faithfulness": float(drawn.faithfulness[method][row]),
            }
        )
    return found
