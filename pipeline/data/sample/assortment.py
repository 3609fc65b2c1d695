"""Who makes what: brands get lines in their leaves, lines get models over the years, models come in variants."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.brands import TIER_FACTORS, Brand, make_brands
from pipeline.data.sample.products import Catalogue, Line, Model, Product
from pipeline.data.sample.titles import Wording, make_wording, price_tag, stutters
from pipeline.data.sample.vocabulary import Leaf, Vocabulary
from pipeline.errors import DatasetError

FIRST_DAY = 18_262  # 2020-01-01 in days since 1970: the oldest release
LAST_DAY = 20_269  # 2025-06-30: nothing is released or bought after it
OWN_BRAND = 5.0  # makers of accessories favour their own lines by this much


def make_catalogue(
    vocabulary: Vocabulary,
    products: int,
    seed: int,
    brands: Sequence[Brand] | None = None,
    titles: set[str] | None = None,
) -> Catalogue:
    """Return a catalogue of exactly that many products, in no telling order.

    Args:
        vocabulary: The store's.
        products: How many.
        seed: Of every random draw.
        brands: Those of a larger store that this is one house of; None makes its own.
        titles: What the other houses have used up; those of this one are added. None means that there are none.
    """
    brands = make_brands(vocabulary, products, seed) if brands is None else brands
    rng = np.random.default_rng([seed, 2])
    builder = _Builder(vocabulary, brands, rng, set() if titles is None else titles)
    share = np.array([leaf.share for leaf in vocabulary.leaves])
    for leaf, count in enumerate(_allot(products, share)):
        weights = np.array(
            [brand.profile.leaves.get(vocabulary.leaves[leaf].key, 0.0) * brand.size for brand in brands]
        )
        for brand, products_of_brand in enumerate(rng.multinomial(count, weights / weights.sum())):
            if products_of_brand:
                builder.add(leaf, brand, int(products_of_brand))
    order = rng.permutation(products)
    numbers = 100_000 + rng.choice(900_000, size=products, replace=False)
    return Catalogue(
        vocabulary=vocabulary,
        brands=brands,
        lines=builder.lines,
        models=builder.models,
        products=[builder.products[i] for i in order],
        product_ids=[f"E{number}" for number in numbers],
    )


def _allot(total: int, share: NDArray[np.float64]) -> list[int]:
    """Split a total by shares, by largest remainder, at least one each."""
    exact = (total - len(share)) * share / share.sum()
    counts = np.floor(exact).astype(int) + 1
    counts[np.argsort(np.floor(exact) - exact, kind="stable")[: total - counts.sum()]] += 1
    return [int(count) for count in counts]


class _Builder:
    def __init__(
        self, vocabulary: Vocabulary, brands: Sequence[Brand], rng: np.random.Generator, titles: set[str]
    ) -> None:
        self.vocabulary, self.brands, self.rng = vocabulary, brands, rng
        self.lines: list[Line] = []
        self.models: list[Model] = []
        self.products: list[Product] = []
        self._models_of: dict[int, list[int]] = {}  # line -> its models
        self._family: dict[str, list[int]] = {}  # family -> its main lines
        self._titles = titles
        self._line_names: set[tuple[int, str]] = set()

    def add(self, leaf: int, brand: int, count: int) -> None:
        """Add a brand's products of one leaf."""
        spec, rng = self.vocabulary.leaves[leaf], self.rng
        noun = spec.nouns[rng.integers(len(spec.nouns))] if spec.nouns else ""
        lines = min(5, max(1, round(count / 7))) if spec.lines else 1
        maker_price = spec.price * TIER_FACTORS[self.brands[brand].tier] * rng.lognormal(0.0, 0.08)
        for products in _split(count, lines):
            wording = make_wording(spec, self.brands[brand], self._line_name(spec, brand), noun, rng)
            title = wording.model_title("")
            pull = self.brands[brand].size * float(rng.lognormal(0.0, 0.7))
            line = Line(len(self.lines), leaf, brand, title, pull)
            self.lines.append(line)
            if spec.family and not spec.fits:
                self._family.setdefault(spec.family, []).append(line.number)
            self._add_line(line, wording, products, maker_price * rng.lognormal(0.0, 0.08))

    def _line_name(self, spec: Leaf, brand: int) -> str:
        if not spec.lines:
            return ""
        free = [name for name in self.vocabulary.lines[spec.lines] if (brand, name) not in self._line_names]
        # Only brands of very large catalogues use up a list; they number their lines then.
        words = free or [f"{name} {n}" for name in self.vocabulary.lines[spec.lines] for n in ("II", "III", "IV")]
        name = words[self.rng.integers(len(words))]
        self._line_names.add((brand, name))
        return name

    def _add_line(self, line: Line, wording: Wording, count: int, price: float) -> None:
        rng, leaf = self.rng, wording.leaf
        tier, quality = self.brands[line.brand].tier, float(rng.normal(0.25 * (self.brands[line.brand].tier - 1), 0.6))
        models = _split(count, max(1, round(count / 1.8)))
        start = FIRST_DAY + (LAST_DAY - FIRST_DAY) * 0.7 * rng.random()
        days = np.sort(rng.integers(int(start), LAST_DAY, size=len(models)))
        plain = rng.random() < 0.5
        for step, variants in enumerate(models):
            level = float(np.clip(0.2 + 0.3 * tier + rng.normal(0.0, 0.2), 0.0, 1.0))
            target_line, target_model, target, since = self._target(leaf, line.brand)
            released = int(min(LAST_DAY, max(days[step], since + rng.integers(60)))) if leaf.fits else int(days[step])
            code = wording.model_code(step, level, plain)
            model = Model(len(self.models), line.number, wording.model_title(code), released)
            self.models.append(model)
            self._models_of.setdefault(line.number, []).append(model.number)
            template = wording.titles[rng.integers(len(wording.titles))]
            values = self._draw(leaf, level)
            for _ in range(variants):
                title, code_used, values = self._unused_title(wording, template, code, values, level, target)
                about = leaf.descriptions[rng.integers(len(leaf.descriptions))]
                factors = [a.factors[v] for a, v in zip(leaf.attributes.values(), values, strict=True)]
                self.products.append(
                    Product(
                        leaf=line.leaf,
                        brand=line.brand,
                        line=line.number,
                        model=model.number,
                        target_line=target_line,
                        target_model=target_model,
                        values=values,
                        # The exponent keeps a product that is best in everything from costing ten times the others.
                        price=price_tag(price * math.prod(factors) ** 0.8),
                        released=released,
                        quality=quality + float(rng.normal(0.0, 0.5)),
                        title=title,
                        description=wording.description(about, template, code_used, self._named(leaf, values), target),
                    )
                )

    def _target(self, leaf: Leaf, brand: int) -> tuple[int, int, str, int]:
        """Return what an accessory is made for: line, model, its title and the day it came out."""
        if not leaf.fits:
            return -1, -1, "", FIRST_DAY
        lines = [self.lines[number] for number in self._family[leaf.family]]
        weights = np.cumsum([line.pull * (OWN_BRAND if line.brand == brand else 1.0) for line in lines])
        line = lines[int(np.searchsorted(weights, self.rng.random() * weights[-1]))]
        models = [self.models[number] for number in self._models_of[line.number]]
        if leaf.fits == "line":
            return line.number, -1, line.title, models[0].released
        model = models[self.rng.integers(len(models))]
        return line.number, model.number, model.title, model.released

    def _draw(self, leaf: Leaf, level: float, model: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Draw attribute values near a level in 0..1; with a model, only those that vary within it."""
        drawn = []
        for place, attribute in enumerate(leaf.attributes.values()):
            top = len(attribute.values) - 1
            if model is not None and not attribute.varies:
                drawn.append(model[place])
            elif attribute.free:
                drawn.append(int(self.rng.integers(top + 1)))
            else:
                drawn.append(int(np.clip(round(level * top + self.rng.normal(0.0, 0.4)), 0, top)))
        return tuple(drawn)

    def _unused_title(
        self, wording: Wording, template: str, code: str, values: tuple[int, ...], level: float, target: str
    ) -> tuple[str, str, tuple[int, ...]]:
        """Return a title that no other product has, with its code and values."""
        leaf = wording.leaf
        for attempt in range(40):
            if attempt:
                # Variants of one model first; when they are used up, a neighbouring model.
                values = self._draw(leaf, level + self.rng.normal(0.0, 0.1 * attempt), values if attempt < 6 else None)
            if attempt >= 6:
                code = wording.model_code(int(self.rng.integers(10, 10 + 20 * attempt)), 0.5, plain=True)
                template = template if "{code}" in template else template.replace("{noun}", "{noun} {code}", 1)
            title = wording.title(template, code, self._named(leaf, values), target)
            if title not in self._titles and not stutters(title):
                self._titles.add(title)
                return title, code, values
        raise DatasetError(
            f"The sample has no words left for another product in {' > '.join(leaf.path)}.", "Ask for fewer products."
        )

    def _named(self, leaf: Leaf, values: tuple[int, ...]) -> dict[str, str]:
        return {name: a.values[v] for (name, a), v in zip(leaf.attributes.items(), values, strict=True)}


def _split(total: int, parts: int) -> list[int]:
    """Split a total into nearly equal parts."""
    return [total // parts + (part < total % parts) for part in range(parts)]
