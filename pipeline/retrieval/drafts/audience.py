"""Which shoppers would be shown a draft: those in whose first ten recommendations it would be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.drafts.displaced import FIRST, inserted
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added
from pipeline.retrieval.shopper_lists import ShopperLists, best_of

SERVED = 100  # shoppers whose re-ranked lists are made anew with a draft: about a second


@dataclass(frozen=True)
class Audience:
    """Who would be shown a draft.

    Args:
        system: What lists: towers, text or reranked.
        shoppers: int64 [n], the numbers of those asked.
        of: How many shoppers the version has.
        ranks: int64 [n], the draft's rank in the list of each, 0 where it is not among the first hundred.
    """

    system: str
    shoppers: npt.NDArray[np.int64]
    of: int
    ranks: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.shoppers)

    def within(self, k: int) -> int:
        """Return to how many it would be among the first k."""
        return int(((self.ranks > 0) & (self.ranks <= k)).sum())


def by_vectors(lists: ShopperLists, vectors: FloatArray) -> npt.NDArray[np.int64]:
    """Return int64 [m, n]: the rank of each of m drafts in the lists of n shoppers, 0 beyond the first hundred.

    A list by vectors holds whatever is nearest: a draft stands behind everything that scores as high or higher, as
    products of equal score stand in row order, and its row is the last.

    Args:
        lists: By vectors.
        vectors: float32 [m, d], the drafts, in the space of the lists.
    """
    assert lists.profiles is not None
    ahead = np.stack([(lists.scores >= own[:, None]).sum(axis=1) for own in vectors @ lists.profiles.T])
    found: npt.NDArray[np.int64] = np.where(ahead < lists.scores.shape[1], ahead + 1, 0)
    return found


def vector_of(engine: Engine, draft: Added) -> FloatArray:
    """Return float32 [d], a draft in the space that the version recommends by."""
    return draft.item if engine.has_towers else draft.text


def of_vectors(lists: ShopperLists, engine: Engine, draft: Added) -> Audience:
    """Return the audience by vectors alone, exactly.

    Args:
        lists: By vectors.
        engine: The version.
        draft: Of `Laid.added`.
    """
    return Audience(lists.system, lists.shoppers, lists.of, by_vectors(lists, vector_of(engine, draft)[None])[0])


def as_served(
    laid: Laid, draft: Added, lists: ShopperLists, most: int = SERVED
) -> tuple[Audience, list[tuple[RowArray, RowArray]]]:
    """Return the audience of a version whose re-ranker orders what is proposed, and the lists that change.

    Args:
        laid: Lays the draft over the version.
        draft: Of `laid.added`.
        lists: What the version recommends without it.
        most: Shoppers that are asked again, the first ones of the lists.

    Returns:
        The audience, and the rows without and with the draft for each shopper who would be shown it.
    """
    people = lists.shoppers[:most]
    ranks = np.zeros(len(people), np.int64)
    changed = []
    with laid.recommending(draft) as engine:
        assert engine.shoppers is not None
        for place, index in enumerate(people.tolist()):
            after, _ = best_of(engine, engine.shoppers, index, FIRST)
            there = np.flatnonzero(after == laid.row)
            if len(there):
                ranks[place] = there[0] + 1
                changed.append((lists.rows[place, :FIRST], after))
    return Audience(lists.system, people, lists.of, ranks), changed


def unknown_shown(lists: ShopperLists, interactions: npt.NDArray[np.int64]) -> tuple[int, int]:
    """Return how many products that no shopper knew are among anyone's first ten, and how many such products there are.

    A draft is one of them: this is what it can be measured against.

    Args:
        lists: Of shoppers.
        interactions: int64 [n_products], train interactions of each product.
    """
    firsts = lists.rows[:, :FIRST]
    shown = np.unique(firsts[firsts >= 0])
    return int((interactions[shown] == 0).sum()), int((interactions == 0).sum())


def changed_lists(lists: ShopperLists, found: Audience, row: int) -> list[tuple[RowArray, RowArray]]:
    """Return the first ten without and with a draft, of each shopper who would be shown it by vectors.

    Args:
        lists: By vectors.
        found: The draft's audience among the same shoppers.
        row: Of the draft.
    """
    shown = np.flatnonzero((found.ranks > 0) & (found.ranks <= FIRST))
    tens = [lists.rows[place, :FIRST] for place in shown]
    return [
        (own[own >= 0], inserted(own[own >= 0], row, int(found.ranks[place])))
        for place, own in zip(shown, tens, strict=True)
    ]
