"""A list of results as product cards with their actions."""

from __future__ import annotations

from collections.abc import Callable, Container

import streamlit as st

from dashboard import controls, state, why
from dashboard.components import cards, marks, notes
from dashboard.components.words import counted, escape, milliseconds
from pipeline.retrieval.engine import MAX_K, Engine
from pipeline.retrieval.results import Hit, Results

STEP_NAMES = {
    "understand": "Read the query",
    "filter": "Apply the filters",
    "bm25": "Find the words (BM25)",
    "minilm": "Find the meaning (MiniLM)",
    "rank": "Put in order",
    "nearest": "Find the nearest",
    "history": "Read the history",
    "towers": "Ask the towers",
    "reranked": "Propose and put in order",
    "text": "Compare the texts",
    "popularity": "Rank by popularity",
    "rebalance": "Apply the preset",
    "total": "In all",
}


def summary(
    results: Results,
    nouns: tuple[str, str] = ("product", ""),
    lead: str = "The best ",
    *,
    short: bool = False,
    name: str = "",
    key: str = "",
    more: Callable[[], None] | None = None,
) -> None:
    """Say how many there are, of how many, and how long it took; the steps are one click away.

    Args:
        results: The answer.
        nouns: What it was chosen from: one of them, and more ("" adds an s).
        lead: What makes the ones that are listed the ones, where not all are.
        short: Whether there is little room: then it fits on one line of 300 pixels.
        name: Of the list, at the head of the line.
        key: Tells several of them on a page apart.
        more: Draws what else stands on this line.
    """
    words = chosen(len(results.hits), results.among, nouns, lead)
    timed = "total" in results.timings  # what another engine listed took its own time
    label, took = "Steps", f"in {milliseconds(results.timings['total'])}" if timed else ""
    if short:
        label = took
        if len(results.hits) < results.among:
            words = f"Best {len(results.hits):,} of {results.among:,}"
    else:
        words = f"{words} {took}".strip()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"summary-{key}"):
        if name:
            st.subheader(name, anchor=False, width="content")
        st.html(f'<span class="pse-count">{escape(words)}</span>', width="content")
        if not timed:
            return
        with st.popover(label, type="tertiary"):
            rows = [(STEP_NAMES.get(step, step), milliseconds(taken)) for step, taken in results.timings.items()]
            st.html(cards.table(("Step", "Time"), rows, total=True))
        if more:
            more()


def chosen(listed: int, among: int, nouns: tuple[str, str], lead: str) -> str:
    """Return how many are listed of how many.

    >>> chosen(10, 6000, ("product", ""), "The best ")
    'The best 10 of 6,000 products'
    >>> chosen(2, 2, ("product", ""), "The best ")
    '2 products'
    """
    everything = counted(among, *nouns)
    return everything if listed >= among else f"{lead}{listed:,} of {everything}"


def searched(found: Results, mode: str, more: Callable[[], None], name: str = "") -> None:
    """Say what a search came to.

    Args:
        found: Its answer.
        mode: By its name in the URL.
        more: Draws what else stands on this line.
        name: Of the list, where it was asked for beside another.
    """
    read = found.understood
    passed = "" if not read or not read.filters else "the other filters" if read.relaxed else "the filters"
    lead = "" if mode == "words" else "The best "
    summary(found, kinds(mode, passed), lead, name=name, more=more)


def kinds(mode: str, filters: str) -> tuple[str, str]:
    """Return what the results were chosen from: one of them, and more.

    Args:
        mode: By its name in the URL.
        filters: What they passed, in words; "" where nothing was asked of them.
    """
    one, more = "product", "products"
    if filters:
        one, more = f"{one} that passes {filters}", f"{more} that pass {filters}"
    if mode == "words":
        joint = "and" if filters else "that"
        one, more = f"{one} {joint} contains a word of the query", f"{more} {joint} contain a word of the query"
    return one, more


def told(results: Results, prefix: str = "", besides: Container[str] = ()) -> None:
    """Draw what the reader should know about an answer.

    Args:
        results: The answer.
        prefix: Says whose it is.
        besides: What is said elsewhere.
    """
    if found := [prefix + note for note in results.notes if note not in besides]:
        st.html(notes.remarks(found))


def read(results: Results) -> set[str]:
    """Return what the chips say of an answer already."""
    price = results.understood.price if results.understood else None
    return {price.told} if price and not price.unused else set()


def rows(engine: Engine, results: Results, score: str = "", *, of: str = "") -> None:
    """Draw one full-width card per result, with its score, why it is here, and what to do with it.

    Args:
        engine: The version.
        results: Its answer.
        score: One sentence on what the score is.
        of: Name of the version, where it is not the one in view.
    """
    best = max((hit.score for hit in results.hits), default=0.0)
    held = set(state.basket())
    found_by = marks.stems(results.understood.words) if results.understood else frozenset()
    cards_ = st.container(gap="xsmall")
    for hit in results.hits:
        product = engine.catalogue.product(hit.row)
        with cards_.container(border=True, key=f"result-{hit.rank}"):
            left, right = st.columns([5, 1.95], vertical_alignment="center")
            left.html(
                cards.card(
                    product,
                    rank=hit.rank,
                    score=cards.bar(hit.score, best, score),
                    why=escape(reason(engine, results, hit)),
                    found_by=found_by,
                )
            )
            with right.container(
                horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall"
            ):
                if results.understood:
                    why.button(product.product_id, hit.rank)
                else:
                    # Of its own for each list: what is unfolded in one is folded in the next.
                    own = (state.text(state.SIMILAR), state.text(state.SPACE), hit.product_id)
                    with st.popover("Why", type="tertiary", key=f"why-{'-'.join(own)}"):
                        st.html(cards.parts_table(hit) + notes.small(score))
                st.button(
                    "Similar",
                    key=f"similar-{hit.rank}",
                    type="tertiary",
                    on_click=similar,
                    args=(product.product_id, of),
                )
                if hit.row < engine.catalogue.published:
                    where = controls.on_map(product.product_id, engine.name)
                    st.page_link(controls.REVERSE, label=controls.WHO, query_params=where)
                    if engine.maps:
                        st.page_link(controls.MAP, label="Show on map", query_params=where)
                inside = product.product_id in held
                st.button(
                    "In basket" if inside else "Add to basket",
                    key=f"add-{hit.rank}",
                    type="tertiary",
                    disabled=inside,
                    on_click=controls.add_to_basket,
                    args=(product.product_id,),
                    kwargs={"in_url": False},
                )


def reason(engine: Engine, found: Results, hit: Hit) -> str:
    """Return one line on why a product is in an answer, as text."""
    words = found.understood.words if found.understood and len(hit.parts) == 1 else ""
    return cards.why(hit, engine.catalogue.product(hit.row), engine.words_held(words, hit.row))


def similar(product_id: str, of: str) -> None:
    """Show what is similar to a product of a version, "" for the one in view."""
    if of:
        state.write(state.SIMILAR_OF, of)
    state.write(state.SIMILAR, product_id)


def more(results: Results, shown: int) -> None:
    """Offer more results while there may be some."""
    if len(results.hits) == shown < MAX_K:
        following = min(MAX_K, shown + 20)
        st.button(f"Show up to {following}", key="more", on_click=state.write, args=(state.SHOWN, following))
