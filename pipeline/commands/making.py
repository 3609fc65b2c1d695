"""Commands that make versions, and what they are made of: run, update, demo, download, sample."""

from __future__ import annotations

from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline import report
from pipeline.addresses import local_folder
from pipeline.commands.line import DEFAULT_ARTIFACTS, Artifacts, app, published, say
from pipeline.data.amazon.formats import FORMATS
from pipeline.errors import DatasetError, VersionBroken, VersionNotFound
from pipeline.recipe import Recipe
from pipeline.versions import VersionStore


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
    from pipeline.data.amazon.raw import RawFiles, is_merged
    from pipeline.run import Run

    named = [each for each in (source, dataset) if each]
    if len(named) + bool(reviews) != 1:
        raise DatasetError(
            "Name one dataset: a description, or raw files.", "Give --dataset, or --reviews with --meta."
        )
    raw = None
    if reviews or is_merged(named[0]):
        raw = RawFiles.find(reviews or named, meta or (), format, dataset_name)
        say(raw.said())
    elif meta or dataset_name or format != "auto":
        raise DatasetError("--meta, --format and --dataset-name belong to raw files.", "Name these with --reviews.")
    chosen = Recipe.load(recipe)
    if seed is not None:
        chosen = changed(chosen, seed=seed)
    called = raw.name if raw else named[0]
    published(Run(called, chosen, name, local_folder(artifacts), replace, max_rejected, split, raw, k_core, engine))


@app.command()
def download(
    category: Annotated[str, typer.Argument(help="A category of Amazon Reviews 2023, as All_Beauty.")],
    out: Annotated[Path, typer.Option(help="The folder for its files.")],
    base: Annotated[
        str | None, typer.Option("--from", help="The address of another copy of the published files.")
    ] = None,
) -> None:
    """Fetch the published reviews and metadata of a category; goes on where an earlier run stopped."""
    from pipeline.data.amazon.download import download as fetch_category

    fetched = fetch_category(category, out, base, report.stage_bar)
    for each in fetched:
        say(f"{each.path}: {each.size:,} bytes; checked: {each.checked}.")
    reviews, meta = (each.path for each in fetched)
    say(f"Next: python -m pipeline run --reviews {reviews} --meta {meta} --name {category.lower().replace('_', '-')}")


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
    from pipeline.update import updating

    store = VersionStore(local_folder(artifacts))
    published(updating(store, name, interactions, products, new_name, train=train, max_rejected=max_rejected))


@app.command()
def demo(artifacts: Artifacts = DEFAULT_ARTIFACTS) -> None:
    """Publish `sample-history` and `sample-text` from the built-in sample, unless they are there and whole."""
    from pipeline.run import Run

    store = VersionStore(local_folder(artifacts))
    for recipe in ("history", "text"):
        name = f"sample-{recipe}"
        try:
            store.open(name)
            report.console.print(f"{name} is published already.")
        except (VersionNotFound, VersionBroken):
            published(Run("sample", Recipe.load(recipe), name, store.artifacts, replace=True))


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
    from pipeline.data.sample import BUILT_IN, Size, generate, generate_at

    times = min(scale, 1e6) if scale > 0 else 0  # what is no number is not above 0 either
    size = Size.of(round(times * BUILT_IN[0]) if reviews is None else reviews, products)
    with report.stage_bar("sample") as progress:
        progress.total(size.reviews)
        if layout == "tables" and size == Size(*BUILT_IN):
            made = generate(out, seed=seed)
            progress.advance(size.reviews)
        else:
            made = generate_at(out, size, layout=layout, seed=seed, advance=progress.advance)
    say(f"{made}: {size.reviews:,} reviews, {size.products:,} products, {size.shoppers:,} shoppers; all generated.")
    if layout == "tables":
        say(f"Next: python -m pipeline run --dataset {made} --name NAME")
