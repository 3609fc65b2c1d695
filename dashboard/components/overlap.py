"""Two lists beside each other: what they share, what moved."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.cards import badge


def in_common(first: Sequence[str], second: Sequence[str]) -> str:
    """Return in words how much two lists of product ids share.

    >>> in_common(["a", "b", "c"], ["b", "x", "c"])
    '2 of 3 recommendations are in common; 1 is at the same rank.'
    """
    longest = max(len(first), len(second))
    if not longest:
        return "Neither version recommends anything here."
    shared = len(set(first) & set(second))
    if list(first) == list(second):
        return f"All {longest} recommendations are the same, in the same order."
    same = sum(one == other for one, other in zip(first, second, strict=False))
    if not shared:
        return f"None of the {longest} recommendations is in common."
    if shared == longest:
        return f"All {longest} recommendations are in common; {same} of them at the same rank."
    ranks = "none is" if same == 0 else "1 is" if same == 1 else f"{same} are"
    verb = "is" if shared == 1 else "are"
    return f"{shared} of {longest} recommendations {verb} in common; {ranks} at the same rank."


def moves(reference: Sequence[str], other: Sequence[str]) -> dict[str, str]:
    """Return a badge per product of `other`: new, or moved up or down against `reference`."""
    place_of = {product_id: place for place, product_id in enumerate(reference)}
    badges = {}
    for place, product_id in enumerate(other):
        before = place_of.get(product_id)
        if before is None:
            badges[product_id] = badge("new", "new", "The other version does not recommend it here")
        elif before > place:
            badges[product_id] = badge(f"▲ {before - place}", "up", f"The other version has it at rank {before + 1}")
        elif before < place:
            badges[product_id] = badge(f"▼ {place - before}", "down", f"The other version has it at rank {before + 1}")
        else:
            badges[product_id] = badge("=", "", "The same rank in both versions")
    return badges


def gone(reference: Sequence[str], other: Sequence[str]) -> dict[str, str]:
    """Return a badge per product of `reference` that `other` lacks."""
    label = badge("only here", "gone", "The other version does not recommend it here")
    return {product_id: label for product_id in reference if product_id not in set(other)}
