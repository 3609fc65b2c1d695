"""Products to begin a draft from: popular ones, each with a category and a brand that go together here."""

from __future__ import annotations

import re

import numpy as np

from pipeline.retrieval.catalogue import Catalogue, Product

DETAILS = re.compile(r"[,(;\[|]| [-–] | with ")
LONGEST = 60  # characters


def popular(catalogue: Catalogue, most: int) -> list[Product]:
    """Return the most popular product of each of the most popular categories, one of each department at first.

    A department is the first step of a category's path. Popular is what has the most train interactions, in a category
    as a whole, then among its products that name a brand; of equals, what has more products, then what comes first.
    Products without a category come last.

    Args:
        catalogue: The products.
        most: Products wanted; there are fewer where there are fewer categories.
    """
    codes, paths = catalogue.category_codes, catalogue.category_paths
    counts = np.bincount(codes, minlength=len(paths))
    known = np.bincount(codes, weights=catalogue.interactions, minlength=len(paths))
    named = [bool(path) for path in paths]
    ordered = np.lexsort((-counts, -known, np.logical_not(named))).tolist()
    leading = {paths[code][:1]: code for code in reversed(ordered)}
    first = [code for code in ordered if paths[code] and leading[paths[code][:1]] == code]
    found = []
    for code in [*first, *(code for code in ordered if code not in first)][:most]:
        rows = np.flatnonzero(codes == code)
        found.append(int(rows[np.lexsort((-catalogue.interactions[rows], catalogue.brand_codes[rows] < 0))[0]]))
    return catalogue.products(found)


def successor(title: str) -> str:
    """Return a title that could follow another one: what that is called without its details, as queries call it.

    >>> successor("Sorolin Ballad T7 Wireless Earbuds, Noise Cancelling, Mint")
    'New Sorolin Ballad T7 Wireless Earbuds'
    """
    said = f"New {DETAILS.split(title)[0].strip() or title.strip()}"
    return said if len(said) <= LONGEST else said[:LONGEST].rpartition(" ")[0]
