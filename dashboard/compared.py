"""Two answers beside each other: what they share in words, then both lists with lines between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard import frame, results
from dashboard.components import cards, linked, marks, notes, overlap
from dashboard.components.words import escape
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Hit, Results

WIDTHS = (10, 1.4, 10)  # of both lists and the room for the lines between them


@dataclass(frozen=True)
class Side:
    """One of the two lists.

    Args:
        name: What tells it from the other one.
        engine: The version that answers.
        answer: Its answer, cut to what is shown.
        badges: HTML by product id, beside those that say how it moved.
        score: One sentence on what its scores are.
    """

    name: str
    engine: Engine
    answer: Results
    badges: Mapping[str, str] = field(default_factory=dict)
    score: str = ""

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


def lists(
    first: Side,
    second: Side,
    noun: str,
    actions: Callable[[int, Hit], object] | None = None,
    reason: Callable[[int, Hit], str] | None = None,
) -> None:
    """Draw both lists, a row of each at the same height, and lines that join the same product.

    Args:
        first: The list on the left.
        second: The one on the right.
        noun: What they list, "recommendation" or "result".
        actions: Draws what can be done with a hit of the list 0 or 1, in the width of a small button.
        reason: Returns one line on why a hit is in the list 0 or 1, as text; None says what its score is made of.
    """
    sides = (first, second)
    left, _, right = st.columns(WIDTHS)
    for place, (column, side) in enumerate(zip((left, right), sides, strict=True)):
        with column, frame.calm():
            if not actions:  # beside a history there is little room
                st.subheader(side.name, anchor=False)
            results.summary(side.answer, short=True, name=side.name if actions else "", key=str(place))
    moved = overlap.gone(first.ids, second.ids), overlap.moves(first.ids, second.ids)
    left, middle, right = st.columns(WIDTHS, gap=None)
    middle.html(linked.image(first.ids, second.ids) or "<i></i>")
    for place, (column, side, badges) in enumerate(zip((left, right), sides, moved, strict=True)):
        with column.container(gap=None, key=f"side-{place}"):
            st.html(notes.list_name(side.name))
            if not side.answer.hits:
                st.html(notes.nothing(f"No {noun} here."))
            for hit in side.answer.hits:
                with st.container(
                    horizontal=True,
                    vertical_alignment="center",
                    gap="xsmall",
                    key=f"row-{place}-{hit.rank}",
                ):
                    told = reason(place, hit) if reason else results.reason(side.engine, side.answer, hit)
                    st.html(_card(side, hit, badges.get(hit.product_id, ""), told))
                    if actions:
                        actions(place, hit)


def _card(side: Side, hit: Hit, badge: str, why: str) -> str:
    product = side.engine.catalogue.product(hit.row)
    best = max(each.score for each in side.answer.hits)
    card = cards.card(
        product,
        rank=hit.rank,
        score=cards.bar(hit.score, best, side.score),
        why=escape(why),
        badge=badge + side.badges.get(hit.product_id, ""),
        found_by=marks.stems(side.answer.understood.words) if side.answer.understood else frozenset(),
    )
    return cards.listed([card], even=True)
