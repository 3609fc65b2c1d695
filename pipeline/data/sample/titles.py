"""How a product is worded: model codes, titles, descriptions and price tags."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pipeline.data.sample.brands import Brand
from pipeline.data.sample.vocabulary import Leaf

_PROPER = re.compile(r"Bluetooth|Wi-Fi|Hall|Cat$|Hz$|bps$|^[^a-z]+$")  # names, units and codes keep their capitals


@dataclass(frozen=True)
class Wording:
    """How one brand words the products of one line.

    A brand keeps to its words: one shop calls it a laptop, the next a notebook computer.
    """

    leaf: Leaf
    brand: Brand
    line: str
    noun: str
    titles: tuple[str, ...]
    code: str
    first: int

    def model_code(self, step: int, level: float, plain: bool) -> str:
        """Return the code of the line's model number `step`: "X40", or "X40 Pro" for a well-equipped one."""
        code = self.code.format(n=self.first + step, a=self.brand.letter, aa=self.brand.letters)
        if not self.leaf.suffixes or plain:
            return code
        return f"{code} Pro" if level > 0.7 else f"{code} Lite" if level < 0.25 else code

    def model_title(self, code: str) -> str:
        """Return what accessories call the model: "Velora Aperio X40"."""
        return " ".join(part for part in (self.brand.name, self.line, code) if part)

    def title(self, template: str, code: str, values: dict[str, str], target: str) -> str:
        """Return the title of a product."""
        return template.format_map(values | self._words(code, values, target))

    def description(self, template: str, title: str, code: str, values: dict[str, str], target: str) -> str:
        """Return a few sentences on a product; the last holds what neither they nor the title say."""
        prose = {name: in_prose(value) for name, value in values.items()}
        text = template.format_map(prose | self._words(code, values, target))
        said = f"{self.title(title, code, values, target)} {text}".lower()
        rest = [value for name, value in prose.items() if name != "kind" and value.lower() not in said]
        return sentence(f"{text} {', '.join(rest)}." if rest else text)

    def _words(self, code: str, values: dict[str, str], target: str) -> dict[str, str]:
        noun = values.get("kind", self.noun)
        own = f"{self.brand.name} "
        return {
            "brand": self.brand.name,
            "line": self.line or self.brand.name,
            "code": code,
            "noun": noun,
            "thing": in_prose(noun),
            "target": target.removeprefix(own),  # makers do not name themselves twice
        }


def make_wording(leaf: Leaf, brand: Brand, line: str, noun: str, rng: np.random.Generator) -> Wording:
    """Choose the templates, the code pattern and the first model number of a line."""
    templates = rng.permutation(len(leaf.titles))[:2]
    return Wording(
        leaf=leaf,
        brand=brand,
        line=line,
        noun=noun,
        titles=tuple(leaf.titles[i] for i in templates),
        code=leaf.codes[rng.integers(len(leaf.codes))],
        first=int(rng.integers(1, 9)),
    )


def in_prose(text: str) -> str:
    """Return words in title case as they stand inside a sentence: "Magnetic Ring" becomes "magnetic ring"."""
    return " ".join(word.lower() if word.istitle() and not _PROPER.search(word) else word for word in text.split())


def sentence(text: str) -> str:
    """Return text with a capital at the start of every sentence: values come in title case or as figures."""
    parts = text.split(". ")
    return ". ".join(part[:1].upper() + part[1:] for part in parts)


def stutters(title: str) -> bool:
    """Whether a word follows itself: "Pad 8 8-Inch"."""
    return re.search(r"\b(\w+)\W+\1\b", title, re.IGNORECASE) is not None


def price_tag(price: float) -> float:
    """Return the price as shops write it: 8.49, 24.99, 749.00.

    Rounding keeps the order of prices.
    """
    if price < 20:
        return max(1.0, round(price * 2) / 2) - 0.01
    if price < 100:
        return round(price) - 0.01
    return float(round(price / 10) * 10 - 1)
