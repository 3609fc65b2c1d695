"""Search queries with graded judgements that follow from what the generator knows, not from words in titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.products import Catalogue

EXACT, NEAR, RELATED, IRRELEVANT = 3, 2, 1, 0
JUDGED = 20  # at most so many related and so many irrelevant products a query; every better one is judged

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Judgements:
    """Aligned rows: a query, a product (its row in the catalogue) and a grade."""

    query: list[str]
    product: list[int]
    grade: list[float]


def make_judgements(catalogue: Catalogue, queries: int, seed: int) -> Judgements:
    """Return judgements of that many queries: written ones first, two to one mixed with generated ones.

    A query is left out when nothing in the catalogue is exactly what it asks for.
    """
    rng = np.random.default_rng([seed, 6])
    found = Judgements([], [], [])
    titles = [f" {' '.join(_words(product.title))} " for product in catalogue.products]
    asked: set[str] = set()
    for text, grades in _mixed(catalogue, rng, attempts=20 * queries):
        if len(asked) == queries:
            break
        if text in asked or not (grades == EXACT).any():
            continue
        asked.add(text)
        misleading = np.array([any(f" {word}" in title for word in _words(text) if len(word) > 2) for title in titles])
        rows = [
            np.flatnonzero(grades >= NEAR),
            _some(np.flatnonzero(grades == RELATED), rng),
            _some(np.flatnonzero((grades == IRRELEVANT) & misleading), rng),
        ]
        for row in np.concatenate(rows):
            found.query.append(text)
            found.product.append(int(row))
            found.grade.append(float(grades[row]))
    return found


def _mixed(catalogue: Catalogue, rng: np.random.Generator, attempts: int) -> Iterator[tuple[str, Ints]]:
    generated = _generated(catalogue, rng)
    for number, entry in enumerate(catalogue.vocabulary.queries):
        yield entry["text"], _written(catalogue, entry)
        if number % 2 and number > 1:
            yield next(generated)
    for _ in range(attempts):
        yield next(generated)


def _written(catalogue: Catalogue, entry: dict[str, Any]) -> Ints:
    """Grade every product for a hand-written query."""
    grades = np.zeros(len(catalogue), dtype=np.int64)
    for keys, best in ((entry.get("related", ()), RELATED), (entry.get("near", ()), NEAR), (entry["exact"], EXACT)):
        for key in keys:
            leaf = catalogue.vocabulary.leaf_index(key)
            rows = catalogue.leaf == leaf
            misses = _misses(catalogue, leaf, entry)[rows] if best > RELATED else 0
            grades[rows] = np.maximum(best - misses, RELATED)
    return grades


def _misses(catalogue: Catalogue, leaf: int, entry: dict[str, Any]) -> Ints:
    """Return how many steps each product of a leaf is away from what is asked for: 0 exactly that, 1 nearly."""
    misses = np.zeros(len(catalogue), dtype=np.int64)
    attributes = catalogue.vocabulary.leaves[leaf].attributes
    for name, asked in entry.get("where", {}).items():
        if name not in attributes:
            continue
        values = attributes[name].values
        meant = np.array([place for place, value in enumerate(values) if any(_says(value, words) for words in asked)])
        if not len(meant):
            misses += 2
            continue
        steps = np.abs(np.arange(len(values))[:, None] - meant).min(axis=1)
        if not attributes[name].ordered:
            steps = np.where(steps > 0, 2, 0)
        misses += steps[catalogue.value_index(leaf, name)]
    if "under" in entry:
        misses += np.where(
            catalogue.price <= entry["under"], 0, np.where(catalogue.price <= 1.25 * entry["under"], 1, 2)
        )
    return misses


def _generated(catalogue: Catalogue, rng: np.random.Generator) -> Iterator[tuple[str, Ints]]:
    """Yield queries about brands, models and what fits them, for ever."""
    words, fitting = catalogue.vocabulary.words, catalogue.vocabulary.fitting
    kinds, accessories = (cycle(rng.permutation(list(names)).tolist()) for names in (words, fitting))
    while True:
        yield _brand_query(catalogue, next(kinds), rng)
        yield _model_query(catalogue, rng)
        yield _fitting_query(catalogue, next(accessories), rng)


def _brand_query(catalogue: Catalogue, word: str, rng: np.random.Generator) -> tuple[str, Ints]:
    """As "velora camera": 3 of brand and kind, 2 other things of the brand's department, 1 of the kind."""
    vocabulary = catalogue.vocabulary
    leaves = [vocabulary.leaf_index(key) for key in vocabulary.words[word]]
    of_kind = np.isin(catalogue.leaf, leaves)
    brands = catalogue.brand[of_kind]
    brand = int(brands[rng.integers(len(brands))])
    of_brand = catalogue.brand == brand
    parents = [vocabulary.leaves[leaf].path[:-1] for leaf in leaves]
    siblings = [i for i, leaf in enumerate(vocabulary.leaves) if leaf.path[:-1] in parents and not leaf.fits]
    grades = np.where(of_kind | of_brand, RELATED, IRRELEVANT)
    grades[of_brand & np.isin(catalogue.leaf, siblings)] = NEAR
    grades[of_brand & of_kind] = EXACT
    return f"{catalogue.brands[brand].name} {word}".lower(), grades


def _model_query(catalogue: Catalogue, rng: np.random.Generator) -> tuple[str, Ints]:
    """As "velora aperio x40": 3 the model in all variants, 2 its line, 1 what is made for it."""
    named = [i for i, leaf in enumerate(catalogue.vocabulary.leaves) if leaf.lines and not leaf.fits]
    rows = np.flatnonzero(np.isin(catalogue.leaf, named))
    product = catalogue.products[rows[rng.integers(len(rows))]]
    grades = np.where(catalogue.target_line == product.line, RELATED, IRRELEVANT)
    grades[catalogue.line == product.line] = NEAR
    grades[catalogue.model == product.model] = EXACT
    return catalogue.models[product.model].title.lower(), grades


def _fitting_query(catalogue: Catalogue, word: str, rng: np.random.Generator) -> tuple[str, Ints]:
    """As "lens for velora aperio": 3 what fits, 1 the main product and what fits its maker's other products."""
    vocabulary = catalogue.vocabulary
    leaf = vocabulary.leaf_index(vocabulary.fitting[word])
    rows = np.flatnonzero(catalogue.leaf == leaf)
    product = catalogue.products[rows[rng.integers(len(rows))]]
    line = catalogue.lines[product.target_line]
    by_model = product.target_model >= 0
    fits = catalogue.target_model == product.target_model if by_model else catalogue.target_line == line.number
    main = catalogue.model == product.target_model if by_model else catalogue.line == line.number
    makers = np.array([line.brand for line in catalogue.lines])
    same_maker = (catalogue.target_line >= 0) & (makers[catalogue.target_line] == line.brand)
    grades = np.where(main | ((catalogue.leaf == leaf) & same_maker), RELATED, IRRELEVANT)
    grades[(catalogue.leaf == leaf) & fits] = EXACT
    target = catalogue.models[product.target_model].title if by_model else line.title
    return f"{word} for {target}".lower(), grades


def _some(rows: Ints, rng: np.random.Generator) -> Ints:
    return np.sort(rng.permutation(rows)[:JUDGED])


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9.]+", text.lower())


def _says(value: str, words: str) -> bool:
    """Whether a value says these words: "50mm f/1.8" says "50mm", "16GB" does not say "6GB"."""
    return re.search(rf"(?<![\w.-]){re.escape(words)}(?![\w-])", value) is not None
