"""Tables of a comparison, as HTML and as rows to download."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.glossary import metric_name
from dashboard.components.measured import grid
from dashboard.components.words import DASH, clean, escape, figure, signed
from pipeline.comparing.comparable import Differing
from pipeline.comparing.cost import Cost, Latency
from pipeline.comparing.findings import Finding
from pipeline.comparing.verdict import NAMES, Verdict

HASH = re.compile(r"[0-9a-f]{40,64}\+?")
BADGES = {"ship": "up", "hold": "down", "unsure": "plain"}

# What each column says, one line.
HELP = {
    "Baseline": "Mean of the baseline over the same shoppers or queries.",
    "Version": "Mean of the version compared with it.",
    "Difference": "Version minus baseline, with its 95 % interval by the bootstrap over pairs: above 0 is better. "
    "Over fewer than 100 the interval is too narrow: go by p, which is exact.",
    "p": "How often chance alone would put the means as far apart (Fisher's randomisation test).",
    "p, Holm": "The same, corrected for every metric and slice tested here: below 0.05 counts as certain.",
    "Won": "For how many the version is better.",
    "Tied": "For how many both are equal.",
    "Lost": "For how many the version is worse.",
    "Detectable": "The smallest true difference that so many would show in four of five cases, beside so many tests.",
    "Measured": "Shoppers or queries with a value of both.",
}


def badge(verdict: Verdict) -> str:
    """Return the verdict in a word."""
    kind = BADGES[verdict.answer]
    return f'<span class="pse-badge pse-badge-{kind}">{escape(NAMES[verdict.answer])}</span>'


def head(name: str, label: str = "") -> str:
    """Return a column's head with what it says on hover."""
    return f'<th scope="col" title="{escape(HELP[name])}">{escape(label or name)}</th>'


def verdicts(
    label: str,
    baseline: str,
    value: float | None,
    rows: Sequence[tuple[str, Finding | None, str]],
    chance: float | None = None,
) -> str:
    """Return one row per version: its value, the difference, and what came of it.

    Args:
        label: The metric that decides.
        baseline: Name of the baseline.
        value: The baseline's own; None where it has none.
        rows: Name, finding (None where it may not be compared), HTML of the last cell.
        chance: What chance reaches; None where it is not known.
    """
    floor = "" if chance is None else f"<small>chance {figure(chance)}</small>"
    heads = [head("Version", label), *map(head, COLUMNS), '<th scope="col">Verdict</th>']
    dashes = f"<td>{DASH}</td>" * len(COLUMNS)
    body = [
        f"<tr><td>{escape(baseline)}<small>baseline</small></td><td>{figure(value)}{floor}</td>{dashes}<td>{DASH}</td></tr>"
    ]
    for name, found, last in rows:
        if found is None:
            body.append(f"<tr><td>{escape(name)}</td><td>{DASH}</td>{dashes}<td>{last}</td></tr>")
        else:
            body.append(f"<tr><td>{escape(name)}</td><td>{figure(found.value)}</td>{_cells(found)}<td>{last}</td></tr>")
    return grid("Version", heads, body)


COLUMNS = ("Difference", "p", "p, Holm", "Won", "Tied", "Lost", "Detectable")


def findings(corner: str, found: Sequence[Finding], names: Mapping[str, str] | None = None) -> str:
    """Return one row per finding: of metrics its figure is the name, of slices the slice.

    Args:
        corner: What the rows are.
        found: Findings.
        names: By slice, how it is called; None names the figures.
    """
    heads = [head("Baseline"), head("Version"), *map(head, COLUMNS)]
    body = []
    for each in found:
        name = f"{metric_name(each.figure[0])}@{each.figure[1]}" if names is None else names.get(each.slice, each.slice)
        body.append(
            f"<tr><td>{escape(name)}<small>{each.n:,} measured</small></td><td>{figure(each.baseline)}</td>"
            f"<td>{figure(each.value)}</td>{_cells(each)}</tr>"
        )
    return grid(corner, heads, body)


def _cells(each: Finding) -> str:
    one = each.paired
    interval = f"{signed(one.low)} to {signed(one.high)}" if one.low != one.high else ""
    sign = "▲ " if each.better else "▼ " if each.worse else ""
    counts = "".join(f"<td>{count:,}</td>" for count in (one.wins, one.ties, one.losses))
    return (
        f"<td>{sign}{signed(one.difference)}<small>{interval}</small></td><td>{p_value(one.p)}</td>"
        f"<td>{p_value(each.holm)}</td>{counts}<td>{figure(each.detectable)}</td>"
    )


def as_rows(found: Sequence[Finding], version: str, baseline: str) -> list[dict[str, Cell]]:
    """Return findings for a spreadsheet."""
    return [
        {
            "baseline": baseline,
            "version": version,
            "slice": each.slice,
            "metric": f"{each.figure[0]}@{each.figure[1]}",
            "baseline_value": each.baseline,
            "version_value": each.value,
            "difference": each.paired.difference,
            "low": each.paired.low,
            "high": each.paired.high,
            "p": each.paired.p,
            "p_holm": each.holm,
            "won": each.paired.wins,
            "tied": each.paired.ties,
            "lost": each.paired.losses,
            "detectable": each.detectable,
            "measured": each.n,
        }
        for each in found
    ]


def settings(names: Sequence[str], found: Sequence[Differing]) -> str:
    """Return what differs between versions: one row per setting."""
    heads = [f'<th scope="col">{escape(name)}</th>' for name in names]
    body = [
        f"<tr><td>{escape(each.name)}<small>{each.part}</small></td>"
        + "".join(f"<td>{escape(said(value))}</td>" for value in each.values)
        + "</tr>"
        for each in found
    ]
    return grid("Setting", heads, body)


def said(value: object) -> str:
    """Return a setting as people read it."""
    if value is None:
        return DASH
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000:
        return f"{value:,}"
    words = clean(str(value), 80)
    return words[:12] if HASH.fullmatch(words) else words


def costs(names: Sequence[str], found: Sequence[Cost], taken: Mapping[str, Latency]) -> list[dict[str, Cell]]:
    """Return what versions cost, one row each."""
    return [
        {
            "Version": name,
            "Training, s": each.training,
            "All stages, s": each.making,
            "Peak memory, MiB": each.peak,
            "Model, MB": round(each.model / 1e6, 1),
            "On disk, MB": round(each.disk / 1e6, 1),
            "Answer, median ms": round(taken[name].median, 1) if name in taken else None,
            "Answer, 95 % below ms": round(taken[name].high, 1) if name in taken else None,
        }
        for name, each in zip(names, found, strict=True)
    ]


COST_HELP = {
    "Training, s": "Wall time of the stages that learn: towers and re-rankers.",
    "All stages, s": "Wall time of every stage, those reused from an earlier run included.",
    "Peak memory, MiB": "The largest of any stage.",
    "Model, MB": "Towers, rankers and indexes.",
    "On disk, MB": "Everything in the version's folder; versions share the text encoder beside it.",
    "Answer, median ms": "Half of the answers measured here took less.",
    "Answer, 95 % below ms": "95 of 100 answers measured here took less.",
}
