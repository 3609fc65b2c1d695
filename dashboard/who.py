"""Whom a page is about: a shopper or a basket, chosen in one row; what is offered while no one is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import choices, frame, state
from dashboard.components import glossary, notes
from dashboard.components.words import counted, plain
from pipeline.errors import UnknownShopper
from pipeline.retrieval.engine import MAX_K, Engine

KINDS = {"shopper": "Shopper", "basket": "Basket"}
LENGTHS = (5, 10, 20, 50, MAX_K)


def control_row(engine: Engine, options: Callable[[str], None], forget: tuple[str, ...] = ()) -> str:
    """Draw whom the page is about, and its options; return shopper or basket.

    Args:
        engine: The version.
        options: Draws the options, for a shopper or a basket.
        forget: URL parameters that mean nothing for someone else.
    """
    kind = state.whom()
    widths = [2.2, 4.6, 1.6, 1.5] if kind == "shopper" else [2.2, 6.2, 1.5]
    which, who, *surprise, more = st.columns(widths, vertical_alignment="center")
    which.segmented_control(
        "Recommend for",
        list(KINDS),
        format_func=KINDS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bound(state.FOR, kind, forget, default="shopper"),
    )
    if kind == "shopper":
        who.text_input(
            "Shopper",
            type="search",
            placeholder="Type a shopper's id, or the start of one",
            label_visibility="collapsed",
            disabled=engine.shoppers is None,
            **state.bound(state.SHOPPER, state.text(state.SHOPPER), forget),
        )
        surprise[0].button(
            "Surprise me",
            help="Picks any shopper.",
            width="stretch",
            disabled=engine.shoppers is None,
            on_click=lambda: choose(choices.random_shopper(engine), forget),
        )
    else:
        who.text_input(
            "Add a product",
            type="search",
            placeholder="Search for a product to add to the basket",
            label_visibility="collapsed",
            key=state.PRODUCT_QUERY,
        )
    with more.popover("Options", width="stretch"):
        options(kind)
    return kind


def choose(user_id: str | None, forget: tuple[str, ...] = ()) -> None:
    """Write a shopper into the URL."""
    state.write(state.SHOPPER, user_id)
    state.forget_all(forget)


def how_many() -> None:
    """Draw the choice of how many are recommended."""
    said = state.text(state.CUT, "10")
    k = int(said) if said.isdecimal() and int(said[:9]) in LENGTHS else 10
    st.selectbox("Recommendations", LENGTHS, **state.bound(state.CUT, k, default=10))


def hide(engine: Engine) -> None:
    """Draw the switch that hides what was held out."""
    label, meaning, _ = glossary.hidden(engine.manifest.split)
    st.toggle(
        label,
        help=meaning,
        disabled=engine.shoppers is None,
        **state.bound(state.HIDE, state.text(state.HIDE) == "1"),
    )


def known(engine: Engine) -> str | None:
    """Return the shopper that the URL names; where it names none that is known, say what to do and return None.

    Raises:
        UnknownShopper: No id is like the one it names.
    """
    user_id = state.text(state.SHOPPER).strip()
    if engine.shoppers is None:
        st.html(
            notes.message(
                "This version knows no shoppers.", "Build a basket to get recommendations from it.", kind="empty"
            )
        )
        with frame.centred():
            st.button("Build a basket", on_click=state.write, args=(state.FOR, "basket"), type="primary")
    elif not user_id:
        invite(engine)
    elif user_id in engine.shoppers:
        return user_id
    else:
        unknown(engine, user_id)
    return None


def invite(engine: Engine) -> None:
    """Say how to begin, and offer shoppers with something to show."""
    assert engine.shoppers is not None
    st.html(
        notes.message(
            "Pick a shopper to see their history beside what they may want next.",
            f"{counted(len(engine.shoppers), 'shopper')} are known. Some with long histories:",
            kind="empty",
        )
    )
    with frame.centred():
        for place, (name, length) in enumerate(choices.example_shoppers(engine)):
            st.button(
                f"{plain(name)} ({counted(length, 'product')})",
                key=f"shopper-{place}",
                on_click=state.write,
                args=(state.SHOPPER, name),
            )


def unknown(engine: Engine, typed: str) -> None:
    """Offer the shoppers whose id is like what was typed, or say that there is none.

    Raises:
        UnknownShopper: No id contains it.
    """
    matches = choices.matching_shoppers(engine, typed)
    if not matches:
        raise UnknownShopper(
            f'This version knows no shopper "{typed[:80]}", and none whose id contains it.',
            "Try fewer characters, use Surprise me, or build a basket instead.",
        )
    few = "" if len(matches) < choices.SUGGESTED else "The first "
    frame.say(f'{few}{counted(len(matches), "shopper")} whose id contains "{typed[:80]}":')
    with st.container(horizontal=True):
        for place, name in enumerate(matches):
            st.button(plain(name), key=f"match-{place}", on_click=state.write, args=(state.SHOPPER, name))
