"""Map: which products does the model see as alike?"""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, state
from dashboard.components import notes
from dashboard.components.words import typed
from dashboard.mapping import (
    absent,
    clusters_panel,
    colouring,
    component,
    duplicates_panel,
    export,
    hubs_panel,
    near,
    options,
    product_panel,
    queries_panel,
    results_panel,
    segments,
    selection,
    selection_panel,
    shopper,
    trust,
    versions_panel,
    view,
)
from dashboard.mapping.component import Marks
from dashboard.mapping.view import METHODS, SPACES, Shown
from pipeline.maps.alignment import Shared
from pipeline.retrieval.engine import Engine, check_query

DETAILS = {
    "selection": "Selection",
    "queries": "Queries",
    "clusters": "Clusters",
    "hubs": "Hubs and orphans",
    "duplicates": "Near-duplicates",
    "versions": "Between versions",
}
DENSE = (
    "The stronger the colour, the more products lie in a square of 6 pixels and around it, on a logarithmic scale that "
    "ends at the fullest square in view; the ground is none."
)
OF_ANOTHER = "The selection belonged to the other drawing and was let go: save one as a segment to keep it."


def main() -> None:
    with frame.page("Map", "Which products does the model see as alike, and how far can the picture be trusted?"):
        engine, other = frame.engine(with_other=True)
        if engine.maps is None:
            st.html(notes.message(f'Version "{engine.name}" has no maps.', absent.REMEDY, kind="empty"))
            return
        if other is not None and segments.dataset(other) != segments.dataset(engine):
            versions_panel.foreign(engine, other)
            other = None
        shown = Shown.of(engine, other)
        view.pin(shown)
        way = control_row(shown, other)
        if state.AREA in state.forgotten():
            st.html(notes.remarks([OF_ANOTHER]))
        body(shown, other, way)


def control_row(shown: Shown, other: Engine | None) -> str:
    """Draw query, space, method, colours and options; return what the map is coloured by."""
    box, space, method, colour, more = st.columns([3.1, 2.1, 1.9, 2.2, 1.4], vertical_alignment="center")
    box.text_input(
        "Query",
        type="search",
        placeholder="Find on the map",
        label_visibility="collapsed",
        **state.bound(state.QUERY, state.text(state.QUERY)),
    )
    maps = shown.engine.maps
    assert maps is not None
    with space:
        standard = view.standard_space(shown.engine, other)
        controls.pick(state.SPACE, "Vectors", list(maps.spaces), SPACES, standard, forget=view.DRAWN_ON)
    with method:
        controls.pick(state.METHOD, "Drawn by", list(shown.drawn.methods), METHODS, forget=view.DRAWN_ON)
    with colour:
        way = options.colour(shown)
    with more.popover("Options", width="stretch"):
        options.draw(shown)
    return way


def body(shown: Shown, other: Engine | None, way: str) -> None:
    """Draw the map with what is marked on it, and below it the detail."""
    groups = colouring.coloured(shown.engine, shown.drawn, shown.method, way)
    off, outline = view.switched_off(groups), view.area()
    rows = selection.selected(shown.places.coordinates(), outline, groups, off)
    lit = clusters_panel.chosen(shown)
    if not outline:
        with frame.calm():
            saved = segments.chosen(shown.engine)
            lit, rows = (lit, rows) if saved is None else (saved, saved)
    second = versions_panel.beside(shown, other) if other else None
    if other is not None and second is None:
        versions_panel.lacking(shown, other)
    star = found = None
    if query := typed(state.text(state.QUERY)).strip():
        with frame.calm():
            found = shown.engine.search(check_query(query))
            star = near.star(shown, query, found)
    who = None
    with frame.calm():
        who = shopper.chosen(shown)
    row = new = None
    with frame.calm():
        new = versions_panel.new(shown, other)
        row = None if new is not None else view.row_of(shown.engine)
    left, right = st.columns([1, 1] if second else [2.1, 1], gap="medium")
    beside = st.container() if second else right
    with beside:
        if other is not None and new is not None:
            product_panel.draw_new(shown, other, new)
        elif who and row is None:
            shopper.draw(shown, who)
        idle = not (who or new is not None or found)
        neighbours = product_panel.draw(shown, row) if row is not None or idle else []
        if found is not None:
            results_panel.draw(shown, query, found, placed=star is not None)
    marks = Marks((row, [each.row for each in neighbours]) if row is not None else None, star, shopper.mark(who), lit)
    looks = options.looks()
    data = component.told(
        shown,
        way,
        groups,
        marks,
        off=off,
        outline=outline,
        query=query if star else "",
        view=view.view(),
        extent=versions_panel.extent(shown, second) if second else None,
        height=component.BESIDE if second else component.HEIGHT,
        **looks,
    )
    with left:
        component.draw(data, "map", shown.engine.catalogue.ids)
        meaning = DENSE if looks["density"] else colouring.MEANING.get(way, "")
        st.html(notes.small(f"{meaning} {trust.words(shown)}".strip()))
        export.button(shown, data, groups.codes, f"{data['said']['all']} {trust.words(shown)}".strip())
    if second:
        with right:
            versions_panel.draw_map(shown, second, way, groups, rows, data)
    detail(shown, second, rows)


def detail(shown: Shown, second: Shown | None, rows: selection.Rows) -> None:
    """Draw the chosen detail."""
    names = {key: name for key, name in DETAILS.items() if second or key != "versions"}
    st.divider()
    chosen = controls.pick(state.DETAIL, "Detail", list(names), names)
    with frame.calm():
        if chosen == "clusters":
            clusters_panel.draw(shown)
        elif chosen == "queries":
            queries_panel.draw(shown, rows)
        elif chosen == "hubs":
            hubs_panel.draw(shown)
        elif chosen == "duplicates":
            duplicates_panel.draw(shown)
        elif chosen == "versions" and second:
            shared = Shared.of(shown.engine.catalogue.ids, second.engine.catalogue.ids)
            versions_panel.draw(shown, second, shared, rows)
        else:
            selection_panel.draw(shown, rows)


main()
