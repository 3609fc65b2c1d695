"""Many queries at once: what a version answers to each, and how good it is where it was judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.compare import Paired, paired
from pipeline.evaluation.judgements import Judgements
from pipeline.evaluation.queries import SEARCHED, Judged, chance_of, values_of_list
from pipeline.evaluation.rows import Row, rows_of
from pipeline.retrieval.engine import MAX_K, Engine, Mode
from pipeline.retrieval.results import Results

LISTED = 10  # products of each answer that are kept

FIGURES = {figure: place for place, figure in enumerate(SEARCHED)}


@dataclass(frozen=True)
class Answer:
    """What a version answers to one query of a list.

    Args:
        query: The query.
        ids: The first ten products, best first.
        among: How many products the answer was chosen from.
        milliseconds: The search alone, the query already read and encoded.
        values: float64 [n_figures], in the order of `SEARCHED`; None where the query was not judged, or no product
            was judged relevant.
    """

    query: str
    ids: tuple[str, ...]
    among: int
    milliseconds: float
    values: npt.NDArray[np.float64] | None = None

    def value(self, metric: str, k: int) -> float | None:
        """Return one figure, None where there is none."""
        if self.values is None or np.isnan(self.values[FIGURES[metric, k]]):
            return None
        return float(self.values[FIGURES[metric, k]])


def answers(engine: Engine, queries: Sequence[str], mode: Mode, judgements: Judgements | None) -> Iterator[Answer]:
    """Search for each query as the Search page does, spelling repair included, and measure the list that it shows.

    Under the protocol "judged" the figures are those of a list of the judged products alone.

    Args:
        engine: The version.
        queries: Each 1 to 500 characters that are not all blank.
        mode: As in `Engine.search`.
        judgements: The version's; None where it has none.

    Raises:
        InvalidRequest: A query or the mode is out of range, or the version lacks what the mode needs.
    """
    for query in queries:
        # Otherwise the first of two modes would pay for the vector that the second one finds remembered.
        engine.read_ahead(query)
        found = engine.search(query, k=LISTED, mode=mode)
        judged = judgements.of(query) if judgements else None
        values = None
        if judgements and judged is not None and judged.gains.any():
            within = judged.rows if judgements.protocol == "judged" else None
            # A list of its own, as a long one takes longer and would not be the time that a reader waits.
            measured = engine.search(query, k=MAX_K, mode=mode, within=within)
            values = _values(measured, judged, complete=within is not None)
        ids = tuple(hit.product_id for hit in found.hits)
        yield Answer(query, ids, found.among, found.timings["total"], values)


def _values(found: Results, judged: Judged, *, complete: bool) -> npt.NDArray[np.float64]:
    """Return float64 [n_figures] of the list that an answer shows, equal scores in the order shown."""
    gain_of: Mapping[int, float] = dict(zip(judged.rows.tolist(), judged.gains.tolist(), strict=True))
    in_order = np.array([gain_of.get(hit.row, 0.0) for hit in found.hits])
    shown = np.array([hit.row in gain_of for hit in found.hits[:LISTED] if hit.score > 0], dtype=bool)
    return values_of_list(in_order, judged.gains, shown, complete=complete)


def by_chance(queries: Sequence[str], n_products: int, judgements: Judgements) -> list[Answer]:
    """Return what a random order is expected to reach, an answer without products for each judged query."""
    found = []
    for query in queries:
        if (judged := judgements.of(query)) and judgements.any_good(query):
            found.append(Answer(query, (), 0, 0.0, chance_of(judged, n_products, judgements.protocol)))
    return found


def summary(found: Mapping[str, Sequence[Answer]], exact: Sequence[str] = ()) -> list[Row]:
    """Return each figure's mean and 95 % interval over the judged queries, by name; none where none was judged.

    Args:
        found: Answers by name.
        exact: Names whose values are expectations: their interval is the value.
    """
    values = {
        name: np.stack(own)
        for name, each in found.items()
        if (own := [answer.values for answer in each if answer.values is not None])
    }
    return rows_of("search", "queries", values, SEARCHED, exact=exact)


def compared(
    first: Sequence[Answer], second: Sequence[Answer], metric: str = "ndcg", k: int = 10
) -> tuple[Paired, int] | None:
    """Return the difference of a figure, first minus second, over the queries judged for both, and how many those are.

    Args:
        first: Answers to some queries.
        second: Answers to the same queries, in the same order.
        metric: A metric of `SEARCHED`.
        k: Its cut-off.

    Returns:
        None where no query was judged for both.
    """
    pairs = [(one.value(metric, k), other.value(metric, k)) for one, other in zip(first, second, strict=True)]
    both = np.array([pair for pair in pairs if None not in pair], dtype=np.float64)
    return (paired(both[:, 0], both[:, 1]), len(both)) if len(both) else None
