"""Commands that measure, by a plan: bench recommend, bench search, bench index."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline import report
from pipeline.addresses import local_folder
from pipeline.commands.line import BENCHMARKS, DEFAULT_ARTIFACTS, Artifacts, bench, say
from pipeline.recipe import Recipe
from pipeline.versions import VersionStore


@bench.command()
def recommend(
    dataset: Annotated[list[Path], typer.Option(help="A dataset description (TOML); may be given several times.")],
    plan: Annotated[Path, typer.Option(help="What to run (TOML).")] = BENCHMARKS / "recommend.toml",
    out: Annotated[Path, typer.Option(help="Where to write the report.")] = BENCHMARKS / "RESULTS.md",
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
    replace: Annotated[bool, typer.Option("--replace", help="Run again what is published already.")] = False,
    note: Annotated[list[str] | None, typer.Option(help="What readers should know; repeatable.")] = None,
) -> None:
    """Run the plan on every dataset, keep what is published already, and write the report of all versions."""
    from pipeline.bench.plan import load_plan, trials_of
    from pipeline.bench.report import document
    from pipeline.bench.results import Result
    from pipeline.bench.runs import execute

    trials, skipped = trials_of(dataset, load_plan(plan))
    out.parent.mkdir(parents=True, exist_ok=True)
    outcomes = execute(
        trials,
        local_folder(artifacts),
        replace=replace,
        bar=report.stage_bar,
        read=Result.read,
        say=say,
    )
    out.write_text(document(outcomes, skipped, typed(), note or ()), "utf-8")
    failed = sum(1 for each in outcomes if each.error)
    say(f"{out}: versions {len(outcomes) - failed}, failed {failed}, splits left out {len(skipped)}.")
    if failed:
        raise typer.Exit(1)


@bench.command()
def search(
    dataset: Annotated[list[Path], typer.Option(help="A dataset description with judgements; repeatable.")],
    recipe: Annotated[list[str] | None, typer.Option(help="A recipe, shipped or a file; repeatable.")] = None,
    out: Annotated[Path, typer.Option(help="Where to write the report.")] = BENCHMARKS / "SEARCH.md",
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
    replace: Annotated[bool, typer.Option("--replace", help="Run again what is published already.")] = False,
    note: Annotated[list[str] | None, typer.Option(help="What readers should know; repeatable.")] = None,
) -> None:
    """Measure search on judged queries, keep what is published already, and write the report of all versions.

    Without a recipe, the one of benchmarks/described.toml: no towers, and vectors that read descriptions too.
    """
    from pipeline.bench.plan import search_trials
    from pipeline.bench.runs import execute
    from pipeline.bench.search_report import search_document
    from pipeline.bench.search_timing import measured

    recipes = [Recipe.load(name) for name in recipe or [str(BENCHMARKS / "described.toml")]]
    trials = search_trials(dataset, recipes)
    out.parent.mkdir(parents=True, exist_ok=True)
    outcomes = execute(trials, local_folder(artifacts), replace=replace, bar=report.stage_bar, read=measured, say=say)
    out.write_text(search_document(outcomes, typed(), note or ()), "utf-8")
    failed = sum(1 for each in outcomes if each.error)
    say(f"{out}: versions {len(outcomes) - failed}, failed {failed}.")
    if failed:
        raise typer.Exit(1)


@bench.command("index")
def bench_index(
    name: Annotated[str, typer.Argument(help="A published version.")],
    shoppers: Annotated[
        int | None, typer.Option(help="Test shoppers whose lists are compared, at most; 2,000 unless told.", min=1)
    ] = None,
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
) -> None:
    """Measure what exact and approximate indexes of a version's item vectors cost; the Evaluation page shows it."""
    from pipeline.evaluation.index_curve import SHOPPERS, Asked, measure, path_of, save
    from pipeline.retrieval.engine import Engine

    store = VersionStore(local_folder(artifacts))
    engine = Engine.open(store.open(name).path)
    with report.stage_bar("index") as progress:
        curve = measure(
            engine.item_vectors, Asked.of(engine, shoppers or SHOPPERS), lambda note: progress.advance(note=note)
        )
    save(curve, path_of(store.artifacts, engine.manifest.checksum))
    report.show_curve(curve)


def typed() -> str:
    """Return what was typed, its notes left out: they stand in the report."""
    words = [word for word in sys.argv[1:] if not word.startswith("--note=")]
    while "--note" in words:
        place = words.index("--note")
        del words[place : place + 2]
    return "python -m pipeline " + shlex.join(words)
