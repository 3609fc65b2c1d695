"""One query or shopper to judge: products to grade, both lists, and the ideal order beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import state
from dashboard.comparing import judging
from dashboard.comparing.judging import Engines
from dashboard.components import cards, notes
from dashboard.components.words import figure, plain, signed
from pipeline.comparing.queue import Lists, graded_value, ideal
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.engine import Engine
from pipeline.workspace.grades import GUIDELINE

RECENT = 5  # products of a shopper's history that are shown


def grade(engines: Engines, kind: str, asked: str, found: Lists, own: Mapping[str, int]) -> None:
    """Draw every product of either list with its grade; the order tells nothing of who listed it.

    Args:
        engines: Both versions.
        kind: query or shopper.
        asked: What was asked.
        found: Both lists.
        own: This judge's grades by product.
    """
    for product_id in sorted(set(found[0]) | set(found[1])):
        left, right = st.columns([5, 2.2], vertical_alignment="center")
        left.html(cards.listed([cards.card(product(engines, product_id))]))
        key = f"grade-{kind}-{asked}-{product_id}"
        st.session_state[key] = own.get(product_id)
        right.segmented_control(
            f"Grade of {product_id}",
            sorted(GUIDELINE),
            key=key,
            label_visibility="collapsed",
            on_change=judging.give,
            args=(judging.dataset(engines[0]), kind, asked, product_id, key),
        )


def history(engine: Engine, user_id: str) -> None:
    """Draw what the shopper had before, newest first, as the versions read it."""
    assert engine.shoppers is not None
    own = engine.shoppers.before(engine.shoppers.index(user_id), "test")[::-1][:RECENT]
    with st.expander("What this shopper had before, newest first", expanded=True):
        st.html(cards.listed([cards.card(engine.catalogue.product(int(row))) for row in own]))


def guideline() -> None:
    """Show what each grade means."""
    st.html(notes.definitions([(str(value), words) for value, words in GUIDELINE.items()]))


def so_far(engines: Engines, now: judging.Standing) -> None:
    """Show where the grades have brought both versions."""
    assert now.difference is not None
    rows = [(engine.name, figure(own[0])) for engine, own in zip(engines, now.means, strict=True)]
    st.html(notes.sentence("NDCG@10 so far"))
    st.html(notes.definitions([*rows, ("Difference", signed(now.difference.difference))]))


def beside(engines: Engines, found: Lists, means: Mapping[str, float]) -> None:
    """Draw both lists and the ideal order of what is graded, each product with its grade."""
    best = ideal(means)
    columns = st.columns(3, gap="medium")
    titled = [*((engine.name, own) for engine, own in zip(engines, found, strict=True)), ("Ideal order", best)]
    for column, (title, own) in zip(columns, titled, strict=True):
        value = graded_value(own, means)
        with column:
            st.subheader(plain(title), anchor=False)
            st.html(notes.sentence(f"NDCG@10 {figure(value)}"))
            if own:
                st.html(cards.listed(_cards(engines, own, means), even=True))
            else:
                st.html(notes.message("Nothing is graded above 0 yet.", kind="empty"))


def _cards(engines: Engines, own: Sequence[str], means: Mapping[str, float]) -> list[str]:
    return [
        cards.card(
            product(engines, product_id),
            rank=rank,
            badge=cards.badge(f"{means[product_id]:g}", "hit", "Mean grade") if product_id in means else "",
        )
        for rank, product_id in enumerate(own, start=1)
    ]


def product(engines: Engines, product_id: str) -> Product:
    """Return a product of either version."""
    engine: Engine = next(each for each in engines if product_id in each.catalogue)
    return engine.catalogue.product(engine.catalogue.row(product_id))


def open_first(key: str, names: Sequence[str]) -> None:
    """Open the row that was selected in the queue."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        state.write(state.UNIT, names[rows[0]])
