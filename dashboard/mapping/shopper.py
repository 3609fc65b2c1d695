"""A shopper, or a basket, on the map: placed by the nearest products, with history and recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from dashboard import state
from dashboard.components import notes
from dashboard.components.words import clean, counted, escape, figure, plain
from dashboard.mapping.near import SEEN
from dashboard.mapping.view import Shown
from pipeline.maps.placing import Placement
from pipeline.retrieval.engine import Space
from pipeline.retrieval.reading import Whom

PAGE, ABOUT = "app_pages/recommend.py", "app_pages/shopper.py"
LISTED = 50  # products of a history that are listed
SCATTERED = 0.5  # spread of the neighbours, of a map with a radius of 1, above which a place says little


@dataclass(frozen=True)
class Shopper:
    """Who stands on the map.

    Args:
        name: What to call them.
        address: The URL parameters that name them, on this page and on Recommend.
        place: Where they belong; None where nothing says.
        history: Rows, oldest first.
        recommended: Rows, best first.
    """

    name: str
    address: dict[str, str | list[str]]
    place: Placement | None
    history: Sequence[int]
    recommended: Sequence[int]


def chosen(shown: Shown) -> Shopper | None:
    """Return the shopper or the basket that the address names; None where it names none.

    Raises:
        UnknownShopper, UnknownProduct, InvalidRequest: The version cannot say where they are.
    """
    user_id, basket = state.text(state.SHOPPER).strip(), state.texts(state.BASKET)
    if not user_id and not basket:
        return None
    whom = Whom(user_id=user_id) if user_id else Whom(history=tuple(basket))
    found = shown.engine.recommend(**asdict(whom))
    return placed(shown, whom, [hit.row for hit in found.hits])


def placed(shown: Shown, whom: Whom, recommended: Sequence[int]) -> Shopper:
    """Return where someone belongs on the map: among the products whose vectors are nearest to theirs.

    Args:
        shown: The map.
        whom: Whose history.
        recommended: The rows of what is recommended to them, best first.

    Raises:
        UnknownShopper, UnknownProduct, InvalidRequest: The version cannot say where they are.
    """
    engine = shown.engine
    space: Space = "towers" if shown.drawn.space == "towers" else "text"
    nearest = engine.nearest(**asdict(whom), k=SEEN, space=space)
    rows = np.array([hit.row for hit in nearest.hits], np.int32)
    cosines = np.array([hit.score for hit in nearest.hits], np.float32)
    name, address = "The basket", dict[str, str | list[str]]({state.BASKET: list(whom.history or ())})
    if whom.user_id is not None:
        name, address = f"Shopper {clean(whom.user_id, 80)}", {state.SHOPPER: whom.user_id}
    history = whom.read(engine.catalogue, engine.shoppers).rows.tolist()
    return Shopper(name, address, shown.place(rows, cosines), history, recommended)


def mark(found: Shopper | None) -> tuple[float, float, Sequence[int], Sequence[int]] | None:
    """Return what the map marks: the place, what is recommended, and the history; None where there is no place."""
    if found is None or found.place is None:
        return None
    return found.place.x, found.place.y, found.recommended, found.history


def draw(shown: Shown, found: Shopper) -> None:
    """Draw who stands on the map: how sure the place is, what they had, what they are recommended."""
    st.subheader(plain(found.name), anchor=False)
    st.html(notes.small(where(found)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(PAGE, label="Recommendations", query_params={**found.address, state.VERSION: shown.engine.name})
        st.page_link(ABOUT, label="Why, and what if", query_params={**found.address, state.VERSION: shown.engine.name})
        st.button("Take off the map", key="off-map", type="tertiary", on_click=_forget)
    lists = (("Recommended, best first", found.recommended), ("History, newest first", found.history[::-1]))
    st.html("".join(titles(shown, head, rows[:LISTED]) for head, rows in lists))


def where(found: Shopper) -> str:
    """Return how the place was found and how much it says."""
    had = counted(len(found.history), "product")
    if found.place is None:
        return f"{had} in the history; there is no vector to place them by."
    sure = ": they are scattered, and the place says little" if found.place.spread > SCATTERED else ""
    return (
        f"◆ lies among the {SEEN - 1} products whose vectors are nearest, {figure(found.place.spread)} from them on "
        f"this map of radius 1{sure}. Rings are the history, {had}; spokes lead to what is recommended."
    )


def titles(shown: Shown, head: str, rows: Sequence[int]) -> str:
    """Return the titles of some products as an HTML table that scrolls."""
    lines = []
    for row in rows:
        title = escape(shown.engine.catalogue.product(row).title) or "Untitled product"
        lines.append(f'<tr><td><div dir="auto" title="{title}">{title}</div></td></tr>')
    return (
        '<div class="pse-near-scroll pse-near-half" tabindex="0"><table class="pse-table pse-near">'
        f'<thead><tr><th scope="col">{head}</th></tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _forget() -> None:
    state.write(state.SHOPPER, None)
    state.write(state.BASKET, None)
