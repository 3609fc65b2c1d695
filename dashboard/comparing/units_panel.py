"""Each shopper or query under both versions: a scatter, the regressions, and one of them opened."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import controls, downloads, state
from dashboard.comparing import lists_panel, loaded
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import charts, compare_charts, notes
from dashboard.components.compare_charts import Dot
from dashboard.components.export import Cell
from dashboard.components.words import clean, counted
from dashboard.controls import pick
from pipeline.comparing.units import Unit, changed, pairs

CHANGES = {"worse": "Regressions", "better": "Improvements", "all": "All"}
LISTED = 200  # units of a list, those that moved most
Box = tuple[float, float, float, float]
SEPARATOR = "~"


def draw(chosen: Chosen, each: Group) -> None:
    """Draw the scatter, the list of those selected, and both lists of the one that is open."""
    first, second = (loaded.member(group, chosen.task).kept for group in (chosen.baseline, each))
    units = pairs(first, second, chosen.figure)
    noun = (chosen.who, chosen.plural)
    dots = [Dot(*values, count) for values, count in counts(units).items()]
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        chart = compare_charts.scatter(
            dots, (chosen.baseline.name, each.name), chosen.label, noun, dark=st.context.theme.type == "dark"
        )
        st.plotly_chart(
            chart,
            theme=None,
            config=charts.config(
                controls.saved_as(),
                downloads.named(chosen.baseline.manifest, each.manifest, chosen.label, "by", chosen.who, kind=""),
            ),
            key="units-scatter",
            on_select=_selected,
            selection_mode=("points", "box"),
            alt=f"{chosen.label} of each {chosen.who} under both versions",
        )
        st.html(
            notes.small(
                f"Below the dashed line {each.name} is worse. Drag a box, or click a dot, to list who is in it."
            )
        )
    with right:
        listing(chosen, each, units)
    if unit := state.text(state.UNIT):
        lists_panel.opened(chosen, each, chosen.who, unit)


def counts(units: Sequence[Unit]) -> dict[tuple[float, float], int]:
    found: dict[tuple[float, float], int] = {}
    for each in units:
        key = (round(each.first, 4), round(each.second, 4))
        found[key] = found.get(key, 0) + 1
    return found


def listing(chosen: Chosen, each: Group, units: Sequence[Unit]) -> None:
    """Draw those that the URL selects, those that moved most first; a click opens one."""
    change = pick(state.CHANGE, "Who", list(CHANGES), CHANGES)
    box = read_box()
    inside = changed(units, change, box)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        what = {"worse": "worse", "better": "better", "all": "in all"}[change]
        where = " in the box" if box else ""
        st.html(notes.sentence(f"{counted(len(inside), chosen.who, chosen.plural)}{where}, {what}"), width="content")
        if box:
            st.button("Clear the box", key="clear-box", type="tertiary", on_click=state.write, args=(state.BOX, None))
        rows: list[dict[str, Cell]] = [
            {chosen.who: one.name, chosen.baseline.name: one.first, each.name: one.second, "difference": one.difference}
            for one in inside
        ]
        downloads.button(rows, chosen.baseline.manifest, each.manifest, chosen.plural, key="units-csv")
    shown = [
        {
            chosen.who.capitalize(): clean(one.name, 80),
            "Baseline": one.first,
            "Version": one.second,
            "Difference": one.difference,
        }
        for one in inside[:LISTED]
    ]
    if not shown:
        st.html(notes.message("No one is here.", "Choose another change, or clear the box.", kind="empty"))
        return
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        height=360,
        key=f"units-{change}-{state.text(state.BOX)}",
        on_select=lambda: _open(f"units-{change}-{state.text(state.BOX)}", [one.name for one in inside[:LISTED]]),
        selection_mode="single-row",
        column_config={
            "Baseline": number(format="%.3f", help=f"{chosen.label} under {chosen.baseline.name}"),
            "Version": number(format="%.3f", help=f"{chosen.label} under {each.name}"),
            "Difference": number(format="%+.3f", help="Version minus baseline"),
        },
    )
    more = f" The first {LISTED} are listed; the file holds all." if len(inside) > LISTED else ""
    st.html(notes.small(f"Select a row to see both lists.{more}"))


def read_box() -> Box | None:
    """Return the box that the URL names; a wrong one selects nothing."""
    try:
        low, high, below, above = map(float, state.text(state.BOX).split(SEPARATOR))
    except ValueError:
        return None
    found = (low, high, below, above)
    return found if all(map(math.isfinite, found)) else None


def _selected() -> None:
    """Write what was selected in the scatter into the URL: a box, or the dots clicked on."""
    chosen: Any = st.session_state["units-scatter"]["selection"]
    boxes, points = chosen.get("box") or [], chosen.get("points") or []
    if boxes:
        x, y = sorted(boxes[-1]["x"]), sorted(boxes[-1]["y"])
        box = (x[0], x[-1], y[0], y[-1])
    elif points:
        x, y = [point["x"] for point in points], [point["y"] for point in points]
        box = (min(x), max(x), min(y), max(y))
    else:
        state.write(state.BOX, None)
        return
    state.write(state.BOX, SEPARATOR.join(f"{value:.4f}" for value in box))
    state.write(state.CHANGE, "all")


def _open(key: str, names: Sequence[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        state.write(state.UNIT, names[rows[0]])
