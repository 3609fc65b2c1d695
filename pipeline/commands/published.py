"""Commands about published versions: versions, verify, alias, compare, import-run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline import report
from pipeline.addresses import local_folder
from pipeline.aliases import ALIASES, Aliases, check_alias
from pipeline.commands.line import DEFAULT_ARTIFACTS, Artifacts, Readable, app, say
from pipeline.errors import InvalidName
from pipeline.remote import open_store
from pipeline.versions import VersionStore


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
            say(f"{each}: {found.get(each, 'not set')}")
        return
    check_alias(name)
    aliases = Aliases(local_folder(artifacts))
    if remove == (version is not None):
        raise InvalidName("Name one version, or give --remove.", f"python -m pipeline alias {name} VERSION")
    if version is None:
        aliases.remove(name)
        say(f"{name}: not set")
        return
    store.open(version)
    aliases.set(name, version)
    say(f"{name}: {version}")


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
    from pipeline.comparing.gate import compared, figure_of

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
    from pipeline.comparing.runs import import_run as imported

    found = imported(VersionStore(local_folder(artifacts)), file, name, version, task, topics, replace=replace)
    noun = "queries" if task == "search" else "shoppers"
    say(f"{name}: {found.measured:,} {noun} measured. {found.unanswered:,} of them it leaves out: an empty list each.")
    if found.unknown:
        say(f"{found.unknown:,} that it answers are not measured.")
    if found.repeated:
        say(f"{found.repeated:,} lines name a product again, and were left out.")
    say(f"Next: python -m pipeline compare {version} {name}")
