"""Runs of the pipeline in words: how far one is, how long it took, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from dashboard.components.export import Cell
from dashboard.components.measured import grid
from dashboard.components.words import DASH, clean, counted, day, escape, figure
from pipeline.jobs.job import CANCELLED, FAILED, LOST, PUBLISHED, RUNNING, Job, Stage

STAGES = {
    "generate": "Generate the sample",
    "read": "Read raw files",
    "prepare": "Prepare tables",
    "profile": "Profile the data",
    "encode": "Encode texts",
    "train": "Train the towers",
    "index": "Index vectors and words",
    "map-text": "Map text vectors",
    "map-towers": "Map tower vectors",
    "tune": "Tune the baselines",
    "rank": "Learn to recommend",
    "rank-search": "Learn to rank search",
    "evaluate": "Evaluate",
    "publish": "Publish",
}
OUTCOMES = {
    RUNNING: "at work",
    PUBLISHED: "published",
    FAILED: "failed",
    CANCELLED: "cancelled",
    LOST: "ended without a word",
}


def duration(seconds: float) -> str:
    """Return a time as it is said.

    >>> duration(4.2), duration(125), duration(3720)
    ('4 s', '2 min 05 s', '1 h 02 min')
    """
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def memory(mb: float | None) -> str:
    """Return an amount of memory, given in MiB.

    >>> memory(812.4), memory(1945.6), memory(None)
    ('812 MiB', '1.90 GiB', '–')
    """
    if mb is None:
        return DASH
    return f"{mb:,.0f} MiB" if mb < 1024 else f"{figure(mb / 1024)} GiB"


def moment(when: float) -> str:
    """Return a moment, given in seconds since 1970, as 1 Mar 2026, 14:05 UTC.

    >>> moment(1772373900.0)
    '1 Mar 2026, 14:05 UTC'
    """
    told = datetime.fromtimestamp(when, UTC)
    return f"{day(told)}, {told:%H:%M} UTC"


def stage_name(name: str) -> str:
    return STAGES.get(name, clean(name, 60))


def headline(job: Job) -> str:
    """Return in one sentence how far a run is, or what came of it."""
    stages = job.stages
    took = duration(job.seconds)
    if job.outcome == RUNNING:
        if job.cancelled is not None:
            return f"{job.name} is being cancelled."
        at = stages[-1] if stages else None
        return f"{job.name}: {stage_name(at.name)}, {took} so far." if at else f"{job.name} begins, {took} so far."
    through = f"after {took}" if not stages else f"after {took}, in the stage {stage_name(stages[-1].name)}"
    return {
        PUBLISHED: f"{job.name} is published, after {took}.",
        CANCELLED: f"{job.name} was cancelled {through}.",
        FAILED: f"{job.name} could not be published: it failed {through}.",
        LOST: f"{job.name} ended without a word {through}.",
    }[job.outcome]


def advice(job: Job) -> tuple[str, str]:
    """Return what is wrong with a run that has ended, and what to do; "" twice where nothing is."""
    goes_on = "Started again, it goes on behind the last stage that it finished."
    if job.outcome == FAILED:
        return job.reason or "It failed.", ""
    if job.outcome == CANCELLED:
        return "Nothing was published, and a version of that name is as it was.", goes_on
    if job.outcome == LOST:
        return "Its process was killed, or the machine stopped; the log may tell.", goes_on
    return "", ""


def table(stages: Sequence[Stage], running: bool) -> str:
    """Return the stages of a run as an HTML table: how far each is, its seconds and its memory."""
    body = []
    for stage in stages:
        share = stage.share
        width = 100 * (share or 0.0)
        bar = f'<span class="pse-bar" role="img" aria-label="{width:.0f} %"><i style="width:{width:.1f}%"></i></span>'
        said = "kept from an earlier run" if stage.reused else clean(stage.note, 120)
        steps = f"{stage.done:,} of {stage.total:,}" if stage.total and not stage.reused else ""
        if not stage.ended:
            steps = steps or ("at work" if running else "not finished")
        body.append(
            f"<tr><td>{escape(stage_name(stage.name))}<small>{escape(said)}</small></td>"
            f'<td class="pse-far">{bar}<small>{escape(steps)}</small></td>'
            f"<td>{duration(stage.seconds)}</td><td>{memory(stage.memory_mb)}</td></tr>"
        )
    heads = [
        '<th scope="col">Progress</th>',
        '<th scope="col" title="By the clock; of a kept stage, when it was made">Time</th>',
        '<th scope="col" title="The most that the process held in this stage">Memory</th>',
    ]
    return f'<div class="pse-stages">{grid("Stage", heads, body)}</div>'


def label(job: Job) -> str:
    """Return what tells a run from others in a list to choose from."""
    return f"{job.name}, {moment(job.began)}, {OUTCOMES[job.outcome]}"


def row(job: Job) -> dict[str, Cell]:
    """Return a run as a row of the list of runs."""
    return {
        "started": moment(job.began),
        "version": job.name,
        "dataset": job.dataset,
        "recipe": job.recipe,
        "outcome": OUTCOMES[job.outcome],
        "took": duration(job.seconds),
        "stages": sum(stage.ended for stage in job.stages),
    }


def summary(jobs: Sequence[Job]) -> str:
    """Return how many runs there are, and how many are at work."""
    running = sum(job.outcome == RUNNING for job in jobs)
    return f"{counted(len(jobs), 'run')} started here, {running or 'none'} at work."
