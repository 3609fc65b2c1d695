"""How the query was understood, under the search box: undo what was changed, take up what is offered."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components.words import plain
from pipeline.retrieval.understanding.understood import SEPARATOR, Offer, Understood

OFFERED = 4  # at most: more would be a second list of results


def strip(understood: Understood, *, as_typed: bool) -> None:
    """Draw the ways back and the offers, nothing where there are none.

    Args:
        understood: How the query was read.
        as_typed: Whether the reader asked for the query unchanged.
    """
    changed = bool(understood.corrections or understood.price)
    offers = understood.offers[:OFFERED]
    if not (changed or as_typed or offers):
        return
    with st.container(horizontal=True, gap="small"):
        if changed:
            st.button(
                f'Search "{plain(understood.typed[:60])}" as typed',
                key="as-typed",
                on_click=search_as_typed,
                help="No spelling is repaired and no price is read.",
            )
        elif as_typed:
            st.button(
                "Repair spelling and read prices", key="understand", on_click=state.write, args=(state.TYPED, None)
            )
        for place, offer in enumerate(offers):
            st.button(
                f"Only {offer.kind} {plain(offer.name.split(SEPARATOR)[-1])}",
                key=f"offer-{place}",
                on_click=take,
                args=(offer,),
                help=f"Filter by {offer.kind} {plain(offer.name)} and search the rest of the query.",
            )


def search_as_typed() -> None:
    state.write(state.TYPED, True)
    state.write(state.SHOWN, None)


def take(offer: Offer) -> None:
    """Set the filter that an offer names, and search what remains of the query."""
    state.write(state.QUERY, offer.query)
    state.write(state.SHOWN, None)
    if offer.kind == "brand":
        state.write(state.BRAND, list(offer.filters.brands))
    else:
        state.write(state.CATEGORY, SEPARATOR.join(offer.filters.category))
