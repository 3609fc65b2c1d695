"""Reviews: shoppers go from main products to what goes with them, keep to brands, and now and then explore."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.demand import Demand
from pipeline.data.sample.products import Catalogue
from pipeline.data.sample.shoppers import DAY_MS, Shoppers

FOLLOW = 0.8  # within a trip: chance of something that goes with the main product
COMPATIBLE = 0.9  # chance that an accessory fits what the shopper owns
STICK = 0.75  # times a shopper's loyalty: chance to stay with a brand
EXPLORE = 0.06  # chance of anything at all
FOREMOST = (0.65, 0.90)  # chance of the first interest, then of the first two
TRIES = 8

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Interactions:
    """All reviews, by time; every array is aligned.

    Attributes:
        shopper, product: Rows of the shoppers and of the catalogue.
        time: int64, milliseconds since 1970.
        rating: float32, 1 to 5 whole stars.
    """

    shopper: Ints
    product: Ints
    time: Ints
    rating: NDArray[np.float32]


def make_interactions(
    catalogue: Catalogue, shoppers: Shoppers, seed: int, demand: Demand | None = None
) -> Interactions:
    """Let every shopper shop, one purchase of each at a time; shoppers who come in groups share one demand."""
    rng = np.random.default_rng([seed, 5])
    bought = _Shop(catalogue, shoppers, demand or Demand(catalogue, seed), rng).run()
    shopper, slot = np.nonzero(bought >= 0)
    product = bought[shopper, slot].astype(np.int64)
    time = (shoppers.time[shopper, slot] * DAY_MS).astype(np.int64)
    rating = _ratings(catalogue.quality[product], shoppers.strictness[shopper], rng)
    order = np.lexsort((slot, shopper, time))
    return Interactions(shopper[order], product[order], time[order], rating[order])


class _Shop:
    """The state of the simulation: what every shopper has bought, owns and is used to."""

    def __init__(self, catalogue: Catalogue, shoppers: Shoppers, demand: Demand, rng: np.random.Generator) -> None:
        self.catalogue, self.shoppers, self.demand, self.rng = catalogue, shoppers, demand, rng
        leaves = catalogue.vocabulary.leaves
        departments = list(dict.fromkeys(leaf.path[0] for leaf in leaves))
        families = list(dict.fromkeys(leaf.family for leaf in leaves))
        self._department = np.array([departments.index(leaf.path[0]) for leaf in leaves])
        self._family = np.array([families.index(leaf.family) for leaf in leaves])
        self._fits = np.array([leaf.fits != "" for leaf in leaves])
        self._bought = np.full(shoppers.time.shape, -1, dtype=np.int32)
        self._usual = np.full((len(shoppers), len(departments)), -1)  # the brand last bought in a department
        self._owned = np.full((len(shoppers), len(families)), -1)  # the product that accessories must fit
        self._main = np.full(len(shoppers), -1)  # what the current trip began with

    def run(self) -> NDArray[np.int32]:
        """Return the products bought: int32 [shoppers, longest], -1 where there is none."""
        for slot in range(int(self.shoppers.purchases.max())):
            who = np.flatnonzero(self.shoppers.purchases > slot)
            product = np.full(len(who), -1)
            for attempt in range(TRIES):
                at = np.flatnonzero(product < 0)
                if not len(at):
                    break
                drawn = self._draw(who[at], slot, anything=attempt >= TRIES // 2)
                # Nobody reviews a product twice.
                known = (self._bought[who[at], :slot] == drawn[:, None]).any(axis=1)
                product[at] = np.where(known, -1, drawn)
            self._take(who[product >= 0], product[product >= 0], slot)
        return self._bought

    def _draw(self, who: Ints, slot: int, anything: bool) -> Ints:
        shoppers, rng = self.shoppers, self.rng
        day = np.floor(shoppers.time[who, slot]).astype(np.int64)
        interest = shoppers.interests[who, np.searchsorted(FOREMOST, rng.random(len(who)))]
        leaf = self.demand.leaf_of_interest.draw(interest, rng)
        main = np.where(shoppers.starts[who, slot], -1, self._main[who])
        main_leaf = self.catalogue.leaf[main]
        follows = (main >= 0) & ~self.demand.leaf_that_follows.empty[main_leaf] & (rng.random(len(who)) < FOLLOW)
        leaf = np.where(follows, self.demand.leaf_that_follows.draw(main_leaf, rng), leaf)

        product = self.demand.to_taste(leaf, interest, shoppers.budget[who], day, rng)
        usual = self._usual[who, self._department[leaf]]
        loyal = self.demand.of_brand(leaf, np.maximum(usual, 0), day, rng)
        sticks = rng.random(len(who)) < STICK * shoppers.loyalty[who]
        product = np.where((usual >= 0) & (loyal >= 0) & sticks, loyal, product)
        owned = self._owned[who, self._family[leaf]]
        line, model = self._context(owned)
        fitting = self.demand.made_for(leaf, line, model, day, rng)
        compatible = rng.random(len(who)) < COMPATIBLE
        # Where nothing fits yet, this comes back empty and the shopper thinks again.
        product = np.where(self._fits[leaf] & (owned >= 0) & compatible, fitting, product)
        explores = (rng.random(len(who)) < EXPLORE) | anything
        return np.where(explores, self.demand.anything(day, rng), product)

    def _context(self, owned: Ints) -> tuple[Ints, Ints]:
        """Return the line and model to fit; a case tells which phone its owner has as well as the phone does."""
        accessory = self.catalogue.target_line[owned] >= 0
        line = np.where(accessory, self.catalogue.target_line[owned], self.catalogue.line[owned])
        model = np.where(accessory, self.catalogue.target_model[owned], self.catalogue.model[owned])
        return line, np.where(model >= 0, model, 0)

    def _take(self, who: Ints, product: Ints, slot: int) -> None:
        self._bought[who, slot] = product
        leaf = self.catalogue.leaf[product]
        family = self._family[leaf]
        self._usual[who, self._department[leaf]] = self.catalogue.brand[product]
        # An accessory tells what its buyer owns only as long as nothing else does.
        tells = ~self._fits[leaf] | (self._owned[who, family] < 0)
        self._owned[who[tells], family[tells]] = product[tells]
        opens = self.shoppers.starts[who, slot] | (self._main[who] < 0)
        self._main[who[opens]] = product[opens]


def _ratings(
    quality: NDArray[np.float64], strictness: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return whole stars: mostly fives, then fours, and more ones than twos, as in every shop."""
    felt = 0.6 * quality - 0.5 * strictness + rng.normal(0.0, 0.8, size=len(quality))
    standard = (felt - 0.1) / 1.15
    stars = 1 + np.searchsorted([-1.35, -1.08, -0.75, -0.2], standard)
    return stars.astype(np.float32)
