"""Queries that a catalogue itself implies, for where no one has judged any."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking.words import ASIDE
from pipeline.text.lexical import STOP_WORDS

MOST_OF_KIND = 400  # products of a category that are still told apart by one name
SAME, SIBLING = 3.0, 1.0  # gains
WORD = re.compile(r"[^\W_]+(?:[-./'&][^\W_]+)*")

Pseudo = tuple[str, RowArray, npt.NDArray[np.float64]]


def pseudo_queries(catalogue: Catalogue, count: int, seed: int) -> list[Pseudo]:
    """Return (query, rows, gains) of made-up queries, each text once.

    In turn: a piece of a title (the product that it came from), the same with a slip of the keyboard, a brand and a
    category (the products of both; others of the category gain less), and a category (its products). Catalogues
    without categories give titles only.

    Args:
        catalogue: The products.
        count: How many are tried; repeats are left out.
        seed: Of every choice.
    """
    generator = np.random.default_rng(seed)
    found: dict[str, Pseudo] = {}
    kinds = _kinds(catalogue)
    for number, row in enumerate(generator.permutation(len(catalogue)).tolist()):
        if number == count:
            break
        made = _one(catalogue, kinds, row, number % 4, generator)
        if made:
            found.setdefault(made[0], made)
    return list(found.values())


def _one(
    catalogue: Catalogue, kinds: dict[tuple[str, ...], RowArray], row: int, way: int, generator: np.random.Generator
) -> Pseudo | None:
    path = catalogue.categories[row]
    if way < 2 or not path:
        text = _piece(str(catalogue.table["title"][row].as_py()), generator)
        if way == 1:
            text = _slip(text, generator)
        return (text, np.array([row], np.int32), np.array([SAME])) if text else None
    own = kinds[path]
    if len(own) > MOST_OF_KIND:
        return None
    if way == 3:
        return path[-1].lower(), own, np.full(len(own), SAME)
    code = catalogue.brand_codes[row]
    if code < 0:
        return None
    gains = np.where(catalogue.brand_codes[own] == code, SAME, SIBLING)
    return f"{catalogue.brands[code]} {path[-1]}".lower(), own, gains


def _kinds(catalogue: Catalogue) -> dict[tuple[str, ...], RowArray]:
    found: dict[tuple[str, ...], list[int]] = {}
    for row, path in enumerate(catalogue.categories):
        found.setdefault(path, []).append(row)
    return {path: np.array(rows, np.int32) for path, rows in found.items()}


def _piece(title: str, generator: np.random.Generator) -> str:
    """Return one to four words of what a title says that a product is, in their order."""
    aside = ASIDE.search(title)
    words = [
        word for word in WORD.findall((title[: aside.start()] if aside else title).lower()) if word not in STOP_WORDS
    ]
    if not words:
        return ""
    kept = sorted(generator.permutation(len(words))[: generator.integers(1, 5)].tolist())
    return " ".join(words[place] for place in kept)


def _slip(text: str, generator: np.random.Generator) -> str:
    """Leave out, double or swap one letter of the longest word."""
    longest = max(text.split(), key=len, default="")
    if len(longest) < 5:
        return text
    place = int(generator.integers(1, len(longest) - 1))
    before, here, after = longest[:place], longest[place], longest[place + 1 :]
    ways = (before + after, before + here + here + after, before + after[:1] + here + after[1:])
    return text.replace(longest, ways[generator.integers(3)], 1)
