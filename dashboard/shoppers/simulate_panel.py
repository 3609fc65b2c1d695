"""The history, product by product: what is left out of it, what is added to it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import frame, shopping, state
from dashboard.components import cards, notes
from dashboard.components.data_words import PARTS
from dashboard.components.history_chart import Event
from dashboard.components.words import counted, day, escape, typed
from dashboard.shoppers import timeline_panel
from dashboard.shoppers.asked import CHANGES, FIRST, Asked
from pipeline.retrieval.engine import MAX_K

LISTED = 50  # products of a history that are drawn
UNSCROLLED, TALL = 8, 900  # products up to which the list does not scroll, and the pixels of one that does
FEW, LOW = 4, 300  # the same once the history was changed, two products beside each other above the lists


def draw(asked: Asked) -> None:
    """Draw the history newest first, each product with the button that leaves it out or puts it back."""
    events = asked.events()[::-1]
    st.subheader("What if the history were another?", anchor=False)
    finder(asked)
    cut = f"; the latest {LISTED}" if len(events) > LISTED else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.line(f"{counted(len(events), 'product')}, newest first{cut}"), width="content")
        if asked.simulated or asked.missing:
            st.button("Undo all changes", key="undo", type="tertiary", on_click=undo)
        timeline_panel.save(asked)
    # What follows on the page stays near, however long the history.
    unscrolled, tall, beside = (FEW, LOW, 2) if asked.simulated else (UNSCROLLED, TALL, 1)
    with st.container(height=tall if len(events) > unscrolled else "content", border=False, key="history"):
        columns: list[DeltaGenerator] = []
        for place, (product_id, event) in enumerate(events[:LISTED]):
            if not place % beside:
                columns = st.columns([6, 1] * beside, vertical_alignment="center", gap="xsmall")
            left, right = columns[2 * (place % beside) :][:2]
            product = asked.engine.catalogue.product(asked.engine.catalogue.row(product_id))
            card = cards.card(product, why=escape(told(event)), badge=badge(asked, product_id, event))
            left.html(cards.listed([card]))
            with right:
                switch(asked, place, product_id, event)


def switch(asked: Asked, place: int, product_id: str, event: Event) -> None:
    """Draw the button of one product."""
    if event.change == "added":
        sign, words, parameter = "✕", "Take out again", state.ADDED
    elif event.change == "left":
        sign, words, parameter = "↩", "Put back into the history", state.WITHOUT
    elif product_id in asked.history:
        sign, words, parameter = "✕", "Leave out of the history", state.WITHOUT
    else:  # hidden, so that there is nothing to leave out
        return
    st.button(sign, help=words, key=f"out-{place}", type="tertiary", on_click=change, args=(parameter, product_id))


def told(event: Event) -> str:
    """Return when a product was had, how it was rated, and in which part of the split it lies."""
    said = [day(event.when)] if event.when else []
    if event.rating is not None:
        said.append(f"rated {event.rating:g}")
    if event.part:
        said.append(f"{PARTS[event.part].lower()}{', held out' if event.part == 'test' else ''}")
    return ", ".join(said)


def badge(asked: Asked, product_id: str, event: Event) -> str:
    """Return what sets a product of the history apart: changed here, or held out, and then whether it is found."""
    if event.change == "left":
        return cards.badge("left out", "gone", "The list is made without it")
    if event.change == "added":
        return cards.badge("added", "new", "The list is made as if the shopper had had it last")
    if product_id not in asked.tested.held_out:
        return ""
    rank = next((hit.rank for hit in asked.tested.hits if hit.product_id == product_id), None)
    meaning = "Kept from the version; hidden from the history, it is asked to find it"
    if rank is None:
        return cards.badge("missed", "", f"{meaning}. It is not among the first {MAX_K}")
    if rank > FIRST:
        return cards.badge(f"missed: #{rank}", "", f"{meaning}. It is at rank {rank}, not among the first {FIRST}")
    return cards.badge(f"hit: #{rank}", "hit", f"{meaning}. It is at rank {rank}")


def finder(asked: Asked) -> None:
    """Draw the box that finds a product to add, and what it finds."""
    st.text_input(
        "Add to the history",
        type="search",
        placeholder="Search for a product to add to the history",
        label_visibility="collapsed",
        key=state.ADD_QUERY,
    )
    if asked.missing:
        st.html(
            notes.message(
                f'This version holds no product "{asked.missing[0][:80]}".', "The others are read without it.", "note"
            )
        )
    if query := typed(st.session_state.get(state.ADD_QUERY, "")).strip():
        with frame.calm():
            found = asked.engine.search(query, k=5)
            shopping.offer(asked.engine, found, asked.history, "In the history", add)


def add(product_id: str) -> None:
    """Add a product to the history; one that was left out is put back."""
    if product_id in state.texts(state.WITHOUT):
        change(state.WITHOUT, product_id)
    elif product_id not in state.texts(state.ADDED):
        change(state.ADDED, product_id)


def change(parameter: str, product_id: str) -> None:
    """Write a product into a list of the URL, or take it out of it."""
    held = state.texts(parameter)
    state.write(parameter, [each for each in held if each != product_id] if product_id in held else [*held, product_id])


def undo() -> None:
    state.forget_all(CHANGES)
