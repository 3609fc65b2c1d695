"""How the query was understood, under the search box: filters, what was changed and how to undo it, what is offered."""

from __future__ import annotations

import streamlit as st

from dashboard import filtering, state
from dashboard.components.words import plain
from pipeline.retrieval.understanding.understood import SEPARATOR, Offer, Understood

OFFERED = 4  # at most: more would be a second list of results


def strip(*read: Understood, as_typed: bool = False) -> None:
    """Draw one row: the filters that are set, the ways back and the offers; nothing where there are none.

    Args:
        read: How the query was read, of each answer that is shown.
        as_typed: Whether the reader asked for the query unchanged.
    """
    changed = any(each.corrections or each.price for each in read)
    offers = read[0].offers[:OFFERED] if read else ()
    if not (changed or as_typed or offers or any(filtering.active())):
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        filtering.chips(*read)
        for place, offer in enumerate(offers):
            st.button(
                f"Only {offer.kind} {plain(offer.name.split(SEPARATOR)[-1])}",
                key=f"offer-{place}",
                on_click=take,
                args=(offer,),
                help=f"Filter by {offer.kind} {plain(offer.name)} and search the rest of the query.",
            )
        if changed:
            st.button(
                f'Search "{plain(read[0].typed[:60])}" as typed',
                key="as-typed",
                type="tertiary",
                on_click=search_as_typed,
                help="No spelling is repaired and no price is read.",
            )
        elif as_typed:
            st.button(
                "Repair spelling and read prices",
                key="understand",
                type="tertiary",
                on_click=state.write,
                args=(state.TYPED, None),
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
