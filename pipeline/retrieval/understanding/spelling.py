"""Spelling repair against the catalogue's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import copy

import numpy as np
import numpy.typing as npt

from pipeline.text.lexical import STOP_WORDS
from pipeline.text.words import UNSPACED, is_unspaced, pieces, plain, words

# Letters alone: what has a digit is a number, a size or a model code, and one wrong letter makes it another product.
LETTERS = re.compile(rf"(?<![^\W_])[^\W\d_{UNSPACED}]{{2,24}}(?![^\W_])")
LONGEST = 24  # letters
SHORTEST = 4  # letters of a word that is repaired; one so short is only completed: meld is no mistake for mold
TWO_EDITS = 6  # letters from which two edits are tried, as in Elasticsearch's fuzziness AUTO
SHORTEST_HALF = 4  # letters of each half of a word that is taken apart
ONCE_IN = 200_000  # words: what occurs less than once in so many is as likely a mistake itself

Letters = npt.NDArray[np.uint32]


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word of letters alone occurs, unstemmed."""
    return Counter(LETTERS.findall(plain("\n".join(texts))))


def distances(word: str, others: Letters, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the edit distance of a word to each of others: insertions, deletions, substitutions, neighbours swapped.

    Source: Damerau 1964, in the restricted form (optimal string alignment): no part is edited twice.

    Args:
        word: At least one letter.
        others: uint32 [n, longest], the code points of each word, 0 behind its end.
        lengths: int64 [n], how many letters each has.

    Returns:
        int64 [n].
    """
    n, longest = others.shape
    letters = [ord(letter) for letter in word]
    # Columns are the letters of the others, so that one step handles all words: row[j] is [n].
    before: list[npt.NDArray[np.int64]] = []
    row = [np.full(n, j, dtype=np.int64) for j in range(longest + 1)]
    for i, letter in enumerate(letters, start=1):
        older, before, row = before, row, [np.full(n, i, dtype=np.int64)]
        for j in range(1, longest + 1):
            other = others[:, j - 1]
            best = np.minimum(np.minimum(before[j], row[j - 1]) + 1, before[j - 1] + (other != letter))
            if i > 1 and j > 1:
                swapped = (other == letters[i - 2]) & (others[:, j - 2] == letter)
                best = np.where(swapped, np.minimum(best, older[j - 2] + 1), best)
            row.append(best)
    table: npt.NDArray[np.int64] = np.stack(row)[lengths, np.arange(n)]
    return table


class Speller:
    """Repairs words that no product holds.

    Args:
        counts: How often each word of the catalogue occurs (`count_words`).
        known: Whether some product holds a word; a word that is held is never repaired.
    """

    def __init__(self, counts: Mapping[str, int], known: Callable[[str], bool]) -> None:
        self._counts = counts
        self._known = known
        rare = sum(counts.values()) / ONCE_IN
        self._words = [word for word, count in counts.items() if len(word) >= SHORTEST and count >= rare]
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        self._frequency = np.array([counts[word] for word in self._words], dtype=np.int64)
        width = max(int(self._lengths.max(initial=1)), 1)
        self._letters: Letters = (
            np.array(self._words, dtype=f"<U{width}").view(np.uint32).reshape(len(self._words), width)
        )
        # One bit for each letter (modulo 64) that a word holds.
        self._bits = np.zeros(len(self._words), dtype=np.uint64)
        for column in self._letters.T:
            self._bits |= np.where(column > 0, np.uint64(1) << (column % 64).astype(np.uint64), np.uint64(0))

    def knowing(self, known: Callable[[str], bool]) -> Speller:
        """Return the same words to choose from, with another say on which words need no repair."""
        other = copy(self)
        other._known = known
        return other

    def repair(self, text: str) -> list[tuple[str, str]]:
        """Return the words of a query to be replaced, in order: what was typed, and what to search instead.

        A word is repaired where no product holds it and it has only letters. In this order: joined with a neighbour
        (head phones), one edit, taken apart (gamingmouse), two edits. Where there is nothing near, it stays.
        """
        typed = [part for word in words(text) for part in _repairable(word)]
        repairs: list[tuple[str, str]] = []
        at = 0
        while at < len(typed):
            word, following = typed[at], typed[at + 1] if at + 1 < len(typed) else ""
            wrong = self._is_wrong(word)
            if (wrong or self._is_wrong(following)) and self._joins(word, following):
                repairs.append((f"{word} {following}", word + following))
                at += 1
            elif wrong and (found := self._near(word, 1) or self._apart(word) or self._near(word, 2)):
                repairs.append((word, found))
            at += 1
        return repairs

    def _is_wrong(self, word: str) -> bool:
        return word.isalpha() and not is_unspaced(word) and word not in STOP_WORDS and not self._known(word)

    def _joins(self, word: str, following: str) -> bool:
        single = min(len(word), len(following)) < 2
        return not single and not {word, following} & STOP_WORDS and word + following in self._counts

    def _near(self, word: str, edits: int) -> str:
        """Return the commonest word at that distance, those that begin alike first; "" where there is none."""
        if not (TWO_EDITS if edits > 1 else SHORTEST) <= len(word) <= LONGEST:
            return ""
        bits = 0
        for letter in word:
            bits |= 1 << (ord(letter) % 64)
        # An edit changes the length by at most one, and which letters occur by at most two.
        near = (np.abs(self._lengths - len(word)) <= edits) & (
            np.bitwise_count(self._bits ^ np.uint64(bits)) <= 2 * edits
        )
        if len(word) == SHORTEST:
            near &= self._lengths > SHORTEST
        rows = np.flatnonzero(near)
        if not len(rows):
            return ""
        lengths = self._lengths[rows]
        rows = rows[distances(word, self._letters[rows, : lengths.max()], lengths) == edits]
        alike = self._letters[rows, 0] == ord(word[0])
        if edits > 1:  # what begins otherwise and differs twice is mostly another word
            rows, alike = rows[alike], alike[alike]
        order = np.lexsort((rows, -self._frequency[rows], ~alike))
        return self._words[rows[order[0]]] if len(rows) else ""

    def _apart(self, word: str) -> str:
        """Return two words that make this one together, the rarer of them as common as can be; "" if there are none."""
        cuts = [
            (word[:cut], word[cut:])
            for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
            if self._counts.get(word[:cut]) and self._counts.get(word[cut:])
        ]
        best = max(cuts, key=lambda pair: min(self._counts[pair[0]], self._counts[pair[1]]), default=None)
        return " ".join(best) if best else ""


def _repairable(word: str) -> list[str]:
    """Return the parts of a word that are repaired one by one; what holds a digit stays whole, and as it is."""
    return [word] if any(letter.isdigit() for letter in word) else pieces(word)
