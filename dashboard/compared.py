"""Two answers beside each other: what they share in words, then both lists with lines between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard import frame, results
from dashboard.components import cards, linked, notes, overlap
from dashboard.components.words import escape
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Results

GAP = "large"  # between the heads; as wide as the lines' room in look.css


@dataclass(frozen=True)
class Side:
    """One of the two lists.

    Args:
        name: What tells it from the other one.
        engine: The version that answers.
        answer: Its answer, cut to what is shown.
        badges: HTML by product id, beside those that say how it moved.
    """

    name: str
    engine: Engine
    answer: Results
    badges: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        return [hit.product_id for hit in self.answer.hits]


def cut(answer: Results, k: int) -> Results:
    """Return an answer with its first k products."""
    return replace(answer, hits=answer.hits[:k])


def headline(first: Side, second: Side, noun: str, more: Callable[[], None]) -> None:
    """Say in words how much two lists share.

    Args:
        first: The list on the left.
        second: The one on the right.
        noun: What they list, "recommendation" or "result".
        more: Draws what else stands on this line.
    """
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.headline(overlap.in_common(first.ids, second.ids, noun)), width="content")
        more()
    one, other = (side.engine.manifest.dataset.get("name") for side in (first, second))
    if one != other:
        held = sum(each in second.engine.catalogue for each in first.ids)
        known = f"of the {len(first.ids)} on the left the other version holds {held or 'none'}"
        st.html(notes.small(f"The versions are of different datasets. Products are matched by their id: {known}."))


def lists(first: Side, second: Side, noun: str) -> None:
    """Draw both lists, a row of each at the same height, and lines that join the same product."""
    moved = overlap.gone(first.ids, second.ids), overlap.moves(first.ids, second.ids)
    for column, side in zip(st.columns(2, gap=GAP), (first, second), strict=True):
        with column, frame.calm():
            st.subheader(side.name, anchor=False)
            results.summary(side.answer, short=True)
    drawn = tuple(
        [_card(side, place, badges.get(product_id, "")) for place, product_id in enumerate(side.ids)]
        for side, badges in zip((first, second), moved, strict=True)
    )
    st.html(linked.beside((first.name, second.name), drawn, (first.ids, second.ids), f"No {noun} here."))


def _card(side: Side, place: int, badge: str) -> str:
    hit = side.answer.hits[place]
    product = side.engine.catalogue.product(hit.row)
    best = max(each.score for each in side.answer.hits)
    return cards.card(
        product,
        rank=hit.rank,
        score=cards.bar(hit.score, best),
        why=escape(cards.why(hit, product)),
        badge=badge + side.badges.get(hit.product_id, ""),
    )
