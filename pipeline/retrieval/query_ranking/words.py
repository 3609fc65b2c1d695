"""The words of every product as numbers in rows of one length: what lets hundreds of candidates be compared at once."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline import stored
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking.measures import measures
from pipeline.text.lexical import terms

TITLE, OTHER = 32, 64  # terms that are read of a title, and of brand, category and description together
TRIGRAMS, BUCKETS = 96, 1 << 14  # character trigrams that are read of a title, and what they are hashed into
MEASURES = 8  # numbers with a unit that are read of a title
NOTHING = -1  # fills up the rows
UNKNOWN = -2  # a word of a query that no product has
# What comes after one of these says what a product is for, or has beside it: not what it is. 2,000 is one number.
ASIDE = re.compile(r"\s(?:for|with|w/|without|compatible|fits|suitable)\s|,(?!\d)|\(|\s-\s", re.IGNORECASE)

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Words:
    """The words of n products.

    Args:
        vocabulary: Every term, by its number.
        title: int32 [n, 32], the terms of the title in order, filled up with -1.
        other: int32 [n, 64], the distinct terms of brand, category and description, filled up with -1.
        head: int32 [n], how many terms of the title come before what it says aside (`ASIDE`).
        trigrams: int32 [n, 96], the hashed character trigrams of the title, each once, filled up with -1.
        units: int32 [n, 8], the units of the title's measures, hashed; -1 where there are fewer.
        sizes: int32 [n, 8], the same of number and unit together.
        idf: float32 [n_terms], log(1 + (n - df + 0.5) / (df + 0.5)) over titles and the other fields.
    """

    vocabulary: Sequence[str]
    title: Codes
    other: Codes
    head: Codes
    trigrams: Codes
    units: Codes
    sizes: Codes
    idf: Floats
    number_of: dict[str, int] = field(init=False, repr=False)
    title_length: Codes = field(init=False, repr=False)  # int32 [n], terms
    title_trigrams: Codes = field(init=False, repr=False)  # int32 [n], how many

    def __post_init__(self) -> None:
        for name, codes in (("title_length", self.title), ("title_trigrams", self.trigrams)):
            object.__setattr__(self, name, (codes >= 0).sum(axis=1, dtype=np.int32))
        object.__setattr__(self, "number_of", {term: number for number, term in enumerate(self.vocabulary)})

    @classmethod
    def of(cls, catalogue: Catalogue) -> Words:
        """Read the words of a catalogue."""
        n = len(catalogue)
        number_of: dict[str, int] = {}
        title, other = np.full((n, TITLE), NOTHING, np.int32), np.full((n, OTHER), NOTHING, np.int32)
        pieces = np.full((n, TRIGRAMS), NOTHING, np.int32)
        units, sizes = np.full((n, MEASURES), NOTHING, np.int32), np.full((n, MEASURES), NOTHING, np.int32)
        heads = np.zeros(n, np.int32)
        found: list[int] = []
        for row, record in enumerate(catalogue.table.select(TEXTS).to_pylist()):
            named = record["title"]
            own = [number_of.setdefault(term, len(number_of)) for term in terms(named)][:TITLE]
            beside = " ".join([record["brand"] or "", *record["category"], record["description"] or ""])
            rest = list(dict.fromkeys(number_of.setdefault(term, len(number_of)) for term in terms(beside)))[:OTHER]
            title[row, : len(own)], other[row, : len(rest)] = own, rest
            heads[row] = min(head_of(named), TITLE)
            _fill(pieces[row], trigrams(named))
            _fill(units[row], [hashed(unit) for _, unit in measures(named)])
            _fill(sizes[row], [hashed(f"{number} {unit}") for number, unit in measures(named)])
            found += {*own, *rest}
        df = np.bincount(found, minlength=len(number_of))
        idf = np.log1p((n - df + 0.5) / (df + 0.5)).astype(np.float32)
        return cls(list(number_of), title, other, heads, pieces, units, sizes, idf)

    def save(self, folder: Path) -> None:
        """Write an .npy file per array and terms.txt into a folder."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / "terms.txt").write_text("\n".join(self.vocabulary), "utf-8")

    @classmethod
    def load(cls, folder: Path, n_products: int) -> Words:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError: It is of another number of products, or terms and weights do not match.
        """
        text = (folder / "terms.txt").read_text("utf-8")
        vocabulary = text.split("\n") if text else []
        wide = {"title": TITLE, "other": OTHER, "trigrams": TRIGRAMS, "units": MEASURES, "sizes": MEASURES}
        shapes = {name: (n_products, wide[name]) if name in wide else (n_products,) for name in ARRAYS if name != "idf"}
        arrays = {name: stored.array(folder / f"{name}.npy", np.int32, shape) for name, shape in shapes.items()}
        idf = stored.array(folder / "idf.npy", np.float32, (len(vocabulary),))
        for name, above in (("title", len(vocabulary)), ("other", len(vocabulary)), ("trigrams", BUCKETS)):
            stored.within(arrays[name], NOTHING, above, "the words of products")
        stored.within(arrays["head"], 0, TITLE + 1, "the words of products")
        return cls(vocabulary, **arrays, idf=idf)

    def numbers(self, words: Iterable[str]) -> Codes:
        """Return int32: the number of each term, -2 for one that no product has."""
        return np.array([self.number_of.get(word, UNKNOWN) for word in words], dtype=np.int32)

    def weights(self, numbers: Codes) -> Floats:
        """Return float32: the idf of each term; that of a term in no product where it is unknown."""
        known = np.append(self.idf, np.float32(np.log1p((len(self.title) + 0.5) / 0.5)))
        return known[np.where(numbers < 0, len(known) - 1, numbers)]


TEXTS = ["title", "brand", "category", "description"]
ARRAYS = tuple(each.name for each in fields(Words) if each.init and each.name != "vocabulary")


def head_of(text: str) -> int:
    """Return how many terms come before what a text says only aside; all of them where nothing is.

    >>> head_of("Leather bag for camera, brown"), head_of("camera bag"), head_of("for cameras")
    (2, 2, 1)
    """
    aside = ASIDE.search(text)
    before = len(terms(text[: aside.start()])) if aside else 0
    return before or len(terms(text))


def trigrams(text: str) -> list[int]:
    """Return the hashed character trigrams of a text's words, each once; a word's edges count as a blank."""
    words = re.findall(r"[^\W_]+", text.lower())
    return list(
        dict.fromkeys(
            zlib.crc32(f" {word} "[place : place + 3].encode()) % BUCKETS
            for word in words
            for place in range(len(word))
        )
    )


def hashed(text: str) -> int:
    """Return a number below 2^31 that a text always gets."""
    return zlib.crc32(text.encode()) & 0x7FFFFFFF


def _fill(row: Codes, values: Sequence[int]) -> None:
    kept = values[: len(row)]
    row[: len(kept)] = kept
