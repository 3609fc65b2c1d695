"""Invented brands: a name, a price tier, a trade and a size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipeline.data.sample.vocabulary import Profile, Vocabulary

TIER_FACTORS = (0.62, 1.0, 1.75)  # what a tier does to a price
MOST = 900  # more than this, and the pieces run out of names


@dataclass(frozen=True)
class Brand:
    """One brand.

    Attributes:
        tier: 0 budget, 1 mid, 2 premium.
        size: Relative number of products and share of attention; long-tailed.
        letter: The letter its model codes begin with.
    """

    name: str
    profile: Profile
    tier: int
    size: float
    letter: str

    @property
    def letters(self) -> str:
        """Two letters for model codes, taken from the name: "VL" for Velora."""
        consonants = [letter for letter in self.name.upper() if letter not in "AEIOUY"]
        return "".join(consonants[:2])


def make_brands(vocabulary: Vocabulary, products: int, seed: int) -> list[Brand]:
    """Return about 250 brands for 6,000 products; fewer or more with the root of the number of products."""
    rng = np.random.default_rng([seed, 1])
    profiles = vocabulary.profiles
    wanted = min(MOST, max(2 * len(profiles), round(250 * math.sqrt(products / 6000))))
    names = _names(vocabulary, wanted, rng)
    share = np.array([profile.share for profile in profiles])
    # Two of every trade first, so that no leaf is left without a maker.
    trades = [i for i in range(len(profiles)) for _ in range(2)]
    trades += list(rng.choice(len(profiles), size=wanted - len(trades), p=share / share.sum()))
    brands = []
    for name, trade in zip(names, trades, strict=True):
        profile = profiles[trade]
        brands.append(
            Brand(
                name=name,
                profile=profile,
                tier=int(rng.choice(3, p=profile.tiers)),
                size=float(rng.lognormal(0.0, 0.7)),
                letter="XZKVRTSGMQ"[rng.integers(10)],
            )
        )
    return brands


def _names(vocabulary: Vocabulary, wanted: int, rng: np.random.Generator) -> list[str]:
    every = [
        start + end for starts, ends in vocabulary.names for start in starts for end in ends if start[-1] != end[0]
    ]
    usable = [name for name in every if name not in vocabulary.avoid and not _stutters(name)]
    return [usable[i] for i in rng.permutation(len(usable))[:wanted]]


def _stutters(name: str) -> bool:
    """Whether two syllables meet badly: "Norora", "Quelellum"."""
    lower = name.lower()
    return any(lower[i : i + 2] == lower[i + 2 : i + 4] for i in range(len(lower) - 3)) or any(
        lower[i] == lower[i + 1] == lower[i + 2] for i in range(len(lower) - 2)
    )
