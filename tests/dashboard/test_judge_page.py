"""The page Judge: the queue, grades kept at once, NDCG and agreement."""

from __future__ import annotations

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.comparing import judging
from pipeline.comparing.queue import DISCOUNT, Queued
from pipeline.versions import VersionStore
from pipeline.workspace.grades import Grade, Grades
from pipeline.workspace.query_sets import QuerySets
from tests import tiny
from tests.dashboard.screens import checked, press, screen, visit

QUERIES = ("zoom lens", "usb", "camera")


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, "plain", created="2026-03-01T10:00:00Z")
    tiny.publish(store, "odd", ranked=0.9, created="2026-03-02T10:00:00Z")  # against meaning
    QuerySets(store.artifacts).save("mine", QUERIES)


def judge(**more: object) -> AppTest:
    return visit("judge", version="plain", against="odd", **more)


def test_it_asks_for_a_second_version() -> None:
    assert "Choose a second version." in screen(visit("judge", version="plain"))


def test_the_queue_is_ordered_and_the_first_is_open() -> None:
    test = judge()
    (table,) = test.dataframe
    assert set(table.value["Query"]) == set(QUERIES)
    assert list(table.value["Priority"]) == sorted(table.value["Priority"], reverse=True)
    text = screen(test)
    assert f"Query: {table.value['Query'][0]}" in text
    assert "Exactly what was asked for" in text
    assert "No query has a product graded above 0 yet." in text


def test_a_grade_is_kept_and_ndcg_follows_at_once(store: VersionStore) -> None:
    test = judge(unit="usb")
    test.text_input(key="nickname").set_value("kim").run()
    test = checked(test.segmented_control(key="grade-query-usb-U1").set_value(3).run())
    (grade,) = Grades(store.artifacts).of("tiny-shop", "query")
    assert (grade.asked, grade.product_id, grade.judge, grade.grade) == ("usb", "U1", "kim", 3)
    text = screen(test)
    assert "NDCG@10 over 1 query: plain" in text
    assert "one alone gives no interval" in text
    assert "1 grade by 1 judge." in text
    assert "Ideal order NDCG@10 1.00" in text or "NDCG@10 1.00" in text
    assert test.dataframe[0].value.set_index("Query")["Graded"]["usb"].startswith("1 of")
    test = checked(test.segmented_control(key="grade-query-usb-U1").set_value(None).run())
    assert Grades(store.artifacts).of("tiny-shop", "query") == []


def test_the_one_that_is_open_stays_open_while_it_is_graded() -> None:
    test = judge()
    first = test.dataframe[0].value["Query"][0]
    assert test.query_params["unit"] == first
    for control in test.segmented_control:
        if str(control.key).startswith("grade-"):
            test = checked(control.set_value(0).run())
            assert f"Query: {first}" in screen(test)
            break


def test_two_judges_agree_or_not(store: VersionStore) -> None:
    grades = Grades(store.artifacts)
    for asked, product in (("usb", "U1"), ("usb", "H1")):
        for judge_, grade in (("kim", 3 if product == "U1" else 0), ("lee", 3 if product == "U1" else 0)):
            grades.give("tiny-shop", "query", asked, product, judge_, grade)
    grades.give("tiny-shop", "query", "camera", "C1", "kim", 2)
    text = screen(judge())
    assert "5 grades by 2 judges. Krippendorff's alpha (ordinal) is 1.00." in text
    assert re.search(r"NDCG@10 over 2 queries: plain [\d.]+ \([\d.]+–[\d.]+\), odd .*; difference .*, p [\d.]+", text)


def test_the_table_is_written_for_a_description(store: VersionStore) -> None:
    Grades(store.artifacts).give("tiny-shop", "query", "usb", "U1", "", 2)
    test = press(judge(), "write")
    assert "Written: judgements/tiny-shop.csv in the artifacts folder" in screen(test)
    assert (store.artifacts / "judgements" / "tiny-shop.csv").exists()


def test_next_goes_on_in_the_queue() -> None:
    test = judge()
    first = test.dataframe[0].value["Query"][0]
    test = press(test, "next")
    assert test.query_params["unit"] != first


def test_shoppers_are_judged_too(store: VersionStore) -> None:
    tiny.publish(store, "reranked", reranked=True, created="2026-03-03T10:00:00Z")
    test = visit("judge", version="plain", against="reranked", kind="shopper")
    assert set(test.dataframe[0].value["Shopper"]) == {"ann", "bob", "cem"}


def test_what_grades_say_by_hand() -> None:
    """The first list has the graded product on top, the second in third place: 1 and 1 / log2(4)."""
    lists = {"usb": (("U1", "U2"), ("H1", "H2", "U1")), "open": (("a",), ("b",))}
    given = [Grade("usb", "U1", "kim", 3, "")]
    now = judging.standing(lists, {"usb": {"U1": 3.0}}, given)
    assert (now.n, now.judges, now.agreement) == (1, 1, None)
    assert [value for value, *_ in now.means] == [1, pytest.approx(1 / math.log2(4))]
    assert now.difference is not None
    assert now.difference.difference == pytest.approx(-0.5)
    assert judging.standing(lists, {}, []).difference is None
    assert len(DISCOUNT) == 10


def test_versions_that_answer_alike_invite_no_grades(store: VersionStore) -> None:
    tiny.publish(store, "twin", created="2026-03-04T10:00:00Z")
    test = visit("judge", version="plain", against="twin")
    assert "Both versions answer these queries alike." in screen(test)
    assert len(test.dataframe) == 0
    test = press(test, "other-kind")
    assert test.query_params["kind"] == "shopper"
    assert "Both versions answer these shoppers alike." in screen(test)


def test_figures_of_the_queue_have_three_significant_digits() -> None:
    same, other = Queued("usb", 1.1e-16, 1, 0.0, 1, 2), Queued("camera", 1.0, 3, 0.12345, 0, 2)
    shown = judging.written([other, same], "query").to_html()
    assert re.findall(r">([^<>]*)</td>", shown) == [
        "camera", "0.370", "1.00", "3", "0.123", "2 of 2",
        "usb", "0", "0", "1", "0", "1 of 2",
    ]  # fmt: skip
