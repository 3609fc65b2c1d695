"""A history or a basket beside its recommendations, from one version or from two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import compared, controls, downloads, frame, re_ranking, recommended, results, state
from dashboard.compared import Side, cut
from dashboard.components import cards, notes
from dashboard.components.words import counted, day, escape, typed
from pipeline.retrieval.engine import MAX_HISTORY, MAX_K, Engine
from pipeline.retrieval.results import Results

SHOPPER = "app_pages/shopper.py"
LISTED = 50  # products of a history that are drawn
Ask = Callable[[Engine], Results]


def shopper(engine: Engine, other: Engine | None, user_id: str, k: int) -> None:
    """Draw a known shopper."""
    hide = state.text(state.HIDE) == "1"
    wish = re_ranking.chosen()

    def ask(version: Engine) -> Results:
        # With hidden products, look as deep as the engine answers: their ranks are the point.
        k_asked = MAX_K if hide else k
        return version.recommend(user_id=user_id, k=k_asked, as_of="test" if hide else "now", rebalance=wish)

    beside(engine, other, k, ask, lambda: history(engine, user_id, hide), ("shopper", [user_id]), hidden=hide)


def history(engine: Engine, user_id: str, hide: bool) -> None:
    """Draw what a shopper interacted with, newest first."""
    assert engine.shoppers is not None
    items = engine.shoppers.history(user_id)[::-1]
    st.subheader("History", anchor=False)
    cut = f"; the latest {LISTED}" if len(items) > LISTED else ""
    st.html(notes.line(f"{counted(len(items), 'product')}, newest first{cut}"))
    with st.container(horizontal=True, gap="medium"):
        to_shopper(engine, {state.SHOPPER: user_id})
        to_map(engine, {state.SHOPPER: user_id})
    drawn = []
    for item in items[:LISTED]:
        hidden = hide and item.part == "test"
        told = [day(item.when)] if item.when else []
        if item.rating is not None:
            told.append(f"rated {item.rating:g}")
        badge = cards.badge("hidden", "hit", "Kept from the versions; they are asked to find it") if hidden else ""
        drawn.append(cards.card(engine.catalogue.product(item.row), why=escape(", ".join(told)), badge=badge))
    st.html(cards.listed(drawn))


def to_shopper(engine: Engine, who: dict[str, str | list[str]]) -> None:
    """Draw the way to the page about one shopper: why each product is recommended, and what if."""
    hidden = {state.HIDE: "1"} if state.text(state.HIDE) == "1" else {}
    st.page_link(SHOPPER, label="Why, and what if", query_params={**who, **hidden, state.VERSION: engine.name})


def to_map(engine: Engine, who: dict[str, str | list[str]]) -> None:
    """Draw the way to the map with a shopper or a basket on it, where the version has one."""
    if engine.maps:
        st.page_link(controls.MAP, label="Show on map", query_params={**who, state.VERSION: engine.name})


def basket(engine: Engine, other: Engine | None, k: int) -> None:
    """Draw the basket of this session, and the products found to add to it."""
    if not (held := in_hand(engine)):
        return
    wish = re_ranking.chosen()

    def ask(version: Engine) -> Results:
        return version.recommend(history=held, k=k, rebalance=wish)

    beside(engine, other, k, ask, lambda: contents(engine, held), ("basket", held))


def in_hand(engine: Engine) -> list[str]:
    """Return the basket of this session, with the products found to add to it; where it cannot be read, say why."""
    held = state.basket()
    if held and not state.texts(state.BASKET):
        state.write(state.BASKET, held)
    finder(engine, held)
    missing = [product_id for product_id in held if product_id not in engine.catalogue]
    if missing:
        st.html(
            notes.message(
                f'This version holds no product "{missing[0][:80]}".',
                "Take it out of the basket, or choose another version.",
            )
        )
        st.button("Take out what is missing", key="take-out", on_click=_take_out, args=(missing,), type="primary")
        return []
    if not held:
        st.html(
            notes.message(
                "The basket is empty.",
                "Add a product, and recommendations from it appear here. Search for one above, or use Add to basket "
                "on the Search page.",
                kind="empty",
            )
        )
        if engine.shoppers is not None and not wanted():
            frame.say("Popular with all shoppers:")
            offered(engine, engine.recommend(history=[], k=5), held)
    return held


def finder(engine: Engine, held: list[str]) -> None:
    """Draw the products that match what is typed, each with a button to add it."""
    if query := wanted():
        with frame.calm():
            offered(engine, engine.search(query, k=5), held)


def wanted() -> str:
    """Return what is typed to find a product for the basket."""
    return typed(st.session_state.get(state.PRODUCT_QUERY, "")).strip()


def offered(engine: Engine, found: Results, held: Sequence[str]) -> None:
    """Draw products, each with a button that puts it into the basket."""
    offer(engine, found, held, "In basket", lambda product_id: controls.add_to_basket(product_id, in_url=True))


def offer(engine: Engine, found: Results, held: Sequence[str], inside: str, add: Callable[[str], None]) -> None:
    """Draw products, each with a button that adds it.

    Args:
        engine: The version.
        found: The products.
        held: Ids of those that are there already.
        inside: What the button of those says.
        add: Adds one by its id.
    """
    with st.container(border=True):
        for hit in found.hits:
            left, right = st.columns([6, 1.2], vertical_alignment="center")
            left.html(cards.card(engine.catalogue.product(hit.row)))
            there = hit.product_id in held
            right.button(
                inside if there else "Add",
                key=f"find-{hit.rank}",
                disabled=there or len(held) >= MAX_HISTORY,
                width="stretch",
                on_click=add,
                args=(hit.product_id,),
            )


def contents(engine: Engine, held: list[str]) -> None:
    """Draw the basket, the product added last first."""
    st.subheader("Basket", anchor=False)
    st.html(notes.line(f"{counted(len(held), 'product')}, latest first"))
    with st.container(horizontal=True, gap="medium"):
        to_shopper(engine, {state.BASKET: held, state.FOR: "basket"})
        to_map(engine, {state.BASKET: held})
    for place, product_id in enumerate(held[::-1]):
        left, right = st.columns([6, 1], vertical_alignment="center", gap="xsmall")
        left.html(cards.listed([cards.card(engine.catalogue.product(engine.catalogue.row(product_id)))]))
        right.button(
            "✕",
            help="Take out of the basket",
            key=f"remove-{place}",
            type="tertiary",
            on_click=controls.remove_from_basket,
            args=(product_id,),
        )
    st.button("Empty the basket", key="empty-basket", on_click=controls.clear_basket)


def beside(
    engine: Engine,
    other: Engine | None,
    k: int,
    ask: Ask,
    left: Callable[[], None],
    read: tuple[str, list[str]],
    *,
    hidden: bool = False,
) -> None:
    """Draw what is read on the left, and each version's recommendations to its right.

    Args:
        engine: The first version.
        other: The second one, None where there is none.
        k: How many recommendations are shown.
        ask: Asks a version.
        left: Draws what the recommendations come from.
        read: What that is, for downloads: "shopper" and an id, or "basket" and product ids.
        hidden: Whether products were hidden from the history.
    """
    answers = {engine.name: (engine, ask(engine))}
    if other is not None:
        with frame.calm():
            answers[other.name] = (other, ask(other))
    if len(answers) == 2:
        sides = [
            Side(name, version, cut(answer, k), hidden_badges(answer)) for name, (version, answer) in answers.items()
        ]
        compared.headline(sides[0], sides[1], "recommendation", lambda: downloads.recommendations(answers, k, *read))
    for name, (version, answer) in answers.items():
        prefix = f"{name}: " if len(answers) > 1 else ""
        results.told(answer, prefix)
        if hidden:
            problem, remedy = recommended.found_words(answer, version.manifest.split)
            st.html(notes.message(prefix + problem, remedy, kind="note"))
    own, lists = st.columns([1, 1.15 * len(answers)], gap="large" if len(answers) == 1 else "medium")
    with own:
        left()
    with lists, frame.calm():
        if len(answers) == 2:
            compared.lists(sides[0], sides[1], "recommendation")
        else:
            st.subheader("Recommendations", anchor=False)
            ((version, answer),) = answers.values()
            recommended.draw(version, answer, k, more=lambda: downloads.recommendations(answers, k, *read))


def hidden_badges(answer: Results) -> dict[str, str]:
    """Return a badge for each product that was hidden from the history."""
    badge = cards.badge("hidden", "hit", "Kept from the versions; they are asked to find it")
    return {product_id: badge for product_id in answer.held_out}


def _take_out(missing: list[str]) -> None:
    state.set_basket([each for each in state.basket() if each not in missing], in_url=True)
