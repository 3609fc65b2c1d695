"""How the words of a query meet the words of each candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.query_ranking.measures import has_number, is_code, measures
from pipeline.retrieval.query_ranking.words import BUCKETS, TITLE, Floats, Words, hashed, head_of, trigrams
from pipeline.text.lexical import terms

MOST = 24  # distinct terms of a query that are compared

Column = npt.NDArray[Any] | float
Columns = dict[str, Column]
Held = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Query:
    """A query, read.

    Args:
        words: Its distinct terms, in order, 24 at most.
        numbers: int32 [q], the vocabulary's number of each, -2 for one that no product has.
        weights: float32 [q], their idf.
        head: The place among the words of the last one before what is said aside (`ASIDE`); -1 without words.
        trigrams: Its hashed character trigrams, each once.
        units: The units of its measures, hashed.
        sizes: The same of number and unit together, aligned.
    """

    words: tuple[str, ...]
    numbers: npt.NDArray[np.int32]
    weights: Floats
    head: int
    trigrams: tuple[int, ...]
    units: tuple[int, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, text: str, words: Words) -> Query:
        """Read a query in the vocabulary of a catalogue."""
        spoken = terms(text)
        distinct = tuple(dict.fromkeys(spoken))[:MOST]
        numbers = words.numbers(distinct)
        last = spoken[min(head_of(text), len(spoken)) - 1] if spoken else ""
        found = measures(text)
        return cls(
            distinct,
            numbers,
            words.weights(numbers),
            distinct.index(last) if last in distinct else len(distinct) - 1,
            tuple(trigrams(text)),
            tuple(hashed(unit) for _, unit in found),
            tuple(hashed(f"{number} {unit}") for number, unit in found),
        )


def word_matches(query: Query, words: Words, rows: RowArray) -> Columns:
    """Return what the words of a query say of each candidate, NaN where the query has nothing of the kind.

    Args:
        query: Read in the vocabulary of `words`.
        words: Of the catalogue.
        rows: int32 [c], the candidates.

    Returns:
        {feature: float [c]}.
    """
    title = words.title[rows]
    at = query.numbers[:, None, None] == title  # [q, c, 32]
    inside: Held = at.any(axis=2)  # [q, c]
    beside: Held = (query.numbers[:, None, None] == words.other[rows]).any(axis=2)
    either = inside | beside
    length = np.maximum(words.title_length[rows], 1)
    head = words.head[rows]
    first = np.where(inside, at.argmax(axis=2), TITLE)  # place of each word's first occurrence
    n = len(query.words)
    numeric = np.array([has_number(word) for word in query.words], dtype=bool)
    codes = np.array([is_code(word) for word in query.words], dtype=bool)
    found: Columns = {
        "title_words": _share(inside),
        "title_weight": _share(inside, query.weights),
        "beside_weight": _share(beside, query.weights),
        "either_weight": _share(either, query.weights),
        "either_missing": (query.weights @ ~either) if n else np.nan,
        "title_covered": inside.sum(axis=0) / length if n else np.nan,
        "rarest_word": either[query.weights.argmax()] if n else np.nan,
        "phrase": np.asarray(_in_a_row(at).any(axis=1)) if n > 1 else np.nan,
        "bigrams": (at[:-1, :, :-1] & at[1:, :, 1:]).any(axis=2).mean(axis=0) if n > 1 else np.nan,
        "first_place": first.min(axis=0) if n else np.nan,
        "head_place": first[query.head] if n else np.nan,
        "head_within": first[query.head] < head if n else np.nan,
        "head_last": _among_last(at[query.head], head) if n else np.nan,
        "head_behind": (head - first[query.head]) * inside[query.head] if n else np.nan,
        "numbers": _share(either[numeric]),
        "codes": _share(either[codes]),
    }
    return found | _spelling(query, words, rows) | _measures(query, words, rows)


def _share(held: Held, weights: Floats | None = None) -> Column:
    """Return float [c]: the weight of the words that each candidate holds over that of all; NaN without words."""
    if not len(held):
        return np.nan
    share: npt.NDArray[Any] = held.mean(axis=0) if weights is None else weights @ held / weights.sum()
    return share


def _in_a_row(at: Held) -> Held:
    """Return bool [c, 32 - q + 1]: whether all words stand in the title in their order, beginning at each place."""
    width = at.shape[2] - len(at) + 1
    together: Held = np.logical_and.reduce([own[:, place : place + width] for place, own in enumerate(at)])
    return together


def _among_last(at: Held, head: npt.NDArray[np.int32]) -> Held:
    """Return bool [c]: whether a word is one of the last two of what the title says that the product is."""
    places = np.arange(at.shape[1])
    last: Held = np.asarray((at & (places < head[:, None]) & (places >= head[:, None] - 2)).any(axis=1))
    return last


def _spelling(query: Query, words: Words, rows: RowArray) -> Columns:
    """Return shares of character trigrams: of the query's in the title, and of all in both."""
    if not query.trigrams:
        return {"trigrams": np.nan, "trigrams_both": np.nan}
    asked = np.zeros(BUCKETS + 1, dtype=np.int32)  # its last place is that of the filling, -1
    asked[list(query.trigrams)] = 1
    shared = asked[words.trigrams[rows]].sum(axis=1)
    both = words.title_trigrams[rows] + len(query.trigrams)
    return {"trigrams": shared / len(query.trigrams), "trigrams_both": 2 * shared / both}


def _measures(query: Query, words: Words, rows: RowArray) -> Columns:
    """Return shares of the query's measures: those the title has, and those it gives another number for."""
    if not query.sizes:
        return {"measures": np.nan, "other_measures": np.nan}
    sizes, units = words.sizes[rows], words.units[rows]
    same = np.stack([(sizes == size).any(axis=1) for size in query.sizes])
    unit = np.stack([(units == unit).any(axis=1) for unit in query.units])
    return {"measures": same.mean(axis=0), "other_measures": (unit & ~same).mean(axis=0)}
