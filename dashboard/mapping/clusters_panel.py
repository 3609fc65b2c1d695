"""Below the map: the clusters of the original space, and one of them in detail."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from dashboard import controls, state
from dashboard.components import cards, notes
from dashboard.components.words import counted, figure
from dashboard.mapping import measured, tables
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.view import Shown
from pipeline.maps.space_map import Level

LEVELS = {"fine": "Fine", "coarse": "Coarse"}
COLUMNS = ("label", "products", "category", "purity", "kept", "found", "shown", "within")
SHAPES: dict[str, Any] = {
    "label": st.column_config.TextColumn("Cluster", width="medium"),
    "products": st.column_config.NumberColumn("Products"),
    "category": st.column_config.TextColumn("Most common category"),
    "purity": st.column_config.NumberColumn(
        "Purity", format="percent", help="Share of the cluster's products that have its most common category."
    ),
    "kept": st.column_config.NumberColumn(
        "Kept here", format="percent", help="Share of true neighbours that lie near on this map, on average."
    ),
    "found": st.column_config.NumberColumn(
        "Recall@10",
        format="percent",
        help="How often a held-out product of the cluster is among the ten recommended to its shopper.",
    ),
    "shown": st.column_config.NumberColumn(
        "Shown",
        format="%.1f",
        help="In how many shoppers' ten recommendations a product of the cluster is, on average.",
    ),
    "within": st.column_config.TextColumn("Within"),
}


def level() -> Level:
    """Return the level of clusters in view."""
    return "coarse" if state.text(state.LEVEL) == "coarse" else "fine"


def chosen(shown: Shown) -> np.ndarray | None:
    """Return the rows of the cluster that the address names; None where it names none."""
    said = state.text(state.CLUSTER)
    if not said.isdecimal() or not 0 < int(said[:9]) <= len(shown.drawn.described[level()]):
        return None
    rows: np.ndarray = np.flatnonzero(shown.drawn.clusters[level()] == int(said) - 1).astype(np.int32)
    return rows


def draw(shown: Shown) -> None:
    """Draw the list of clusters, and the chosen one."""
    own = level()
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="center"):
            controls.pick(state.LEVEL, "Level", list(LEVELS), LEVELS)
            words = counted(len(shown.drawn.described[own]), "cluster")
            st.html(notes.line(f"{words} of vectors, found without looking at the map"), width="content")
        tables.table(
            lines(shown, own), COLUMNS, "clusters-table", SHAPES, height=460, parameter=state.CLUSTER, value="number"
        )
    with right:
        rows = chosen(shown)
        if rows is None:
            st.html(notes.message("No cluster is chosen.", "Choose a line to light it up on the map.", "empty"))
        else:
            detail(shown, int(state.text(state.CLUSTER)) - 1)


def lines(shown: Shown, own: Level) -> list[dict[str, Any]]:
    """Return a record for each cluster, largest first."""
    kept = shown.drawn.faithfulness[shown.method]
    codes = shown.drawn.clusters[own]
    tested = measured.of(shown.engine)
    found = []
    for each in shown.drawn.described[own]:
        rows = np.flatnonzero(codes == each.code)
        parent = None if each.parent is None else shown.drawn.described["coarse"][each.parent]
        found.append(
            {
                "number": each.code + 1,
                "label": cluster_name(each),
                "products": each.size,
                "category": each.category,
                "purity": each.purity,
                "kept": float(kept[rows].mean()),
                "found": tested.recall_of(rows) if tested else None,
                "shown": int(tested.shown[rows].sum()) / len(rows) if tested else None,
                "within": cluster_name(parent, 2) if parent else None,
            }
        )
    return found


def detail(shown: Shown, code: int) -> None:
    """Draw one cluster: its most central and most odd products."""
    cluster = shown.drawn.described[level()][code]
    st.subheader(cluster_name(cluster), anchor=False)
    pure = f", {100 * cluster.purity:.0f} % {cluster.category}" if cluster.purity is not None else ""
    share = figure(100 * cluster.size / len(shown.engine.catalogue))
    st.html(notes.small(f"{counted(cluster.size, 'product')}, {share} % of all{pure}"))
    for name, rows in (("Most central", cluster.central[:3]), ("Most odd", cluster.odd[:3])):
        if rows:
            st.html(notes.sentence(name) + cards.listed([cards.card(shown.engine.catalogue.product(r)) for r in rows]))
    st.button("Let go of the cluster", key="clear-cluster", on_click=state.write, args=(state.CLUSTER, None))
