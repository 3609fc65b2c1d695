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
from pipeline.maps.space_map import Cluster, Level

LEVELS = {"fine": "Fine", "coarse": "Coarse"}
COLUMNS = ("label", "products", "category", "purity", "found", "asked")
SHAPES: dict[str, Any] = {
    "label": st.column_config.TextColumn("Cluster", width=150),
    "products": st.column_config.NumberColumn("Products", width=72),
    "category": st.column_config.TextColumn(
        "Category", width=120, help="The most common one of the cluster's products."
    ),
    "purity": st.column_config.NumberColumn(
        "Purity",
        width=68,
        format=tables.PERCENT,
        help="Share of the cluster's products that have its most common category.",
    ),
    "found": st.column_config.NumberColumn(
        "Recall@10",
        width=84,
        format=tables.PERCENT,
        help="How often a held-out product of the cluster is among the ten recommended to its shopper.",
    ),
    "asked": st.column_config.NumberColumn(
        "Held out", width=72, help="Over how many held-out products the recall is taken: of few, it says little."
    ),
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
    left, right = st.columns([2, 1], gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="center"):
            controls.pick(state.LEVEL, "Level", list(LEVELS), LEVELS)
            words = counted(len(shown.drawn.described[own]), "cluster")
            st.html(notes.line(f"{words} of vectors, found without looking at the map"), width="content")
        if chances := by_chance(shown, own):
            st.html(notes.small(chances))
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
    codes = shown.drawn.clusters[own]
    tested = measured.of(shown.engine)
    found = []
    for each in shown.drawn.described[own]:
        rows = np.flatnonzero(codes == each.code)
        found.append(
            {
                "number": each.code + 1,
                "label": cluster_name(each),
                "products": each.size,
                "category": each.category,
                "purity": each.purity,
                "found": tested.recall_of(rows) if tested else None,
                "asked": int(tested.held_out[rows].sum()) if tested else None,
            }
        )
    return found


def by_chance(shown: Shown, own: Level) -> str:
    """Return purity over all clusters and recall over all products, each beside chance, in a sentence; "" for neither.

    The pure share and its chance are the map's own (`pipeline.maps.separation.cluster_purity`), recall's chance that of
    lists drawn at random, as the version's evaluation measured it.
    """
    said = []
    if pure := (shown.drawn.facts.get("categories") or {}).get(f"{own}_purity"):
        said.append(
            f"purity {figure(100 * pure['value'])} %, in clusters of these sizes by chance "
            f"{figure(100 * pure['chance'])} % (n = {pure['n']:,})"
        )
    if (tested := measured.of(shown.engine)) and (n := int(tested.held_out.sum())):
        recall = tested.recall_of(np.arange(len(tested.held_out)))
        chance = measured.chance(shown.engine)
        beside = "" if chance is None else f", by chance {figure(100 * chance)} %"
        said.append(f"recall@10 {figure(100 * (recall or 0))} %{beside} (n = {n:,})")
    return f"Over all: {'; '.join(said)}." if said else ""


def detail(shown: Shown, code: int) -> None:
    """Draw one cluster: its most central and most odd products."""
    cluster = shown.drawn.described[level()][code]
    st.subheader(cluster_name(cluster), anchor=False)
    pure = f", {100 * cluster.purity:.0f} % {cluster.category}" if cluster.purity is not None else ""
    share = figure(100 * cluster.size / len(shown.engine.catalogue))
    st.html(notes.small(f"{counted(cluster.size, 'product')}, {share} % of all{pure}. {further(shown, cluster)}"))
    for name, rows in (("Most central", cluster.central[:3]), ("Most odd", cluster.odd[:3])):
        if rows:
            st.html(notes.sentence(name) + cards.listed([cards.card(shown.engine.catalogue.product(r)) for r in rows]))
    st.button("Let go of the cluster", key="clear-cluster", on_click=state.write, args=(state.CLUSTER, None))


def further(shown: Shown, cluster: Cluster) -> str:
    """Return how well the map keeps a cluster, how often its products are recommended, and the one it lies within."""
    rows = np.flatnonzero(shown.drawn.clusters[level()] == cluster.code)
    kept = float(shown.drawn.faithfulness[shown.method][rows].mean())
    said = f"On this map {100 * kept:.0f} % of its true neighbours are kept, on average."
    if tested := measured.of(shown.engine):
        often = int(tested.shown[rows].sum()) / len(rows)
        said += f" A product of it is recommended to {figure(often)} shoppers, on average."
    if cluster.parent is not None:
        said += f" Within: {cluster_name(shown.drawn.described['coarse'][cluster.parent], 2)}."
    return said
