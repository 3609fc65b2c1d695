"""Two lists beside each other: what they share, what moved."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.words import escape


def in_common(first: Sequence[str], second: Sequence[str], noun: str = "recommendation") -> str:
    """Return in words how much two lists of product ids share.

    >>> in_common(["a", "b", "c"], ["b", "x", "c"])
    '2 of 3 recommendations are in common; 1 is at the same rank.'
    """
    longest = max(len(first), len(second))
    if not longest:
        return f"Neither list holds a {noun}."
    shared = len(set(first) & set(second))
    if list(first) == list(second):
        if longest == 1:
            return f"The only {noun} is the same."
        return f"All {longest} {noun}s are the same, in the same order."
    same = sum(one == other for one, other in zip(first, second, strict=False))
    if not shared:
        return f"None of the {longest} {noun}s is in common." if longest > 1 else f"No {noun} is in common."
    if shared == longest:
        return f"All {longest} {noun}s are in common; {same} of them at the same rank."
    ranks = "none is" if same == 0 else "1 is" if same == 1 else f"{same} are"
    verb = "is" if shared == 1 else "are"
    return f"{shared} of {longest} {noun}s {verb} in common; {ranks} at the same rank."


def moves(reference: Sequence[str], other: Sequence[str]) -> dict[str, str]:
    """Return a badge per product of `other`: new, or moved up or down against `reference`."""
    place_of = {product_id: place for place, product_id in enumerate(reference)}
    badges = {}
    for place, product_id in enumerate(other):
        before = place_of.get(product_id)
        if before is None:
            badges[product_id] = _badge("new", "new", "Not in the other list")
        elif before > place:
            badges[product_id] = _badge(f"▲ {before - place}", "up", f"Up from rank {before + 1} in the other list")
        elif before < place:
            badges[product_id] = _badge(f"▼ {place - before}", "down", f"Down from rank {before + 1} in the other list")
        else:
            badges[product_id] = _badge("=", "plain", "The same rank in both lists")
    return badges


def gone(reference: Sequence[str], other: Sequence[str]) -> dict[str, str]:
    """Return a badge per product of `reference` that `other` lacks."""
    label = _badge("gone", "gone", "Not in the other list")
    return {product_id: label for product_id in reference if product_id not in set(other)}


def _badge(words: str, kind: str, meaning: str) -> str:
    """Return a small label; who hears the page is told what its sign means."""
    said = escape(meaning)
    return f'<span class="pse-badge pse-badge-{kind}" role="img" aria-label="{said}" title="{said}">{words}</span>'
