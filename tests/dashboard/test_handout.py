"""The handout of a comparison: one file that needs nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dashboard.comparing import handout, loaded
from dashboard.comparing.chosen import Chosen
from dashboard.components import drawn
from dashboard.components.compare_charts import Dot
from pipeline.comparing.comparable import obstacles
from pipeline.comparing.comparison import Comparison
from pipeline.versions import VersionStore
from pipeline.workspace.segments import Segments
from tests.comparing import shop
from tests.comparing.test_verdict import measured
from tests.dashboard.screens import plain

NAMESPACE = "{http://www.w3.org/2000/svg}"


def written(store: VersionStore, *others: str, figure: tuple[str, int] = ("ndcg", 10)) -> str:
    manifests = {name: store.manifest(name) for name in ("first", *others)}
    groups = {name: loaded.group(each, [], pool=False) for name, each in manifests.items()}
    hindered = {name: obstacles(manifests["first"], manifests[name]) for name in others}
    chosen = Chosen(groups["first"], tuple(groups[name] for name in others), "recommend", figure, hindered)
    found: dict[str, Comparison] = {
        each.name: loaded.compared(chosen.baseline, each, "recommend", figure) for each in chosen.fair
    }
    return handout.page(chosen, found)


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    shop.publish(store, "first", photo=3, audio=1, seed=1)
    shop.publish(store, "second", photo=1, audio=3, recipe="sequence", seed=1)


def test_it_holds_data_verdict_figures_settings_and_pictures(store: VersionStore) -> None:
    html = written(store, "second")
    text = plain(html)
    assert "second against first" in text
    assert "Fingerprint 0123456789abcdef" in text
    assert "Split leave-one-out" in text
    assert "Hold second" in text
    assert "certainly worse in" in text
    assert "One training seed tests shoppers, not training luck" in text
    assert re.search(r"NDCG@10 80 measured 0\.750 0\.750 0 ", text)
    assert "Worse in" in text
    assert "name recipe history sequence" in text
    assert re.search(r"a00 1\.00 0\.500 -0\.500", text)
    assert html.count("<svg") == 3  # the verdicts, the slices, the shoppers
    assert "generated data" in text


def test_it_opens_without_a_server_and_runs_nothing(store: VersionStore) -> None:
    html = written(store, "second")
    assert not re.search(r"<(script|link|iframe|img|object)\b|\bsrc=|\bhref=|@import|url\(", html)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)


def test_foreign_words_stay_text(store: VersionStore) -> None:
    Segments(store.artifacts).save("tiny-shop", "<img src=x onerror=alert(1)>", ["S1", "S2"])
    html = written(store, "second")
    assert "segment: &lt;img src=x" in html
    assert "<img" not in html


def test_what_may_not_be_compared_is_said(store: VersionStore) -> None:
    shop.publish(store, "other", photo=1, audio=1, split="time")
    text = plain(written(store, "second", "other"))
    assert "other may not be compared: no differences are given." in text
    assert "other – – – – – – – – not comparable" in text


def test_a_picture_of_differences_by_hand() -> None:
    """Two in ten gain 1 of 400: intervals are drawn about the value, and the widest end is at the edge."""
    one = measured("all", ("ndcg", 10), 0.2)
    svg = ElementTree.fromstring(drawn.differences([("A & <b>", one)], "what it says"))
    assert svg.get("aria-label") == "what it says"
    (dot,) = svg.iter(f"{NAMESPACE}circle")
    middle, half = (drawn.NAMED + drawn.TOLD) / 2, (drawn.TOLD - drawn.NAMED) / 2 - 14
    assert float(dot.get("cx", "")) == pytest.approx(middle + half * 0.2 / one.paired.high, abs=0.1)
    assert [each.text for each in svg.iter(f"{NAMESPACE}text")][:2] == ["0", f"-{one.paired.high:.3f}"]
    assert drawn.differences([], "nothing") == ""


def test_a_picture_of_shoppers_by_hand() -> None:
    dots = [Dot(1.0, 0.5, 4), Dot(0.0, 0.0, 900), Dot(0.0, 1.0, 1)]
    svg = ElementTree.fromstring(drawn.scatter(dots, ("x", "y"), ("shopper", "shoppers"), "what it says"))
    room, edge = drawn.SIDE - 2 * drawn.EDGE, drawn.EDGE
    places = {(each.get("cx"), each.get("cy"), each.get("r")) for each in svg.iter(f"{NAMESPACE}circle")}
    assert places == {
        (f"{edge:.1f}", f"{edge + room:.1f}", "15.0"),
        (f"{edge + room:.1f}", f"{edge + room / 2:.1f}", "15.0"),
        (f"{edge:.1f}", f"{edge:.1f}", "7.5"),
    }
    assert "4 shoppers: 1.00, then 0.500" in [each.text for each in svg.iter(f"{NAMESPACE}title")]
