"""Why a product is in the answer to a query: a drawer beside the results, worked out once it is opened."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, stage, state
from dashboard.components import cards, explained, marks, notes
from dashboard.components.words import clean
from dashboard.modes import MODES
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.explain import Explanation
from pipeline.retrieval.query_ranking.features import CANDIDATES
from pipeline.retrieval.results import Results
from pipeline.retrieval.understanding.understood import Understood

WIDTH = 620  # pixels
ALONE = {"words": "bm25", "meaning": "minilm"}  # the only retriever that these modes ask


def button(product_id: str, rank: int) -> None:
    """Draw the button that opens the drawer."""
    st.button("Why", key=f"why-{rank}", type="tertiary", on_click=state.write, args=(state.WHY, product_id))


def drawer(engine: Engine, mode: str, found: Results) -> None:
    """Draw the drawer where the URL names a product to explain.

    Args:
        engine: The version.
        mode: The one that it was found in, as the URL names it.
        found: The answer.
    """
    if state.text(state.WHY) and found.understood:
        _open(engine, found, found.understood, mode)


def close() -> None:
    for parameter in (state.WHY, state.WHY_SIDE):
        state.write(parameter, None)


@st.dialog("Why is this here?", width=WIDTH, position="right", on_dismiss=close)
def _open(engine: Engine, found: Results, understood: Understood, mode: str) -> None:
    with frame.calm():
        stage.draw("stage-over")  # the page's own bar cannot be reached from here
        product = engine.catalogue.product(engine.catalogue.row(state.text(state.WHY)))
        # What the query became is explained, under the filters that were left: what the list was made of.
        told = engine.explain(
            understood.words,
            product.product_id,
            understood.filters,
            "fused" if mode in ALONE else MODES[mode].engine,
            as_typed=True,
        )
        parts = [
            cards.card(product, found_by=marks.stems(understood.words)),
            notes.headline(place(told, found.among, understood.words, mode)),
            notes.small(f"{MODES[mode].told} {MODES[mode].score_told}"),
            section(
                "Who found it",
                explained.finders(told.parts, told.score, adds=mode not in ALONE) + counted(understood, mode),
            ),
            worth(told, mode),
            weighed(told) if mode == "ranked" else "",
        ]
        st.html("".join(parts))


def place(told: Explanation, among: int, words: str, mode: str) -> str:
    """Return where a product stands, in words."""
    rank: int | None = told.rank
    if mode in ALONE:
        (rank,) = (part.rank for part in told.parts if part.retriever == ALONE[mode])
    query = f'for "{clean(words, 80)}"'
    return f"Not listed {query}" if rank is None else f"Rank {rank:,} of {among:,} {query}"


def counted(understood: Understood, mode: str) -> str:
    """Return what the ranks are counted among, where that is not the same everywhere."""
    if not understood.filters:
        return ""
    beside = '; a "rank of all" below counts every product' if mode == "ranked" else ""
    return notes.small(f"Ranks here count the products that pass the filters{beside}.")


def weighed(told: Explanation) -> str:
    """Return what the ranker's score is made of."""
    title = "What the ranker weighed"
    if not told.contributions:
        considered = any(part.rank and part.rank <= CANDIDATES for part in told.parts if part.retriever != "ranked")
        reason = (
            "it has no say in this version, or sees no difference to the others that it considered."
            if considered
            else f"it orders what is among the first {CANDIDATES} by words or by meaning, and this is not."
        )
        return section(title, notes.small(f"Nothing: {reason}"))
    (whole,) = (part.share for part in told.parts if part.retriever == "ranked")
    words = "From what the ranker adds to the average candidate, by each kind of evidence, to what it adds to this one."
    return section(title, notes.small(words) + explained.evidence(told.contributions, whole))


def worth(told: Explanation, mode: str) -> str:
    """Return what each word of the query is worth to the product."""
    title = "What each word is worth"
    if not told.words:
        return section(title, notes.small("The query has one word; without it there is nothing to find it by."))
    which = "the score" if mode == "fused" else "the score of words and meaning together (0 to 1)"
    return section(title, notes.small(f"How much {which} loses without the word.") + explained.worths(told.words))


def section(title: str, body: str) -> str:
    return f'<section class="pse-part"><h3>{title}</h3>{body}</section>'
