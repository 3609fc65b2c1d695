"""The command line: `python -m pipeline run | update | download | sample | demo | versions | compare | ...`."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline import report
from pipeline.addresses import local_folder
from pipeline.aliases import ALIASES, Aliases, check_alias
from pipeline.bench.plan import load_plan, search_trials, trials_of
from pipeline.bench.report import document
from pipeline.bench.results import Result
from pipeline.bench.runs import execute
from pipeline.bench.search_report import search_document
from pipeline.bench.search_timing import measured
from pipeline.comparing.gate import compared, figure_of
from pipeline.comparing.runs import import_run as imported
from pipeline.data.amazon.download import download as fetch_category
from pipeline.data.amazon.formats import FORMATS
from pipeline.data.amazon.raw import RawFiles, is_merged
from pipeline.data.sample import BUILT_IN, Size, generate, generate_at
from pipeline.errors import DatasetError, ExplorerError, InvalidName, VersionBroken, VersionNotFound
from pipeline.evaluation.index_curve import SHOPPERS, Asked, measure, path_of, save
from pipeline.recipe import Recipe
from pipeline.remote import open_store
from pipeline.retrieval.engine import Engine
from pipeline.run import Run
from pipeline.update import updating
from pipeline.versions import VersionStore

app = typer.Typer(
    help="Turn product reviews into published versions that the dashboard serves.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    add_completion=False,
)
bench = typer.Typer(help="Run many versions by a plan, and report them together.", no_args_is_help=True)
app.add_typer(bench, name="bench")


class SeveralFiles(TyperCommand):
    """A command whose --reviews and --meta take several files after one flag, as a shell's glob gives them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        spread, flag, has_value = list[str](), "", False
        for word in args:
            if word.startswith("-"):
                flag, has_value = word if word in ("--reviews", "--meta") else "", False
            elif flag and has_value:
                spread.append(flag)
            else:
                has_value = True
            spread.append(word)
        return super().parse_args(ctx, spread)


Artifacts = Annotated[str, typer.Option(envvar="PSE_ARTIFACTS", help="Folder of versions, encoders and stage results.")]
Readable = Annotated[
    str, typer.Option("--artifacts", envvar="PSE_ARTIFACTS", help="Folder of versions, or an address as s3://bucket/x.")
]
DEFAULT_ARTIFACTS = str(Path(__file__).parent.parent / "artifacts")
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@app.command(cls=SeveralFiles)
def run(
    name: Annotated[str, typer.Option(help="The version to publish.")],
    source: Annotated[str | None, typer.Argument(help="A dataset, as --dataset names it.")] = None,
    dataset: Annotated[
        str | None, typer.Option(help='A dataset description (TOML), "sample", or a merged table (Parquet).')
    ] = None,
    recipe: Annotated[str, typer.Option(help="A shipped recipe, or the path of a recipe (TOML).")] = "history",
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a version of that name.")] = False,
    max_rejected: Annotated[float, typer.Option(help="Share of a table's rows that may be unusable.")] = 0.05,
    split: Annotated[str | None, typer.Option(help="Split this way instead of the description's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Train with this seed instead of the recipe's.")] = None,
    reviews: Annotated[
        list[str] | None, typer.Option(help="Raw files of Amazon reviews, instead of a dataset.")
    ] = None,
    meta: Annotated[list[str] | None, typer.Option(help="Raw files of their products' metadata.")] = None,
    format: Annotated[str, typer.Option(help=f"Of the raw files: auto, {', '.join(FORMATS)}.")] = "auto",
    dataset_name: Annotated[str | None, typer.Option(help="What to call the dataset of raw files.")] = None,
    k_core: Annotated[
        int | None, typer.Option(help="Leave out shoppers and products with fewer interactions, until none are.")
    ] = None,
    engine: Annotated[str, typer.Option(help="What prepares the data: duckdb, or spark (optional).")] = "duckdb",
) -> None:
    """Prepare, encode, train, index, evaluate and publish a version; goes on where an earlier run stopped."""
    named = [each for each in (source, dataset) if each]
    if len(named) + bool(reviews) != 1:
        raise DatasetError(
            "Name one dataset: a description, or raw files.", "Give --dataset, or --reviews with --meta."
        )
    raw = None
    if reviews or is_merged(named[0]):
        raw = RawFiles.find(reviews or named, meta or (), format, dataset_name)
        _say(raw.said())
    elif meta or dataset_name or format != "auto":
        raise DatasetError("--meta, --format and --dataset-name belong to raw files.", "Name these with --reviews.")
    chosen = Recipe.load(recipe)
    if seed is not None:
        chosen = changed(chosen, seed=seed)
    called = raw.name if raw else named[0]
    _execute(Run(called, chosen, name, local_folder(artifacts), replace, max_rejected, split, raw, k_core, engine))


@app.command()
def download(
    category: Annotated[str, typer.Argument(help="A category of Amazon Reviews 2023, as All_Beauty.")],
    out: Annotated[Path, typer.Option(help="The folder for its files.")],
    base: Annotated[
        str | None, typer.Option("--from", help="The address of another copy of the published files.")
    ] = None,
) -> None:
    """Fetch the published reviews and metadata of a category; goes on where an earlier run stopped."""
    fetched = fetch_category(category, out, base, report.stage_bar)
    for each in fetched:
        _say(f"{each.path}: {each.size:,} bytes; checked: {each.checked}.")
    reviews, meta = (each.path for each in fetched)
    _say(f"Next: python -m pipeline run --reviews {reviews} --meta {meta} --name {category.lower().replace('_', '-')}")


@app.command()
def update(
    name: Annotated[str, typer.Argument(help="The published version to begin from; it stays as it is.")],
    interactions: Annotated[
        Path | None, typer.Option(help="New interactions: CSV, JSONL or Parquet, or their description (TOML).")
    ] = None,
    products: Annotated[Path | None, typer.Option(help="New products, in the same ways.")] = None,
    new_name: Annotated[str | None, typer.Option("--as", help="The version to publish; else NAME-2 or so.")] = None,
    train: Annotated[
        bool, typer.Option("--train", help="Train the towers again instead of carrying them over.")
    ] = False,
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
    max_rejected: Annotated[float, typer.Option(help="Share of a file's rows that may be unusable.")] = 0.05,
) -> None:
    """Publish a new version from a published one and what came since; goes on where an earlier update stopped."""
    store = VersionStore(local_folder(artifacts))
    _execute(updating(store, name, interactions, products, new_name, train=train, max_rejected=max_rejected))


@app.command()
def demo(artifacts: Artifacts = DEFAULT_ARTIFACTS) -> None:
    """Publish `sample-history` and `sample-text` from the built-in sample, unless they are there and whole."""
    store = VersionStore(local_folder(artifacts))
    for recipe in ("history", "text"):
        name = f"sample-{recipe}"
        try:
            store.open(name)
            report.console.print(f"{name} is published already.")
        except (VersionNotFound, VersionBroken):
            _execute(Run("sample", Recipe.load(recipe), name, store.artifacts, replace=True))


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="The folder to write into; made if it is missing.")],
    scale: Annotated[float, typer.Option(help="How many times the built-in sample's 70,000 reviews.")] = 1.0,
    reviews: Annotated[int | None, typer.Option(help="How many reviews, instead of --scale.")] = None,
    products: Annotated[int | None, typer.Option(help="How many products, instead of what goes with it.")] = None,
    layout: Annotated[str, typer.Option("--as", help="tables (a dataset with its description) or amazon-2023.")] = (
        "tables"
    ),
    seed: Annotated[int, typer.Option(help="Of every random draw.", min=0)] = 7,
) -> None:
    """Write a generated store of any size: every product, shopper and review is invented."""
    times = min(scale, 1e6) if scale > 0 else 0  # what is no number is not above 0 either
    size = Size.of(round(times * BUILT_IN[0]) if reviews is None else reviews, products)
    with report.stage_bar("sample") as progress:
        progress.total(size.reviews)
        if layout == "tables" and size == Size(*BUILT_IN):
            made = generate(out, seed=seed)
            progress.advance(size.reviews)
        else:
            made = generate_at(out, size, layout=layout, seed=seed, advance=progress.advance)
    _say(f"{made}: {size.reviews:,} reviews, {size.products:,} products, {size.shoppers:,} shoppers; all generated.")
    if layout == "tables":
        _say(f"Next: python -m pipeline run --dataset {made} --name NAME")


@app.command()
def versions(artifacts: Readable = DEFAULT_ARTIFACTS) -> None:
    """List the published versions."""
    report.show_versions(open_store(artifacts).list())


@app.command()
def verify(
    name: Annotated[str, typer.Argument(help="The version to check.")], artifacts: Readable = DEFAULT_ARTIFACTS
) -> None:
    """Check every file of a version against its manifest."""
    version = open_store(artifacts).open(name)
    report.console.print(f"{name} is whole: {len(version.manifest.files)} files match its manifest.")


@app.command()
def alias(
    name: Annotated[str | None, typer.Argument(help="production or candidate; without it, all are listed.")] = None,
    version: Annotated[str | None, typer.Argument(help="The version that it shall stand for.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Let it stand for nothing.")] = False,
    artifacts: Readable = DEFAULT_ARTIFACTS,
) -> None:
    """List the aliases, or let one stand for a version, which is checked first; servers follow without a restart."""
    store = open_store(artifacts)
    if name is None:
        store.names()  # an address that cannot be read says so
        found = Aliases(store.artifacts).all()
        for each in ALIASES:
            _say(f"{each}: {found.get(each, 'not set')}")
        return
    check_alias(name)
    aliases = Aliases(local_folder(artifacts))
    if remove == (version is not None):
        raise InvalidName("Name one version, or give --remove.", f"python -m pipeline alias {name} VERSION")
    if version is None:
        aliases.remove(name)
        _say(f"{name}: not set")
        return
    store.open(version)
    aliases.set(name, version)
    _say(f"{name}: {version}")


@app.command()
def compare(
    baseline: Annotated[str, typer.Argument(help="The version in use.")],
    version: Annotated[str, typer.Argument(help="The one that would replace it.")],
    metric: Annotated[str, typer.Option(help="What decides, with its cut-off.")] = "ndcg@10",
    task: Annotated[str | None, typer.Option(help="recommend or search; the first that both keep values of.")] = None,
    pool: Annotated[bool, typer.Option("--pool", help="Count every training seed of either recipe.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    artifacts: Readable = DEFAULT_ARTIFACTS,
) -> None:
    """Say whether a version should replace another one: exit status 0 ship, 10 hold, 11 can't tell (1 an error)."""
    found = compared(open_store(artifacts), baseline, version, task, figure_of(metric), pool=pool)
    if as_json:
        typer.echo(json.dumps(found, indent=2, allow_nan=False))
    else:
        report.show_comparison(found)
    raise typer.Exit(found["status"])


@app.command()
def import_run(
    file: Annotated[Path, typer.Argument(help="A TREC run: query Q0 product rank score tag, or without Q0 and tag.")],
    name: Annotated[str, typer.Option(help="What to call the run.")],
    version: Annotated[str, typer.Option(help="The version whose held-out products or judgements it is measured on.")],
    task: Annotated[str, typer.Option(help="search (it answers queries) or recommend (shoppers).")] = "search",
    topics: Annotated[Path | None, typer.Option(help="Lines of a query's id, a tab and its text.")] = None,
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a run of that name.")] = False,
) -> None:
    """Measure another engine's answers as a version's are, so that both can be compared."""
    found = imported(VersionStore(local_folder(artifacts)), file, name, version, task, topics, replace=replace)
    noun = "queries" if task == "search" else "shoppers"
    _say(f"{name}: {found.measured:,} {noun} measured. {found.unanswered:,} of them it leaves out: an empty list each.")
    if found.unknown:
        _say(f"{found.unknown:,} that it answers are not measured.")
    if found.repeated:
        _say(f"{found.repeated:,} lines name a product again, and were left out.")
    _say(f"Next: python -m pipeline compare {version} {name}")


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
    trials, skipped = trials_of(dataset, load_plan(plan))
    out.parent.mkdir(parents=True, exist_ok=True)
    outcomes = execute(
        trials,
        local_folder(artifacts),
        replace=replace,
        bar=report.stage_bar,
        read=Result.read,
        say=_say,
    )
    out.write_text(document(outcomes, skipped, _command(), note or ()), "utf-8")
    failed = sum(1 for each in outcomes if each.error)
    _say(f"{out}: versions {len(outcomes) - failed}, failed {failed}, splits left out {len(skipped)}.")
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
    recipes = [Recipe.load(name) for name in recipe or [str(BENCHMARKS / "described.toml")]]
    trials = search_trials(dataset, recipes)
    out.parent.mkdir(parents=True, exist_ok=True)
    outcomes = execute(trials, local_folder(artifacts), replace=replace, bar=report.stage_bar, read=measured, say=_say)
    out.write_text(search_document(outcomes, _command(), note or ()), "utf-8")
    failed = sum(1 for each in outcomes if each.error)
    _say(f"{out}: versions {len(outcomes) - failed}, failed {failed}.")
    if failed:
        raise typer.Exit(1)


@bench.command("index")
def bench_index(
    name: Annotated[str, typer.Argument(help="A published version.")],
    shoppers: Annotated[int, typer.Option(help="Test shoppers whose lists are compared, at most.", min=1)] = SHOPPERS,
    artifacts: Artifacts = DEFAULT_ARTIFACTS,
) -> None:
    """Measure what exact and approximate indexes of a version's item vectors cost; the Evaluation page shows it."""
    store = VersionStore(local_folder(artifacts))
    engine = Engine.open(store.open(name).path)
    with report.stage_bar("index") as progress:
        curve = measure(engine.item_vectors, Asked.of(engine, shoppers), lambda note: progress.advance(note=note))
    save(curve, path_of(store.artifacts, engine.manifest.checksum))
    report.show_curve(curve)


def _command() -> str:
    """Return what was typed, its notes left out: they stand in the report."""
    words = [word for word in sys.argv[1:] if not word.startswith("--note=")]
    while "--note" in words:
        place = words.index("--note")
        del words[place : place + 2]
    return "python -m pipeline " + shlex.join(words)


def _say(line: str) -> None:
    report.console.print(line, markup=False, soft_wrap=True)


def _execute(planned: Run) -> None:
    report.console.print(f"{planned.name}: dataset {planned.dataset}, recipe {planned.recipe.name}", markup=False)
    report.show_version(planned.execute(report.stage_bar))


def main() -> int:
    """Run the command line; an expected error is one sentence and exit status 1."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        app()
    except ExplorerError as error:
        report.errors.print(str(error), style="red", markup=False)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        if isinstance(error, shutil.Error):  # of a folder copied: a list of what could not be
            reason = str(error.args[0][0][-1])
        report.errors.print(
            f"The file system refused: {reason}{where}. Check that the folder exists, that it may be "
            "written and that the disk is not full.",
            style="red",
            markup=False,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
