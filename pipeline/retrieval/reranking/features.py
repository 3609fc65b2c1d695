"""What the re-ranker knows of each candidate: who proposed it, what it shares with the history, what speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, Request, RowArray, no_rows
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.groups import GroupLinks
from pipeline.retrieval.reranking.neighbours import Entries
from pipeline.retrieval.reranking.timeline import DAY, SPANS

RECENT = 50  # products of a history that are read
NEWEST = 10  # of those, the ones compared with each candidate one by one
NEW_TEMPERATURE = 0.1
TEMPERATURE = 0.07  # turns the towers' cosines into shares of a softmax over the candidates
# The weights by which the rows of a table are added up over the history: by age, 0 the newest.
WEIGHTS: dict[str, Callable[[npt.NDArray[np.int64]], npt.NDArray[Any]]] = {
    "last": lambda age: (age == 0) * 1.0,
    "three": lambda age: (age < 3) * 1.0,
    "half": lambda age: 0.5**age,
    "fading": lambda age: 0.8**age,
    "all": lambda age: 0.8 ** (0 * age),
}
READ = {
    "linked": ("last", "three", "half", "fading", "all"),
    "together": ("last", "half", "all"),
    "next": ("last", "half"),
    "share": ("last", "fading"),
    "near": ("last", "three", "fading"),
    "pairs": ("last", "all"),
    "alike": ("last", "fading"),
    "cold": ("fading",),
}
# Which tables propose candidates: by which weights, and how many.
PROPOSING = {
    "linked": ("half", 150),
    "near": ("fading", 60),
    "share": ("fading", 40),
    "alike": ("fading", 40),
    "cold": ("fading", 20),
}
FROM_TOWERS, POPULAR = 150, 20  # candidates of the towers, and of popularity
NEW = 40  # candidates that no shopper knew yet, of the brands and categories that come next
SOURCES = ("towers", *PROPOSING, "new")
UNLINKED = 0.05  # share of a brand or category that did not come next yet

ALONE = 4096  # histories of one product that the tower reads at once, to bound memory

Columns = dict[str, npt.NDArray[Any]]
Profile = Callable[[RowArray], FloatArray]


class Tower(Protocol):
    """Reads histories: float32 [any, d] item vectors, oldest first -> float32 [d]; `many` reads n of one length."""

    def __call__(self, history: FloatArray) -> FloatArray: ...

    def many(self, histories: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class Proposal:
    """Candidates and what is known of each.

    Args:
        rows: int32 [n], ascending.
        values: float32 [n, n_features], NaN where something is not known.
        towers: float32 [n_products], the towers' cosine of every product, candidate or not.
    """

    rows: RowArray
    values: FloatArray
    towers: FloatArray


class Features:
    """Proposes candidates for a history and describes each by numbers.

    Every number is of a kind that any dataset has (links, likeness, shared groups, counts), and the same for all or
    NaN where this one lacks it; none is the product's own identity, so that a product without any interaction can win.

    Args:
        evidence: What was counted.
        attributes: What the source says of each product.
        text: float32 [n, d_text], text vectors, rows L2-normalised.
        items: float32 [n, d], what the towers' scores are made of.
        profile: A history's vector in the space of `items`.
        alone: float32 [n, d], the vector of the history that is one product alone, for each.
        links: Which brand and category follows which; None counts them.
    """

    def __init__(
        self,
        evidence: Evidence,
        attributes: Attributes,
        text: FloatArray,
        items: FloatArray,
        profile: Profile,
        alone: FloatArray,
        links: Mapping[str, GroupLinks] | None = None,
    ) -> None:
        self.evidence, self.attributes = evidence, attributes
        self.text, self.items, self.profile, self.alone = text, items, profile, alone
        self.n_products = len(text)
        self._popular = np.argsort(-evidence.seen, kind="stable").astype(np.int32)
        self._unknown = evidence.seen == 0
        self._totals = attributes.totals(evidence.seen)
        near = evidence.counts["near"]
        self.links = links or {name: GroupLinks(near, attributes.groups[name]) for name in ("brand", "leaf")}
        empty = np.empty(0, np.float32)
        nothing = self._columns(np.zeros(1, np.int32), None, no_rows(), empty, empty, {}, {})
        self.names = tuple(nothing)

    @classmethod
    def of(
        cls, catalogue: Catalogue, evidence: Evidence, text: FloatArray, items: FloatArray, tower: Tower
    ) -> Features:
        """Return the features of a catalogue under a user tower."""
        starts = range(0, len(items), ALONE)
        alone = [tower.many(items[start : start + ALONE, None]) for start in starts] or [items]
        attributes = Attributes.of(catalogue)
        return cls(evidence, attributes, text, items, lambda history: tower(items[history]), np.concatenate(alone))

    def counting(self, evidence: Evidence) -> Features:
        """Return the same features over other evidence."""
        return Features(evidence, self.attributes, self.text, self.items, self.profile, self.alone)

    def propose(self, request: Request) -> Proposal:
        """Return the candidates of a history of at least one product, none of them in it, and their features.

        Args:
            request: Its history and times are read, and what is allowed.
        """
        history = request.history[-RECENT:]
        times = None if request.times is None else request.times[-RECENT:]
        open_ = np.ones(self.n_products, dtype=bool) if request.allowed is None else request.allowed.copy()
        open_[request.history] = False
        entries = {table: self._entries(table, history) for table in READ}
        weights = _weights(len(history))
        towers = self.items @ self.profile(request.history)  # a tower may read further back
        lists = {"towers": _best(np.where(open_, towers + 2, 0), FROM_TOWERS)}
        for table, (way, count) in PROPOSING.items():
            lists[table] = _best(entries[table].total(weights[way]) * open_, count)
        following = self._following(history, towers)
        lists["new"] = _best(following * (open_ & self._unknown), NEW)
        # Of these, as many as the history holds are the most that can be closed to it.
        popular = self._popular if request.allowed is not None else self._popular[: POPULAR + len(request.history)]
        popular = popular[open_[popular]][:POPULAR]
        rows = np.unique(np.concatenate([*lists.values(), popular])).astype(np.int32)
        columns = self._columns(history, times, rows, towers, following, entries, lists)
        values = np.empty((len(rows), len(columns)), np.float32)
        for place, column in enumerate(columns.values()):
            values[:, place] = column
        return Proposal(rows, values, towers)

    def _entries(self, table: str, history: RowArray) -> Entries:
        """Return the entries of a table of the evidence in the rows of a history."""
        return Entries.of(self.evidence.tables[table], history)

    def sources(self, values: FloatArray) -> dict[str, tuple[float, int]]:
        """Return who proposed a candidate, best rank first: {source: (its score, its rank)}.

        Args:
            values: float32 [n_features], the candidate's features.
        """
        known = dict(zip(self.names, values.tolist(), strict=True))
        scored = {source: source for source in SOURCES}
        scored |= {table: f"{table}_{weights}" for table, (weights, _) in PROPOSING.items()}
        found = {
            source: (known[column], int(known[f"{source}_rank"]))
            for source, column in scored.items()
            if known[f"{source}_rank"] == known[f"{source}_rank"]  # not a number: it did not
        }
        return dict(sorted(found.items(), key=lambda each: each[1][1]))

    def _columns(
        self,
        history: RowArray,
        times: npt.NDArray[np.int64] | None,
        rows: RowArray,
        towers: FloatArray,
        following: FloatArray,
        entries: dict[str, Entries],
        lists: dict[str, RowArray],
    ) -> Columns:
        """Return every feature by name, in a fixed order."""
        found = self._added_up(history, rows, entries)
        for source in SOURCES:
            found[f"{source}_rank"] = self._ranks(lists.get(source, no_rows()), rows)
        found["new"] = following[rows]
        found |= self._tower_columns(towers[rows])
        found["towers_newest"] = self.items[rows] @ self.alone[history[-1]]
        found |= self._likeness(history, rows)
        found |= self._shared(history, rows)
        found |= self._standing(times, rows)
        shopper = self._shopper(history, times)
        return found | {name: np.full(len(rows), value) for name, value in shopper.items()}

    def _added_up(self, history: RowArray, rows: RowArray, entries: dict[str, Entries]) -> Columns:
        """Return {table_weights: float32 [n]}: every table's rows added up over the history, of the candidates."""
        place = np.full(self.n_products, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        weights = _weights(len(history))
        found: Columns = {}
        for table, ways in READ.items():
            own = entries[table].among(place, len(rows)) if entries else None
            for way in ways:
                found[f"{table}_{way}"] = np.empty(0) if own is None else own.total(weights[way])
        return found

    def _ranks(self, listed: RowArray, rows: RowArray) -> npt.NDArray[Any]:
        """Return float32 [n]: the place of each candidate in a source's list, NaN where it is not in it."""
        places = np.full(self.n_products, np.nan, np.float32)
        places[listed] = np.arange(1, len(listed) + 1)
        return places[rows]

    def _following(self, history: RowArray, towers: FloatArray) -> FloatArray:
        """Return float32 [n]: how well every product's brand and category follow the history, times the towers' word.

        It needs no interaction of the product's own. Where the source says neither, the towers alone decide.

        Args:
            history: Product rows, oldest first.
            towers: float32 [n], the towers' cosine of every product.
        """
        age = np.arange(len(history) - 1, -1, -1)
        fading = (0.8**age).astype(np.float32)
        found: FloatArray = np.exp((towers - 1) / NEW_TEMPERATURE)
        for links in self.links.values():
            found *= links.everywhere(history, fading / fading.sum()) + UNLINKED
        return found

    @staticmethod
    def _tower_columns(scores: npt.NDArray[Any]) -> Columns:
        """Return the towers' score, how far it is below the best, and its share of a softmax over the candidates."""
        gap = scores - scores.max(initial=-2.0)
        shares = np.exp(gap / TEMPERATURE)
        return {"towers": scores, "towers_gap": gap, "towers_share": shares / max(shares.sum(), 1e-9)}

    def _likeness(self, history: RowArray, rows: RowArray) -> Columns:
        """Return cosines to the newest product, to the nearest and to the mean of the newest ones, in both spaces."""
        newest = history[-NEWEST:]
        weights = 0.8 ** np.arange(len(newest) - 1, -1, -1)
        weights = (weights / weights.sum()).astype(np.float32)
        found: Columns = {}
        for space, vectors in (("text", self.text), ("item", self.items)):
            cosines = vectors[rows] @ vectors[newest].T
            found[f"{space}_last"] = cosines[:, -1]
            found[f"{space}_nearest"] = cosines.max(axis=1, initial=-1.0)
            found[f"{space}_mean"] = (cosines * weights).sum(axis=1)
        return found

    def _shared(self, history: RowArray, rows: RowArray) -> Columns:
        """Return what of the history is of the same brand and category, how large those are, and price differences."""
        weights = 0.8 ** np.arange(len(history) - 1, -1, -1)
        weights = (weights / weights.sum()).astype(np.float32)
        one = np.ones(1, np.float32)
        found: Columns = {}
        for group, total in self._totals.items():
            found[f"{group}_share"] = self.attributes.shares(group, rows, history, weights)
            found[f"{group}_last"] = self.attributes.shares(group, rows, history[-1:], one)
            found[f"{group}_seen"] = total[rows]
        for group, links in self.links.items():
            found[f"{group}_after"], found[f"{group}_lift"] = links.of(history, weights, rows)
            found[f"{group}_after_last"], _ = links.of(history[-1:], one, rows)
        prices = self.attributes.log_price
        priced = prices[history][np.isfinite(prices[history])]
        found["price_last"] = prices[rows] - prices[history[-1]]
        found["price_mean"] = prices[rows] - (priced.mean() if len(priced) else np.nan)
        return found

    def _standing(self, times: npt.NDArray[np.int64] | None, rows: RowArray) -> Columns:
        """Return how often a product was seen, in all and of late as of the history's newest time."""
        timeline = self.evidence.timeline
        moment = timeline.last if times is None else int(times[-1])
        past = timeline.at(rows, moment)
        names = (*(f"days_{days}" for days in SPANS), "since_first", "since_latest")
        return {"seen": self.evidence.seen[rows], **{name: past[:, place] for place, name in enumerate(names)}}

    def _shopper(self, history: RowArray, times: npt.NDArray[np.int64] | None) -> dict[str, float]:
        """Return what tells shoppers apart: the same for all candidates, it decides what the rest means."""
        seen = self.evidence.seen[history]
        found = {
            "length": float(len(history)),
            "taste_seen": float(np.log1p(seen).mean()),
            "last_seen": float(seen[-1]),
            "last_alike": float((self.text[history[-NEWEST:]] @ self.text[history[-1]]).mean()),
            "same_day": np.nan,
            "days_since_before": np.nan,
            "days_in_all": np.nan,
        }
        if times is not None:
            day = times // DAY
            before = day[day < day[-1]]
            found["same_day"] = float((day == day[-1]).sum())
            found["days_since_before"] = float(day[-1] - before[-1]) if len(before) else np.nan
            found["days_in_all"] = float(day[-1] - day[0])
        return found


def _weights(length: int) -> dict[str, FloatArray]:
    """Return {name: float32 [length]}, the weights of a history's products, oldest first."""
    age = np.arange(length - 1, -1, -1)
    return {name: weigh(age).astype(np.float32) for name, weigh in WEIGHTS.items()}


def _best(scores: npt.NDArray[Any], k: int) -> RowArray:
    """Return int32 [at most k]: the rows with the highest scores above 0, best first; equal scores in row order."""
    rows = np.flatnonzero(scores > 0)
    values = scores[rows]
    if k < len(rows):
        kept = values >= np.partition(values, len(values) - k)[len(values) - k]
        rows, values = rows[kept], values[kept]
    return rows[np.argsort(-values, kind="stable")[:k]].astype(np.int32)
