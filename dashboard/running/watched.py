"""One run in view: how far it is, its log, and the question whether it shall end."""

from __future__ import annotations

import streamlit as st

from dashboard import allowed, state
from dashboard.components import notes, runs
from dashboard.components.words import plain, typed
from pipeline.errors import ExplorerError
from pipeline.jobs.job import FAILED, LOST, PUBLISHED, RUNNING, Job

EVERY = 1.0  # seconds between two looks at a run that is at work
LINES = 40  # of the log


def draw(job: Job) -> None:
    """Draw a run; one that is at work is looked at again every second."""
    at_work = job.outcome == RUNNING
    with st.container(horizontal=True, vertical_alignment="center", key="watched"):
        st.toggle("Log", **state.bound(state.LOG, state.text(state.LOG) == "1", default=False))
        if at_work and job.cancelled is None and allowed.runs():
            cancel(job)
        elif job.outcome == PUBLISHED:
            st.page_link(
                "app_pages/evaluation.py",
                label=f"Evaluation of {plain(job.name)}",
                query_params={state.VERSION: job.name},
            )
    st.fragment(progress, run_every=EVERY if at_work else None)(job.id, at_work)


def cancel(job: Job) -> None:
    """Draw the question whether a run shall end, in a popover."""
    with st.popover("Cancel", key=f"cancel-{job.id}"):
        st.html(
            notes.sentence(
                f"{job.name} will not be published. What its stages have finished is kept for the next run, and what "
                "is published stays as it is."
            )
        )
        st.button(f"Cancel {plain(job.name)}", key="cancel-run", type="primary", on_click=_cancel, args=(job.id,))


def progress(job_id: str, was_at_work: bool) -> None:
    """Draw how far a run is, as of now."""
    try:
        job = allowed.jobs().open(job_id)
    except ExplorerError as error:
        st.html(notes.message(error.problem, error.remedy))
        return
    if was_at_work and job.outcome != RUNNING:
        st.rerun()  # the whole page: what can be done with it is another thing now
    st.html(f'<div role="status">{notes.headline(runs.headline(job))}</div>')
    problem, remedy = runs.advice(job)
    if problem:
        st.html(
            notes.message(
                allowed.readable().told(problem), remedy, kind="problem" if job.outcome in (FAILED, LOST) else "note"
            )
        )
    if stages := job.stages:
        st.html(runs.table(stages, job.outcome == RUNNING))
    if state.text(state.LOG) == "1":
        log(job)


def log(job: Job) -> None:
    """Draw the end of what a run printed."""
    text = "\n".join(typed(line) for line in job.log().splitlines())
    shown = text.splitlines()[-LINES:]
    st.code("\n".join(shown) or "Nothing was printed yet.", language=None, wrap_lines=True)
    if text:
        st.download_button(
            "Download log", text, f"{job.id}-{job.name}.txt", "text/plain", key="log-file", type="tertiary",
            on_click="ignore",
        )  # fmt: skip


def _cancel(job_id: str) -> None:
    if allowed.runs():
        allowed.jobs().cancel(job_id)
