"""What a handout says of a shopper, of a product, and of one that is new: the figures of their pages."""

from __future__ import annotations

import re

import pytest

from dashboard.components.words import clean, figure
from dashboard.loading import published
from dashboard.playlists import handout, said
from dashboard.views import View
from pipeline.versions import VersionStore
from pipeline.workspace.playlist import Pin
from tests import tiny
from tests.dashboard.screens import plain, screen, visit
from tests.retrieval.live.shop import CAMERA, live

JUDGED = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "H1": 0, "C1": 1}, "camera": {"C1": 3}}
DRAFT = {"title": "Quokka compact camera", "brand": "Aldor", "category": "Photo > Cameras", "costs": "999"}


@pytest.fixture(autouse=True)
def versions(store: VersionStore) -> None:
    tiny.publish(store, item_tower=True, mapped=True, judged=JUDGED)


def told(page: str, **parameters: str) -> str:
    return plain(said.of(View(page, (("version", "tiny"), *parameters.items())), published))


def test_a_shopper_is_told_by_history_and_recommendations() -> None:
    text = told("shopper", shopper="ann")
    # ann has five products on the days 100 to 104; every other one is rated 4.
    assert "ann: 5 products from 11 Apr 1970 to 15 Apr 1970, mean rating 4.00 of 2 ratings." in text
    engine = published("tiny")
    first, second, *_ = engine.recommend(user_id="ann", k=2).hits
    titles = [re.escape(clean(engine.catalogue.title(hit.row))) for hit in (first, second)]
    score = re.escape(figure(first.score))
    assert re.search(rf"Rank Product Score 1 {titles[0]} .*?Because of .*? {score} 2 {titles[1]} ", text)
    latest = engine.catalogue.title(engine.shoppers.history("ann")[-1].row)  # type: ignore[union-attr]
    assert f'The latest of them, newest first: "{latest}",' in text


def test_a_changed_history_and_a_basket_are_told() -> None:
    text = told("shopper", shopper="dee", without="H1")
    assert "With 1 product left out:" in text
    assert "Rank As it is Score Changed Score" in text
    assert "The basket: 2 products" in plain(
        said.of(View("shopper", (("for", "basket"), ("basket", "C1"), ("basket", "L1"))), published)
    )


def test_a_new_product_is_told_as_its_page_does() -> None:
    text = told("new-product", **DRAFT)
    page = screen(visit("new_product", **DRAFT))
    (headline,) = re.findall(r"Among the first ten of [^.]*asked\.", page)
    assert headline in text
    assert 'Tried: "Quokka compact camera" · Aldor · Cameras · 999.00' in text
    with_it = live(published("tiny"), {"X1": CAMERA})
    for query in JUDGED:
        (rank,) = [hit.rank for hit in with_it.search(query, k=13).hits if hit.product_id == "X1"]
        assert re.search(rf" {query} {rank} 0?\.?\d", text)
    assert "Rank Nearest by shoppers Cosine Nearest in meaning Cosine 1 " in text


def test_a_product_is_told_by_the_queries_or_the_shoppers_that_find_it() -> None:
    asked = {"product": "L1", "mode": "words"}
    text = told("reverse-search", **asked)
    assert "Who finds" in text
    assert "tiny: among the first ten of 1 of 3 judged queries" in text
    assert "Query Grade tiny zoom lens 1 1" in text
    shoppers = told("reverse-search", **asked, detail="shoppers")
    rows = visit("reverse_search", **asked, detail="shoppers").dataframe[-1].value.to_dict("records")
    known = [(row["shopper"], int(row["tiny"])) for row in rows if row["tiny"] == row["tiny"]]
    assert f"Shopper tiny {' '.join(f'{name} {rank}' for name, rank in known)}" in shoppers


@pytest.mark.parametrize("page", ["", "own-data", "new-product", "reverse-search", "shopper", "versions"])
def test_what_answers_nothing_opens_by_its_link(page: str) -> None:
    pin = Pin(1, page, (("version", "tiny"),), "A view", "", {}, "2026-03-01T00:00:00+00:00")
    assert "This view opens by its link only." in plain(handout.page([pin], {page: "A page"}, ""))


def test_what_is_gone_is_said() -> None:
    pins = [
        Pin(1, "shopper", (("version", "tiny"), ("shopper", "nobody")), "A", "", {}, "2026-03-01T00:00:00+00:00"),
        Pin(2, "reverse-search", (("version", "tiny"), ("product", "X9")), "B", "", {}, "2026-03-01T00:00:00+00:00"),
    ]
    text = plain(handout.page(pins, {"shopper": "Shopper", "reverse-search": "Reverse search"}, ""))
    assert "nobody" in text
    assert 'This version holds no product "X9".' in text
    assert "could not be told" not in text
