"""The words of a query that no product holds: what a list cannot answer, however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.text.lexical import STOP_WORDS, LexicalIndex, joined, stemmed
from pipeline.text.words import is_unspaced, letters_and_numbers, pieces, words

MOST_NAMED = 3  # words in a sentence


def missing(text: str, index: LexicalIndex) -> tuple[str, ...]:
    """Return the words of a query that no product holds, in order, each once.

    A model code or a size is held where one product holds it as it stands or all of its pieces: of `wh-9999x`, `wh` and
    `x` are in many products, and say nothing. Words that a product writes as one are held (play station). Scripts
    without spaces have no words to tell apart.

    Args:
        text: The query.
        index: Of the products.
    """
    said = words(text)
    as_one = {
        each
        for pair in pairwise(said)
        if any(map(index.knows, joined(" ".join(pair))))
        for each in pair
    }  # fmt: skip
    lacking = (word for word in said if word not in as_one and not _held(word, index))
    return tuple(dict.fromkeys(lacking))


def sentence(text: str, lacking: tuple[str, ...]) -> str:
    """Return what to say of words that no product holds.

    Args:
        text: The query.
        lacking: What `missing` returns of it, at least one.
    """
    named = [f'"{word}"' for word in lacking[:MOST_NAMED]]
    if len(lacking) > MOST_NAMED:
        named.append("others")
    listed = " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    rest = any(word not in lacking and word not in STOP_WORDS for word in words(text))
    return f"No product holds {listed}; {'these match the rest of the query' if rest else 'these come nearest'}."


def words_held(text: str, row: int, index: LexicalIndex) -> tuple[int, int]:
    """Return how many words of a query one product holds, and how many there are to hold.

    Each word counts once, stop words not at all; a word is held as in `missing`. Scripts without spaces have no words
    to count.

    Args:
        text: The query.
        row: Of the product.
        index: Of the products.
    """
    said = words(text)
    as_one = {
        each
        for pair in pairwise(said)
        if any(row in index.rows(term) for term in joined(" ".join(pair)))
        for each in pair
    }  # fmt: skip
    held = wanted = 0
    for word in dict.fromkeys(said):
        holders = list(_holders(word, index))
        if is_unspaced(word) or not holders:
            continue
        wanted += 1
        held += word in as_one or row in index.rows("".join(pieces(word))) or all(row in rows for rows in holders)
    return held, wanted


def _held(word: str, index: LexicalIndex) -> bool:
    if is_unspaced(word) or index.knows("".join(pieces(word))):
        return True
    holders = list(_holders(word, index))
    return not holders or bool(len(reduce(np.intersect1d, holders)))


def _holders(word: str, index: LexicalIndex) -> Iterator[npt.NDArray[np.int32]]:
    """Yield the rows of the products that hold each piece of a word, or each run of letters or digits of a piece."""
    for piece in pieces(word):
        if piece in STOP_WORDS:
            continue
        rows = index.rows(stemmed(piece))
        if len(rows) or piece.isalpha() or piece.isdigit():
            yield rows
        else:
            yield from map(index.rows, letters_and_numbers(piece) or [piece])
