"""Beside the map: the marked product with its true neighbours, or how to mark one."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, state
from dashboard.components import cards, notes
from dashboard.components.words import clean, counted, escape, figure
from dashboard.mapping import near
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.near import Neighbour
from dashboard.mapping.view import Shown
from pipeline.retrieval.engine import Engine

WHAT = {"towers": "towers' vectors", "text": "text vectors"}
PAGE = "app_pages/search.py"
HOW = (
    ("Click", "a product to see its true neighbours."),
    ("Lasso or box", "selects products; the table below says what sets them apart."),
    ("Wheel or pinch", "comes nearer, and names smaller clusters."),
    ("Legend", "switches groups off and on."),
)


def draw(shown: Shown, row: int | None) -> list[Neighbour]:
    """Draw the marked product, and return its true neighbours; without one, say what can be done."""
    if row is None:
        st.html(notes.definitions(list(HOW)))
        return []
    engine = shown.engine
    product = engine.catalogue.product(row)
    found = near.neighbours(shown, row)
    cluster = shown.drawn.cluster_of(row)
    why = f"in the cluster {escape(cluster_name(cluster))}" if cluster else "without a place of its own: no vector"
    st.html(cards.card(product, why=why))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # Links rather than buttons: the way back then leads here, with everything that the address says.
        version = {state.VERSION: engine.name}
        st.page_link(PAGE, label="Similar", query_params={state.SIMILAR: product.product_id, **version})
        st.page_link(PAGE, label="Search for it", query_params={state.QUERY: clean(product.title, 200), **version})
        where = controls.on_map(product.product_id, engine.name)
        st.page_link(controls.REVERSE, label=controls.WHO, query_params=where)
        st.button("Unmark", key="unmark", type="tertiary", on_click=state.write, args=(state.PRODUCT, None))
    if found:
        st.html(near_table(shown, found))
    return found


def draw_new(shown: Shown, other: Engine, row: int) -> None:
    """Draw a marked product that the other version alone holds.

    Args:
        shown: The map in view.
        other: The version beside it.
        row: Of the product, in the other version.
    """
    product = other.catalogue.product(row)
    title = clean(product.title, 200) or "Untitled product"
    st.html(
        notes.message(
            f'"{title}" is new in version "{other.name}".',
            f'Version "{shown.engine.name}" does not hold it, so that it has no place on the first map.',
            "note",
        )
        + cards.card(product)
    )
    st.button("Unmark", key="unmark", type="tertiary", on_click=state.write, args=(state.PRODUCT, None))


def near_table(shown: Shown, found: list[Neighbour]) -> str:
    """Return the true neighbours as HTML: cosine, distance, and whether the map shows them near."""
    kept = sum(each.shown for each in found)
    lead = (
        f"{kept} of its {counted(len(found), 'true neighbour')} "
        f"{'is' if kept == 1 else 'are'} near it here too. Distances are of the {WHAT[shown.drawn.space]}, 0 to 2, "
        "not of the map."
    )
    rows = []
    for each in found:
        title = escape(shown.engine.catalogue.product(each.row).title) or "Untitled product"
        rows.append(
            f'<tr><td><div dir="auto" title="{title}">{title}</div></td><td title="Cosine {figure(each.cosine)}">'
            f"{figure(each.distance)}</td><td>{'yes' if each.shown else 'no'}</td></tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("True neighbour", "Distance", "Here"))
    return (
        f'{notes.small(lead)}<div class="pse-near-scroll" tabindex="0"><table class="pse-table pse-near">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
