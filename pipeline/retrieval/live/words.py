"""The words that the search ranker reads, of published products and of those added since."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from pipeline.retrieval.live.room import Array, Room
from pipeline.retrieval.query_ranking.words import ARRAYS, NOTHING, Words

NUMBERED = ("title", "other")  # arrays of term numbers; the others hold hashes and counts


class Worded(Protocol):
    @property
    def words(self) -> Words | None:
        """Of one product."""


class LiveWords:
    """Lays the words of added products behind the published ones. Not for several threads at once.

    A term keeps the weight that it has there; one that no published product holds counts as one in none of them.

    Args:
        published: The words of the version.
        room: Where the arrays of the added ones are kept.
    """

    def __init__(self, published: Words, room: type[Room] = Room) -> None:
        self._published = published
        self._rooms = {name: room(getattr(published, name)) for name in ARRAYS if name != "idf"}

    def of(self, added: Sequence[Worded]) -> Words:
        """Return the words of all products."""
        own = self._published
        spoken = (term for each in added if each.words for term in each.words.vocabulary)
        terms = list(dict.fromkeys(term for term in spoken if term not in own.number_of))
        numbers = {term: number for number, term in enumerate(terms, start=len(own.vocabulary))}

        def row(name: str, each: Worded) -> Array:
            assert each.words is not None
            values: Array = getattr(each.words, name)[0]
            if name not in NUMBERED:
                return values
            listed = [own.number_of[term] if term in own.number_of else numbers[term] for term in each.words.vocabulary]
            renumbered: Array = np.array([*listed, NOTHING], np.int32)[values]  # the filling, -1, is the last
            return renumbered

        arrays = {name: room.holding(added, partial(row, name)) for name, room in self._rooms.items()}
        unseen = np.full(len(terms), np.log1p((len(own.title) + 0.5) / 0.5), np.float32)
        return Words([*own.vocabulary, *terms], **arrays, idf=np.append(own.idf, unseen))
