"""What every system answers every shopper: the ranks of the held-out products, the list, and the sampled duel.

Each system is asked once a shopper, and everything is read off the same scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluation.sampled import Sampled, negatives
from pipeline.metrics import Ranks, pad, target_ranks
from pipeline.retrieval.candidates import FloatArray, Request, Retriever, RowArray, scores_of_many, top_k
from pipeline.retrieval.shoppers import Shoppers

LIST = 10  # products of a list
CHUNK = 64  # shoppers asked at once, to bound memory
BLOCK = 64  # products of which one stands for all while a list is found


@dataclass(frozen=True)
class Answers:
    """Answers to n shoppers; arrays are padded to the most targets of one of them.

    Args:
        chosen: int64 [n], their numbers.
        histories: What each system was told.
        targets: int32 [n, r], rows of the held-out products, -1 where there are fewer.
        candidates: int64 [n], how many products were ranked.
        ranks: By system: int64 [n, r], 0 where there are fewer targets.
        lists: By system: int32 [n, 10], the best rows, -1 where there are fewer; those of chance are drawn.
        duels: By system: how the held-out products fared among sampled ones.
    """

    chosen: npt.NDArray[np.int64]
    histories: list[RowArray]
    targets: RowArray
    candidates: npt.NDArray[np.int64]
    ranks: dict[str, Ranks]
    lists: dict[str, RowArray]
    duels: dict[str, Sampled]

    @property
    def relevant(self) -> npt.NDArray[np.int64]:
        """int64 [n], how many products are held out."""
        count: npt.NDArray[np.int64] = (self.targets >= 0).sum(axis=1)
        return count


def rank_table(answers: Answers, ids: Sequence[str]) -> pa.Table:
    """Return user_id, system, row, rank: a row per system and held-out product.

    Args:
        answers: Whose ranks.
        ids: The id of each shopper asked.
    """
    held = answers.targets >= 0
    users = pa.array(np.repeat(np.array(ids, dtype=object), held.sum(axis=1)), pa.string()).dictionary_encode()
    rows = pa.array(answers.targets[held])
    parts = [
        pa.table({"user_id": users, "system": pa.repeat(system, len(rows)), "row": rows, "rank": pa.array(ranks[held])})
        for system, ranks in answers.ranks.items()
    ]
    return pa.concat_tables(parts)


def collect(
    systems: Sequence[Retriever],
    shoppers: Shoppers,
    n_products: int,
    part: str,
    chosen: Sequence[int],
    advance: Callable[[int], None] = lambda done: None,
) -> Answers:
    """Rank every product for every chosen shopper under every system.

    Args:
        systems: Retrievers; each is asked for the score of every product.
        shoppers: All shoppers.
        n_products: Products in the catalogue.
        part: valid or test; the history is everything before it, the targets are the products inside it.
        chosen: Numbers of the shoppers, at least one.
        advance: Called with the number of shoppers done since the last call.
    """
    histories = [shoppers.before(index, part) for index in chosen]
    targets = [shoppers.within(index, part) for index in chosen]
    drawn = [
        negatives(index, n_products, history, own)
        for index, history, own in zip(chosen, histories, targets, strict=True)
    ]
    random = [by_chance(index, n_products, history) for index, history in zip(chosen, histories, strict=True)]
    names = [system.name for system in systems]
    ranks: dict[str, list[Ranks]] = {name: [] for name in names}
    lists: dict[str, list[RowArray]] = {name: [] for name in names}
    duels: dict[str, list[Sampled]] = {name: [] for name in names}
    for start in range(0, len(chosen), CHUNK):
        places = range(start, min(start + CHUNK, len(chosen)))
        requests = [
            Request(
                history=histories[place],
                shopper=int(chosen[place]),
                times=shoppers.times_before(int(chosen[place]), part),
            )
            for place in places
        ]
        for system in systems:
            for place, scores in zip(places, scores_of_many(system, requests), strict=True):
                ranks[system.name].append(target_ranks(scores, targets[place], histories[place]))
                lists[system.name].append(best(scores, histories[place]))
                duels[system.name].append(Sampled.of(scores, targets[place], drawn[place]))
        advance(len(requests))
    return Answers(
        chosen=np.array(chosen),
        histories=histories,
        targets=(pad([own.astype(np.int64) + 1 for own in targets]) - 1).astype(np.int32),
        candidates=np.array([n_products - len(history) for history in histories]),
        ranks={name: pad(found) for name, found in ranks.items()},
        lists={name: np.stack(found) for name, found in {"chance": random, **lists}.items()},
        duels={name: Sampled.joined(found) for name, found in duels.items()},
    )


def best(scores: FloatArray, history: RowArray) -> RowArray:
    """Return int32 [10]: the best rows outside the history, filled up with -1; equal scores in row order."""
    open_ = scores.copy()
    open_[history] = -np.inf
    k = min(LIST, len(scores) - len(history))
    allowed = None
    if (blocks := len(scores) // BLOCK) > k:
        # Each of the k best blocks holds a product as good as the k-th best block's best: none below it is listed.
        heads = open_[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        allowed = open_ >= np.partition(heads, blocks - k)[blocks - k]
    found = top_k(open_, k, allowed).rows
    return np.concatenate([found, np.full(LIST - len(found), -1, np.int32)])


def by_chance(index: int, n_products: int, history: RowArray) -> RowArray:
    """Return int32 [10]: rows drawn outside the history, filled up with -1; the same for a shopper every time."""
    generator = np.random.default_rng([1, index])
    drawn = generator.choice(n_products, size=min(LIST + len(history), n_products), replace=False)
    found = drawn[~np.isin(drawn, history)][:LIST].astype(np.int32)
    return np.concatenate([found, np.full(LIST - len(found), -1, np.int32)])
