"""The Runs page: off unless it is enabled; started, watched, cancelled, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import allowed
from dashboard.components import runs
from pipeline.jobs import store as jobs_store
from pipeline.jobs.job import CANCELLED, PUBLISHED, RUNNING, Stage
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, labels, press, screen, source, visit
from tests.jobs.pretended import pretend, until


@pytest.fixture(autouse=True)
def enabled(store: VersionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PSE_ALLOW_RUNS", "1")
    monkeypatch.setattr(jobs_store, "ROOT", pretend(tmp_path / "code"))
    yield
    for job in allowed.jobs().all():
        allowed.jobs().cancel(job.id)
        until(lambda job=job: allowed.jobs().open(job.id), lambda job: job.outcome != RUNNING)


def named(test: AppTest, name: str) -> AppTest:
    return checked(test.text_input(key="widget-name").set_value(name).run())


def test_without_a_run_the_page_says_what_one_is() -> None:
    test = visit("runs")
    assert "No run was started here yet." in screen(test)
    assert test.button(key="start").disabled  # it has no name yet
    assert test.selectbox(key="widget-dataset").options == ["Sample (generated)"]
    assert test.selectbox(key="widget-recipe").options == ["history", "seed", "sequence", "text"]


def test_a_run_is_started_watched_and_cancelled() -> None:
    test = named(visit("runs", recipe="text", seed="3"), "waits")
    test = press(test, "start")
    (job,) = allowed.jobs().all()
    assert test.query_params["job"] == job.id
    assert job.state["asked"]["seed"] == 3
    until(lambda: allowed.jobs().open(job.id), lambda job: bool(job.stages and job.stages[0].done))
    test = checked(test.run())
    assert "waits: Prepare tables," in screen(test)
    assert "Prepare tables one" in screen(test)  # the stage, and what came of its last step
    assert "1 of 4" in screen(test)
    assert "100 MiB" in screen(test)  # as it was told: the pretended run holds less
    assert 'style="width:25.0%"' in source(test)
    test = press(test, "cancel-run")
    until(lambda: allowed.jobs().open(job.id), lambda job: job.outcome == CANCELLED)
    test = checked(test.run())
    assert "waits was cancelled after" in screen(test)
    assert "Nothing was published, and a version of that name is as it was." in screen(test)
    assert "Cancel waits" not in labels(test)
    (row,) = test.dataframe[0].value.to_dict("records")
    assert (row["version"], row["dataset"], row["recipe"], row["outcome"]) == ("waits", "sample", "text", "cancelled")


def test_a_published_one_leads_to_its_evaluation_and_shows_its_log() -> None:
    job = allowed.jobs().start(runs_asked("works"))
    until(lambda: allowed.jobs().open(job.id), lambda job: job.outcome == PUBLISHED)
    test = visit("runs", job=job.id, log="1")
    assert "works is published, after" in screen(test)
    assert "Evaluation of works" in [link.label for link in test.main.get("page_link")]
    assert "words: run --dataset sample" in test.code[-1].value


def runs_asked(name: str) -> object:
    from pipeline.jobs.asked import Asked

    return Asked("sample", "text", name)


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("../up", {}, '"../up" cannot name a version.'),
        ("a", {"seed": "x"}, 'The seed is "x", which is no whole number.'),
        ("a", {"seed": "2147483648"}, "2147483648 is no seed: one lies between 0 and 2,147,483,647."),
        ("a", {"k-core": "1"}, "A 1-core leaves nothing out."),
        ("a", {"recipe": "../x.toml"}, 'There is no recipe "../x.toml" that pages may read.'),
        ("a", {"dataset": "/etc/passwd"}, "that pages may read."),
    ],
)
def test_what_cannot_be_started_is_said(name: str, parameters: dict[str, str], sentence: str) -> None:
    test = press(visit("runs", name=name, **parameters), "start")
    assert sentence in screen(test)
    assert allowed.jobs().all() == []


def test_a_failure_says_why_in_the_runs_own_words() -> None:
    job = allowed.jobs().start(runs_asked("fails"))
    until(lambda: allowed.jobs().open(job.id), lambda job: job.outcome != RUNNING)
    assert "products.csv has no rows. Put the table there." in screen(visit("runs"))


def test_switched_off_nothing_starts_and_the_command_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    job = allowed.jobs().start(runs_asked("waits"))
    monkeypatch.delenv("PSE_ALLOW_RUNS")
    test = visit("runs", name="works", recipe="text")
    assert "Runs cannot be started from this page." in screen(test)
    assert "PSE_ALLOW_RUNS=1" in screen(test)
    words = f"python -m pipeline run --dataset sample --recipe text --name works --artifacts {tmp_path}"
    assert words in [each.value for each in test.code]
    assert test.button(key="start").disabled
    assert "cancel-run" not in [button.key for button in test.button]
    assert allowed.jobs().open(job.id).outcome == RUNNING  # what is at work goes on, and can be watched
    monkeypatch.setenv("PSE_ALLOW_RUNS", "0")
    assert not allowed.runs()


def test_a_run_that_is_gone_is_said_above_the_list() -> None:
    assert 'There is no run "../x".' in screen(visit("runs", job="../x"))
    job = allowed.jobs().start(runs_asked("works"))
    until(lambda: allowed.jobs().open(job.id), lambda job: job.outcome == PUBLISHED)
    test = visit("runs", job="20260101-000000")
    assert 'There is no run "20260101-000000". Choose one of the list.' in screen(test)
    assert list(test.dataframe[0].value["version"]) == ["works"]
    assert "works is published, after" in screen(press(test, "newest-run"))


def test_a_name_that_is_taken_is_said_in_the_words_of_the_page(store: VersionStore) -> None:
    tiny.publish(store)
    text = screen(press(visit("runs", name="tiny"), "start"))
    assert 'A version "tiny" is already published.' in text
    assert 'turn on "Replace a version of that name" under Options' in text
    assert "--replace" not in text


def test_a_wrong_bound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_RUNS_AT_ONCE", "many")
    assert 'PSE_RUNS_AT_ONCE is "many".' in screen(visit("runs"))
    monkeypatch.setenv("PSE_RUNS_AT_ONCE", "1")


def test_foreign_text_in_a_stage_is_no_markup() -> None:
    stage = Stage("<b>x", 1, 2, "<img src=x onerror=alert(1)>", 3.0, None, ended=False, reused=False)
    told = runs.table([stage], running=True)
    assert "<img" not in told
    assert "<b>x" not in told
    assert "&lt;img src=x" in told
