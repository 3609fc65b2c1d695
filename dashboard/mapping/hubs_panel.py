"""Below the map: which products are shown all the time and which never, as similar ones and as recommendations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard import controls, state
from dashboard.components import cards, notes
from dashboard.components.words import counted, figure
from dashboard.mapping import measured, tables
from dashboard.mapping.colouring import coloured, ways
from dashboard.mapping.selection import records
from dashboard.mapping.view import Shown
from pipeline.maps.hubs import gini

TOP = 100
COLUMNS = ("times", "title", "brand", "category", "interactions")
WHOSE = {"similar": "Similar products", "recommended": "Recommendations"}


@dataclass(frozen=True)
class Lists:
    """How often some lists show each product.

    Args:
        counts: int [n].
        listable: bool [n], which products could be listed.
        chance: The Gini that lists drawn at random have.
        what: What the lists are, in a sentence.
        times: What is said above the counts, and its help.
        never: What is said of products in none.
    """

    counts: npt.NDArray[np.integer]
    listable: npt.NDArray[np.bool_]
    chance: float
    what: str
    times: tuple[str, str]
    never: str


def draw(shown: Shown) -> None:
    """Draw what is shown most, what never is, and how unequally, by category."""
    tested = measured.of(shown.engine)
    offered = [each for each in WHOSE if each == "similar" or tested is not None]
    whose = controls.pick(state.LISTS, "Lists of", offered, WHOSE) if len(offered) > 1 else "similar"
    lists = recommended(shown, tested) if whose == "recommended" and tested else similar(shown)
    counts, n = lists.counts, int(lists.listable.sum())
    never = np.flatnonzero((counts == 0) & lists.listable)
    uneven = figure(gini(counts[lists.listable]))
    st.html(
        notes.headline(
            f"Gini {uneven}, chance {figure(lists.chance)}; {len(never):,} of {counted(n, 'product')} "
            f"({figure(100 * len(never) / max(n, 1))} %) are {lists.never}"
        )
        + notes.small(
            f"{lists.what} At Gini 0 all products are shown equally often, at 1 one alone is. "
            f"The product shown most is in {int(counts.max()):,}."
        )
    )
    left, right = st.columns([1.9, 1], gap="medium")
    with left:
        name, words = lists.times
        shapes: dict[str, Any] = {"times": st.column_config.NumberColumn(name, help=words)}
        most = np.lexsort((np.arange(len(counts)), -counts))[:TOP].astype(np.int32)
        st.subheader("Shown most", anchor=False)
        tables.table(listed(shown, most, counts), COLUMNS, f"most-{whose}", shapes, height=260)
        popular = shown.engine.catalogue.interactions
        never = never[np.argsort(-popular[never], kind="stable")].astype(np.int32)
        st.subheader("Never shown, the most popular first", anchor=False)
        if len(never):
            tables.table(
                listed(shown, never[: tables.LISTED], counts), COLUMNS[1:], f"never-{whose}", shapes, height=260
            )
        else:
            st.html(notes.message("Every product is in a list.", "Those in none would be listed here.", "empty"))
    with right:
        way, named = next(iter(ways(shown.engine, shown.drawn).items()))  # clusters, where there are no categories
        st.subheader(f"By {named.split(',')[0].lower()}", anchor=False)
        st.html(by_group(shown, counts, way))


def similar(shown: Shown) -> Lists:
    """Return the lists of the nearest products of each product, in the original space."""
    facts = shown.drawn.facts["hubs"]
    return Lists(
        shown.drawn.occurrences,
        shown.drawn.neighbours[:, 0] >= 0,
        facts["chance_gini"],
        f"The lists are the {facts['k']} nearest of each product in the vectors. A hub is near many, an orphan near "
        "none: no list of similar products shows it.",
        ("Neighbour of", "Products that have it among their ten nearest."),
        "near no other",
    )


def recommended(shown: Shown, tested: measured.Measured) -> Lists:
    """Return the lists that were recommended when the version was evaluated."""
    asked = max((row["n"] for row in shown.engine.metrics if row["task"] == "recommend"), default=0)
    return Lists(
        tested.shown,
        np.ones(len(tested.shown), dtype=bool),
        gini(tested.by_chance),
        f"The lists are the ten recommended to each of {counted(asked, 'shopper')} when the version was evaluated.",
        ("Recommended to", "Shoppers among whose ten recommendations it is."),
        "never recommended",
    )


def listed(shown: Shown, rows: np.ndarray, counts: npt.NDArray[np.integer]) -> list[dict[str, Any]]:
    """Return records with how often each product is shown."""
    own = records(shown.engine, shown.drawn, shown.method, rows)
    return [record | {"times": int(counts[row])} for record, row in zip(own, rows.tolist(), strict=True)]


def by_group(shown: Shown, counts: npt.NDArray[np.integer], way: str) -> str:
    """Return Gini and share of products that are never shown, by what the map is coloured by, as HTML."""
    groups = coloured(shown.engine, shown.drawn, shown.method, way)
    rows = []
    for code, name in enumerate((*groups.groups, groups.rest)):
        own = counts[np.minimum(groups.codes, len(groups.groups)) == code]
        if len(own):
            rows.append((name, f"{len(own):,}", figure(gini(own)), f"{100 * float((own == 0).mean()):.1f} %"))
    table = cards.table(("Group", "Products", "Gini", "Never"), rows)
    return f'<div class="pse-shares">{table}</div>{notes.small("Never: the share that is in no list.")}'
