"""Health is told at once, also where a look at the versions hangs."""

from __future__ import annotations

from threading import Event
from time import monotonic

import pytest

from dashboard.api import health
from dashboard.api.application import build
from dashboard.api.settings import Settings
from dashboard.open_versions import Versions
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.api.asking import ask, problem


@pytest.fixture
def app(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> object:
    tiny.publish(store, "one", towers=False, evaluated=False)
    for name, first in (("listed", []), ("missing", "nothing is known")):
        monkeypatch.setattr(health, name, health.Look(getattr(health, name)._look, first))
    return build(Settings())


def test_where_a_look_hangs_the_last_one_answers(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(app, "POST", "/api/v1/search", json={"query": "camera"})
    before = ask(app, "GET", "/healthz").json()
    assert [(each["name"], each["loaded"]) for each in before["versions"]] == [("one", True)]
    assert ask(app, "GET", "/readyz").status_code == 200
    go = Event()
    for name in ("listing", "missing"):
        monkeypatch.setattr(Versions, name, lambda self: go.wait(30))
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    began = monotonic()
    assert ask(app, "GET", "/healthz").json() == before
    assert ask(app, "GET", "/readyz").status_code == 200
    go.set()
    assert monotonic() - began < 20


def test_before_the_first_look_has_ended_the_process_is_up_and_not_ready(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = Event()
    for name in ("listing", "missing"):
        monkeypatch.setattr(Versions, name, lambda self: go.wait(30))
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    assert ask(app, "GET", "/healthz").json() == {"status": "ok", "versions": []}
    assert problem(ask(app, "GET", "/readyz"), 503) == "nothing is known"
    go.set()
