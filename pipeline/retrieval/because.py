"""Because of what: how much each product of a history adds to the score of each product that is recommended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.retrieval.candidates import FloatArray, Request, RowArray
from pipeline.retrieval.contents import UserTower
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.explain import Contribution, grouped
from pipeline.retrieval.pool import Pool
from pipeline.retrieval.reading import Whom
from pipeline.retrieval.reranking.labels import LABELS
from pipeline.retrieval.retrievers import Text


@dataclass(frozen=True)
class Because:
    """Contributions of a history of n products to the scores of m products.

    Args:
        of: Whose score: "towers" or "text"; both are cosines, -1..1.
        exact: Whether contributions and rest add up to the score. Else each is leave-one-out: the score less that of
            the history without the product; such differences need not add up, as products can stand in for each other.
        history: int32 [n], product rows, oldest first.
        added: float32 [m, n].
        rest: float32 [m], what belongs to no product; 0 where contributions do not add up.
        scores: float32 [m].
    """

    of: str
    exact: bool
    history: RowArray
    added: FloatArray
    rest: FloatArray
    scores: FloatArray

    def strongest(self, place: int, most: int) -> list[tuple[int, float]]:
        """Return up to `most` products that speak for a recommendation, strongest first: (place in history, added).

        Args:
            place: Of the recommended product among the m.
            most: How many.
        """
        own = self.added[place]
        order = np.argsort(-own, kind="stable")[:most]
        return [(int(each), float(own[each])) for each in order if own[each] > 0]


def because(engine: Engine, whom: Whom, rows: Sequence[int]) -> Because | None:
    """Return what each product of a history adds to the scores of some products, as the towers give them.

    Without towers that read histories it is the score of the text. None where nothing can be told apart: the history is
    empty, or the towers know the shopper by name.

    Args:
        engine: The version.
        whom: Whose history.
        rows: The rows of the products.

    Raises:
        UnknownShopper, UnknownProduct, InvalidRequest: As in `Engine.recommend`.
    """
    history = whom.read(engine.catalogue, engine.shoppers).rows
    if not len(history) or knows_by_name(engine, whom):
        return None
    contents, wanted = engine.contents, np.array(rows, np.int32)
    if contents.user_tower is None:
        text = Text(contents.text, **engine.tuned.get(Text.name, {}))
        return of_text(text, contents.text.vectors, history, wanted)
    return of_tower(contents.user_tower, contents.items.vectors, history, wanted)


def knows_by_name(engine: Engine, whom: Whom) -> bool:
    """Return whether the version's towers answer from who the shopper is, and read no history."""
    known = engine.contents.user_vectors
    if known is None or whom.user_id is None or engine.shoppers is None:
        return False
    return bool(known[engine.shoppers.index(whom.user_id)].any())


def weighed(engine: Engine, whom: Whom, row: int) -> tuple[Contribution, ...]:
    """Return what the re-ranker saw in a product, against the mean of the candidates, strongest first.

    Nothing where no re-ranker answers, or where the product is not among its candidates.

    Args:
        engine: The version.
        whom: Whose history.
        row: Of the product.

    Raises:
        UnknownShopper, UnknownProduct, InvalidRequest: As in `Engine.recommend`.
    """
    history, _, times = whom.read(engine.catalogue, engine.shoppers)
    ranker = engine.contents.reranked
    if ranker is None or not len(history):
        return ()
    allowed = np.ones(len(engine.catalogue), dtype=bool)
    allowed[history] = False
    found = ranker.weighed(Request(history=history, allowed=allowed, times=times), row)
    return () if found is None else grouped(ranker.features.names, *found, LABELS)


def of_tower(tower: UserTower, items: FloatArray, history: RowArray, rows: RowArray) -> Because:
    """Return the contributions to a user tower's scores: exact of a pooled one, else leave-one-out.

    Args:
        tower: Reads the history.
        items: float32 [n_products, d], item vectors.
        history: Product rows, oldest first, at least one.
        rows: Product rows that are scored.
    """
    vectors, wanted = items[history], items[rows]
    scores = wanted @ tower(vectors)
    if tower.pool is not None:
        return _exact("towers", tower.pool, vectors, history, wanted, scores)
    without = _without_each(tower, vectors)
    added = scores[:, None] - wanted @ without.T
    return Because("towers", False, history, added.astype(np.float32), np.zeros(len(rows), np.float32), scores)


def of_text(text: Text, vectors: FloatArray, history: RowArray, rows: RowArray) -> Because:
    """Return the contributions to the cosine with the history's mean text vector; exact.

    Args:
        text: Whose mean it is.
        vectors: float32 [n_products, d], text vectors.
        history: Product rows, oldest first, at least one.
        rows: Product rows that are scored.
    """
    added = vectors[rows] @ text.parts(history).T
    return Because("text", True, history, added, np.zeros(len(rows), np.float32), added.sum(axis=1))


def _exact(
    of: str, pool: Pool, vectors: FloatArray, history: RowArray, wanted: FloatArray, scores: FloatArray
) -> Because:
    parts, rest = pool.parts(vectors)
    added, own = (wanted @ parts.T).astype(np.float32), (wanted @ rest).astype(np.float32)
    return Because(of, True, history, added, own, scores)


def _without_each(tower: UserTower, vectors: FloatArray) -> FloatArray:
    """Return float32 [n, d]: the shopper's vector without each product; nothing where it was the only one."""
    n = len(vectors)
    if n == 1:
        return np.zeros_like(vectors)
    # What lies further back than the tower reads changes nothing; one more comes into its reach for one left out.
    reach = min(n, tower.length + 1)
    near = vectors[-reach:]
    kept = np.array([[other for other in range(reach) if other != place] for place in range(reach)])
    found = np.repeat(tower(vectors)[None], n, axis=0)
    found[n - reach :] = tower.many(near[kept])
    return found
