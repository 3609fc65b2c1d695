"""What a shopper may take: the catalogue weighed by taste, by brand and by what an accessory is made for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.assortment import LAST_DAY
from pipeline.data.sample.products import Catalogue
from pipeline.data.sample.sampling import GroupSampler, Table
from pipeline.data.sample.shoppers import BUDGETS

BUDGET_CENTRES = np.array([-1.1, -0.2, 0.6, 1.4])  # of the log price within a leaf, standardised
BUDGET_WIDTH = 0.5
LIKED = 2.2  # what a liked attribute value does to the weight of a product
FASHION = 2.0  # how far the interest clusters disagree about lines, beyond what attributes say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Demand:
    """Samplers over the products on sale, and the leaves that interests and main products lead to.

    The newest products are not on sale yet: nobody has found them.
    """

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        rng = np.random.default_rng([seed, 4])
        words = catalogue.vocabulary
        self.catalogue = catalogue
        self._interests = len(words.interests)
        sold = np.flatnonzero(~catalogue.cold)
        leaf, day = catalogue.leaf[sold], catalogue.released[sold] + 1
        weight = _popularity(catalogue, rng)[sold]

        # One entry for each product, interest and budget.
        shape = (len(sold), self._interests, BUDGETS)
        taste, budget = _taste(catalogue, rng)[sold], _budget(catalogue)[sold]
        interest_of, budget_of = np.meshgrid(np.arange(self._interests), np.arange(BUDGETS), indexing="ij")
        self._taste = GroupSampler(
            self._taste_group(leaf[:, None, None], interest_of, budget_of).ravel(),
            np.broadcast_to(sold[:, None, None], shape).ravel(),
            (weight[:, None, None] * taste[:, :, None] * budget[:, None, :]).ravel(),
            np.broadcast_to(day[:, None, None], shape).ravel(),
        )
        self._brand = GroupSampler(self._brand_group(leaf, catalogue.brand[sold]), sold, weight, day)
        made = catalogue.target_line[sold] >= 0
        target = self._target_group(leaf, catalogue.target_line[sold], catalogue.target_model[sold])
        self._target = GroupSampler(target[made], sold[made], weight[made], day[made])
        # Explorers look at what is new; so nearly every product on sale finds its first buyer.
        self._any = GroupSampler(np.zeros_like(sold), sold, 1.0 / (LAST_DAY + 30 - day), day)
        self.leaf_of_interest = Table(_rows(catalogue, [interest.leaves for interest in words.interests]))
        self.leaf_that_follows = Table(_rows(catalogue, [words.follows.get(leaf.key, {}) for leaf in words.leaves]))

    def to_taste(self, leaf: Ints, interest: Ints, budget: Ints, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw products of a leaf that suit an interest and a budget; -1 where none is on sale."""
        return self._taste.draw(self._taste_group(leaf, interest, budget), day, rng)

    def of_brand(self, leaf: Ints, brand: Ints, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw products of a leaf and a brand; -1 where none is on sale."""
        return self._brand.draw(self._brand_group(leaf, brand), day, rng)

    def made_for(self, leaf: Ints, line: Ints, model: Ints, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw accessories made for a line or, in leaves that fit models, for a model; -1 where none is on sale."""
        by_model = np.array([spec.fits == "model" for spec in self.catalogue.vocabulary.leaves])[leaf]
        return self._target.draw(self._target_group(leaf, line, np.where(by_model, model, -1)), day, rng)

    def anything(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw any product on sale, whatever the taste; new ones more often."""
        return self._any.draw(np.zeros_like(day), day, rng)

    def _taste_group(self, leaf: Ints, interest: Ints, budget: Ints) -> Ints:
        return (leaf * self._interests + interest) * BUDGETS + budget

    def _brand_group(self, leaf: Ints, brand: Ints) -> Ints:
        return leaf * len(self.catalogue.brands) + brand

    def _target_group(self, leaf: Ints, line: Ints, model: Ints) -> Ints:
        lines, models = len(self.catalogue.lines), len(self.catalogue.models)
        return leaf * (lines + models) + np.where(model >= 0, lines + model, line)


def _popularity(catalogue: Catalogue, rng: np.random.Generator) -> Floats:
    """A long tail: a line that sells well, a product that sells well in it, and quality that helps."""
    pull = np.array([line.pull for line in catalogue.lines])[catalogue.line]
    weight = pull**0.7 * np.exp(0.4 * catalogue.quality) * rng.lognormal(0.0, 0.7, size=len(catalogue))
    # Accessories of a line that sells well sell well themselves; the draw by target sees to that, so no more here.
    return np.asarray(weight, dtype=np.float64)


def _taste(catalogue: Catalogue, rng: np.random.Generator) -> Floats:
    """Return what each interest makes of each product: float64 [products, interests]."""
    interests = catalogue.vocabulary.interests
    fashion = rng.normal(0.0, FASHION, size=(len(catalogue.lines), len(interests)))[catalogue.line]
    liked = np.zeros_like(fashion)
    for row, product in enumerate(catalogue.products):
        attributes = catalogue.vocabulary.leaves[product.leaf].attributes.values()
        values = {attribute.values[value] for attribute, value in zip(attributes, product.values, strict=True)}
        liked[row] = [len(values & interest.likes) for interest in interests]
    return np.asarray(np.exp(fashion) * LIKED**liked)


def _budget(catalogue: Catalogue) -> Floats:
    """Return how well the price of each product suits each budget: float64 [products, BUDGETS]."""
    price = np.log(catalogue.price)
    for leaf in range(len(catalogue.vocabulary.leaves)):
        rows = catalogue.leaf == leaf
        price[rows] = (price[rows] - price[rows].mean()) / max(price[rows].std(), 1e-6)
    return np.asarray(np.exp(-(((price[:, None] - BUDGET_CENTRES) / BUDGET_WIDTH) ** 2)) + 1e-3)


def _rows(catalogue: Catalogue, weights: Sequence[dict[str, float]]) -> Floats:
    return np.array([[row.get(leaf.key, 0.0) for leaf in catalogue.vocabulary.leaves] for row in weights])
