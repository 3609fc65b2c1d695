"""Where a text holds the words of a query, as the lexical index reads both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from pipeline.text.lexical import joined, terms
from pipeline.text.words import MARKS, UNSPACED_RUN, pieces

# A word as the lexical index reads it, in a text that is still as people see it; a number may have thousands.
WORD = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?![^\W_])|[^\W_]+(?:[{re.escape(MARKS)}][^\W_]+)*(?:\+\+|#)?")

Span = tuple[int, int]


def stems(query: str) -> frozenset[str]:
    """Return what the lexical index looks for: the terms of a query, and each two neighbouring words as one."""
    return frozenset((*terms(query), *joined(query)))


def spans(text: str, wanted: frozenset[str]) -> list[Span]:
    """Return the places (start, end) of a text that hold wanted terms, in order and apart from each other.

    These are whole words, pieces of joined words, and words typed apart that the query joins. Of a piece of letters
    and digits, one lone character says too little.

    Args:
        text: A title, in Unicode's composed form (NFC).
        wanted: The query's `stems`.

    >>> spans("Cameras and bags", stems("camera"))
    [(0, 7)]
    """
    return _merged(sorted(_found(text, wanted))) if wanted else []


def _found(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    heads = {each[:2] for each in wanted}
    before: re.Match[str] | None = None
    for word in WORD.finditer(text):
        # Joining is slow, and nearly no two neighbours begin like a word of the query.
        alike = before is not None and (before[0] + word[0])[:2].lower() in heads
        if before is not None and alike and wanted.intersection(joined(f"{before[0]} {word[0]}")):
            yield from (before.span(), word.span())
        before = word
        if UNSPACED_RUN.search(word[0]):
            yield from _unspaced(word, wanted)
            continue
        first, *others = _terms(word[0]) or ("",)
        if first in wanted:  # a word as it stands, or a model code without its joints
            yield word.span()
        elif others:
            yield from _pieces(word, wanted)


@lru_cache(maxsize=65_536)
def _terms(word: str) -> tuple[str, ...]:
    return tuple(terms(word))


def _pieces(word: re.Match[str], wanted: frozenset[str]) -> Iterator[Span]:
    """Yield the pieces of a joined word that are wanted, of a piece of letters and digits those parts that are."""
    lower, at = word[0].lower(), word.start()
    for piece in pieces(lower):
        at = word.start() + lower.find(piece, at - word.start())
        first, *runs = _terms(piece) or ("",)
        if first in wanted:
            yield at, at + len(piece)
        elif runs:
            yield from _runs(runs, at, wanted)
        at += len(piece)


def _runs(runs: list[str], at: int, wanted: frozenset[str]) -> Iterator[Span]:
    """Yield neighbouring runs of letters and numbers that are wanted; one lone character says too little."""
    for is_wanted, group in groupby(runs, wanted.__contains__):
        length = sum(map(len, group))
        if is_wanted and length > 1:
            yield at, at + length
        at += length


def _unspaced(word: re.Match[str], wanted: frozenset[str]) -> Iterator[Span]:
    """Yield each two neighbouring characters that are wanted, and single ones where the query is one character."""
    for run in re.finditer(rf"{UNSPACED_RUN.pattern}|[^\W_]+?(?={UNSPACED_RUN.pattern}|$)", word[0]):
        start = word.start() + run.start()
        if not UNSPACED_RUN.match(run[0]):
            if wanted.intersection(terms(run[0])):
                yield start, start + len(run[0])
            continue
        for at in range(len(run[0])):
            for length in (1, 2):
                if run[0][at : at + length] in wanted:
                    yield start + at, start + at + len(run[0][at : at + length])


def _merged(spans: list[Span]) -> list[Span]:
    """Return spans as one where they touch or overlap."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
