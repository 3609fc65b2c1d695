"""What the page Judge works on: the lists of both versions, the grades so far, and what they say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard import batches, choices, loading, modes
from dashboard.batches import Recent
from dashboard.comparing import voting
from dashboard.components.words import clean, figure
from dashboard.modes import MODES
from pipeline.comparing.agreement import alpha
from pipeline.comparing.queue import DEPTH, Lists, Queued, graded_value
from pipeline.errors import ExplorerError
from pipeline.evaluation.compare import Paired, bootstrap, paired
from pipeline.evaluation.protocol import evaluable
from pipeline.retrieval.engine import Engine, check_query
from pipeline.workspace.grades import Grade, Grades, units

ASKED = 200  # queries or shoppers of a queue, at most
PROBLEM = "judge-problem"

_shopper_lists: Recent[tuple[str, str], dict[str, Lists]] = Recent(4)
Engines = tuple[Engine, Engine]


def grades() -> Grades:
    """Return the grades beside the versions in view."""
    return Grades(loading.versions().store.artifacts)


def dataset(engine: Engine) -> str:
    return str(engine.manifest.dataset.get("name", ""))


def lists(engines: Engines, kind: str) -> dict[str, Lists]:
    """Return the first ten product ids of both versions by what is asked; remembered."""
    if kind == "query":
        asked = tuple(queries(engines[0]))
        runs = batches.run([(engine, modes.offered(engine)[0]) for engine in engines], asked)
        return {query: (one.ids, two.ids) for query, one, two in zip(asked, *runs, strict=True)}
    key = (engines[0].manifest.checksum, engines[1].manifest.checksum)
    found = _shopper_lists.get(key)
    if found is None:
        found = {}
        users = shoppers(engines[0])
        bar = st.progress(0.0, "Asking for recommendations")
        for place, user in enumerate(users, start=1):
            found[user] = lists_of(engines, kind, user)
            bar.progress(place / len(users), f"{place:,} of {len(users):,} shoppers")
        bar.empty()
        _shopper_lists.put(key, found)
    return found


def lists_of(engines: Engines, kind: str, asked: str) -> Lists:
    """Return both versions' first ten product ids for one query or shopper.

    Raises:
        ExplorerError: A version cannot answer it.
    """
    first, second = (
        engine.search(check_query(asked), k=DEPTH, mode=MODES[modes.offered(engine)[0]].engine)
        if kind == "query"
        else engine.recommend(user_id=asked, k=DEPTH, as_of="test")
        for engine in engines
    )
    return tuple(hit.product_id for hit in first.hits), tuple(hit.product_id for hit in second.hits)


def queries(engine: Engine) -> list[str]:
    """Return the queries of all query sets, then the judged ones, at most 200; else some that can be answered."""
    known = [*frequencies(), *choices.judged_queries(engine)]
    return list(dict.fromkeys(known))[:ASKED] or choices.example_queries(engine, 20)


def frequencies() -> dict[str, int]:
    """Return in how many query sets each query stands."""
    store = batches.store()
    counts: Counter[str] = Counter()
    for name in store.names():
        try:
            counts.update(store.open(name).queries)
        except ExplorerError:  # a damaged set is told where sets are managed
            continue
    return dict(counts)


def shoppers(engine: Engine) -> list[str]:
    """Return some shoppers with a held-out product, the same for every version of a dataset."""
    if engine.shoppers is None:
        return []
    users = [engine.shoppers.ids[index] for index in evaluable(engine.shoppers, "test")]
    return random.Random(str(engine.manifest.dataset.get("fingerprint"))).sample(users, min(ASKED, len(users)))


def give(name: str, kind: str, asked: str, product_id: str, key: str) -> None:
    """Keep the grade of a widget."""
    try:
        grades().give(name, kind, asked, product_id, voting.voter(), st.session_state[key])
    except ExplorerError as error:  # the page says so
        st.session_state[PROBLEM] = error


def alike(found: Mapping[str, Lists]) -> bool:
    """Return whether both versions list the same products in the same order, whatever is asked."""
    return all(tuple(first[:DEPTH]) == tuple(second[:DEPTH]) for first, second in found.values())


def written(waiting: Sequence[Queued], kind: str) -> Styler:
    """Return the queue as a table whose figures have three significant digits; it sorts by the numbers themselves."""
    rows = [
        {
            "Query" if kind == "query" else "Shopper": clean(each.asked, 80),
            "Priority": _rounded(each.priority),
            "Disagreement": _rounded(each.disagreement),
            "Frequency": each.frequency,
            "Swing": _rounded(each.swing),
            "Graded": f"{each.listed - each.open} of {each.listed}",
        }
        for each in waiting
    ]
    form: Any = figure
    return pd.DataFrame(rows).style.format(dict.fromkeys(("Priority", "Disagreement", "Swing"), form))


def _rounded(value: float) -> float:
    """Return a figure without what adding up in binary leaves of lists that are the same: 1e-16 is 0."""
    return round(value, 9)


@dataclass(frozen=True)
class Standing:
    """What grades say so far.

    Args:
        n: Queries or shoppers with a product graded above 0.
        means: NDCG@10 of both versions with its 95 % interval: value, low, high.
        difference: Second minus first; None below one.
        agreement: Krippendorff's alpha of all grades (ordinal); None where there is nothing to agree on.
        judges: How many judged.
    """

    n: int
    means: tuple[tuple[float, float, float], ...]
    difference: Paired | None
    agreement: float | None
    judges: int


def standing(found: Mapping[str, Lists], means: Mapping[str, Mapping[str, float]], given: Sequence[Grade]) -> Standing:
    """Return what the grades say of both versions.

    Args:
        found: The lists.
        means: The mean grade by what was asked and product.
        given: Every grade.
    """
    pairs = []
    for asked, (first, second) in found.items():
        own = means.get(asked, {})
        one, other = graded_value(first, own), graded_value(second, own)
        if one is not None and other is not None:
            pairs.append((one, other))
    agreement = alpha(units(list(given)))
    judges = len({each.judge for each in given})
    if not pairs:
        return Standing(0, (), None, agreement, judges)
    values = np.array(pairs, dtype=np.float64)
    mean, low, high = bootstrap(values)
    return Standing(
        len(pairs),
        tuple((float(mean[i]), float(low[i]), float(high[i])) for i in range(2)),
        paired(values[:, 1], values[:, 0]),
        agreement,
        judges,
    )
