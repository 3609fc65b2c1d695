"""Lines between two lists that join the same product: HTML and SVG alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

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


def image(first: Sequence[str], second: Sequence[str]) -> str:
    """Return the lines as an HTML image as tall as the lists, "" where nothing is joined.

    They say nothing that the badges do not.

    Args:
        first: Product ids of the list on the left.
        second: Of the one on the right.
    """
    svg = drawing(first, second)
    if not svg:
        return ""
    return (
        f'<img class="pse-lines" alt="" aria-hidden="true" style="--pse-rows:{max(len(first), len(second))}" '
        f'src="data:image/svg+xml,{quote(svg)}">'
    )
