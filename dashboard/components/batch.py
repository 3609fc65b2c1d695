"""The answers to a query set as a table, and what they come to in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from statistics import quantiles
from typing import Any

from dashboard.components import measured
from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.words import clean, counted, figure, listing, milliseconds, signed
from pipeline.evaluation.batch import Answer, compared, summary
from pipeline.retrieval.catalogue import Catalogue

# Metric and cut-off of each figure that is shown.
SHOWN = (("ndcg", 10), ("mrr", 10), ("recall", 10), ("recall", 100), ("unjudged", 10))
LABELS = {
    ("ndcg", 10): "NDCG@10",
    ("mrr", 10): "MRR@10",
    ("recall", 10): "Recall@10",
    ("recall", 100): "Recall@100",
    ("unjudged", 10): "Unjudged@10",
}
BM25, CHANCE = "bm25", "chance"
NAMES = {BM25: "words (BM25) alone", CHANCE: "chance"}
CLEAR = 0.05  # a p-value below it is called a difference
Sides = Mapping[str, Sequence[Answer]]  # answers by the side's name, all to the same queries


def rows_of(sides: Sides, beside: Sides | None = None) -> list[measured.Row]:
    """Return the figures of each side and of what is shown beside them, as rows of `evaluation/metrics.json`.

    Args:
        sides: Answers by the side's name.
        beside: Answers by the name of the baseline, "chance" among them.
    """
    return [asdict(row) for row in (*summary(sides), *summary(beside or {}, exact=(CHANCE,)))]


def headline(sides: Sides, rows: Sequence[measured.Row], learned: Collection[str] = ()) -> str:
    """Return what a run came to, in a sentence: a mean beside its baselines, or the difference of two.

    Args:
        sides: Answers by the side's name.
        rows: What `rows_of` returns.
        learned: Sides whose order learned from the very judgements that measure it: no difference is tested then, as
            queries that were learned from say nothing of others.
    """
    (first, own), *others = sides.items()
    if others:
        return _difference(first, own, *others[0], learned)
    found = {each.system: each for each in measured.of(rows, "ndcg", 10)}
    if first not in found:
        return f"{counted(len(own), 'query', 'queries')} answered."
    mean = found.pop(first)
    if first in learned:
        return f"{first}: NDCG@10 is {figure(mean.value)} on queries that its order learned from."
    between = f" ({interval})" if (interval := measured.interval(mean)) else ""
    times = [
        f"{figure(mean.value / other.value)} times {NAMES[name]}"
        for name, other in found.items()
        if name in NAMES and other.value > 0
    ]
    return f"{first}: NDCG@10 is {figure(mean.value)}{between}{', ' if times else ''}{' and '.join(times)}."


def _difference(
    first: str, own: Sequence[Answer], second: str, theirs: Sequence[Answer], learned: Collection[str]
) -> str:
    found = compared(own, theirs)
    if found is None:
        return f"{counted(len(own), 'query', 'queries')} answered by both; none was judged for both."
    paired, n = found
    if not paired.difference:
        return f"No difference: the mean NDCG@10 of {first} and {second} is the same."
    if taught := [name for name in (first, second) if name in learned]:
        size = f"{signed(paired.difference)} NDCG@10"
        return f"{first} less {second}: {size}, on queries that the order of {listing(taught)} learned from."
    better, worse, sign = (first, second, 1) if paired.difference > 0 else (second, first, -1)
    low, high = sorted((sign * paired.low, sign * paired.high))
    sure = f" ({signed(low)} to {signed(high)}, p {p_value(paired.p)})" if n > 1 else ""
    size = f"by {figure(abs(paired.difference))} NDCG@10{sure}"
    if n > 1 and paired.p < CLEAR:
        return f"{better} is better than {worse} {size}."
    return f"No clear difference: {better} is ahead of {worse} {size}."


def provenance(sides: Sides, learned: Collection[str] = ()) -> str:
    """Return how many of the queries were judged for each side and, of two, for how many each was better.

    Args:
        sides: Answers by the side's name.
        learned: As in `headline`.
    """
    (first, own), *others = sides.items()
    judged = {name: judged_of(answers) for name, answers in sides.items()}
    most = max(judged.values())
    if not most:
        return "None of these queries was judged for this version, so there is nothing to measure by."
    if len(set(judged.values())) > 1:
        each = [f"{name} on {number:,}" for name, number in judged.items()]
        said = f"Measured are {listing(each)} of {counted(len(own), 'query', 'queries')}, those judged for each"
        both = compared(own, others[0][1])
        said += f"; {both[1]:,} for both." if both else "; none for both."
        said += " The means below are of different queries."
    else:
        said = f"Measured on {counted(most, 'judged query', 'judged queries')} of {len(own):,}"
        said += "; intervals are 95 %." if most > 1 else ": one alone gives no interval."
    if others and not learned and (found := compared(own, others[0][1])):
        paired, _ = found
        said += f" {first} is better for {paired.wins:,}, {others[0][0]} for {paired.losses:,}; "
        said += f"{paired.ties:,} {'is' if paired.ties == 1 else 'are'} equal."
    return said


def judged_of(answers: Sequence[Answer]) -> int:
    """Return how many of some answers can be measured."""
    return sum(answer.values is not None for answer in answers)


def protocol(protocols: Collection[str]) -> str:
    """Return which lists the figures are of, as a sentence.

    Args:
        protocols: "open" or "judged" of the judgements of each side, as in `Judgements`.
    """
    if not protocols:
        return ""
    if set(protocols) == {"open"}:
        return (
            "Measured are the lists as the Search page shows them, spelling repaired and prices read; Evaluation "
            "searches queries as they were typed, and so differs a little."
        )
    if set(protocols) == {"judged"}:
        return "Measured is the order of each query's judged products alone; the Search page lists all products."
    return (
        "Measured are the lists as the Search page shows them for one side, and the order of each query's judged "
        "products alone for the other: the two do not compare."
    )


def times(sides: Sides) -> str:
    """Return how long the searches took and how many found nothing, in sentences."""
    said = []
    for name, answers in sides.items():
        taken = [answer.milliseconds for answer in answers]
        half, most = (taken * 2)[:2] if len(taken) == 1 else [quantiles(taken, n=20)[place] for place in (9, 18)]
        of = f"{name}: half" if len(sides) > 1 else "Half"
        said.append(f"{of} of the searches took up to {milliseconds(half)}, 95 % up to {milliseconds(most)}")
        if empty := sum(not answer.ids for answer in answers):
            said[-1] += f"; {counted(empty, 'query', 'queries')} found nothing"
    return ". ".join(said) + "."


def figures(rows: Sequence[measured.Row]) -> str:
    """Return systems x metrics as an HTML table, each value with its interval; '' where nothing was judged.

    Args:
        rows: What `rows_of` returns.
    """
    columns = [each for each in SHOWN if measured.of(rows, *each)]
    return measured.table("search", rows, columns, measured.options(rows, "system"), who="query") if columns else ""


def table(sides: Sides, catalogues: Sequence[Catalogue], link: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return a row per query, as they are shown.

    Args:
        sides: Answers by the side's name.
        catalogues: The products of each side.
        link: Returns the address of a query on the Search page.
    """
    rows = []
    for answers in zip(*sides.values(), strict=True):
        row: dict[str, Any] = {"Query": clean(answers[0].query), "Open": link(answers[0].query)}
        if len(answers) == 1:
            (answer,) = answers
            row |= {LABELS[each]: answer.value(*each) for each in SHOWN}
            row |= {"Top result": _top(answer, catalogues[0]), "Found": answer.among, "Time": answer.milliseconds}
        else:
            ndcg = [answer.value("ndcg", 10) for answer in answers]
            row |= {f"NDCG@10, {name}": value for name, value in zip(sides, ndcg, strict=True)}
            row["Difference"] = None if None in ndcg else ndcg[0] - ndcg[1]
            row["Shared"] = len(set(answers[0].ids) & set(answers[1].ids))
            for name, answer, catalogue in zip(sides, answers, catalogues, strict=True):
                row[f"Top result, {name}"] = _top(answer, catalogue)
            for name, answer in zip(sides, answers, strict=True):
                row[f"Time, {name}"] = answer.milliseconds
        rows.append(row)
    without = {column for column in rows[0] if all(row[column] is None for row in rows)} if rows else set()
    return [{column: cell for column, cell in row.items() if column not in without} for row in rows]


def download(
    sides: Sides, catalogues: Sequence[Catalogue], before: Sequence[Mapping[str, Cell]]
) -> list[dict[str, Cell]]:
    """Return a row per query and side, for a file.

    Args:
        sides: Answers by the side's name.
        catalogues: The products of each side.
        before: The first columns of each side.
    """
    rows = []
    for (name, answers), catalogue, first in zip(sides.items(), catalogues, before, strict=True):
        for answer in answers:
            row: dict[str, Cell] = {**first, "side": name} if len(sides) > 1 else {**first}
            row |= {"query": answer.query, "found": answer.among, "milliseconds": round(answer.milliseconds, 3)}
            row |= {LABELS[each].casefold(): answer.value(*each) for each in SHOWN}
            row["top_product_id"] = answer.ids[0] if answer.ids else None
            row["top_title"] = _top(answer, catalogue)
            row["first_ten_product_ids"] = " ".join(answer.ids)
            rows.append(row)
    return rows


def _top(answer: Answer, catalogue: Catalogue) -> str | None:
    return clean(catalogue.title(catalogue.row(answer.ids[0]))) if answer.ids else None
