"""Recommend: what would a shopper, or a basket, want next?"""

from __future__ import annotations

import streamlit as st

from dashboard import against, choices, frame, re_ranking, shopping, state
from dashboard.components import glossary, notes
from dashboard.components.words import counted, plain
from pipeline.errors import UnknownShopper
from pipeline.retrieval.engine import MAX_K, Engine

KINDS = {"shopper": "Shopper", "basket": "Basket"}
LENGTHS = (5, 10, 20, 50, MAX_K)


def main() -> None:
    with frame.page("Recommend", "What would this shopper, or someone with this basket, want next?"):
        engine, other = frame.engine(with_other=True)
        kind = control_row(engine)
        k = state.how_many(state.CUT)
        if (wish := re_ranking.chosen()) is not None:
            st.html(notes.message(re_ranking.told(wish), kind="note"))
        if kind == "basket":
            shopping.basket(engine, other, k)
        elif engine.shoppers is None:
            st.html(
                notes.message(
                    "This version knows no shoppers.", "Build a basket to get recommendations from it.", kind="empty"
                )
            )
            with frame.centred():
                st.button("Build a basket", on_click=state.write, args=(state.FOR, "basket"), type="primary")
        elif not (user_id := state.text(state.SHOPPER).strip()):
            invite(engine)
        elif user_id in engine.shoppers:
            shopping.shopper(engine, other, user_id, k)
        else:
            unknown(engine, user_id)


def control_row(engine: Engine) -> str:
    """Draw whom to recommend for, and the options; return shopper or basket."""
    kind = state.whom()
    widths = [2.2, 4.6, 1.6, 1.5] if kind == "shopper" else [2.2, 6.2, 1.5]
    which, who, *surprise, options = st.columns(widths, vertical_alignment="center")
    which.segmented_control(
        "Recommend for",
        list(KINDS),
        format_func=KINDS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bound(state.FOR, kind, default="shopper"),
    )
    if kind == "shopper":
        who.text_input(
            "Shopper",
            type="search",
            placeholder="Type a shopper's id, or the start of one",
            label_visibility="collapsed",
            disabled=engine.shoppers is None,
            **state.bound(state.SHOPPER, state.text(state.SHOPPER)),
        )
        surprise[0].button(
            "Surprise me",
            help="Picks any shopper.",
            width="stretch",
            disabled=engine.shoppers is None,
            on_click=lambda: state.write(state.SHOPPER, choices.random_shopper(engine)),
        )
    else:
        who.text_input(
            "Add a product",
            type="search",
            placeholder="Search for a product to add to the basket",
            label_visibility="collapsed",
            key=state.PRODUCT_QUERY,
        )
    with options.popover("Options", width="stretch"):
        option_widgets(engine, kind)
    return kind


def option_widgets(engine: Engine, kind: str) -> None:
    """Draw how many to recommend, the version beside, and the test with hidden products."""
    said = state.text(state.CUT, "10")
    k = int(said) if said.isdecimal() and int(said[:9]) in LENGTHS else 10
    st.selectbox("Recommendations", LENGTHS, **state.bound(state.CUT, k, default=10))
    against.choose(engine)
    presets = re_ranking.names()
    said = state.text(state.PRESET)
    st.selectbox(
        "Re-ranking preset",
        presets,
        placeholder="None: the version's own order" if presets else "None is saved; Compare saves one",
        disabled=not presets,
        help="Weights for popularity, diversity, price and freshness, saved under What if on Compare.",
        **state.bound(state.PRESET, said if said in presets else None),
    )
    if kind == "shopper":
        label, meaning, _ = glossary.hidden(engine.manifest.split)
        st.toggle(
            label,
            help=meaning,
            disabled=engine.shoppers is None,
            **state.bound(state.HIDE, state.text(state.HIDE) == "1"),
        )


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


main()
