"""Blind comparison by people: interleaved lists, and the sign test of their votes."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from scipy.stats import binomtest

from pipeline.evaluation.compare import CONFIDENCE

Choice = Literal["first", "second", "tie", "bad"]
CHOICES: tuple[Choice, ...] = ("first", "second", "tie", "bad")
Entry = TypeVar("Entry", bound=Hashable)


@dataclass(frozen=True)
class Drafted(Generic[Entry]):
    """An entry of an interleaved list; team 0 is the first version's, 1 the second's."""

    entry: Entry
    team: int


def team_draft(first: Sequence[Entry], second: Sequence[Entry], k: int, seed: int) -> list[Drafted[Entry]]:
    """Return one list made of two, each entry credited to the version that picked it.

    As captains pick teams: in each round a coin says who picks first, and each picks its best entry that is not listed
    yet. Whoever wants more of one team's entries prefers its version.
    Source: Radlinski, Kurup and Joachims 2008, "How does clickthrough data reflect retrieval quality?", algorithm 2.

    Args:
        first: Distinct entries of the first version, best first.
        second: The same of the second.
        k: Entries of the list, at most.
        seed: Of the coin.
    """
    coin = random.Random(seed)
    sides = (list(first), list(second))
    listed: dict[Entry, int] = {}
    while len(listed) < k:
        order = (0, 1) if coin.random() < 0.5 else (1, 0)
        picks = 0
        for team in order:
            entry = next((each for each in sides[team] if each not in listed), None)
            if entry is not None and len(listed) < k:
                listed[entry] = team
                picks += 1
        if not picks:
            break
    return [Drafted(entry, team) for entry, team in listed.items()]


def credited(drafted: Sequence[Drafted[Entry]], wanted: Sequence[Entry]) -> Choice:
    """Return which version's picks are wanted more; "bad" where nothing is.

    Args:
        drafted: The list.
        wanted: Its entries that a person marked.
    """
    if not wanted:
        return "bad"
    teams = {each.entry: each.team for each in drafted}
    ahead = sum(1 if teams[entry] == 0 else -1 for entry in wanted if entry in teams)
    return "first" if ahead > 0 else "second" if ahead < 0 else "tie"


@dataclass(frozen=True)
class Tally:
    """What votes say so far.

    Args:
        counts: How many of each choice.
        share: Of the decided votes, how many are for the second version; None where none is decided.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: Two-sided p-value of "either is as likely to be preferred".
    """

    counts: Mapping[Choice, int]
    share: float | None
    low: float
    high: float
    p: float

    @property
    def decided(self) -> int:
        """Votes for either version."""
        return self.counts["first"] + self.counts["second"]

    @property
    def votes(self) -> int:
        return sum(self.counts.values())


def tally(votes: Sequence[Choice]) -> Tally:
    """Return the sign test of votes: exact binomial, ties and "both bad" left out, with the Clopper-Pearson interval.

    Source: Dixon and Mood 1946, "The statistical sign test"; Clopper and Pearson 1934, "The use of confidence or
    fiducial limits illustrated in the case of the binomial". Looking after every vote and stopping when p is small
    finds differences that are not there more often than p says; decide beforehand how many votes to collect.

    Args:
        votes: One each.
    """
    counts: dict[Choice, int] = {choice: 0 for choice in CHOICES}
    for vote in votes:
        counts[vote] += 1
    decided = counts["first"] + counts["second"]
    if not decided:
        return Tally(counts, None, 0.0, 1.0, 1.0)
    test = binomtest(counts["second"], decided)
    interval = test.proportion_ci(CONFIDENCE, method="exact")
    return Tally(counts, counts["second"] / decided, float(interval.low), float(interval.high), float(test.pvalue))
