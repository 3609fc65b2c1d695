"""BM25 over product text: the words that a shopper typed, found as words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

from pipeline import stored
from pipeline.text.words import is_unspaced, letters_and_numbers, pieces, words

# fmt: off
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this",
    "to", "was", "will", "with",
))
# fmt: on
NO_TERM = "\x00"
K1, B = 1.2, 0.75  # Lucene's own
_stem = Stemmer.Stemmer("english").stemWord


def terms(text: str) -> list[str]:
    """Return the index terms of a text, in order.

    A joined word yields itself without its joints, and its pieces; a piece of letters and digits yields those too: so
    `wh-1000xm4`, `wh1000xm4` and `wh 1000xm4` meet, and `3.5mm` and `3.5 mm`. Where a script has no spaces, each two
    neighbouring characters are a term. Words are stemmed, stop words left out.

    >>> terms("Cameras for the WH-1000XM4")
    ['camera', 'wh1000xm4', 'wh', '1000xm4', '1000', 'xm', '4']
    """
    return _terms(words(text))


def joined(text: str) -> list[str]:
    """Return each two neighbouring words as one: what `terms` would say had they been typed without the space.

    >>> joined("USB C for head phones")
    ['usbc', 'headphon']
    """
    return _joined(words(text))


def stemmed(word: str) -> str:
    """Return the stem of a word; what is not letters alone stays as it is."""
    return _stem(word) if word.isalpha() else word


def _terms(listed: Sequence[str]) -> list[str]:
    return [term for word in listed for term in _of_word(word)]


def _joined(listed: Sequence[str]) -> list[str]:
    pairs = [
        left + right
        for left, right in pairwise(listed)
        if left not in STOP_WORDS and right not in STOP_WORDS and not (left[-1].isdigit() and right[0].isdigit())
    ]
    return list(map(stemmed, pairs))


@lru_cache(maxsize=65_536)
def _of_word(word: str) -> tuple[str, ...]:
    if is_unspaced(word):
        return tuple(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
    found = []
    parts = pieces(word)
    if len(parts) > 1 and not all(part[0].isdigit() for part in parts):
        found.append("".join(parts))
    for part in parts:
        if part.isalpha():
            if part not in STOP_WORDS:
                found.append(_stem(part))
            continue
        found.append(part)
        if not part.isdigit() and len(split := letters_and_numbers(part)) > 1:
            found += split
    return tuple(found)


class LexicalIndex:
    """A BM25 index (Lucene's form and constants, k1 = 1.2, b = 0.75) over one text per product.

    Source: Kamphuis et al. 2020, "Which BM25 do you mean?", the variant called Lucene.
    """

    def __init__(self, index: bm25s.BM25, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index one text per product, in row order."""
        index = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numpy")
        split = [words(text) for text in texts]
        listed = [_terms(own) for own in split]
        known = set().union(*listed)
        for own, found in zip(split, listed, strict=True):
            # What others write as one word is found under it here too; one character alone can be a query.
            apart = [*_joined(own), *(character for run in own if is_unspaced(run) for character in run)]
            known_here = set(found)
            found += [
                each for each in dict.fromkeys(apart) if each not in known_here and (each in known or len(each) == 1)
            ]
        if not any(listed):  # bm25s needs at least one term; this one is in no query
            listed = [[NO_TERM] for _ in texts]
        index.index(listed, show_progress=False)
        return cls(index, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index as NumPy and JSON files; no pickle."""
        self._index.save(str(folder), show_progress=False, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read what `save` wrote for `size` products.

        The library's own reader believes its files; this one takes from them only the numbers and the terms.

        Raises:
            OSError, ValueError, KeyError, TypeError, AttributeError: A file is missing, damaged, or of other products.
        """
        index = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numpy")
        own = {name: getattr(index, name) for name in ("method", "idf_method", "dtype", "int_dtype")}
        told = stored.said(folder / "params.index.json")
        if {name: told[name] for name in own} != own or told["num_docs"] != size:
            raise ValueError("the lexical index is of another kind or of other products")
        data = stored.array(folder / "data.csc.index.npy", np.float32, (None,))
        indices = stored.array(folder / "indices.csc.index.npy", np.int32, (len(data),))
        starts = stored.array(folder / "indptr.csc.index.npy", np.int64, (None,))
        stored.compressed(starts, indices, len(starts) - 1, size)
        vocabulary = stored.said(folder / "vocab.index.json")
        n_terms = len(starts) - 1
        numbers = sorted(number for term, number in vocabulary.items() if term)
        # Beside its terms the library counts the empty text, which no query holds.
        if numbers != list(range(n_terms)) or not all(type(number) is int for number in numbers):
            raise ValueError("the terms of the lexical index are not numbered")
        index.vocab_dict = vocabulary
        index.unique_token_ids_set = set(vocabulary.values())
        index.nonoccurrence_array = None  # other kinds of BM25 have one
        index.scores = {"data": data, "indices": indices, "indptr": starts, "num_docs": size}
        return cls(index, size)

    def knows(self, term: str) -> bool:
        """Return whether any product holds an index term."""
        return term in self._index.vocab_dict

    def rows(self, term: str) -> npt.NDArray[np.int32]:
        """Return int32, the rows of the products that hold an index term, in no order."""
        if not self.knows(term):
            return np.empty(0, dtype=np.int32)
        place, ends = self._index.vocab_dict[term], self._index.scores["indptr"]
        found: npt.NDArray[np.int32] = self._index.scores["indices"][ends[place] : ends[place + 1]]
        return found

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """Return float32 [n_products], the BM25 score of every product; 0 where no word matches."""
        known = [self._index.vocab_dict[term] for term in (*terms(query), *joined(query)) if self.knows(term)]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores
