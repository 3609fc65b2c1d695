"""The words and weights of the generated store, read from the TOML files beside this module.

`catalogue/*.toml` holds the leaf categories, `brands.toml` the pieces of names and what brands make,
`shoppers.toml` interests and what follows what, `queries.toml` the hand-written search queries.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Main products stand before their accessories within a file; the order of the files fixes the order of random draws.
DEPARTMENTS = (
    "cameras",
    "computers",
    "audio",
    "video",
    "phones",
    "wearables",
    "gaming",
    "networking",
    "home",
    "printers",
)


@dataclass(frozen=True)
class Attribute:
    """One property that the products of a leaf have.

    Attributes:
        values: As they stand in titles; cheapest first.
        factors: What each value does to the price.
        ordered: The values are figures on a scale, so that neighbours are nearly the same.
        free: The value says nothing about the price tier (a screen size, a colour).
        varies: The value differs between the variants of one model.
    """

    values: tuple[str, ...]
    factors: tuple[float, ...]
    ordered: bool
    free: bool
    varies: bool


@dataclass(frozen=True)
class Leaf:
    """One leaf category.

    Attributes:
        share: Relative number of products.
        price: Of a mid-tier product whose attribute factors are all 1.
        family: Leaves that belong together (cameras and lenses); empty when the leaf stands alone.
        fits: "line" or "model" when a product is made for one line or model of its family; else empty.
        lines: The word list that names its product lines; empty when it has none.
        codes: Patterns of model codes: {n} counts up, {a} and {aa} are letters of the brand.
        titles: Templates; they know brand, line, code, noun, target and every attribute.
        nouns: What brands call it, one each; none where the attribute `kind` says what a model is.
        suffixes: Models may be called Lite or Pro.
    """

    key: str
    path: tuple[str, ...]
    share: float
    price: float
    family: str
    fits: str
    lines: str
    codes: tuple[str, ...]
    nouns: tuple[str, ...]
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    suffixes: bool
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class Profile:
    """What one kind of brand makes, and how dear it is."""

    key: str
    share: float
    tiers: tuple[float, ...]
    leaves: dict[str, float]


@dataclass(frozen=True)
class Interest:
    """A cluster of tastes: what its shoppers shop for and which attribute values they like."""

    key: str
    share: float
    leaves: dict[str, float]
    likes: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """Everything that the TOML files say.

    Attributes:
        names: Starts and ends of brand names, by style.
        lines: Names of product lines, by word list.
        follows: Leaf of a main product -> leaf bought after it -> weight.
        words: What shoppers call leaves -> the leaves.
        fitting: What shoppers call accessories -> the leaf.
        queries: Hand-written queries with what they mean.
    """

    leaves: tuple[Leaf, ...]
    names: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    avoid: frozenset[str]
    lines: dict[str, tuple[str, ...]]
    profiles: tuple[Profile, ...]
    interests: tuple[Interest, ...]
    follows: dict[str, dict[str, float]]
    words: dict[str, list[str]]
    fitting: dict[str, str]
    queries: tuple[dict[str, Any], ...]

    def leaf_index(self, key: str) -> int:
        """Return the position of a leaf among all leaves."""
        return [leaf.key for leaf in self.leaves].index(key)


@cache
def vocabulary() -> Vocabulary:
    """Return the store's vocabulary; read once."""
    leaves = [_leaf(entry) for name in DEPARTMENTS for entry in _read(f"catalogue/{name}.toml")["leaf"]]
    brands, shoppers = _read("brands.toml"), _read("shoppers.toml")
    queries = _read("queries.toml")
    pieces = dict(brands["names"])
    avoid = frozenset(pieces.pop("avoid"))
    return Vocabulary(
        leaves=tuple(leaves),
        names=tuple((tuple(starts), tuple(ends)) for starts, ends in pieces.values()),
        avoid=avoid,
        lines={key: tuple(words) for key, words in brands["lines"].items()},
        profiles=tuple(Profile(**{**entry, "tiers": tuple(entry["tiers"])}) for entry in brands["profile"]),
        interests=tuple(Interest(**{**entry, "likes": frozenset(entry["likes"])}) for entry in shoppers["interest"]),
        follows=shoppers["follows"],
        words=queries["words"],
        fitting=queries["fitting"],
        queries=tuple(queries["query"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _leaf(entry: dict[str, Any]) -> Leaf:
    free, varies = entry.get("free", ()), entry.get("variants", ())
    attributes = {}
    for name, values in entry["attributes"].items():
        priced = isinstance(values[0], list)
        attributes[name] = Attribute(
            values=tuple(value[0] if priced else value for value in values),
            factors=tuple(float(value[1]) if priced else 1.0 for value in values),
            ordered=priced and all(any(letter.isdigit() for letter in value[0]) for value in values),
            free=name in free or not priced,
            varies=name in varies,
        )
    return Leaf(
        key=entry["key"],
        path=tuple(entry["path"]),
        share=float(entry["share"]),
        price=float(entry["price"]),
        family=entry.get("family", ""),
        fits=entry.get("fits", ""),
        lines=entry.get("lines", ""),
        codes=tuple(entry["codes"]),
        nouns=tuple(entry["nouns"]),
        titles=tuple(entry["titles"]),
        descriptions=tuple(entry["descriptions"]),
        suffixes=entry.get("suffixes", False),
        attributes=attributes,
    )
