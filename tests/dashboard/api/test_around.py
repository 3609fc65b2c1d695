"""What stands around every route: key, origins, headers, ids, logs, counts, and readiness."""

from __future__ import annotations

import json
import logging
import sys
import time

import httpx
import pytest

from dashboard.api import metrics
from dashboard.api.application import build
from dashboard.api.logs import JsonLines
from dashboard.api.settings import Settings
from dashboard.map_pass import map_pass, parameters
from pipeline.aliases import Aliases
from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.api.asking import ask, problem

SECRET = "correct horse"
QUERY = {"query": "camera", "k": 1}


@pytest.fixture
def published(store: VersionStore) -> VersionStore:
    tiny.publish(store)
    return store


def count(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


class TestKey:
    @pytest.mark.parametrize(
        "headers",
        [{}, {"X-API-Key": "wrong"}, {"X-API-Key": "kärtchen".encode()}, {"Authorization": f"Basic {SECRET}"}],
    )
    def test_without_the_key_nothing_is_answered(self, published: VersionStore, headers: dict[str, str]) -> None:
        app = build(Settings(key=SECRET))
        for method, path in (
            ("GET", "/api/stats"), ("POST", "/api/v1/search"), ("GET", "/metrics"), ("GET", "/api/openapi.json"),
            ("GET", "/nowhere"), ("GET", "/api/map/places"),
        ):  # fmt: skip
            response = ask(app, method, path, headers=headers)
            assert "X-API-Key" in problem(response, 401)
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert SECRET not in response.text

    @pytest.mark.parametrize("headers", [{"X-API-Key": SECRET}, {"Authorization": f"bearer {SECRET}"}])
    def test_with_it_everything_is(self, published: VersionStore, headers: dict[str, str]) -> None:
        app = build(Settings(key=SECRET))
        assert ask(app, "POST", "/api/v1/search", json=QUERY, headers=headers).status_code == 200
        assert ask(app, "GET", "/metrics", headers=headers).status_code == 200

    def test_health_needs_none(self, published: VersionStore) -> None:
        assert ask(build(Settings(key=SECRET)), "GET", "/healthz").status_code == 200

    def test_a_map_asked_with_too_many_parameters_is_refused(self) -> None:
        many = "&".join(f"p{place}=1" for place in range(60))
        assert problem(ask(build(Settings(key=SECRET)), "GET", f"/api/map/places?{many}"), 401)

    def test_the_pass_of_the_map_opens_the_map_alone(
        self, store: VersionStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert parameters() == {}
        monkeypatch.setenv("PSE_API_KEY", SECRET)
        assert parameters() == {"pass": map_pass(SECRET)}
        tiny.publish(store, mapped=True)
        app = build(Settings(key=SECRET))
        which = {"version": "tiny", "space": "towers", "method": "umap", "pass": map_pass(SECRET)}
        assert ask(app, "GET", "/api/map/places", params=which).status_code == 200
        assert ask(app, "GET", "/api/map/places", params={**which, "pass": "0" * 32}).status_code == 401
        assert ask(app, "GET", "/api/stats", params={"pass": which["pass"]}).status_code == 401
        assert map_pass("") == ""


class TestOrigins:
    ASKS = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}  # noqa: RUF012

    def test_off_unless_asked_for(self, published: VersionStore) -> None:
        app = build(Settings())
        assert "access-control-allow-origin" not in ask(app, "GET", "/api/stats", headers=self.ASKS).headers
        assert problem(ask(app, "OPTIONS", "/api/v1/search", headers=self.ASKS), 405)

    def test_named_origins_alone_are_let_in(self, published: VersionStore) -> None:
        app = build(Settings(origins=("https://shop.example",), key=SECRET))
        preflight = ask(app, "OPTIONS", "/api/v1/search", headers=self.ASKS)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
        other = ask(app, "GET", "/healthz", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/stats"), ("GET", "/nowhere"), ("POST", "/api/stats")])
def test_every_answer_is_safe_to_show_to_a_browser(published: VersionStore, method: str, path: str) -> None:
    headers = ask(build(Settings()), method, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_no_answer_leads_to_the_host_that_a_request_names(published: VersionStore) -> None:
    answer = ask(build(Settings()), "GET", "/api/search/?q=camera", headers={"Host": "evil.example"})
    assert problem(answer, 404)
    assert "location" not in answer.headers


def test_request_ids_are_the_clients_where_they_are_sane(published: VersionStore) -> None:
    app = build(Settings())
    assert ask(app, "GET", "/healthz", headers={"X-Request-ID": "job-7.a_b"}).headers["x-request-id"] == "job-7.a_b"
    for wrong in ("", "a b", "x" * 65, "-a", "{}", "ä".encode()):
        made = ask(app, "GET", "/healthz", headers={"X-Request-ID": wrong}).headers["x-request-id"]
        assert len(made) == 32
        assert made.isalnum()


def test_the_version_is_named_whatever_the_status(published: VersionStore) -> None:
    app = build(Settings())
    assert ask(app, "POST", "/api/v1/search", json=QUERY).headers["x-version"] == "tiny"
    unknown = ask(app, "POST", "/api/v1/similar", json={"product_id": "none"})
    assert problem(unknown, 404)
    assert unknown.headers["x-version"] == "tiny"
    assert "x-version" not in ask(app, "GET", "/healthz").headers


def test_the_log_tells_the_route_and_nothing_of_who_asked_for_what(
    published: VersionStore, caplog: pytest.LogCaptureFixture
) -> None:
    app = build(Settings())
    caplog.set_level(logging.INFO, "dashboard")
    headers = {"X-Request-ID": "r1"}
    ask(app, "GET", "/api/search", params={"q": "secret wish"}, headers=headers)
    ask(app, "POST", "/api/v1/recommend", json={"user_id": "ann"}, headers=headers)
    ask(app, "POST", "/api/v1/recommend", json={"user_id": "secret wish"}, headers=headers)
    ask(app, "GET", "/secret wish", headers=headers)
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if hasattr(record, "event")]
    assert [(each["route"], each["status"], each["version"]) for each in lines] == [
        ("/api/search", 200, "tiny"),
        ("/api/v1/recommend", 200, "tiny"),
        ("/api/v1/recommend", 404, "tiny"),
        ("none", 404, ""),
    ]
    assert {each["request_id"] for each in lines} == {"r1"}
    assert all(each["ms"] > 0 for each in lines)
    told = json.dumps([JsonLines().format(record) for record in caplog.records])
    assert "secret" not in told
    assert "ann" not in told


def test_a_failure_is_a_problem_and_its_words_are_not_logged(
    published: VersionStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args, **kwargs):
        raise ZeroDivisionError("secret wish")

    monkeypatch.setattr(Engine, "search", fail)
    response = ask(build(Settings()), "POST", "/api/v1/search", json=QUERY)
    assert "in its log" in problem(response, 500)
    assert response.headers["x-content-type-options"] == "nosniff"
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ZeroDivisionError"
    assert line["request_id"] == response.headers["x-request-id"]
    assert any(__file__ in each for each in line["at"])
    assert "secret" not in json.dumps(line)


class TestMetrics:
    def test_requests_are_counted_by_route_and_steps_are_timed(self, published: VersionStore) -> None:
        app = build(Settings())
        labels = {"route": "/api/v1/search", "method": "POST", "status": "200"}
        before = count("pse_requests_total", **labels), count("pse_step_seconds_count", step="minilm")
        for _ in range(3):
            ask(app, "POST", "/api/v1/search", json=QUERY)
        after = count("pse_requests_total", **labels), count("pse_step_seconds_count", step="minilm")
        assert (after[0] - before[0], after[1] - before[1]) == (3, 3)
        text = ask(app, "GET", "/metrics")
        assert text.headers["content-type"].startswith("text/plain")
        assert 'pse_version_open{version="tiny"} 1.0' in text.text
        assert "pse_request_seconds_bucket" in text.text

    def test_a_repeated_query_is_a_hit_of_the_cache(self, published: VersionStore) -> None:
        app = build(Settings())
        ask(app, "POST", "/api/v1/search", json=QUERY)
        before = count("pse_query_vector_hits_total"), count("pse_query_vector_misses_total")
        for query in ("camera", "camera", "zoom lens", "camera"):
            ask(app, "POST", "/api/v1/search", json={"query": query})
        after = count("pse_query_vector_hits_total"), count("pse_query_vector_misses_total")
        assert (after[0] - before[0], after[1] - before[1]) == (3, 1)

    def test_methods_that_nobody_knows_are_one(self, published: VersionStore) -> None:
        before = count("pse_requests_total", route="none", method="other", status="404")
        ask(build(Settings()), "BREW", "/coffee")
        assert count("pse_requests_total", route="none", method="other", status="404") == before + 1


class TestReady:
    @staticmethod
    def wait(app: object) -> httpx.Response:
        for _ in range(200):
            response = ask(app, "GET", "/readyz")  # type: ignore[arg-type]
            if response.status_code == 200:
                break
            time.sleep(0.05)
        return response

    def test_ready_once_the_default_version_is_open(self, published: VersionStore) -> None:
        app = build(Settings())
        response = ask(app, "GET", "/readyz")
        assert problem(response, 503) == 'The version "tiny" is being opened.'
        assert response.headers["retry-after"] == "1"
        assert self.wait(app).json() == {"status": "ready"}

    def test_what_is_missing_is_said(self, store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
        app = build(Settings())
        assert "python -m pipeline demo" in problem(ask(app, "GET", "/readyz"), 503)
        tiny.publish(store)
        monkeypatch.setenv("PSE_VERSION", "none")
        assert 'No version "none"' in problem(ask(app, "GET", "/readyz"), 503)
        monkeypatch.delenv("PSE_VERSION")
        Aliases(store.artifacts).set("production", "gone")
        assert 'No version "gone"' in problem(ask(app, "GET", "/readyz"), 503)


def test_settings_come_from_the_environment() -> None:
    found = Settings.read(
        {"PSE_API_KEY": " k ", "PSE_CORS_ORIGINS": "https://a.example, https://b.example", "PSE_TIMEOUT": "2.5"}
    )
    assert found == Settings(key="k", origins=("https://a.example", "https://b.example"), timeout=2.5)
    for wrong in ("zero", "0", "-1", "inf", "nan"):
        with pytest.raises(InvalidRequest, match="PSE_AT_WORK"):
            Settings.read({"PSE_AT_WORK": wrong})


def test_a_line_of_the_log_is_one_line() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "one\ntwo", (), sys.exc_info())
    assert "\n" not in JsonLines().format(record)


def test_a_key_that_clients_would_send_in_different_ways_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="PSE_API_KEY has letters"):
        Settings.read({"PSE_API_KEY": "schlüssel"})


@pytest.mark.parametrize(
    ("name", "value"), [("PSE_API_KEY", "  "), ("PSE_LIVE_PRODUCTS", "1"), ("PSE_FETCH_LIMIT_GB", "ten")]
)
def test_a_setting_that_would_be_off_in_silence_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest, match=name):
        Settings.read({name: value})
