"""Differences between systems as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.glossary import system_name
from dashboard.components.measured import grid
from dashboard.components.words import escape, signed
from pipeline.evaluation.compare import PERMUTATIONS, Paired

SMALLEST = 1 / (PERMUTATIONS + 1)  # the smallest p that so many sign flips can show


@dataclass(frozen=True)
class Difference:
    """A system compared with the version's own, over n shoppers or queries."""

    system: str
    own: str
    paired: Paired
    n: int


def table(found: Sequence[Difference], label: str, who: str) -> str:
    """Return systems x difference, interval, p, and for how many each was better.

    Args:
        found: Best first.
        label: The metric, for the head.
        who: shopper or query.
    """
    heads = [
        f'<th scope="col">Difference in {escape(label)}</th>',
        '<th scope="col" title="How often chance alone would put the means as far apart">p</th>',
        '<th scope="col">Better for</th><th scope="col">Equal for</th><th scope="col">Worse for</th>',
    ]
    return grid("System", heads, [_row(each, who) for each in found])


def _row(each: Difference, who: str) -> str:
    one = each.paired
    interval = f"{signed(one.low)} to {signed(one.high)}" if one.low != one.high else ""
    counts = "".join(f"<td>{count:,}</td>" for count in (one.wins, one.ties, one.losses))
    over = f"{each.n:,} {who if each.n == 1 else {'query': 'queries'}.get(who, who + 's')}"
    return (
        f"<tr><td>{escape(system_name(each.system))}<small>{over}</small></td>"
        f"<td>{signed(one.difference)}<small>{interval}</small></td><td>{p_value(one.p)}</td>{counts}</tr>"
    )


def p_value(p: float) -> str:
    """Return a p-value to two digits; below what can be told apart it says so.

    >>> p_value(0.0384), p_value(0.9), p_value(1.0), p_value(1 / 10_001)
    ('0.038', '0.90', '1.0', 'below 0.0002')
    """
    if p < 1.5 * SMALLEST:
        return "below 0.0002"
    return f"{p:.2f}" if 0.095 <= p < 0.995 else f"{p:.2g}" if p < 0.1 else "1.0"
