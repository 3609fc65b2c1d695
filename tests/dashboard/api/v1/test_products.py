"""GET, PUT and DELETE /api/v1/products/{id} in the tiny shop, and what the rest of the service makes of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard import live, loading
from dashboard.api import app
from pipeline.retrieval.live import journal
from pipeline.versions import VersionStore, journal_of
from tests import tiny

ROOT = Path(__file__).parents[4]
CAMERA = {"title": "Quokka compact camera", "brand": "Aldor", "category": ["Photo", "Cameras"], "price": 999.0}
NOTE = 'Added after the version was published: "X1".'


@pytest.fixture
def store(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> VersionStore:
    loading._live.cache_clear()
    monkeypatch.setenv("PSE_LIVE_PRODUCTS", "on")
    tiny.publish(store, item_tower=True, reranked=True, ranked=0.2, mapped=True)
    return store


@pytest.fixture
def client(store: VersionStore) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def problem(response, status: int) -> str:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()["error"]


def found(client: TestClient, query: str, **more: object) -> list[str]:
    return [each["asin"] for each in client.get("/api/search", params={"q": query, **more}).json()["items"]]


def test_off_by_default(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.put("/api/v1/products/X1", json=CAMERA).status_code == 201
    monkeypatch.delenv("PSE_LIVE_PRODUCTS")
    sentence = "Products cannot be added here. Start the service with PSE_LIVE_PRODUCTS=on."
    assert problem(client.put("/api/v1/products/X2", json=CAMERA), 403) == sentence
    assert problem(client.put("/api/v1/products/X2", json={}), 403) == sentence
    assert problem(client.delete("/api/v1/products/X1"), 403) == sentence
    assert problem(client.get("/api/v1/products/X1"), 404)
    assert client.get("/api/v1/products/C1").json()["title"] == "Compact camera"
    assert "X1" not in found(client, "quokka")
    assert client.get("/api/stats").json()["total_items"] == 12
    monkeypatch.setenv("PSE_LIVE_PRODUCTS", "off")
    assert problem(client.delete("/api/v1/products/X1"), 403) == sentence


def test_added_searched_recommended_and_removed(client: TestClient) -> None:
    response = client.put("/api/v1/products/X1", json=CAMERA)
    assert response.status_code == 201
    assert response.headers["x-version"] == "tiny"
    told = {
        **CAMERA,
        "version": "tiny",
        "product_id": "X1",
        "description": None,
        "released": None,
        "image_url": None,
        "rating": None,
        "ratings": 0,
        "interactions": 0,
        "added": True,
    }
    assert response.json() == told
    assert client.get("/api/v1/products/X1").json() == told
    answer = client.get("/api/search", params={"q": "quokka camera"}).json()
    assert answer["items"][0]["asin"] == "X1"
    assert answer["notes"][-1] == NOTE
    # C1 is what the query means; X1 is its near twin, and the tiny ranker puts the dearest candidate first.
    recommended = client.get("/api/recommend", params={"q": "C1", "top_k": 3}).json()["recommendations"]
    assert recommended[0]["asin"] == "X1"
    assert client.get("/api/recommend", params={"q": "X1", "top_k": 3}).json()["query_item"]["asin"] == "X1"
    assert client.get("/api/stats").json()["total_items"] == 13
    changed = client.put("/api/v1/products/X1", json={"title": "Numbat lens"})
    assert (changed.status_code, changed.json()["title"], changed.json()["brand"]) == (200, "Numbat lens", None)
    assert found(client, "numbat lens")[0] == "X1"
    assert found(client, "quokka compact camera")[0] == "C1"
    gone = client.delete("/api/v1/products/X1")
    assert (gone.status_code, gone.content) == (204, b"")
    assert found(client, "numbat lens")[0] == "L1"
    assert problem(client.get("/api/v1/products/X1"), 404)
    assert problem(client.delete("/api/v1/products/X1"), 404).startswith('No product "X1" was added.')


def test_a_version_s_own_products_are_told_and_never_changed(client: TestClient) -> None:
    body = client.get("/api/v1/products/C1").json()
    assert (body["title"], body["price"], body["interactions"], body["added"]) == ("Compact camera", 199.0, 2, False)
    for response in (client.put("/api/v1/products/C1", json=CAMERA), client.delete("/api/v1/products/C1")):
        assert problem(response, 409) == (
            '"C1" is a product of version "tiny" itself, which never changes. '
            "Use another id, or publish the version anew."
        )
    assert client.get("/api/v1/products/C1").json() == body


def test_each_version_has_its_own(client: TestClient, store: VersionStore) -> None:
    tiny.publish(store, "other", towers=False, created="2025-01-01T00:00:00Z")
    assert client.put("/api/v1/products/X1?version=other", json=CAMERA).json()["version"] == "other"
    assert found(client, "quokka", version="other")[0] == "X1"
    assert "X1" not in found(client, "quokka")
    assert problem(client.get("/api/v1/products/X1"), 404)
    assert problem(client.put("/api/v1/products/X1?version=nothing", json=CAMERA), 404)


def test_towers_without_an_item_tower_take_none(client: TestClient, store: VersionStore) -> None:
    tiny.publish(store, "old", created="2025-01-01T00:00:00Z")
    assert problem(client.put("/api/v1/products/X1?version=old", json=CAMERA), 409) == (
        'Version "old" has towers but no item tower, so no product can be added to it. '
        "Publish it anew with --replace, or add the product to another version."
    )
    assert not journal_of(store.artifacts, "old").exists()
    assert "X1" not in found(client, "quokka camera", version="old")


def test_ids_with_slashes(client: TestClient) -> None:
    assert client.put("/api/v1/products/a/b%20c", json=CAMERA).json()["product_id"] == "a/b c"
    assert client.get("/api/v1/products/a/b%20c").json()["added"] is True
    assert client.delete("/api/v1/products/a/b%20c").status_code == 204


@pytest.mark.parametrize("product_id", ["%20a", "a%00", "a%09b", "x" * 201])
def test_ids_are_plain(client: TestClient, product_id: str) -> None:
    problem(client.put(f"/api/v1/products/{product_id}", json=CAMERA), 422)


@pytest.mark.parametrize("wrong", [{}, {"title": ""}, {"title": "a", "price": -1}, {"title": "a", "x": 1}, [], "a"])
def test_what_is_no_product_is_refused(client: TestClient, store: VersionStore, wrong: object) -> None:
    problem(client.put("/api/v1/products/X1", json=wrong), 422)
    assert not journal_of(store.artifacts, "tiny").exists()


def test_the_limit_and_the_disk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    products = loading.added(loading.published("tiny"))
    monkeypatch.setattr(products._journal, "_most", 1)
    assert client.put("/api/v1/products/X1", json=CAMERA).status_code == 201
    assert problem(client.put("/api/v1/products/X2", json=CAMERA), 507).startswith("A version takes 1 added products")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal.os, "fsync", full)
        assert "nothing was changed" in problem(client.put("/api/v1/products/X1", json={"title": "Numbat"}), 503)
    assert client.get("/api/v1/products/X1").json()["title"] == CAMERA["title"]


def test_a_restart_and_another_worker(client: TestClient, store: VersionStore) -> None:
    """A process of its own sees what was added here, adds one more, and is killed at once."""
    client.put("/api/v1/products/X1", json=CAMERA)
    script = """
import os, signal
from fastapi.testclient import TestClient
from dashboard.api import app
client = TestClient(app)
assert client.get("/api/v1/products/X1").json()["added"]
assert client.put("/api/v1/products/X2", json={"title": "Wombat speaker"}).status_code == 201
os.kill(os.getpid(), signal.SIGKILL)
"""
    environment = {**os.environ, "PSE_ARTIFACTS": str(store.artifacts)}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert found(client, "wombat")[0] == "X2"
    loading._live.cache_clear()
    loading._versions.cache_clear()
    assert found(client, "wombat quokka", limit=2) in (["X1", "X2"], ["X2", "X1"])
    assert client.get("/api/stats").json()["total_items"] == 14


def test_maps_know_the_published_products_alone(client: TestClient) -> None:
    client.put("/api/v1/products/X1", json=CAMERA)
    which = {"version": "tiny", "space": "text", "method": "umap"}
    assert len(client.get("/api/map/places", params=which).content) == 2 * 2 * 12
    for way in ("brand", "price", "category-1", "popularity", "cluster-fine"):
        assert len(client.get("/api/map/colours", params={**which, "by": way}).content) == 12
    assert [each["row"] for each in client.get("/api/map/products", params={**which, "rows": "11,12"}).json()] == [11]


def test_hostile_text_is_told_as_it_is(client: TestClient) -> None:
    title = "<script>alert(1)</script> \u202equokka **x** [y](http://evil.example)"
    assert client.put("/api/v1/products/X1", json={"title": title, "brand": "<b>"}).json()["title"] == title
    assert client.get("/api/search", params={"q": "quokka"}).json()["items"][0]["title"] == title


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PATCH"])
def test_other_methods_are_told_all_that_there_are(client: TestClient, method: str) -> None:
    response = client.request(method, "/api/v1/products/C1")
    problem(response, 405)
    assert response.headers["allow"] == "DELETE, GET, PUT"


def test_the_description(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths["/api/v1/products/{product_id}"]) == {"get", "put", "delete"}
    assert {"201", "403", "409", "507"} <= set(paths["/api/v1/products/{product_id}"]["put"]["responses"])
    assert "/api/v1/place" in paths


def test_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, on in (("on", True), (" ON ", True), ("1", False), ("true", False), ("", False)):
        monkeypatch.setenv("PSE_LIVE_PRODUCTS", said)
        assert live.on() is on


def test_the_journal_is_text(client: TestClient, store: VersionStore) -> None:
    client.put("/api/v1/products/X1", json=CAMERA)
    (line,) = journal_of(store.artifacts, "tiny").read_text("utf-8").splitlines()
    assert json.loads(line)["event"]["id"] == "X1"
