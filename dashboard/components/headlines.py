"""Published versions with their headline figures, each beside the best baseline and chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.components.export import Cell
from dashboard.components.glossary import METRICS, SPLITS, TASKS, metric_name, system_name
from dashboard.components.measured import Measured, beside, grid, interval, of, where
from dashboard.components.words import day, escape, figure, isolate
from pipeline.manifest import Manifest

METRIC, K = "ndcg", 10  # of the rows that a manifest keeps to be shown in lists
Figures = tuple[Measured | None, Measured | None, Measured | None]


def figures(manifest: Manifest, task: str) -> Figures:
    """Return what a version serves for a task, the best baseline and chance, as its manifest has them."""
    rows = where(manifest.headline, task=task, slice="all")
    return beside(task, of(rows, METRIC, K))


def table(manifests: Sequence[Manifest], colours: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return versions as an HTML table, with what each task reaches; a dash where it was not measured.

    Args:
        manifests: Top to bottom.
        colours: Of each version, by name.
        aliases: {alias: version}.
    """
    label = f"{metric_name(METRIC)}@{K}"
    tasks = [task for task in TASKS if any(any(figures(each, task)) for each in manifests)] or list(TASKS)
    heads = ['<th scope="col" class="pse-left">Data</th>']
    for task in tasks:
        said = escape(METRICS[METRIC][1])
        heads += [
            f'<th scope="col" title="{said}">{escape(TASKS[task])}<small>{label}</small></th>',
            '<th scope="col" class="pse-left">Beside<small>best baseline, chance</small></th>',
        ]
    body = [_row(each, tasks, colours, aliases) for each in manifests]
    return f'<div class="pse-versions">{grid("Version", heads, body)}</div>'


def as_rows(manifests: Sequence[Manifest]) -> list[dict[str, Cell]]:
    """Return the same for a file: a row for each version and task, empty where it was not measured."""
    rows = []
    for manifest in manifests:
        for task in TASKS:
            own, best, chance = figures(manifest, task)
            row: dict[str, Cell] = {
                "version": manifest.name,
                "published": manifest.created,
                "dataset": str(manifest.dataset.get("name", "")),
                "fingerprint": str(manifest.dataset.get("fingerprint", "")),
                "generated_data": "yes" if manifest.dataset.get("generated") else "no",
                "split": manifest.split,
                "task": task,
                "metric": f"{METRIC}@{K}",
            }
            row |= {"system": own.system, "value": own.value, "low": own.low, "high": own.high} if own else {}
            row |= {"best_baseline": best.system, "best_baseline_value": best.value} if best else {}
            rows.append(row | ({"chance": chance.value} if chance else {}))
    return rows


def _row(manifest: Manifest, tasks: Sequence[str], colours: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    badges = "".join(
        f' <span class="pse-badge pse-badge-hit">{escape(alias)}</span>'
        for alias, name in aliases.items()
        if name == manifest.name
    )
    dot = f'<i class="pse-dot" style="background:{colours[manifest.name]}"></i>'
    generated = "<small>generated data</small>" if manifest.dataset.get("generated") else ""
    data = (
        f'{isolate(str(manifest.dataset.get("name", "")))}<small title="{escape(SPLITS.get(manifest.split, ""))}">'
        f"{escape(manifest.split)}</small>{generated}"
    )
    cells = "".join(_cells(figures(manifest, task)) for task in tasks)
    name = f"<td>{dot}<b>{escape(manifest.name)}</b>{badges}<small>published {day(manifest.created)}</small></td>"
    return f'<tr>{name}<td class="pse-left">{data}</td>{cells}</tr>'


def _cells(found: Figures) -> str:
    own, best, chance = found
    if own is None:
        return '<td>–<small>not measured</small></td><td class="pse-left">–</td>'
    named = f"<small>{escape(system_name(best.system))}</small>" if best else ""
    return (
        f"<td><b>{figure(own.value)}</b><small>{interval(own) or 'no interval'}</small></td>"
        f'<td class="pse-left">{figure(best.value if best else None)}{named}'
        f"<small>chance {figure(chance.value if chance else None)}</small></td>"
    )
