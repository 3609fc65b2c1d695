"""The Reverse search page: which queries and shoppers find a product."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import downloads, state
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, labels, press, screen, visit

JUDGED = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "H1": 0, "C1": 1}, "qwrtz": {"C1": 1}}


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, item_tower=True, mapped=True, judged=JUDGED)
    tiny.publish(store, "text", towers=False, judged=JUDGED, created="2026-01-01T00:00:00Z")


def table(test: AppTest) -> list[dict[str, object]]:
    return test.dataframe[-1].value.to_dict("records")


def test_a_product_is_found_by_its_title_or_its_id() -> None:
    test = visit("reverse_search", version="tiny")
    assert "Choose a product to see which queries and shoppers find it" in screen(test)
    test = checked(test.text_input(key="widget-q").set_value("usb cable").run())
    assert "Which of these?" in screen(test)
    test = press(test, "choose-0")
    assert test.query_params["product"] == "U1"
    test = checked(test.text_input(key="widget-q").set_value("H1").run())
    assert "product" not in test.query_params
    assert "The product of that id:" in screen(test)
    assert press(test, "choose-0").query_params["product"] == "H1"


def test_its_queries_under_every_version() -> None:
    test = visit("reverse_search", version="tiny", product="L1", others="text", mode="words")
    text = screen(test)
    assert "tiny: among the first ten of 1 of 3 judged queries; by the towers alone, in the first ten of" in text
    assert "Queries, first ten" in text
    assert "by chance" in text
    rows = table(test)
    assert rows[0]["query"] == "zoom lens"
    assert (rows[0]["grade"], rows[0]["tiny"], rows[0]["text"]) == (1, 1, 1)
    assert rows[0]["open"].startswith("/search?q=zoom+lens&version=tiny")
    assert len(rows) == 1
    assert "2 queries more did not find it" in text


def test_a_query_that_finds_it_nowhere_stands_there_where_it_was_judged() -> None:
    rows = table(visit("reverse_search", version="tiny", product="C1", mode="words"))
    assert {row["query"]: row["grade"] for row in rows} == {"zoom lens": 2, "usb": 1, "qwrtz": 1}
    (lost,) = [row for row in rows if row["query"] == "qwrtz"]
    assert lost["tiny"] is None  # a dash


def test_its_shoppers_and_for_whom_it_was_held_out() -> None:
    test = visit("reverse_search", version="tiny", product="S2", detail="shoppers")
    rows = {row["shopper"]: row for row in table(test)}
    assert set(rows) == set(tiny.HISTORIES)
    assert rows["bob"]["held_out"] == "yes"
    assert rows["bob"]["held out, tiny"] == 4
    assert rows["bob"]["tiny"] != rows["bob"]["tiny"]  # it is in the history by now
    assert rows["ann"]["held_out"] == "no"
    text = screen(test)
    assert "Shoppers when evaluated, first ten" in text
    assert "2 of 3" in text
    assert "1 of 1" in text


@pytest.mark.parametrize(
    ("as_served", "said", "cell", "system"),
    [
        ("", "by the towers alone", "towers alone", "towers"),
        ("1", "as re-ranked and served", "re-ranked", "reranked"),
    ],
)
def test_the_system_is_named_in_headline_rows_and_file(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch, as_served: str, said: str, cell: str, system: str
) -> None:
    tiny.publish(store, "served", item_tower=True, reranked=True)
    saved = []
    monkeypatch.setattr(downloads, "button", lambda rows, *name, key: saved.append((rows[0], name)))
    text = screen(
        visit("reverse_search", version="served", product="S1", detail="shoppers", **{state.AS_SERVED: as_served})
    )
    assert f"; {said}, in the first ten of" in text
    assert cell in text
    assert ("served serves re-ranked lists" in text) == (not as_served)
    ((row, name),) = saved
    assert row["listed by, served"] == system
    assert name[-2:] == ("shoppers", system)


def test_its_own_words_and_a_set_of_queries() -> None:
    own = table(visit("reverse_search", version="text", product="T1", queries="own"))
    assert own[0]["query"] == "Tripod for camera"
    assert own[0]["text"] == 1
    assert "There is no query set" in screen(visit("reverse_search", product="T1", queries="set:gone")) or "gone" in (
        screen(visit("reverse_search", product="T1", queries="set:gone"))
    )


def test_a_version_that_lacks_it_says_so(store: VersionStore) -> None:
    tiny.publish(store, "small", towers=False, shop=tiny.SHOP[:4], created="2025-01-01T00:00:00Z")
    test = visit("reverse_search", version="tiny", product="S1", others="small")
    assert "Not in the catalogue of small" in screen(test)
    assert 'This version holds no product "S1".' in screen(visit("reverse_search", version="small", product="S1"))


def test_without_shoppers_it_is_said() -> None:
    test = visit("reverse_search", version="text", product="S1", detail="shoppers")
    assert "These versions know no shoppers." in screen(test)


def test_a_card_leads_here() -> None:
    test = visit("recommend", shopper="bob", version="tiny")
    checked(test.menu_button(key="act-1").click("Who finds it").run())
    assert test.title[0].value == "Reverse search"
    assert test.query_params["version"] == "tiny"
    assert "Another product" in labels(test)
