"""The REST API: the shape and the values of every route, and every error as problem JSON."""

from __future__ import annotations

import subprocess
import sys
from typing import ClassVar

import numpy as np
import pytest
from fastapi.testclient import TestClient

from dashboard import loading
from dashboard.api import app
from dashboard.mapping.tag import tag
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.versions import VersionStore
from pipeline.workspace.presets import Presets
from tests import tiny
from tests.tiny_graphs import MEANINGS


@pytest.fixture
def client(store: VersionStore) -> TestClient:
    tiny.publish(store)
    return TestClient(app, raise_server_exceptions=False)


def problem(response, status: int) -> str:
    """Check that a response is a problem document of that status, and return its sentence."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "error", "instance"}
    assert body["status"] == status
    assert body["detail"] == body["error"]
    assert "Traceback" not in response.text
    return body["error"]


def test_control_characters_are_blanks(client: TestClient) -> None:
    assert client.get("/api/search", params={"q": "\0compact\tcamera\0"}).json()["query"] == "compact camera"


def test_health_answers_a_load_balancer_that_asks_for_the_head_alone(client: TestClient) -> None:
    response = client.head("/healthz")
    assert (response.status_code, response.content) == (200, b"")


def test_search(client: TestClient) -> None:
    response = client.get("/api/search", params={"q": " compact camera ", "limit": 2})
    assert response.status_code == 200
    assert response.headers["x-version"] == "tiny"
    assert response.json() == {
        "query": "compact camera",
        "total": 2,
        "items": [
            {"asin": "C1", "title": "Compact camera", "brand": "Norvik", "category": "Photo > Cameras"},
            {"asin": "C3", "title": "Small photo camera", "brand": "Aldor", "category": "Photo > Cameras"},
        ],
        "searched": "compact camera",
        "notes": [],
    }


def test_search_says_how_the_query_was_read(client: TestClient) -> None:
    body = client.get("/api/search", params={"q": "usb cabel under 20"}).json()
    assert (body["query"], body["searched"]) == ("usb cabel under 20", "usb cable")
    assert [each["asin"] for each in body["items"]] == ["U1", "U2"]
    assert body["notes"] == ['Searched for "cable" instead of "cabel".', 'Read "under 20" as a price of at most 20.']
    relaxed = client.get("/api/search", params={"q": "usb cable under 1"}).json()
    assert len(relaxed["notes"]) == 2
    assert relaxed["total"] == 10


@pytest.mark.parametrize("name", ["brand", "mode", "top_k", "<b>"])
def test_a_parameter_that_search_would_ignore_is_refused(client: TestClient, name: str) -> None:
    sentence = problem(client.get("/api/search", params={"q": "camera", name: "a"}), 422)
    assert sentence == f'There is no parameter "{name}" here. The parameters are q, limit and version.'
    described = client.get("/api/openapi.json").json()["paths"]["/api/search"]["get"]["parameters"]
    assert {each["name"] for each in described} == {"q", "limit", "version"}


def test_a_parameter_that_is_given_twice_is_refused(client: TestClient) -> None:
    sentence = problem(client.get("/api/search?q=camera&q=lens"), 422)
    assert sentence == 'The parameter "q" is given more than once. Give one value.'


def test_generated_data_is_marked(client: TestClient, store: VersionStore) -> None:
    tiny.publish(store, "real", generated=False)
    headers = [client.get("/api/stats", params={"version": name}).headers for name in ("tiny", "real")]
    assert [each.get("x-generated-data") for each in headers] == ["true", None]


def test_recommend_from_a_version_with_a_second_stage(client: TestClient, store: VersionStore) -> None:
    tiny.publish(store, "second", reranked=True)
    body = client.get("/api/recommend", params={"q": "C1", "top_k": 4, "version": "second"}).json()
    found = [each["asin"] for each in body["recommendations"]]
    assert [each for each in found if each != "S2"][:3] == ["C2", "L1", "H1"]  # 449.5, 259, 129; S2 has no price
    assert body["recommendations"][0]["score"] == 1
    assert [each["rank"] for each in body["recommendations"]] == [1, 2, 3, 4]


def test_recommend_from_a_product_id(client: TestClient) -> None:
    body = client.get("/api/recommend", params={"q": "H1", "top_k": 3}).json()
    assert set(body) == {"query", "query_item", "recommendations", "total"}
    assert body["query"] == "H1"
    assert body["query_item"] == {
        "asin": "H1",
        "title": "Wireless headphones",
        "brand": "Sonara",
        "category": "Audio > Headphones",
    }
    assert body["total"] == 3
    assert [each["rank"] for each in body["recommendations"]] == [1, 2, 3]
    first = body["recommendations"][0]
    assert set(first) == {"rank", "score", "asin", "title", "brand", "category"}
    # One axis of two is shared with each of these; equal scores stand in row order.
    assert [each["asin"] for each in body["recommendations"]] == ["H2", "S1", "S2"]
    assert first["score"] >= body["recommendations"][2]["score"] > 0


def test_recommend_matches_words_to_the_best_search_result(client: TestClient) -> None:
    body = client.get("/api/recommend", params={"q": "usb cord"}).json()
    assert body["query_item"]["asin"] == "U2"
    assert body["query_item"]["category"] == ""
    assert body["recommendations"][0]["asin"] == "U1"
    assert body["total"] == len(body["recommendations"]) == 10


def test_recommend_without_towers_reads_text(client: TestClient, store: VersionStore) -> None:
    tiny.publish(store, "text", towers=False)
    body = client.get("/api/recommend", params={"q": "S1", "top_k": 1, "version": "text"}).json()
    assert body["recommendations"][0]["asin"] == "S2"
    assert body["recommendations"][0]["score"] == pytest.approx(1.0)


def test_a_product_without_a_brand_has_an_empty_one(client: TestClient) -> None:
    body = client.get("/api/search", params={"q": "tripod", "limit": 1}).json()
    assert body["items"][0]["brand"] == ""


def test_stats(client: TestClient) -> None:
    body = client.get("/api/stats").json()
    assert body["total_items"] == 12
    assert body["embedding_dim"] == len(MEANINGS)
    assert body["unique_brands"] == 5
    assert body["unique_categories"] == 7
    assert body["top_categories"][:2] == [
        {"category": "Photo > Cameras", "count": 3},
        {"category": "Audio > Headphones", "count": 2},
    ]


def test_health_lists_versions(client: TestClient, store: VersionStore) -> None:
    client.get("/api/stats")
    (store.root / "wreck").mkdir()
    body = client.get("/healthz").json()
    assert body["status"] == "ok"
    assert body["versions"][1] == {"name": "tiny", "loaded": True, "error": None}
    assert "manifest" in body["versions"][0]["error"]


@pytest.mark.parametrize(("path", "limit"), [("/api/search", "limit"), ("/api/recommend", "top_k")])
class TestParameters:
    @pytest.mark.parametrize("value", [0, -1, 101, 10**9, 10**30])
    def test_a_limit_outside_1_to_100(self, client: TestClient, path: str, limit: str, value: int) -> None:
        sentence = problem(client.get(path, params={"q": "camera", limit: value}), 422)
        assert limit in sentence
        assert "from 1 to 100" in sentence

    @pytest.mark.parametrize("value", ["ten", "", "1.5", "9" * 5000])
    def test_a_limit_that_is_no_whole_number(self, client: TestClient, path: str, limit: str, value: str) -> None:
        assert "whole number" in problem(client.get(path, params={"q": "camera", limit: value}), 422)

    def test_100_is_answered(self, client: TestClient, path: str, limit: str) -> None:
        assert client.get(path, params={"q": "camera", limit: 100}).status_code == 200

    def test_no_query(self, client: TestClient, path: str, limit: str) -> None:
        assert "missing" in problem(client.get(path), 422)

    @pytest.mark.parametrize("query", ["", "   ", "\0", " \x1b\n"])
    def test_an_empty_query(self, client: TestClient, path: str, limit: str, query: str) -> None:
        assert "empty" in problem(client.get(path, params={"q": query}), 422)

    def test_a_long_query(self, client: TestClient, path: str, limit: str) -> None:
        assert client.get(path, params={"q": "x" * 500}).status_code == 200
        assert "501" in problem(client.get(path, params={"q": "x" * 501}), 422)
        assert "10,000" in problem(client.get(path, params={"q": "x" * 10_000}), 422)

    def test_an_unknown_version(self, client: TestClient, path: str, limit: str) -> None:
        assert '"tinny"' in problem(client.get(path, params={"q": "camera", "version": "tinny"}), 404)
        assert "cannot name" in problem(client.get(path, params={"q": "camera", "version": "../etc"}), 422)


def test_an_unknown_product_is_searched_for_as_words(client: TestClient) -> None:
    assert client.get("/api/recommend", params={"q": "C999"}).status_code == 200


def test_a_damaged_version_is_503_and_others_stay_up(client: TestClient, store: VersionStore) -> None:
    wreck = tiny.publish(store, "wreck", created="2027-01-01T00:00:00Z")
    tiny.damage(wreck)
    sentence = problem(client.get("/api/search", params={"q": "camera", "version": "wreck"}), 503)
    assert "products.parquet differs" in sentence
    assert client.get("/api/search", params={"q": "camera"}).headers["x-version"] == "tiny"
    assert "differs" in client.get("/healthz").json()["versions"][1]["error"]


def test_nothing_published(store: VersionStore) -> None:
    client = TestClient(app)
    for path in ("/api/search?q=camera", "/api/recommend?q=camera", "/api/stats"):
        assert "python -m pipeline demo" in problem(client.get(path), 503)
    assert client.get("/healthz").json() == {"status": "ok", "versions": []}


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    assert "nothing at this address" in problem(client.get("/api/nothing"), 404)
    assert "Use GET" in problem(client.post("/api/search", json={}), 405)


def test_an_unexpected_failure_shows_no_traceback(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args, **kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Engine, "search", fail)
    sentence = problem(client.get("/api/search", params={"q": "camera"}), 500)
    assert "secret" not in sentence


def test_the_description_names_every_route(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    service = {f"/api/v1/{name}" for name in ("search", "similar", "recommend", "compare", "place")}
    before = {"/api/recommend", "/api/search", "/api/stats", "/recommend"}
    single = {"/api/v1/products/{product_id}", "/healthz", "/readyz", "/metrics"}
    assert set(paths) == before | single | service | {f"{each}/batch" for each in service}
    limits = {each["name"]: each["schema"] for each in paths["/api/recommend"]["get"]["parameters"]}["top_k"]
    assert (limits["minimum"], limits["maximum"]) == (1, 100)


def test_the_service_imports_nothing_that_training_or_pages_need() -> None:
    code = (
        "import sys, dashboard.api, dashboard.loading;"
        "heavy = ('torch', 'tensorflow', 'keras', 'umap', 'sklearn', 'streamlit', 'plotly');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_preset_puts_recommendations_in_another_order(client: TestClient, store: VersionStore) -> None:
    Presets(store.artifacts).save("cheap", Rebalance(price=-1))
    query = {"q": "C1", "version": "tiny"}
    plain, cheap = (
        [each["asin"] for each in client.get("/api/recommend", params=query | more).json()["recommendations"]]
        for more in ({}, {"preset": "cheap"})
    )
    assert set(plain) == set(cheap)
    assert plain != cheap
    missing = client.get("/api/recommend", params=query | {"preset": "cheep"})
    assert problem(missing, 404) == 'There is no preset "cheep". There are: cheap. Did you mean "cheap"?'


class TestMap:
    """What the map in the browser fetches."""

    WHICH: ClassVar = {"version": "tiny", "space": "towers", "method": "umap"}

    @pytest.fixture
    def mapped(self, store: VersionStore) -> TestClient:
        tiny.publish(store, mapped=True)
        tiny.publish(store, "other", mapped=True, shop=tiny.SHOP[::-1], created="2026-01-01T00:00:00Z")
        return TestClient(app, raise_server_exceptions=False)

    def test_places_are_two_numbers_a_product_and_are_kept(self, mapped: TestClient) -> None:
        response = mapped.get("/api/map/places", params=self.WHICH)
        steps = np.frombuffer(response.content, "<u2").reshape(2, 12)
        assert steps.max(axis=1).tolist() == [65535, 65535]
        assert steps[0].argmax() == 0  # the circle begins on the right
        assert response.headers["cache-control"] == "no-store"
        engine = loading.engine("tiny")
        kept = mapped.get("/api/map/places", params={**self.WHICH, "v": tag(engine)})
        assert "immutable" in kept.headers["cache-control"]
        # What is laid on another map has the tag of both.
        laid = {**self.WHICH, "onto": "other"}
        own, both = tag(engine), tag(engine, loading.engine("other"))
        assert own != both
        assert mapped.get("/api/map/places", params={**laid, "v": own}).headers["cache-control"] == "no-store"
        assert "immutable" in mapped.get("/api/map/places", params={**laid, "v": both}).headers["cache-control"]

    def test_colours_are_one_byte_a_product(self, mapped: TestClient) -> None:
        codes = mapped.get("/api/map/colours", params={**self.WHICH, "by": "category-1"}).content
        assert list(codes) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 255]

    def test_another_version_takes_the_same_colours_and_is_laid_on_the_first(self, mapped: TestClient) -> None:
        other = {**self.WHICH, "version": "other"}
        codes = mapped.get("/api/map/colours", params={**other, "by": "category-1", "like": "tiny"}).content
        assert list(codes) == [255, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
        own = np.frombuffer(mapped.get("/api/map/places", params=self.WHICH).content, "<u2").reshape(2, 12)
        laid = mapped.get("/api/map/places", params={**other, "onto": "tiny"}).content
        # The same circle in the opposite order: turned over, every product lies where it lay.
        assert np.abs(np.frombuffer(laid, "<u2").reshape(2, 12)[:, ::-1].astype(int) - own).max() <= 2

    def test_products_that_are_pointed_at(self, mapped: TestClient) -> None:
        (found,) = mapped.get("/api/map/products", params={**self.WHICH, "rows": "5,99"}).json()
        assert found == {
            "row": 5,
            "asin": "B1",
            "title": tiny.MARKUP,
            "brand": "Evil & <b>Co</b>",
            "category": "Photo > Bags",
            "cluster": "camera, zoom",
            "faithfulness": 0.455,
        }

    @pytest.mark.parametrize(
        ("wrong", "status"), [({"space": "x"}, 422), ({"method": "pca"}, 422), ({"version": "none"}, 404)]
    )
    def test_maps_that_are_not_there(self, mapped: TestClient, wrong: dict[str, str], status: int) -> None:
        problem(mapped.get("/api/map/places", params={**self.WHICH, **wrong}), status)
        problem(mapped.get("/api/map/products", params={**self.WHICH, "rows": "1;2"}), 422)

    def test_colours_and_rows_that_there_are_not(self, mapped: TestClient) -> None:
        sentence = problem(mapped.get("/api/map/colours", params={**self.WHICH, "by": "bogus"}), 422)
        assert sentence.startswith('"bogus" is nothing to colour by. There are: category-1,')
        sentence = problem(mapped.get("/api/map/products", params={**self.WHICH, "rows": "-1"}), 422)
        assert sentence == '"-1" is no list of rows. Write whole numbers from 0 up, as in 3,14,15.'
