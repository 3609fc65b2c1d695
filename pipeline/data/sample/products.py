"""The products that the generator knows, as rows and as aligned arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.brands import Brand
from pipeline.data.sample.vocabulary import Vocabulary

COLD = 0.03  # the newest products, which nobody has bought yet


@dataclass(frozen=True)
class Line:
    """A product line of a brand within one leaf.

    Attributes:
        title: Brand and line, as accessories name it.
        pull: How well the line sells, and so how many accessories are made for it.
    """

    number: int
    leaf: int
    brand: int
    title: str
    pull: float


@dataclass(frozen=True)
class Model:
    """One model of a line; `title` is brand, line and code."""

    number: int
    line: int
    title: str
    released: int


@dataclass(frozen=True)
class Product:
    """One product.

    Attributes:
        target_line: The line that an accessory is made for, or -1.
        target_model: The model that it is made for, or -1.
        values: The index of the value of each attribute of the leaf.
        released: Days since 1970.
        quality: About standard normal; ratings and popularity follow it.
    """

    leaf: int
    brand: int
    line: int
    model: int
    target_line: int
    target_model: int
    values: tuple[int, ...]
    price: float
    released: int
    quality: float
    title: str
    description: str


@dataclass(frozen=True)
class Catalogue:
    """All products with their lines and models; every array is aligned with `products`."""

    vocabulary: Vocabulary
    brands: Sequence[Brand]
    lines: Sequence[Line]
    models: Sequence[Model]
    products: Sequence[Product]
    product_ids: Sequence[str]

    def __len__(self) -> int:
        return len(self.products)

    @cached_property
    def leaf(self) -> NDArray[np.int64]:
        """The leaf of each product."""
        return np.array([product.leaf for product in self.products])

    @cached_property
    def brand(self) -> NDArray[np.int64]:
        """The brand of each product."""
        return np.array([product.brand for product in self.products])

    @cached_property
    def line(self) -> NDArray[np.int64]:
        """The line of each product."""
        return np.array([product.line for product in self.products])

    @cached_property
    def model(self) -> NDArray[np.int64]:
        """The model of each product."""
        return np.array([product.model for product in self.products])

    @cached_property
    def target_line(self) -> NDArray[np.int64]:
        """The line that each accessory is made for, -1 elsewhere."""
        return np.array([product.target_line for product in self.products])

    @cached_property
    def target_model(self) -> NDArray[np.int64]:
        """The model that each accessory is made for, -1 elsewhere."""
        return np.array([product.target_model for product in self.products])

    @cached_property
    def price(self) -> NDArray[np.float64]:
        """The price of each product."""
        return np.array([product.price for product in self.products])

    @cached_property
    def released(self) -> NDArray[np.int64]:
        """The release day of each product, in days since 1970."""
        return np.array([product.released for product in self.products])

    @cached_property
    def quality(self) -> NDArray[np.float64]:
        """The quality of each product."""
        return np.array([product.quality for product in self.products])

    @cached_property
    def cold(self) -> NDArray[np.bool_]:
        """Whether a product is one of the newest, which nobody has bought yet."""
        cold = np.zeros(len(self), dtype=bool)
        cold[np.argsort(-self.released, kind="stable")[: round(COLD * len(self))]] = True
        return cold

    def value_index(self, leaf: int, attribute: str) -> NDArray[np.int64]:
        """Return the value of an attribute for every product of a leaf, -1 for all other products."""
        place = list(self.vocabulary.leaves[leaf].attributes).index(attribute)
        return np.array([product.values[place] if product.leaf == leaf else -1 for product in self.products])
