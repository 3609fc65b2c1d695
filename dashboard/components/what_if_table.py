"""What comes of another order of the candidates, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.measured import grid
from dashboard.components.words import counted, escape, figure, signed
from pipeline.comparing.pairs import paired
from pipeline.comparing.what_if import Outcome

# Field, name, what it says.
FIGURES = (
    ("ndcg", "NDCG@10", "How high the wanted product stands among the first ten."),
    ("recall", "Recall@10", "How often it is among them."),
    ("coverage", "Coverage", "How much of the catalogue is in anyone's first ten."),
    ("diversity", "Diversity", "How different in meaning the listed products are: 0 all the same."),
    ("popularity", "Popularity", "How popular the listed products are: 1 the most popular one, on a log scale."),
    ("gini", "Gini", "How unequally products are shown: 0 all as often, 1 only one ever."),
)


def headline(own: Outcome, asked: Outcome) -> str:
    """Return in a sentence what the weights cost and what they bring."""
    if asked.setting.neutral:
        return (
            f"As served: NDCG@10 {figure(own.ndcg)}, coverage {100 * own.coverage:.1f} %, "
            f"diversity {figure(own.diversity)}."
        )
    return (
        f"NDCG@10 {figure(own.ndcg)} → {figure(asked.ndcg)}, coverage {100 * own.coverage:.1f} % → "
        f"{100 * asked.coverage:.1f} %, diversity {figure(own.diversity)} → {figure(asked.diversity)}."
    )


def certainty(own: Outcome, asked: Outcome) -> str:
    """Return how sure the difference in NDCG@10 is, and of what; "" where nothing is changed."""
    if asked.setting.neutral:
        return ""
    one = paired(asked.ndcgs, own.ndcgs)
    return (
        f"NDCG@10 {signed(one.difference)} ({signed(one.low)} to {signed(one.high)}), p {p_value(one.p)}, over "
        f"{counted(len(own.ndcgs), 'shopper')}: those that the version is tested on. The best of many settings tried "
        "on them looks better than it is; confirm it on others."
    )


def table(own: Outcome, asked: Outcome) -> str:
    """Return both outcomes and their difference, a column per figure."""
    heads = [f'<th scope="col" title="{escape(meaning)}">{name}</th>' for _, name, meaning in FIGURES]
    body = [
        "<tr><td>As served</td>"
        + "".join(f"<td>{figure(getattr(own, field))}</td>" for field, _, _ in FIGURES)
        + "</tr>",
        "<tr><td>With these weights</td>"
        + "".join(_cell(getattr(asked, field), getattr(own, field)) for field, _, _ in FIGURES)
        + "</tr>",
    ]
    return grid("Order", heads, body)


def _cell(value: float, before: float) -> str:
    return f"<td>{figure(value)}<small>{signed(value - before)}</small></td>"


def as_rows(version: str, outcomes: Sequence[Outcome]) -> list[dict[str, Cell]]:
    """Return outcomes for a spreadsheet: as served, with the weights, then the frontier's."""
    said = ["as served", "with the weights", *["frontier, sample"] * (len(outcomes) - 2)]
    return [
        {"version": version, "what": what}
        | {f"weight_{name}": value for name, value in asdict(each.setting).items()}
        | {field: getattr(each, field) for field, _, _ in FIGURES}
        for what, each in zip(said, outcomes, strict=True)
    ]
