"""Brand and category names, recognised in a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.retrieval.catalogue import CategoryPath
from pipeline.text.lexical import STOP_WORDS, stemmed
from pipeline.text.words import parts

MOST_PATHS = 3  # categories of one name that are offered, the largest first
Key = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A name found in a query: the words that say it, and what it names, a brand or categories, one of the two."""

    said: Key
    brand: str = ""
    paths: tuple[CategoryPath, ...] = ()


class Names:
    """The names of a catalogue; case, accents, plurals and joints make no difference.

    Args:
        brands: How many products each brand has.
        categories: How many products lie at or below each category path.
    """

    def __init__(self, brands: Mapping[str, int], categories: Mapping[CategoryPath, int]) -> None:
        self._brands: dict[Key, str] = {}
        for brand in sorted(brands, key=lambda brand: (brands[brand], brand)):  # the largest of one spelling stays
            if key := _key(brand):
                self._brands[key] = brand
        paths: dict[Key, list[CategoryPath]] = {}
        for path in sorted(categories, key=lambda path: (-categories[path], path)):
            if key := _key(path[-1]):
                paths.setdefault(key, []).append(path)
        self._categories = {key: tuple(found[:MOST_PATHS]) for key, found in paths.items()}
        self._longest = max(map(len, (*self._brands, *self._categories)), default=0)

    def find(self, text: str) -> list[Named]:
        """Return the names in a query, in its order; where several begin at one word, the longest."""
        said = parts(text)
        keys = list(map(stemmed, said))
        found: list[Named] = []
        at = 0
        while at < len(keys):
            for end in range(min(at + self._longest, len(keys)), at, -1):
                key = tuple(keys[at:end])
                if key in self._brands:
                    found.append(Named(tuple(said[at:end]), brand=self._brands[key]))
                if key in self._categories:
                    found.append(Named(tuple(said[at:end]), paths=self._categories[key]))
                if key in self._brands or key in self._categories:
                    at = end - 1
                    break
            at += 1
        return found


def _key(name: str) -> Key:
    """Return the stemmed words of a name; () where it has only words that say nothing ("On", "It")."""
    own = parts(name)
    return () if all(part in STOP_WORDS for part in own) else tuple(map(stemmed, own))
