"""What the engine answers: frozen values that a page, the API and a notebook show alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.retrieval.understanding.understood import Understood


@dataclass(frozen=True)
class ScorePart:
    """One retriever's share in a result.

    Args:
        retriever: bm25, minilm, towers, text, ...; beside "reranked" the sources that proposed the product.
        score: Its own score, in its own unit (BM25 sum, cosine).
        rank: 1 = its best product among those that pass the filters; None when it did not list the product.
        share: What it added to the final score; a source that only proposed adds 0.
    """

    retriever: str
    score: float
    rank: int | None
    share: float


@dataclass(frozen=True)
class Hit:
    """One product of an answer; `row` is its row in the catalogue, `score` its final score."""

    rank: int
    row: int
    product_id: str
    score: float
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True)
class Results:
    """An answer.

    Args:
        hits: Best first.
        timings: Milliseconds of each step, in order; "total" is the last.
        among: How many products the list was chosen from: those that pass the filters and, searching by words alone,
            hold one of them.
        notes: Sentences the reader should know (what was relaxed, what the version lacks).
        held_out: Product ids hidden from the history (`as_of="test"`), to mark whether they were hit.
        understood: How the query of a search was understood, and which filters were relaxed; None where there is none.
    """

    hits: tuple[Hit, ...]
    timings: Mapping[str, float]
    among: int
    notes: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    understood: Understood | None = None
