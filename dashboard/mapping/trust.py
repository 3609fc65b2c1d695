"""How far a map can be trusted, in words."""

from __future__ import annotations

from dashboard.components.words import figure
from dashboard.mapping.view import Shown


def words(shown: Shown) -> str:
    """Return how far the map can be trusted, and what no map can show."""
    return (
        f"{kept(shown)} Two dimensions cannot show all: products side by side may be strangers, and the size of a "
        "group or the gap between two says little. What is alike is in the list of true neighbours; colour by "
        "faithfulness to see where the map lies."
    )


def kept(shown: Shown) -> str:
    """Return how faithful the map is."""
    measured = shown.drawn.facts["measured"][shown.method]
    return (
        f"This map keeps {100 * measured['faithfulness']:.0f} % of a product's "
        f"{shown.drawn.neighbours.shape[1]} true neighbours near it, on average (chance "
        f"{figure(100 * measured['chance'])} %); trustworthiness {figure(measured['trustworthiness'])} of 1."
    )
