"""Where a draft belongs: on the map, how sure that is, and its nearest products."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components import notes
from dashboard.components.words import escape, figure
from dashboard.controls import MAP, on_map, pick
from dashboard.drafting.tried import Tried
from dashboard.mapping import absent, colouring, component, trust
from dashboard.mapping.component import Marks
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.places import placed as places_of
from dashboard.mapping.shopper import SCATTERED
from dashboard.mapping.view import METHODS, SPACES, Shown
from pipeline.retrieval.drafts.place import InSpace
from pipeline.retrieval.engine import Engine

HEIGHT, LISTED = 430, 6  # pixels of the map, and products beside it


def draw(engine: Engine, own: Tried) -> None:
    """Draw the map with the draft on it and, beside it, where it belongs in words and by its nearest products."""
    left, right = st.columns([1.35, 1], gap="medium")
    with right:
        space = chosen_space(own)
        st.html(nearest(engine, space))
    with left:
        if engine.maps is None:
            st.html(notes.message(f'Version "{engine.name}" has no maps.', absent.REMEDY, kind="empty"))
        elif space.space not in engine.maps.spaces:
            st.html(notes.message("This version has no map of these vectors.", "Choose the other ones.", kind="empty"))
        else:
            drawing(engine, space)


def chosen_space(own: Tried) -> InSpace:
    """Draw the choice of the vectors, where there are two, and return where the draft belongs by them."""
    by_name = {each.space: each for each in own.placed.spaces}
    if len(by_name) == 1:
        return own.placed.spaces[0]
    return by_name[pick(state.SPACE, "Vectors", list(by_name), SPACES, default=next(iter(by_name)))]


def drawing(engine: Engine, space: InSpace) -> None:
    """Draw the map of a space with the draft as a star."""
    assert engine.maps is not None
    drawn = engine.maps.spaces[space.space]
    method = next(each for each in drawn.methods if each in space.places) if space.places else drawn.methods[0]
    said = state.text(state.METHOD)
    method = said if said in space.places else method
    shown = Shown(engine, drawn, method, places_of(engine, drawn, method))
    way = next(iter(colouring.ways(engine, drawn)))
    groups = colouring.coloured(engine, drawn, method, way)
    place = space.places.get(method)
    star = (place.x, place.y, [hit.row for hit in space.hits]) if place else None
    dark = st.context.theme.type == "dark"
    data = component.told(shown, way, groups, Marks(star=star), dark=dark, height=HEIGHT)
    component.draw(data, "draft-map", engine.catalogue.ids, leads=False)
    st.html(notes.small(f"★ is the new product, rings are its nearest products. {trust.kept(shown)}"))
    if (marked := state.text(state.PRODUCT)) in engine.catalogue:
        st.page_link(MAP, label="Open the marked product on the map", query_params=on_map(marked, engine.name))


def nearest(engine: Engine, space: InSpace) -> str:
    """Return where a draft belongs in a space, as HTML: its cluster, how sure the place is, its nearest products."""
    rows = []
    for hit in space.hits[:LISTED]:
        title = escape(engine.catalogue.title(hit.row)) or "Untitled product"
        rows.append(f'<tr><td><div dir="auto" title="{title}">{title}</div></td><td>{figure(hit.score)}</td></tr>')
    return (
        f'{notes.definitions(facts(space))}<table class="pse-table pse-near"><thead><tr>'
        '<th scope="col">Nearest products</th><th scope="col" title="1 is the same direction">Cosine</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def facts(space: InSpace) -> list[tuple[str, str]]:
    """Return the likely cluster and the places, in words."""
    found = []
    if space.likely:
        cluster = space.likely.cluster
        sure = f"{100 * space.likely.share:.0f} % of the weight of its neighbours"
        found.append(("Likely cluster", f"{cluster_name(cluster)} ({cluster.size:,} products; {sure})"))
        if cluster.category:
            found.append(("Likely category", cluster.category))
    for method, place in space.places.items():
        sure = ": they are scattered, and the place says little" if place.spread > SCATTERED else ""
        words = f"{figure(100 * place.spread)} % of the map's radius from its nearest products{sure}"
        found.append((f"Place, {METHODS[method]}", words))
    return found or [("Place", "No map says where it belongs.")]
