"""Which colour means what: the Okabe-Ito set, safe for the colour-blind.

Source: Okabe and Ito 2008, "Color Universal Design".
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
CATEGORIES = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
GREY = "#8A94A0"


def of_versions(first: str, second: str | None = None) -> dict[str, str]:
    """Return the colours of the versions in view.

    A colour follows from the version's name alone, so that no other version changes it. Only a second one in view
    whose own colour would be the first one's takes the next.
    """
    slot = _slot(first)
    colours = {first: CATEGORIES[slot]}
    if second is not None and second != first:
        other = _slot(second)
        colours[second] = CATEGORIES[(other + (other == slot)) % len(CATEGORIES)]
    return colours


def _slot(name: str) -> int:
    return crc32(name.encode()) % len(CATEGORIES)


def tint(category: Sequence[str]) -> int:
    """Return the number of the tint of a category's products; 0 where there is none.

    The second level of the path decides: in a shop of one kind, the first is the same for every product.
    """
    return 1 + crc32(category[:2][-1].encode()) % len(CATEGORIES) if category else 0
