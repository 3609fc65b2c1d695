"""Products by category and brand, which column they have, and which share a title."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.profile.figures import Coverage, Duplicates, Group, Grouping, SameTitle
from pipeline.profile.tables import Codes, Counts, Mask, Tables, by_part

LISTED = 40  # groups
LARGEST = 20  # titles that several products bear
NAME = 200  # characters of a name that is kept
BETWEEN = " > "


@dataclass(frozen=True)
class Coded:
    """The group of each product by code, -1 where it has none, and what the groups are called."""

    kind: str
    codes: Codes
    names: list[str]


def coded(tables: Tables) -> list[Coded]:
    """Return categories of the first level, of the first two (where a path has two), and brands."""
    paths = tables.products["category"].combine_chunks()
    depth = pc.list_value_length(paths).to_numpy(zero_copy_only=False)
    top = _level(paths, depth, 0)
    # A path of one step is its own second level.
    below = pc.coalesce(pc.binary_join_element_wise(top, _level(paths, depth, 1), BETWEEN), top)
    found = [_coded("category", top)]
    if (depth > 1).any():
        found.append(_coded("subcategory", below))
    return [*found, _coded("brand", tables.products["brand"].combine_chunks())]


def _level(paths: pa.ListArray, depth: Counts, level: int) -> pa.Array:
    """Return the step of each path at a level, null where the path is too short."""
    deep = depth > level
    at = np.where(deep, paths.offsets.to_numpy()[:-1] + level, 0)
    return pc.if_else(pa.array(deep), paths.values.take(pa.array(at)) if len(paths.values) else None, None).cast(
        pa.string()
    )


def _coded(kind: str, values: pa.Array) -> Coded:
    # An empty text is none.
    encoded = pc.if_else(pc.equal(values, ""), None, values).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy().astype(np.int32)
    return Coded(kind, codes, encoded.dictionary.to_pylist())


def grouping(tables: Tables, by: Coded) -> Grouping:
    """Return the groups with most interactions, those with as many by their products, then by their order."""
    n = len(by.names)
    # The last group is of the products that have none.
    codes = np.where(by.codes < 0, n, by.codes)
    products = np.bincount(codes, minlength=n + 1)
    counts = by_part(tables, codes[tables.product].astype(np.int32), n + 1)
    ranked = np.lexsort((-products[:n], -counts[:n].sum(1)))

    def group(name: str, rows: np.ndarray) -> Group:
        return Group(name[:NAME], int(products[rows].sum()), *map(int, counts[rows].sum(0)))

    return Grouping(
        kind=by.kind,
        distinct=n,
        groups=tuple(group(by.names[each], np.array([each])) for each in ranked[:LISTED]),
        others=group("", ranked[LISTED:]),
        none=group("", np.array([n])),
    )


def coverage(tables: Tables) -> tuple[Coverage, ...]:
    """Return, for each column that may be missing, how many rows have it, and how many interactions these."""
    n = len(tables.time)
    popularity = tables.popularity()
    found = []
    for name in tables.products.column_names:
        if name == "product_id":
            continue
        has = _has(tables.products[name])
        found.append(Coverage("products", name[:NAME], int(has.sum()), len(has), int(popularity[has].sum()), n))
    for name, has in (("timestamp", tables.time != np.iinfo(np.int64).min), ("rating", ~np.isnan(tables.rating))):
        if n:
            found.append(Coverage("interactions", name, int(has.sum()), n, int(has.sum()), n))
    return tuple(found)


def _has(column: pa.ChunkedArray) -> Mask:
    """Return bool [n]: whether there is a value; an empty text or list is none."""
    there = pc.is_valid(column)
    if pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type):
        there = pc.greater(pc.list_value_length(column), 0)
    elif pa.types.is_string(column.type):
        there = pc.greater(pc.utf8_length(column), 0)
    has: Mask = pc.fill_null(there, False).to_numpy()
    return has


def duplicates(tables: Tables) -> Duplicates:
    """Return the products that share a title, case and spaces aside."""
    titles = tables.products["title"].combine_chunks()
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(pc.replace_substring_regex(titles, r"\s+", " ")))
    codes = plain.dictionary_encode().indices.to_numpy()
    sizes = np.bincount(codes) if len(codes) else np.empty(0, np.int64)
    interactions = np.bincount(codes, weights=tables.popularity(), minlength=len(sizes))
    _, firsts = np.unique(codes, return_index=True)
    shared = np.flatnonzero(sizes > 1)
    ranked = shared[np.lexsort((-interactions[shared], -sizes[shared]))][:LARGEST]
    return Duplicates(
        products=int(sizes[shared].sum()),
        titles=len(shared),
        largest=tuple(
            SameTitle(titles[int(firsts[each])].as_py()[:NAME], int(sizes[each]), int(interactions[each]))
            for each in ranked
        ),
    )
