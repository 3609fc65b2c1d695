"""What the commands have in common: the line itself, options that many take, and how they speak.

Commands import what they work with when they are called: `--help` and a mistyped name are answered at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import events, report

if TYPE_CHECKING:
    from pipeline.run import Run

app = typer.Typer(
    help="Turn product reviews into published versions that the dashboard serves.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    add_completion=False,
)
bench = typer.Typer(help="Run many versions by a plan, and report them together.", no_args_is_help=True)
app.add_typer(bench, name="bench")

Artifacts = Annotated[str, typer.Option(envvar="PSE_ARTIFACTS", help="Folder of versions, encoders and stage results.")]
Readable = Annotated[
    str, typer.Option("--artifacts", envvar="PSE_ARTIFACTS", help="Folder of versions, or an address as s3://bucket/x.")
]
ROOT = Path(__file__).parents[2]
DEFAULT_ARTIFACTS = str(ROOT / "artifacts")
BENCHMARKS = ROOT / "benchmarks"


def say(line: str) -> None:
    """Print a line as it is."""
    report.console.print(line, markup=False, soft_wrap=True)


def published(planned: Run) -> None:
    """Run a line of stages, and show the version that comes of it."""
    report.console.print(f"{planned.name}: dataset {planned.dataset}, recipe {planned.recipe.name}", markup=False)
    version = planned.execute(report.stage_bar)
    events.tell("published", version=version.manifest.name)
    report.show_version(version)
