"""For whom a version is better, and for whom it is worse."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import controls, downloads, state
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import charts, compare_charts, compare_tables, notes
from dashboard.components.words import counted
from dashboard.controls import pick
from pipeline.comparing.comparison import Comparison
from pipeline.comparing.findings import Finding
from pipeline.comparing.sliced import SMALLEST, weakest

SEPARATOR = ": "
FAMILIES = {
    "products": "New and known products",
    "users": "New and known shoppers",
    "history": "Length of the history",
    "popularity": "Popularity",
    "category": "Category",
    "brand": "Brand",
    "price": "Price",
    "segment": "Saved segments",
    "words": "Words of the query",
}
SHOWN = 8  # weakest slices that are listed


def draw(chosen: Chosen, each: Group, found: dict[str, Comparison]) -> None:
    """Draw the weakest slices of the version in detail, then a heat map of one family over all versions."""
    own = found[each.name].slices
    if not own:
        st.html(
            notes.message(
                "No slice can be tested.",
                f"It takes {SMALLEST} {chosen.plural} in a slice and, for shoppers, the ranks that a version keeps.",
                kind="empty",
            )
        )
        return
    weak = weakest(own)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.headline(words(weak, own, each.name)), width="content")
        rows = [
            row
            for group in chosen.fair
            if group.name in found
            for row in compare_tables.as_rows(found[group.name].slices, group.name, chosen.baseline.name)
        ]
        downloads.button(rows, chosen.baseline.manifest, each.manifest, "slices", key="slices-csv")
    if weak:
        st.html(compare_tables.findings("Weakest slice", weak[:SHOWN], {}))
        st.html(
            notes.small(f"Those that touch most {chosen.plural} first. ▼ stands after the correction for many tests.")
        )
    families = [name for name in FAMILIES if any(one.slice.startswith(name + SEPARATOR) for one in own)]
    family = pick(state.SLICE, "Slices by", families, FAMILIES)
    names = [one.slice for one in own if one.slice.startswith(family + SEPARATOR)]
    tested = {
        group.name: {one.slice: one for one in found[group.name].slices} for group in chosen.fair if group.name in found
    }
    table = [[tested[name].get(slice_) for name in tested] for slice_ in names]
    labels = [label(slice_, row) for slice_, row in zip(names, table, strict=True)]
    chart = compare_charts.heat(list(tested), labels, table, chosen.plural, dark=st.context.theme.type == "dark")
    behaviour = charts.config(controls.saved_as(), downloads.named(each.manifest, "slices", family, kind=""))
    st.plotly_chart(
        chart, theme=None, config=behaviour, key="slices-heat", alt=f"Differences in {chosen.label} by slice"
    )
    st.html(
        notes.small(
            f"Difference in {chosen.label} to {chosen.baseline.name}: blue better, orange worse; ▲ and ▼ are certain "
            "after the correction for many tests."
        )
    )


def label(slice_: str, row: Sequence[Finding | None]) -> str:
    """Return a slice with how many it touches."""
    n = max((one.n for one in row if one), default=0)
    return f"{slice_.split(SEPARATOR, 1)[1]} ({n:,})"


def words(weak: Sequence[Finding], own: Sequence[Finding], name: str) -> str:
    """Return in a sentence how many slices are worse."""
    certain = sum(each.worse for each in weak)
    if not weak:
        return f"{name} is clearly worse in none of {counted(len(own), 'slice')}."
    return f"{name} is worse in {len(weak)} of {counted(len(own), 'slice')}, {certain or 'none'} of them for certain."
