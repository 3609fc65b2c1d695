"""Two versions side by side: the second map laid on the first, and what moved in truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from dashboard import state
from dashboard.components import notes
from dashboard.components.words import counted, figure
from dashboard.mapping import absent, component, near, options, tables, trust, view
from dashboard.mapping.colouring import Colouring
from dashboard.mapping.component import Marks
from dashboard.mapping.places import placed
from dashboard.mapping.selection import Rows
from dashboard.mapping.view import Shown
from pipeline.maps.alignment import Shared, align, overlap
from pipeline.retrieval.engine import Engine

TRAILS = 150  # drawn at once
COLUMNS = ("overlap", "title", "brand", "category", "moved", "interactions")
SHAPES: dict[str, Any] = {
    "overlap": st.column_config.NumberColumn(
        "Neighbours kept",
        format=tables.PERCENT,
        help="Share of its nearest in the first version that are so in the second too. No drawing is in it.",
    ),
    "moved": st.column_config.NumberColumn(
        "Moved on the map", format="%.2f", help="A map has a radius of 1. It moves by the drawing, too."
    ),
}


def beside(shown: Shown, other: Engine) -> Shown | None:
    """Return the other version's map of the same space and method, laid on the first; None where it has none."""
    if other.maps is None or shown.drawn.space not in other.maps.spaces:
        return None
    drawn = other.maps.spaces[shown.drawn.space]
    if shown.method not in drawn.methods:
        return None
    return Shown(other, drawn, shown.method, placed(other, drawn, shown.method, shown.engine))


def lacking(shown: Shown, other: Engine) -> None:
    """Say which map the other version lacks, and offer one that both have."""
    if other.maps is None:
        st.html(notes.message(f'Version "{other.name}" has no maps to lay beside this one.', absent.REMEDY))
        return
    name, space = f'Version "{other.name}"', shown.drawn.space
    if space in other.maps.spaces:
        problem = f"{name} has no map drawn by {view.METHODS[shown.method]}."
        own, parameter, names = shown.drawn.methods, state.METHOD, view.METHODS
        offered = [each for each in own if each in other.maps.spaces[space].methods]
    else:
        problem = f'{name} has no map of the vectors "{view.SPACES[space]}".'
        own, parameter, names = tuple(shown.engine.maps.spaces), state.SPACE, view.SPACES  # type: ignore[union-attr]
        offered = [each for each in own if each in other.maps.spaces]
    if not offered:
        st.html(notes.message(problem, "Choose another version under Options."))
        return
    st.html(notes.message(problem, "Both versions have another one."))
    label = f"Switch to {names[offered[0]]}"
    st.button(label, key="switch-drawing", on_click=view.switch, args=(parameter, offered[0]))


def foreign(engine: Engine, other: Engine) -> None:
    """Say that the other version is of another dataset: none of its products are those of the map in view."""
    own, its = (each.manifest.dataset.get("name", "") for each in (engine, other))
    st.html(
        notes.message(
            f'Version "{other.name}" is of another dataset, "{its}"; the map in view is of "{own}".',
            "Choose a version of the same dataset under Options.",
        )
    )


def new(shown: Shown, other: Engine | None) -> int | None:
    """Return the row in the other version of the marked product where that alone holds it; else None."""
    said = state.text(state.PRODUCT)
    if other is None or said in shown.engine.catalogue or said not in other.catalogue:
        return None
    return other.catalogue.row(said)


def linked(shared: Shared, rows: Rows) -> Rows:
    """Return the rows in the second version of products of the first, those that it has."""
    found: Rows = shared.second[np.isin(shared.first, rows)]
    return found


def extent(shown: Shown, second: Shown) -> list[float]:
    """Return left, right, bottom and top of both maps together, with a little room."""
    places = np.concatenate([shown.places.coordinates(), second.places.coordinates()])
    low, high = places.min(axis=0), places.max(axis=0)
    room = 0.03 * float((high - low).max())
    return [float(low[0]) - room, float(high[0]) + room, float(low[1]) - room, float(high[1]) + room]


def trails(shown: Shown, second: Shown, shared: Shared, rows: Rows) -> list[tuple[float, float, int]]:
    """Return old x, old y and row in the second version of the selected products, as many as can be told apart."""
    kept = np.flatnonzero(np.isin(shared.first, rows))
    if len(kept) > TRAILS:
        kept = kept[np.linspace(0, len(kept) - 1, TRAILS).astype(int)]
    old = shown.places.coordinates()[shared.first[kept]]
    return [(x, y, row) for (x, y), row in zip(old.round(4).tolist(), shared.second[kept].tolist(), strict=True)]


def marked_row(engine: Engine) -> int | None:
    """Return the row of the marked product in a version; None where none is marked, or the version lacks it."""
    said = state.text(state.PRODUCT)
    return engine.catalogue.row(said) if said in engine.catalogue else None


def draw_map(shown: Shown, second: Shown, way: str, groups: Colouring, rows: Rows, first: Mapping[str, Any]) -> None:
    """Draw the second version's map, with the first one's colours, selection and part in view.

    Args:
        shown: The first version's map.
        second: The second one's, laid on it.
        way: What both are coloured by.
        groups: The first one's groups.
        rows: The products selected on the first.
        first: What the browser is told of the first.
    """
    shared = Shared.of(shown.engine.catalogue.ids, second.engine.catalogue.ids)
    marked = linked(shared, rows) if len(rows) else None
    moves = trails(shown, second, shared, rows) if len(rows) else ()
    row = marked_row(second.engine)
    product = None if row is None else (row, [each.row for each in near.neighbours(second, row)])
    same = groups.shared(shared, len(second.engine.catalogue))
    data = component.told(
        second,
        way,
        same,
        Marks(product, rows=marked, trails=moves),
        off=first["off"],
        view=first["view"],
        onto=shown.engine,
        extent=first["extent"],
        height=component.BESIDE,
        **options.looks(),
    )
    component.draw(data, "map-second", second.engine.catalogue.ids, leads=False)
    st.html(notes.small(trust.kept(second)))


def draw(shown: Shown, second: Shown, shared: Shared, rows: Rows) -> None:
    """Draw the biggest movers, of the selection where there is one."""
    if not len(shared.first):
        st.html(notes.message("The versions have no product in common.", "Choose another to compare with."))
        return
    kept = overlap(shown.drawn.neighbours, second.drawn.neighbours, shared)
    fixed, moved = shown.places.coordinates(), second.places.coordinates()
    far = np.sqrt(((fixed[shared.first] - moved[shared.second]) ** 2).sum(axis=1))
    k, n = shown.drawn.neighbours.shape[1], len(shown.engine.catalogue)
    raw = second.drawn.coordinates[second.method][shared.second]
    agreed = align(raw, shown.drawn.coordinates[shown.method][shared.first]).agreement
    st.html(
        notes.headline(
            f"{100 * float(kept.mean()):.0f} % of a product's {k} nearest are the same in both versions "
            f"(chance {figure(100 * k / (n - 1))} %)"
        )
        + notes.small(
            f"{counted(len(kept), 'product')} in both. The second map was moved, turned and scaled as a whole to lie "
            f"on the first; then the two agree in {100 * agreed:.0f} % of their variance. Neighbours kept are counted "
            "in the vectors, not on the maps. Select products on the first map to see where they went."
        )
    )
    chosen = np.flatnonzero(np.isin(shared.first, rows)) if len(rows) else np.arange(len(kept))
    order = chosen[np.lexsort((-far[chosen], kept[chosen]))][: tables.LISTED]
    catalogue = shown.engine.catalogue
    found = []
    for place in order.tolist():
        product = catalogue.product(int(shared.first[place]))
        found.append(
            {
                "product_id": product.product_id,
                "title": product.title,
                "brand": product.brand,
                "category": product.category[-1] if product.category else None,
                "interactions": product.interactions,
                "overlap": float(kept[place]),
                "moved": float(far[place]),
            }
        )
    st.subheader("Biggest movers" + (" of the selection" if len(rows) else ""), anchor=False)
    tables.table(found, COLUMNS, "movers-table", SHAPES, height=420)
