"""What the command line shows: progress bars and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline import events
from pipeline.manifest import BrokenVersion, Manifest
from pipeline.versions import Version

if TYPE_CHECKING:
    from pipeline.evaluation.index_curve import IndexCurve

console = Console(highlight=False)
# Errors keep their sentence whole, so that a script can find it.
errors = Console(stderr=True, highlight=False, soft_wrap=True)

SYSTEM_ORDER = (
    *("reranked", "towers", "ranked", "sum", "rrf", "text", "minilm"),
    *("ease", "item-knn+transitions", "item-knn", "bm25", "popularity", "chance"),
)


class Bar:
    """One stage's progress bar."""

    def __init__(self, progress: Progress, task: TaskID, told: events.Told) -> None:
        self._progress = progress
        self._task = task
        self._told = told

    def total(self, steps: int) -> None:
        self._progress.update(self._task, total=steps)
        self._told.total(steps)

    def advance(self, steps: int = 1, note: str = "") -> None:
        self._progress.update(self._task, advance=steps, note=note)
        self._told.advance(steps, note)

    def reused(self) -> None:
        self._progress.update(self._task, note="kept from an earlier run")
        self._told.reused()


@contextmanager
def stage_bar(name: str) -> Iterator[Bar]:
    """Show a stage while it runs, and leave its line behind; programs that watch are told too: see `events`."""
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:9}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[note]}[/]"),
    )
    with events.told(name) as told, Progress(*columns, console=console) as progress:
        task = progress.add_task(name, total=None, note="")
        yield Bar(progress, task, told)
        total = progress.tasks[0].total or 1
        progress.update(task, total=total, completed=total)


def show_version(version: Version) -> None:
    """Print what was published: counts, rejects, headline figures with intervals and the chance floor, times."""
    from pipeline.data.prepare import summary

    manifest = version.manifest
    data = manifest.dataset
    mark = " GENERATED data: a demonstration, no measure of quality." if data["generated"] else ""
    console.print(f"\n[bold]{manifest.name}[/] is published.{mark}")
    for line in (*summary(data), *manifest.notes):
        console.print(f"  {line}", markup=False)
    for task in ("recommend", "search"):
        rows = [row for row in manifest.headline if row["task"] == task]
        if rows:
            console.print(_figures(rows, task))
    took = ", ".join(
        f"{stage['name']} " + ("kept" if stage["reused"] else f"{stage['seconds']:.0f} s") for stage in manifest.stages
    )
    console.print(f"[dim]Stages: {took}. Every figure is on the dashboard's Evaluation page.[/]")


def _figures(rows: list[Mapping[str, Any]], task: str) -> Table:
    first = rows[0]
    what = "shoppers" if task == "recommend" else "queries"
    table = Table(
        title=f"{first['metric']}@{first['k']}, {first['split']}, {first['n']:,} {what}", title_justify="left"
    )
    table.add_column("system")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    ordered = {name: place for place, name in enumerate(SYSTEM_ORDER)}
    for row in sorted(rows, key=lambda row: ordered.get(str(row["system"]), 0)):
        table.add_row(str(row["system"]), f"{row['value']:.4f}", f"{row['low']:.4f} to {row['high']:.4f}")
    return table


def show_comparison(found: Mapping[str, Any]) -> None:
    """Print a verdict, its reason, every metric, the weakest slices and what differs.

    Args:
        found: As `comparing.gate.compared` returns it.
    """
    from pipeline.comparing.verdict import NAMES

    colour = {"ship": "green", "hold": "red"}.get(found["verdict"], "yellow")
    name = NAMES[found["verdict"]]
    whole = f"[bold {colour}]{name}[/] {found['version']} in place of {found['baseline']}"
    console.print(whole, soft_wrap=True)
    for line in (found["reason"], found["training_luck"]):
        console.print(line, markup=False, soft_wrap=True)
    table = Table(title=f"{found['task']}, {found['metrics'][0]['n']:,} measured", title_justify="left")
    for column in ("metric", "baseline", "version", "difference", "95 % interval", "p, Holm"):
        table.add_column(column, justify="left" if column == "metric" else "right", no_wrap=True)
    for each in found["metrics"]:
        values = (f"{each['baseline']:.4f}", f"{each['value']:.4f}", f"{each['difference']:+.4f}")
        table.add_row(each["metric"], *values, f"{each['low']:+.4f} to {each['high']:+.4f}", f"{each['p_holm']:.4f}")
    console.print(table)
    tested = len(found["metrics"]) + len(found["slices"])
    console.print(f"p is corrected (Holm) over all {tested} tests: metrics, and {len(found['slices'])} slices.")
    if found["weakest"]:
        console.print("Weakest slices: " + "; ".join(found["weakest"][:8]), markup=False, soft_wrap=True)
    if found["differences"]:
        console.print(
            "Differ in: " + ", ".join(each["name"] for each in found["differences"]), markup=False, soft_wrap=True
        )


def show_versions(found: list[Manifest | BrokenVersion]) -> None:
    """Print the store's versions, a line each."""
    if not found:
        console.print("No version is published yet. Run: python -m pipeline demo")
        return
    table = Table()
    for column in ("version", "dataset", "recipe", "created", "NDCG@10", "state"):
        table.add_column(column)
    for each in found:
        if isinstance(each, BrokenVersion):
            table.add_row(each.name, "", "", "", "", f"[red]{escape(each.reason)}[/]")
            continue
        served = {row["system"]: row["value"] for row in each.headline if row["task"] == "recommend"}
        best = served.get("towers", served.get("text"))
        figure = "–" if best is None else f"{best:.4f}"
        data = each.dataset["name"] + (" (generated)" if each.dataset["generated"] else "")
        table.add_row(each.name, escape(data), escape(each.recipe["name"]), each.created, figure, "published")
    console.print(table)


def show_curve(curve: IndexCurve) -> None:
    """Print recall, time, memory and the cost in NDCG@10 of each index that was measured."""
    table = Table(title=f"{curve.products:,} products x {curve.dimension}", title_justify="left")
    for head in ("index", "probes", "refine", "recall@10", "p50 ms", "p95 ms", "MB", "NDCG@10", "cost"):
        table.add_column(head, justify="left" if head == "index" else "right")
    for each in curve.settings:
        cost = "–" if each.cost is None else f"{each.cost[0]:+.4f}"
        table.add_row(
            each.kind, str(each.probes or "–"), str(each.refine or "–"), f"{each.recall:.4f}", f"{each.p50:.3f}",
            f"{each.p95:.3f}", f"{each.bytes / 1e6:,.1f}", "–" if each.ndcg is None else f"{each.ndcg:.4f}", cost,
        )  # fmt: skip
    console.print(table)
    console.print(f"[dim]Recall over {curve.queries:,} products, NDCG over {curve.shoppers:,} test shoppers.[/]")
