"""POST /api/v1/place in the tiny shop."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from dashboard.api import app, metrics
from pipeline.versions import VersionStore
from tests import tiny

TRIPOD = {"title": "Tripod for camera", "category": ["Photo", "Tripods"]}


@pytest.fixture
def client(store: VersionStore) -> TestClient:
    tiny.publish(store, item_tower=True, mapped=True)
    tiny.publish(store, "plain", towers=False, created="2025-01-01T00:00:00Z")
    return TestClient(app, raise_server_exceptions=False)


def test_a_product_of_the_shop_lands_on_itself(client: TestClient) -> None:
    response = client.post("/api/v1/place", json={**TRIPOD, "k": 2})
    assert response.status_code == 200
    assert response.headers["x-version"] == "tiny"
    assert response.headers["x-generated-data"] == "true"
    body = response.json()
    assert (body["version"], body["among"], body["notes"]) == ("tiny", 12, [])
    assert [each["space"] for each in body["spaces"]] == ["towers", "text"]
    for each in body["spaces"]:
        assert len(each["products"]) == 2
        first = each["products"][0]
        assert first.pop("cosine") == pytest.approx(1, abs=1e-5)
        assert first == {
            "rank": 1,
            "product_id": "T1",
            "title": "Tripod for camera",
            "brand": None,
            "category": ["Photo", "Tripods"],
            "price": 35.0,
        }
        assert each["cluster"] == {
            "number": 1,
            "words": ["camera", "zoom"],
            "size": 6,
            "share": pytest.approx(1, abs=1e-3),
        }
        umap, tsne = each["places"]
        assert (umap["method"], tsne["method"]) == ("umap", "tsne")
        assert (umap["x"], umap["y"]) == pytest.approx((-0.5, 3**0.5 / 2), abs=1e-3)  # a third of the way round


def test_what_is_unknown_or_missing_is_said(client: TestClient) -> None:
    body = client.post(
        "/api/v1/place",
        json={"title": "<b>Camera</b>", "brand": "Acme", "category": ["Toys"], "version": "plain"},
    ).json()
    assert body["version"] == "plain"
    assert [each["space"] for each in body["spaces"]] == ["text"]
    assert body["spaces"][0]["cluster"] is None
    assert body["spaces"][0]["places"] == []
    assert body["notes"] == [
        "This version has no item tower; only product text places it.",
        'No product here is of the brand "Acme"; it is read as words alone.',
        'No product here is of the category "Toys"; it is read as words alone.',
        "This version has no maps.",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": " "},
        {"title": "x" * 501},
        {"title": 5},
        {"title": "a", "brand": "x" * 101},
        {"title": "a", "category": ["a"] * 11},
        {"title": "a", "category": "Photo"},
        {"title": "a", "price": -1},
        {"title": "a", "price": "1"},
        {"title": "a", "description": "x" * 5001},
        {"title": "a", "colour": "red"},
        {"title": "a", "k": 0},
        {"title": "a", "k": 101},
        {"title": "a", "id": "X1"},
    ],
)
def test_anything_else_is_refused(client: TestClient, wrong: dict) -> None:
    response = client.post("/api/v1/place", json=wrong)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["error"]


@pytest.mark.parametrize("body", ['{"title": "a", "price": NaN}', '{"title": "a", "price": 1e999}'])
def test_prices_that_are_no_number_are_refused(client: TestClient, body: str) -> None:
    response = client.post("/api/v1/place", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert "The price is negative, too high or not a number." in response.json()["error"]


def test_half_a_character_is_refused(client: TestClient) -> None:
    response = client.post(
        "/api/v1/place", content='{"title": "\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert response.status_code in (400, 422)


def test_addresses(client: TestClient) -> None:
    assert client.post("/api/v1/place", json={**TRIPOD, "version": "nothing"}).status_code == 404
    response = client.post("/api/v1/place?verison=plain", json=TRIPOD)
    assert response.status_code == 422
    assert response.json()["error"] == 'There is no parameter "verison" here. It reads its body alone.'


def test_many_are_placed_each_in_its_turn_and_their_steps_are_counted(client: TestClient) -> None:
    before = metrics.REGISTRY.get_sample_value("pse_step_seconds_count", {"step": "total"}) or 0
    asked = {"requests": [{**TRIPOD, "k": 1}, {**TRIPOD, "version": "nothing"}, {**TRIPOD, "k": 2}]}
    answers = client.post("/api/v1/place/batch", json=asked).json()["answers"]
    assert [each["status"] for each in answers] == [200, 404, 200]
    assert [len(answers[place]["answer"]["spaces"][0]["products"]) for place in (0, 2)] == [1, 2]
    assert metrics.REGISTRY.get_sample_value("pse_step_seconds_count", {"step": "total"}) == before + 2
