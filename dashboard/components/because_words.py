"""Because of what, in words and bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.components.cards import SOURCES
from dashboard.components.explained import MOST, Bar, diverging, waterfall
from dashboard.components.words import clean, counted, figure, listing
from pipeline.retrieval.because import Because
from pipeline.retrieval.explain import Contribution
from pipeline.retrieval.results import Hit

SHORT, NAMED = 28, 2  # characters of a title in a line, and how many products it names
SCORE = {"towers": "Score of the towers (cosine)", "text": "Score of the text (cosine)"}
WHOSE = {"towers": "the towers'", "text": "the text's"}

BY_NAME = (
    "This version's towers know the shopper by name and read no history: no product of it speaks for or against a "
    "recommendation, and leaving one out moves nothing."
)


def short(title: str, most: int = SHORT) -> str:
    """Return a title that fits on a line.

    >>> short("Zoom lens"), short("A rather long title of a product", 12)
    ('Zoom lens', 'A rather lo…')
    """
    said = clean(title) or "Untitled product"
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def line(found: Because, place: int, titles: Sequence[str]) -> str:
    """Return in one line the products that speak most for a recommendation.

    Args:
        found: The contributions.
        place: Of the recommendation among those that were scored.
        titles: Of the history.
    """
    strongest = found.strongest(place, NAMED)
    if not strongest:
        return "no product of the history speaks for it"
    return "because of " + listing([f"{short(titles[each])} (+{figure(added)})" for each, added in strongest])


def how(found: Because | None, *, by_name: bool, reranked: bool) -> str:
    """Return what the figures beside the products of a list are, in sentences.

    Args:
        found: The contributions, None where there are none.
        by_name: Whether the towers know the shopper by name.
        reranked: Whether a re-ranker puts the list in order.
    """
    if found is None:
        return BY_NAME if by_name else ""
    more = " A re-ranker, which weighs more than this score, then puts the list in order; Why says what it saw."
    return f"In brackets: {meaning(found)}{more if reranked else ''}"


def meaning(found: Because) -> str:
    """Return what contributions are, as the rest of a sentence and another one."""
    whose = WHOSE[found.of]
    if found.exact:
        return (
            f"what a product of the history adds to {whose} score, a cosine. It is exact: all of them, and what "
            "belongs to no product alone, add up to the score."
        )
    return (
        f"{whose} score, a cosine, less the score without that product. Such differences need not add up, as products "
        "can stand in for each other."
    )


def bars(found: Because, place: int, titles: Sequence[str]) -> str:
    """Return the contributions to one recommendation as bars, strongest first, as HTML.

    Args:
        found: The contributions.
        place: Of the recommendation.
        titles: Of the history.
    """
    own = found.added[place]
    order = np.argsort(-np.abs(own), kind="stable").tolist()
    n = len(titles)
    drawn = [
        Bar(short(titles[each], 60), "the newest" if each == n - 1 else f"number {each + 1} of {n}", float(own[each]))
        for each in order[:MOST]
    ]
    if rest := order[MOST:]:
        drawn.append(Bar(counted(len(rest), "other product"), "together", float(own[rest].sum())))
    if not found.exact:
        return diverging(drawn)
    return waterfall(
        Bar("No product alone", "what the score begins with", float(found.rest[place])), drawn, SCORE[found.of]
    )


def moved(hit: Hit) -> str:
    """Return what a re-ranker did to a product, in a sentence; "" where none did."""
    if hit.parts[0].retriever != "reranked":
        return ""
    towers = next((part for part in hit.parts[1:] if part.retriever == "towers"), None)
    others = [SOURCES.get(part.retriever, part.retriever) for part in hit.parts[1:] if part.retriever != "towers"]
    if towers is not None and towers.rank is not None:
        before = f"The towers alone have it at rank {towers.rank:,}; the re-ranker puts it at {hit.rank:,}."
    else:
        before = f"The towers did not propose it; the re-ranker puts it at {hit.rank:,}."
    also = f" Also proposed as: {listing(others)}." if others else ""
    return before + also


def evidence(seen: Sequence[Contribution]) -> str:
    """Return what a re-ranker saw in a product, against the average candidate, as bars."""
    drawn = [Bar(each.label[:1].upper() + each.label[1:], "", each.added) for each in seen[:MOST]]
    if rest := seen[MOST:]:
        drawn.append(
            Bar(counted(len(rest), "weaker kind", "weaker kinds"), "together", sum(each.added for each in rest))
        )
    return diverging(drawn)
