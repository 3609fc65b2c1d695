"""Two lists beside each other with lines that join the same product: HTML and SVG alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from dashboard.components.cards import listed
from dashboard.components.words import escape

# Tones that stand out from white and from near-black alike: an image does not know the theme.
COLOURS = {"up": "#2E8BC8", "down": "#D9660B", "same": "#8A94A0"}
WIDTH = 64  # of the drawing, in its own units; one row is one unit high


@dataclass(frozen=True)
class Line:
    """A product that both lists hold; places count from 0."""

    left: int
    right: int

    @property
    def kind(self) -> str:
        """Return whether the list on the right has it higher up, further down, or at the same rank."""
        return "same" if self.left == self.right else "up" if self.right < self.left else "down"


def lines(first: Sequence[str], second: Sequence[str]) -> list[Line]:
    """Return the lines that join two lists of product ids, from the top of the first one.

    >>> lines(["a", "b", "c"], ["c", "x", "a"])
    [Line(left=0, right=2), Line(left=2, right=0)]
    """
    place_of = {product_id: place for place, product_id in enumerate(second)}
    return [Line(place, place_of[product_id]) for place, product_id in enumerate(first) if product_id in place_of]


def drawing(first: Sequence[str], second: Sequence[str]) -> str:
    """Return the lines as an SVG, a row one unit high; '' where nothing is joined."""
    joined = lines(first, second)
    if not joined:
        return ""
    middle, rows = WIDTH // 2, max(len(first), len(second))
    paths = "".join(
        f'<path d="M0 {line.left + 0.5}C{middle} {line.left + 0.5} {middle} {line.right + 0.5} {WIDTH} '
        f'{line.right + 0.5}" stroke="{COLOURS[line.kind]}"/>'
        for line in joined
    )
    # Stretched to the height of the lists: without the effect, the lines would be stretched too.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {rows}" preserveAspectRatio="none">'
        f"<style>path{{fill:none;stroke-width:2;stroke-linecap:round;vector-effect:non-scaling-stroke}}</style>"
        f"{paths}</svg>"
    )


def beside(
    names: tuple[str, str],
    cards: tuple[Sequence[str], Sequence[str]],
    ids: tuple[Sequence[str], Sequence[str]],
    empty: str,
) -> str:
    """Return two lists of cards with the lines between them, which say nothing that the badges do not.

    Args:
        names: Of the lists; seen where there is no room for one beside the other.
        cards: HTML of each list's cards.
        ids: Product ids of each list, as many as it has cards.
        empty: What to say in place of a list without cards.
    """
    left, right = (_list(name, each, empty) for name, each in zip(names, cards, strict=True))
    rows, svg = max(map(len, ids)), drawing(*ids)
    picture = (
        f'<img class="pse-lines" alt="" aria-hidden="true" style="--pse-rows:{rows}" '
        f'src="data:image/svg+xml,{quote(svg)}">'
        if svg
        else ""
    )
    return f'<div class="pse-linked">{left}<div>{picture}</div>{right}</div>'


def _list(name: str, cards: Sequence[str], empty: str) -> str:
    body = listed(cards, even=True) if cards else f'<p class="pse-nothing">{escape(empty)}</p>'
    return f'<section aria-label="{escape(name)}"><p class="pse-list-name">{escape(name)}</p>{body}</section>'
