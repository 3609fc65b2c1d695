"""Ballots of the taste test: what is asked, and the two lists, in an order that tells nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from dashboard import batches, choices, modes
from dashboard.modes import MODES
from pipeline.comparing.taste import Drafted, team_draft
from pipeline.evaluation.protocol import evaluable
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Hit

SHOWN = 10
LOOKED = 25  # ballots that are passed over because both lists are the same


@dataclass(frozen=True)
class Ballot:
    """One thing to vote on.

    Args:
        number: From 1; the same number is the same ballot.
        asked: The query, or the shopper's id.
        lists: Of the first version, then of the second.
        turned: Whether the second version's list stands on the left.
        seed: Of the draft, where the lists are interleaved.
    """

    number: int
    asked: str
    lists: tuple[tuple[Hit, ...], tuple[Hit, ...]]
    turned: bool
    seed: int

    @property
    def ids(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        first, second = (tuple(hit.product_id for hit in hits) for hits in self.lists)
        return first, second

    @property
    def drafted(self) -> list[Drafted[str]]:
        """Both lists made into one, as long as the longer of them."""
        return team_draft(*self.ids, max(map(len, self.lists)), self.seed)

    def name(self, first: str, second: str, kind: str, voter: str) -> str:
        """Return what names this ballot of this voter: cast again, it is not counted again."""
        one, other = sorted((first, second))
        return str(uuid5(NAMESPACE_URL, "\n".join(("taste", one, other, kind, self.asked, voter))))


def ballot(engines: tuple[Engine, Engine], kind: str, number: int) -> Ballot | None:
    """Return a ballot, from `number` on the first whose lists differ; None where there is nothing to ask.

    Args:
        engines: The two versions.
        kind: query or shopper.
        number: From 1.
    """
    for tried in range(number, number + LOOKED):
        own = random.Random(f"{engines[0].name}|{engines[1].name}|{kind}|{tried}")
        asked = _asked(engines[0], kind, tried)
        if asked is None:
            return None
        lists = _answer(engines[0], kind, asked), _answer(engines[1], kind, asked)
        if [hit.product_id for hit in lists[0]] != [hit.product_id for hit in lists[1]]:
            return Ballot(tried, asked, lists, own.random() < 0.5, own.randrange(2**31))
    return None


def _asked(engine: Engine, kind: str, number: int) -> str | None:
    """Return the query or shopper of a number: all of them once, in an order drawn by the dataset."""
    pool = _queries(engine) if kind == "query" else _shoppers(engine)
    if not pool:
        return None
    order = random.Random(str(engine.manifest.dataset.get("fingerprint"))).sample(range(len(pool)), len(pool))
    return pool[order[(number - 1) % len(pool)]]


def _queries(engine: Engine) -> Sequence[str]:
    judgements = batches.judgements(engine)
    known = [each.query for each in judgements.queries] if judgements else choices.judged_queries(engine)
    return known or choices.example_queries(engine, 20)


def _shoppers(engine: Engine) -> Sequence[str]:
    if engine.shoppers is None:
        return []
    return [engine.shoppers.ids[index] for index in evaluable(engine.shoppers, "test")]


def _answer(engine: Engine, kind: str, asked: str) -> tuple[Hit, ...]:
    if kind == "query":
        return engine.search(asked, k=SHOWN, mode=MODES[modes.offered(engine)[0]].engine).hits
    return engine.recommend(user_id=asked, k=SHOWN, as_of="test").hits
