"""Runs: how does a dataset become a new version?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import allowed, downloads, frame, state
from dashboard.components import notes, runs
from dashboard.components.words import clean
from dashboard.controls import pick
from dashboard.data_profile.drawing import number, words
from dashboard.running import form, watched
from pipeline.errors import JobError
from pipeline.jobs.job import Job

COLUMNS = {
    "started": words("Started", "When somebody pressed Start"),
    "version": words("Version", "What it publishes"),
    "dataset": words("Dataset", "What it is made of"),
    "recipe": words("Recipe", "How it is trained"),
    "outcome": words("Outcome", "What came of it"),
    "took": words("Took", "From its start to its end, or to now"),
    "stages": number("Stages", "How many it finished, or found finished"),
}


def main() -> None:
    with frame.page("Runs", "How does a dataset become a new version, and how far is it?"):
        form.draw(allowed.readable())
        jobs = allowed.jobs().all()
        if said := state.text(state.JOB):
            try:  # one that is gone or damaged is said, not passed over
                asked = allowed.jobs().open(said)
                jobs += [asked] if asked.id not in {job.id for job in jobs} else []  # one older than the list goes back
            except JobError as error:
                gone(error, [job.id for job in jobs])
                if jobs:
                    past(jobs)
                return
        if not jobs:
            st.html(
                notes.message(
                    "No run was started here yet.",
                    "A run reads a dataset, trains by a recipe and publishes a version. It goes on when this page is "
                    "closed.",
                    kind="empty",
                )
            )
            return
        st.subheader("Progress", anchor=False)
        names = {job.id: runs.label(job) for job in jobs}
        chosen = pick(state.JOB, "Run", list(names), names, show_label=True)
        watched.draw(next(job for job in jobs if job.id == chosen))
        past(jobs)


def gone(error: JobError, known: Sequence[str]) -> None:
    """Say that the run in the address cannot be shown, and offer the newest one."""
    told = allowed.readable().told
    remedy = told(error.remedy) if known else "No run was started here yet: name a version above, and start one."
    st.html(notes.message(told(error.problem), remedy))
    if known:
        with frame.centred():
            st.button(
                "Show the newest run", key="newest-run", type="primary", on_click=state.write, args=(state.JOB, None)
            )


def past(jobs: Sequence[Job]) -> None:
    """Draw the list of runs."""
    st.subheader("All runs", anchor=False)
    st.html(notes.small(runs.summary(jobs)))
    rows = [runs.row(job) for job in jobs]
    shown = [{key: clean(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows]
    st.dataframe(shown, hide_index=True, column_config=COLUMNS, height="content" if len(rows) <= 10 else 400)
    downloads.button(rows, "runs", key="csv-runs")


main()
