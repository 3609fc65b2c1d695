"""The guided tour: made from what a version holds."""

from __future__ import annotations

import doctest
import re

import pytest

from dashboard import loading, stage, tour, views
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import follow, links, products, screen, visit


def made(name: str = "tiny") -> tour.Tour:
    return tour.of(loading.published(name))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(stage).failed == doctest.testmod(views).failed == 0


def test_six_steps_of_a_version_that_has_everything(store: VersionStore) -> None:
    tiny.publish(store, mapped=True, judged={"zoom lens": {"C2": 2, "L1": 1}})
    tiny.publish(store, "second", recipe="sequence", created="2026-01-01T00:00:00Z")
    found = made()
    assert found.without == ()
    assert [step.view.address() for step in found.steps] == [
        "/search?version=tiny&q=Cameras&mode=words&against-mode=meaning",
        "/recommend?version=tiny&shopper=ann",
        "/map?version=tiny&product=T1",
        "/compare?version=tiny&others=second&detail=units",
        "/search?version=tiny&q=Cameras&why=T1",
        "/evaluation?version=tiny&task=recommend",
    ]
    # By their words cameras are C1, C2, C3, T1 and B1; the ten nearest in meaning leave out C3.
    assert "of the first 10, 4 are in both lists, joined by lines." in found.steps[0].note
    assert "ann has 5 products." in found.steps[1].note
    assert 'Why "Tripod for camera" comes first for "Cameras"' in found.steps[4].note


def test_a_version_of_texts_alone_says_what_stands_instead(store: VersionStore) -> None:
    tiny.publish(store, "text", towers=False, evaluated=False)
    found = made("text")
    assert [step.view.page for step in found.steps] == ["search", "search", "data", "search"]
    assert [step.title for step in found.steps][1] == "Similar products"
    assert found.without == (
        "No recommendations: this version knows no shoppers. Similar products stand in their place.",
        "No map: none was drawn for this version.",
        "No comparison: no other version has this dataset and split. What it was trained on stands instead.",
        "No evaluation: this version was not measured.",
    )
    text = screen(visit("home", version="text"))
    assert "4 steps through text, made from what it holds." in text
    assert "No map: none was drawn for this version." in text


def test_a_version_without_products_has_no_search_to_show(store: VersionStore) -> None:
    tiny.publish(store, "one", towers=False, evaluated=False, shop=tiny.SHOP[:1])
    assert [step.view.page for step in made("one").steps] == ["search", "search", "data", "search"]


@pytest.mark.usefixtures("store")
class TestTheBar:
    @pytest.fixture(autouse=True)
    def published(self, store: VersionStore) -> None:
        tiny.publish(store, mapped=True)

    def test_every_step_is_reached_by_next_and_each_back(self) -> None:
        count = len(made().steps)
        assert count == 6
        test = visit("search", tour="1", version="tiny", q="Cameras", mode="words", **{"against-mode": "meaning"})
        for place in range(1, count + 1):
            text = screen(test)
            assert f"Step {place} of 6 {made().steps[place - 1].title}" in text
            assert "could not be shown" not in text
            assert test.query_params["tour"] == str(place)
            if place < count:
                test = follow(test, "Next")
        assert test.title[0].value == "Evaluation"
        assert "Next" not in [label for label, _ in links(test)]
        test = follow(test, "Back")
        assert test.query_params["tour"] == "5"
        assert products(test)
        test = follow(test, "End")
        assert test.title[0].value == "Product Search Explorer"
        assert "tour" not in test.query_params

    def test_a_link_reproduces_a_step(self) -> None:
        test = visit("recommend", version="tiny", shopper="ann", tour="2")
        assert "Step 2 of 6 A shopper's recommendations" in screen(test)
        assert "5 products, newest first" in screen(test)

    @pytest.mark.parametrize("said", ["7", "²"])
    def test_a_step_that_is_none_is_said(self, said: str) -> None:
        text = screen(visit("search", version="tiny", tour=said))
        assert "The tour has no such step. It has 6; Home lists them." in text
        assert "Type what a shopper would look for." in text

    def test_a_page_on_no_tour_has_no_bar(self) -> None:
        test = visit("search", version="tiny")
        assert not re.search(r"Step \d", screen(test))
        assert "Next" not in [label for label, _ in links(test)]
