"""The tables of a handout: products in their order, beside each other, and queries or shoppers with their ranks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashboard.components import notes, overlap
from dashboard.components.measured import grid
from dashboard.components.words import DASH, clean, escape, figure, money
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Hit

LISTED = 10
Reason = Callable[[Hit], str]


def listed(
    answers: Mapping[str, tuple[Engine, Sequence[Hit]]],
    noun: str = "result",
    score: str = "Score",
    why: Reason | None = None,
) -> str:
    """Return lists as a table, the same rank side by side, and how much two of them share.

    Args:
        answers: By what a list is called: the version that holds its products, and the list; its first ten are told.
        noun: What is listed.
        score: What a score is called.
        why: Returns one line, as text, on why a product is there.
    """
    lists = {name: (engine, hits[:LISTED]) for name, (engine, hits) in answers.items()}
    if not any(hits for _, hits in lists.values()):
        return notes.sentence("Nothing.")
    together = ""
    if len(lists) == 2:
        one, two = ([hit.product_id for hit in hits] for _, hits in lists.values())
        together = notes.sentence(overlap.in_common(one, two, noun))
    body = []
    for place in range(max(len(hits) for _, hits in lists.values())):
        cells = "".join(_cell(engine, hits, place, why) for engine, hits in lists.values())
        body.append(f"<tr><td>{place + 1}</td>{cells}</tr>")
    heads = [f'<th scope="col" class="pse-left">{escape(name)}</th><th scope="col">{score}</th>' for name in lists]
    return together + grid("Rank", heads, body)


def _cell(engine: Engine, hits: Sequence[Hit], place: int, why: Reason | None) -> str:
    if place >= len(hits):
        return f'<td class="pse-left">{DASH}</td><td>{DASH}</td>'
    hit = hits[place]
    product = engine.catalogue.product(hit.row)
    told = [product.brand or "", product.category[-1] if product.category else ""]
    told += [money(product.price)] if product.price is not None else []
    about = " · ".join(clean(each, 80) for each in told if each)
    reason = f"<small>{escape(why(hit))}</small>" if why else ""
    return (
        f'<td class="pse-left pse-long">{escape(clean(product.title, 160))}<small>{escape(about)}</small>{reason}</td>'
        f"<td>{figure(hit.score)}</td>"
    )


def ranks(corner: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[object]]], nothing: str) -> str:
    """Return the first ten rows of a table: what was asked, and figures; a dash for what is not known.

    Args:
        corner: What was asked.
        heads: What the figures are.
        rows: What was asked, and a figure for each head.
        nothing: What is said where there are no rows.
    """
    if not rows:
        return notes.sentence(nothing)
    body = [
        f'<tr><td class="pse-long">{escape(clean(name, 200))}</td>'
        f"{''.join(f'<td>{_figure(value)}</td>' for value in values)}</tr>"
        for name, values in rows[:LISTED]
    ]
    more = len(rows) - LISTED
    return grid(corner, [f'<th scope="col">{escape(head)}</th>' for head in heads], body) + (
        notes.small(f"The first {LISTED} of {len(rows):,}.") if more > 0 else ""
    )


def _figure(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return figure(value) if isinstance(value, float) else escape(str(value)) if value is not None else DASH
