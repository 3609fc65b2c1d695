"""What is recommended, because of what; and, once the history was changed, the list before beside the one after."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import compared, downloads, recommended, results, state
from dashboard.compared import Side
from dashboard.components import because_words, cards, export, notes
from dashboard.components.words import counted, listing
from dashboard.shoppers.asked import Asked
from pipeline.retrieval.results import Hit

BEFORE, AFTER = "As it is", "Changed"
STYLE = Path(__file__).parent / "simulated.css"
WIDE = 36  # pixels of the button Why
STRONGEST = 3  # products of the history that a row of the file names


def draw(asked: Asked) -> None:
    """Draw one list, or two beside each other."""
    results.told(asked.after)
    if asked.simulated:
        two(asked)
    else:
        st.subheader("Recommendations, and why", anchor=False)
        recommended.draw(
            asked.engine,
            asked.after,
            asked.k,
            more=lambda: save(asked),
            reason=lambda hit: reason(asked, hit),
            beside=why_button,
        )
    if words := because_words.how(asked.because, by_name=asked.by_name, reranked=asked.reranked):
        st.html(notes.small(words))


def two(asked: Asked) -> None:
    """Draw the list of the history as it is beside that of the changed one."""
    badge = cards.badge("held out", "hit", "Kept from the version; it is asked to find it")
    hidden = {each: badge for each in asked.before.held_out}
    sides = [
        Side(name, asked.engine, compared.cut(answer, asked.k), hidden)
        for name, answer in ((BEFORE, asked.before), (AFTER, asked.after))
    ]
    st.subheader(changes(asked), anchor=False)
    compared.headline(sides[0], sides[1], "recommendation", lambda: save(asked))
    with st.container(key="simulated"):
        st.html(STYLE)
        compared.lists(
            sides[0],
            sides[1],
            "recommendation",
            # As wide on both sides, so that the cards are, and show the same.
            lambda place, hit: why_button(hit) if place else st.html("<i></i>", width=WIDE),
            lambda place, hit: reason(asked, hit, before=not place),
        )


def changes(asked: Asked) -> str:
    """Return what was changed.

    Args:
        asked: With a changed history.
    """
    said = []
    if asked.changed.without:
        said.append(f"{counted(len(asked.changed.without), 'product')} left out")
    if asked.changed.added:
        said.append(f"{counted(len(asked.changed.added), 'product')} added")
    return f"With {listing(said)}"


def reason(asked: Asked, hit: Hit, *, before: bool = False) -> str:
    """Return one line on why a product is recommended, `before` the history was changed or after."""
    found, titles = (asked.because_before, asked.titles_before) if before else (asked.because, asked.titles)
    if found is None:
        return cards.why(hit, asked.engine.catalogue.product(hit.row))
    said = because_words.line(found, hit.rank - 1, titles)
    return said[:1].upper() + said[1:]


def why_button(hit: Hit) -> None:
    """Draw the button that opens the reasons for a recommendation."""
    st.button("Why", key=f"because-{hit.rank}", type="tertiary", on_click=state.write, args=(state.WHY, hit.product_id))


def save(asked: Asked) -> None:
    """Offer what is listed as a file: every recommendation with the products that speak most for it."""
    whom = "shopper" if asked.recorded.user_id is not None else "basket"
    before = export.provenance(
        asked.engine.manifest,
        downloads.today(),
        **{whom: asked.name},
        left_out=" ".join(asked.changed.without),
        added=" ".join(asked.changed.added),
    )
    hits = asked.after.hits[: asked.k]
    rows = export.hits(asked.engine.catalogue, hits, before)
    ranks = {hit.product_id: hit.rank for hit in asked.before.hits}
    for place, (row, hit) in enumerate(zip(rows, hits, strict=True)):
        if asked.simulated:
            row["rank_before"] = ranks.get(hit.product_id)
        if asked.because is not None:
            for number, (at, added) in enumerate(asked.because.strongest(place, STRONGEST), start=1):
                row[f"because_{number}"] = asked.history[at]
                row[f"because_{number}_adds"] = round(added, 6)
    downloads.button(rows, asked.engine.manifest, "recommendations", asked.name)
