"""Which products have other neighbours in another version."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from dashboard import downloads, loading, state
from dashboard.batches import Recent
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import notes
from dashboard.components.export import Cell
from dashboard.components.words import clean
from pipeline.comparing.drift import NEIGHBOURS, Moved, expected_by_chance, moved
from pipeline.retrieval.engine import Engine

LISTED = 300  # products of the table, those that moved most

_remembered: Recent[tuple[str, str], tuple[Moved, list[dict[str, Cell]]]] = Recent(8)


def draw(chosen: Chosen, each: Group) -> None:
    """Draw how much of each product's neighbourhood is kept, the biggest movers first."""
    if each.is_run:
        st.html(notes.message("An imported run has no vectors.", "Choose a version.", kind="empty"))
        return
    first, second = (loading.published(group.manifest.name) for group in (chosen.baseline, each))
    with st.spinner("Finding every product's neighbours"):
        found, rows = drifted(first, second)
    if not found.rows:
        st.html(notes.message("The versions share no product.", "Choose versions of one dataset.", kind="empty"))
        return
    chance = expected_by_chance(found.shared)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            notes.headline(
                f"A product keeps {100 * found.mean:.0f} % of its {NEIGHBOURS} nearest neighbours; by chance "
                f"{100 * chance:.2g} %."
            ),
            width="content",
        )
        downloads.button(rows, first.manifest, second.manifest, "drift", key="drift-csv")
    shown = [
        {
            "Product": clean(str(one["title"]), 100),
            "Kept": 100 * float(one["kept"] or 0),
            "Interactions": one["interactions"],
            "Open": link(chosen, each, str(one["product_id"])),
            **({"Map": on_the_map(first, str(one["product_id"]))} if first.maps else {}),
        }
        for one in rows[:LISTED]
    ]
    st.dataframe(
        shown,
        hide_index=True,
        height=420,
        key="drift",
        column_config={
            "Product": st.column_config.TextColumn(width="large"),
            "Kept": st.column_config.ProgressColumn(
                format="%.0f %%", min_value=0, max_value=100, help="Nearest neighbours that both versions share"
            ),
            "Interactions": st.column_config.NumberColumn(
                format="localized", help="Train interactions: how much is known"
            ),
            "Map": st.column_config.LinkColumn(display_text="On the map ↗", help="Where the baseline places it"),
            "Open": st.column_config.LinkColumn(display_text="Neighbours ↗", help="Both lists of neighbours"),
        },
    )
    st.html(
        notes.small(
            "Neighbours are by cosine of the item vectors. Spaces may be turned against each other: only who is near "
            "whom counts. Two trainings of one recipe drift too; products with few interactions most."
        )
    )


def drifted(first: Engine, second: Engine) -> tuple[Moved, list[dict[str, Cell]]]:
    """Return what moved between two versions, and it as rows; remembered, as no published version changes."""
    key = (first.manifest.checksum, second.manifest.checksum)
    found = _remembered.get(key)
    if found is None:
        what = moved(
            (first.catalogue.ids, first.item_vectors),
            (second.catalogue.ids, second.item_vectors),
            first.catalogue.interactions,
        )
        found = what, [row(first, one) for one in what.rows]
        _remembered.put(key, found)
    return found


def row(engine: Engine, one: tuple[int, float]) -> dict[str, Cell]:
    """Return a product and how much of its neighbourhood it keeps."""
    product = engine.catalogue.product(one[0])
    return {
        "product_id": product.product_id,
        "title": product.title,
        "brand": product.brand,
        "interactions": product.interactions,
        "kept": round(one[1], 4),
    }


def on_the_map(engine: Engine, product_id: str) -> str:
    """Return the address of a product on the map of the item vectors."""
    return "/map?" + urlencode({state.VERSION: engine.name, state.PRODUCT: product_id})


def link(chosen: Chosen, each: Group, product_id: str) -> str:
    """Return the address of both lists of a product's neighbours."""
    pairs = [(state.VERSION, chosen.baseline.manifest.name), (state.OTHERS, each.manifest.name)]
    pairs += [(state.DETAIL, "lists"), (state.KIND, "product"), (state.UNIT, product_id)]
    return "/compare?" + urlencode(pairs)
