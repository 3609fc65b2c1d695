"""The service: what each route answers, alone and in batches, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard.api import app
from pipeline.aliases import Aliases
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.versions import VersionStore
from pipeline.workspace.presets import Presets
from tests import tiny
from tests.dashboard.api.asking import problem


@pytest.fixture
def client(store: VersionStore) -> TestClient:
    tiny.publish(store)
    return TestClient(app, raise_server_exceptions=False)


def ids(answer: dict[str, Any]) -> list[str]:
    return [each["product_id"] for each in answer["products"]]


class TestSearch:
    def test_an_answer(self, client: TestClient) -> None:
        response = client.post("/api/v1/search", json={"query": " compact camera ", "k": 2})
        body = response.json()
        timings = body.pop("timings")
        first, _ = body.pop("products")
        assert body == {
            "version": "tiny", "query": "compact camera", "searched": "compact camera", "among": 12, "notes": [],
        }  # fmt: skip
        assert list(timings) == ["understand", "bm25", "minilm", "filter", "rank", "total"]
        assert first.pop("score") == pytest.approx(1.0)
        assert first == {
            "rank": 1, "product_id": "C1", "title": "Compact camera", "brand": "Norvik",
            "category": ["Photo", "Cameras"], "price": 199.0, "rating": None, "released": None, "image_url": None,
            "why": None,
        }  # fmt: skip
        assert response.headers["x-version"] == "tiny"
        assert response.headers["x-generated-data"] == "true"

    def test_filters(self, client: TestClient) -> None:
        def found(**filters: object) -> list[str]:
            return ids(client.post("/api/v1/search", json={"query": "camera", "filters": filters}).json())

        assert sorted(found(brands=["Norvik", "Aldor"], category=["Photo", "Cameras"])) == ["C1", "C2", "C3"]
        assert found(price_min=100, price_max=199) == ["C1", "H1"]

    def test_spelling_is_repaired_unless_it_stays_as_typed(self, client: TestClient) -> None:
        body = client.post("/api/v1/search", json={"query": "usb cabel", "k": 1}).json()
        assert (body["searched"], body["notes"]) == ("usb cable", ['Searched for "cable" instead of "cabel".'])
        typed = client.post("/api/v1/search", json={"query": "usb cabel", "as_typed": True}).json()
        assert typed["searched"] == "usb cabel"

    def test_why(self, client: TestClient, store: VersionStore) -> None:
        tiny.publish(store, "ranked", towers=False, ranked=0.5)
        asked = {"query": "compact camera", "version": "ranked", "explain": True}
        products = client.post("/api/v1/search", json=asked).json()["products"]
        first = products[0]["why"]
        assert [each["retriever"] for each in first["parts"]] == ["ranked", "bm25", "minilm"]
        assert sum(each["share"] for each in first["parts"]) == pytest.approx(products[0]["score"])
        assert [each["word"] for each in first["words"]] == ["compact", "camera"]
        assert [bool(each["why"]["words"]) for each in products[:5]] == [True, True, True, False, False]

    def test_modes(self, client: TestClient) -> None:
        words = client.post("/api/v1/search", json={"query": "zoom", "mode": "lexical"}).json()
        assert sorted(ids(words)) == ["C2", "L1"]
        assert "search ranker" in problem(client.post("/api/v1/search", json={"query": "a", "mode": "ranked"}), 422)


class TestRecommend:
    def test_a_history_that_is_sent_changes_the_answer_at_once(self, client: TestClient) -> None:
        def found(history: list[str], **more: object) -> list[str]:
            return ids(client.post("/api/v1/recommend", json={"history": history, "k": 3, **more}).json())

        assert found(["H1"]) == ["H2", "S1", "S2"]
        assert found(["H1"], exclude=["H2", "unheard of"])[:2] == ["S1", "S2"]
        assert found(["H1", "H2"])[0] not in ("H1", "H2")
        assert found(["U1"])[0] == "U2"
        assert found(["H1"], filters={"price_max": 60})[0] == "H2"
        # C1 has two interactions in training, H1 one and one, and the first rows come first among equals.
        assert found([]) == ["C1", "H1", "C2"]

    def test_a_shopper_as_of_a_point_in_time(self, client: TestClient) -> None:
        body = client.post("/api/v1/recommend", json={"user_id": "ann", "as_of": "test"}).json()
        assert body["held_out"] == ["C3"]
        assert "C3" in ids(body)
        now = client.post("/api/v1/recommend", json={"user_id": "ann"}).json()
        assert now["held_out"] == []
        assert not {"C1", "C2", "L1", "T1", "C3"} & set(ids(now))

    def test_a_preset(self, client: TestClient, store: VersionStore) -> None:
        Presets(store.artifacts).save("cheap", Rebalance(price=-1))
        plain, cheap = (
            ids(client.post("/api/v1/recommend", json={"history": ["C1"], **more}).json())
            for more in ({}, {"preset": "cheap"})
        )
        assert plain != cheap
        assert "Did you mean" in problem(
            client.post("/api/v1/recommend", json={"history": ["C1"], "preset": "cheep"}), 404
        )

    @pytest.mark.parametrize("whom", [{}, {"user_id": "ann", "history": []}, {"user_id": None}])
    def test_it_is_for_one(self, client: TestClient, whom: dict[str, object]) -> None:
        assert "Give one of user_id, history" in problem(client.post("/api/v1/recommend", json=whom), 422)


def test_similar(client: TestClient) -> None:
    body = client.post("/api/v1/similar", json={"product_id": "S1", "k": 1}).json()
    assert ids(body) == ["S2"]
    assert body["products"][0]["score"] == pytest.approx(1.0)
    assert '"none"' in problem(client.post("/api/v1/similar", json={"product_id": "none"}), 404)


class TestCompare:
    def test_lists_overlap_and_rank_biased_overlap(self, client: TestClient, store: VersionStore) -> None:
        tiny.publish(store, "text", towers=False)
        body = client.post(
            "/api/v1/compare", json={"versions": ["tiny", "text", "tiny"], "query": "zoom lens", "k": 2}
        ).json()
        assert [each["version"] for each in body["lists"]] == ["tiny", "text", "tiny"]
        assert len({tuple(ids(each)) for each in body["lists"]}) == 1
        assert [(each["first"], each["second"]) for each in body["pairs"]] == [
            ("tiny", "text"), ("tiny", "tiny"), ("text", "tiny"),
        ]  # fmt: skip
        for pair in body["pairs"]:
            assert (pair["overlap"], pair["rank_biased_overlap"]) == (1, pytest.approx(1))

    def test_disjoint_lists(self, client: TestClient, store: VersionStore) -> None:
        tiny.publish(store, "few", shop=tiny.SHOP[6:8], towers=False)
        asked = {"versions": ["tiny", "few"], "query": "camera", "k": 2}
        (pair,) = client.post("/api/v1/compare", json=asked).json()["pairs"]
        assert (pair["overlap"], pair["rank_biased_overlap"]) == (0, 0)

    def test_aliases_and_what_one_version_lacks(self, client: TestClient, store: VersionStore) -> None:
        tiny.publish(store, "text", towers=False)
        aliases = Aliases(store.artifacts)
        aliases.set("production", "tiny")
        aliases.set("candidate", "text")
        both = {"versions": ["production", "candidate"]}
        response = client.post("/api/v1/compare", json={**both, "product_id": "C1"})
        assert [each["version"] for each in response.json()["lists"]] == ["tiny", "text"]
        assert response.headers["x-version"] == "tiny, text"
        sentence = problem(client.post("/api/v1/compare", json={**both, "user_id": "ann"}), 422)
        assert sentence.startswith('Version "text": This version has no shoppers.')

    @pytest.mark.parametrize(
        "asked", [{"versions": ["tiny"]}, {"versions": ["tiny"] * 5}, {"versions": ["tiny"] * 2, "product_id": "C1"}]
    )
    def test_two_to_four_versions_and_one_thing(self, client: TestClient, asked: dict[str, object]) -> None:
        problem(client.post("/api/v1/compare", json={"query": "camera", **asked}), 422)


class TestBatch:
    def test_each_is_answered_in_its_place(self, client: TestClient) -> None:
        requests = [{"product_id": "S1", "k": 1}, {"product_id": "none"}, {"product_id": "U1", "k": 1}]
        answers = client.post("/api/v1/similar/batch", json={"requests": requests}).json()["answers"]
        assert [each["status"] for each in answers] == [200, 404, 200]
        assert [ids(each["answer"]) for each in (answers[0], answers[2])] == [["S2"], ["U2"]]
        wrong = answers[1]["problem"]
        assert wrong["error"].startswith('This version holds no product "none".')
        assert wrong["instance"] == "/api/v1/similar/batch#/requests/1"

    @pytest.mark.parametrize("name", ["search", "recommend", "compare"])
    def test_every_route_has_one(self, client: TestClient, name: str) -> None:
        asked = {
            "search": {"query": "camera", "version": "none"},
            "recommend": {"user_id": "nobody"},
            "compare": {"versions": ["tiny", "none"], "query": "camera"},
        }[name]
        response = client.post(f"/api/v1/{name}/batch", json={"requests": [asked] * 100})
        assert [each["status"] for each in response.json()["answers"]] == [404] * 100
        problem(client.post(f"/api/v1/{name}/batch", json={"requests": [asked] * 101}), 422)
        problem(client.post(f"/api/v1/{name}/batch", json={"requests": []}), 422)

    def test_what_the_description_forbids_refuses_the_whole_batch(self, client: TestClient) -> None:
        requests = [{"query": "camera"}, {"query": "camera", "k": 101}]
        sentence = problem(client.post("/api/v1/search/batch", json={"requests": requests}), 422)
        assert sentence == '"requests.1.k" is 101; it must be from 1 to 100.'

    def test_ten_of_a_batch_are_explained(self, client: TestClient) -> None:
        requests = [{"query": "zoom lens", "k": 1, "explain": True}] * 11
        answers = client.post("/api/v1/search/batch", json={"requests": requests}).json()["answers"]
        assert [each["status"] for each in answers] == [200] * 10 + [422]


def test_a_whole_number_is_one_however_it_is_written(client: TestClient) -> None:
    assert len(client.post("/api/v1/search", json={"query": "camera", "k": 2.0}).json()["products"]) == 2


class TestRefused:
    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({}, '"query" is missing.'),
            ({"query": "a", "limit": 3}, 'There is no "limit" here.'),
            ({"query": "a", "k": 2.5}, '"k" is not a whole number from 1 to 100.'),
            ({"query": "a", "k": "3"}, '"k" is not a whole number from 1 to 100.'),
            ({"query": "a", "k": 0}, '"k" is 0; it must be from 1 to 100.'),
            ({"query": " \t"}, '"query": It is empty.'),
            ({"query": "x" * 501}, '"query" has 501 characters; at most 500 are read.'),
            ({"query": "a", "filters": {"brand": "b"}}, 'There is no "filters.brand" here.'),
            ({"query": "a", "filters": {"since": 5}}, '"filters.since": write it as year-month-day'),
            ({"query": "a", "filters": {"price_min": 2, "price_max": 1}}, "The lowest price is above the highest."),
            ({"query": "a", "version": "../etc"}, '"version": "../etc" cannot name a version.'),
        ],
    )
    def test_a_sentence_says_why(self, client: TestClient, asked: dict[str, object], sentence: str) -> None:
        assert problem(client.post("/api/v1/search", json=asked), 422).startswith(sentence)

    @pytest.mark.parametrize(
        "body", ["", "{", "{'query': 'a'}", "[" * 100_000, '{"query": "a", "k": %s}' % ("9" * 5000)]
    )
    def test_a_body_that_is_no_json(self, client: TestClient, body: str) -> None:
        headers = {"Content-Type": "application/json"}
        response = client.post("/api/v1/search", content=body, headers=headers)
        problem(response, 422 if not body else 400)

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
    def test_a_body_that_is_not_said_to_be_json(self, client: TestClient, kind: str) -> None:
        headers = {"Content-Type": kind}
        for path in ("/api/v1/search", "/recommend"):
            assert "Content-Type" in problem(client.post(path, content='{"query": "a"}', headers=headers), 415)

    def test_parameters_methods_and_large_bodies(self, client: TestClient) -> None:
        assert 'no parameter "k"' in problem(client.post("/api/v1/search?k=3", json={"query": "a"}), 422)
        assert "Use POST" in problem(client.get("/api/v1/search"), 405)
        assert "1,000,000" in problem(client.post("/api/v1/search", content=b"x" * 1_000_001), 413)

    @pytest.mark.parametrize("path", ["/api/recommend?q=a&k=3", "/api/stats?q=a"])
    def test_routes_of_before_refuse_what_they_do_not_read(self, client: TestClient, path: str) -> None:
        assert "There is no parameter" in problem(client.get(path), 422)


class TestNames:
    """POST /recommend."""

    def test_free_text_and_ids(self, client: TestClient) -> None:
        def names(**asked: object) -> list[str]:
            return client.post("/recommend", json=asked).json()["recommendations"]

        assert names(product_name="usb cord", top_k=2)[0] == "USB cable"
        assert names(product_name="H1", top_k=1) == ["Headphones with cable"]
        assert len(names(product_name="camera")) == 10

    def test_what_it_refuses(self, client: TestClient) -> None:
        assert "empty" in problem(client.post("/recommend", json={"product_name": " "}), 422)
        assert "top_k" in problem(client.post("/recommend", json={"product_name": "a", "top_k": 1000}), 422)
        assert "Use POST" in problem(client.get("/recommend"), 405)


def test_half_a_character_in_a_name_is_refused_with_a_sentence(client: TestClient) -> None:
    body = b'{"query": "camera", "version": "\\ud800"}'
    sent = client.post("/api/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert "version" in problem(sent, 422)
