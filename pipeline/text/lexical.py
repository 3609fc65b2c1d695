"""BM25 over product text: the words that a shopper typed, found as words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

# A run of letters and digits, joined by the marks that model codes and sizes use (wh-1000xm4, 1/2, usb-c, c++).
TOKEN = re.compile(r"[^\W_]+(?:[-./'&][^\W_]+)*(?:\+\+|#)?")
# fmt: off
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this",
    "to", "was", "will", "with",
))
# fmt: on
NO_TERM = "\x00"
_stem = Stemmer.Stemmer("english").stemWord


def terms(text: str) -> list[str]:
    """Return the index terms of a text, in order.

    A joined word yields itself without its joints, and its pieces, so that `wh-1000xm4`, `wh1000xm4` and
    `wh 1000xm4` meet. Words are stemmed, stop words left out.

    >>> terms("Cameras for the WH-1000XM4")
    ['camera', 'wh1000xm4', 'wh', '1000xm4']
    """
    found = []
    for token in TOKEN.findall(text.lower()):
        pieces = re.split(r"[-./'&]", token)
        if len(pieces) > 1:
            found.append("".join(pieces))
        found += [_stem(piece) if piece.isalpha() else piece for piece in pieces if piece not in STOP_WORDS]
    return found


class LexicalIndex:
    """A BM25 index (Lucene's form, k1 = 1.5, b = 0.75) over one text per product.

    Source: Kamphuis et al. 2020, "Which BM25 do you mean?", the variant called Lucene.
    """

    def __init__(self, index: bm25s.BM25, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index one text per product, in row order."""
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numpy")
        words = [terms(text) for text in texts]
        if not any(words):  # bm25s needs at least one term; this one is in no query
            words = [[NO_TERM] for _ in texts]
        index.index(words, show_progress=False)
        return cls(index, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index as NumPy and JSON files; no pickle."""
        self._index.save(str(folder), show_progress=False, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read what `save` wrote for `size` products."""
        return cls(bm25s.BM25.load(str(folder), allow_pickle=False, show_progress=False), size)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """Return float32 [n_products], the BM25 score of every product; 0 where no word matches."""
        known = [self._index.vocab_dict[term] for term in terms(query) if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores
