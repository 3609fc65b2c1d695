"""Visiting a page as Streamlit runs it, without a browser, and reading what it shows."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qs

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

MAIN = Path(__file__).parents[2] / "dashboard" / "main.py"


PATHS = {"taste": "taste-test"}  # pages whose address is not their file's name


def visit(page: str = "search", **parameters: object) -> AppTest:
    """Open a page as from a link; `home` is the first one."""
    test = AppTest.from_file(MAIN, default_timeout=30)
    if page != "home":
        test._page_hash = calc_hash(PATHS.get(page, page.replace("_", "-")))  # before a first run no page is known
    for name, value in parameters.items():
        test.query_params[name] = value
    return checked(test.run())


def checked(test: AppTest) -> AppTest:
    assert not test.exception
    return test


def source(test: AppTest) -> str:
    """Return all HTML of the page itself."""
    return "\n".join(each.body for each in test.main.get("html"))


def screen(test: AppTest) -> str:
    """Return the page's text, as a reader sees it."""
    return plain(source(test))


def drawer(test: AppTest) -> str:
    """Return the text of what lies over the page, "" where nothing does."""
    return plain(drawer_source(test))


def drawer_source(test: AppTest) -> str:
    """Return the HTML of what lies over the page."""
    over = [child for child in test._tree[2].children.values() if child.type == "dialog"]
    return "\n".join(each.body for child in over for each in child.get("html"))


def plain(source: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source)))


def products(test: AppTest) -> list[str]:
    """Return the ids on the cards, from top to bottom."""
    return re.findall(r'data-product="([^"]+)"', source(test))


def labels(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def unfold(test: AppTest) -> AppTest:
    """Open the filters."""
    test.session_state["filters-open"] = True
    return checked(test.run())


def press(test: AppTest, key: str) -> AppTest:
    return checked(test.button(key=key).click().run())


def map_told(test: AppTest, place: int = 0) -> dict:
    """Return what the browser is told of a map of the page."""
    return json.loads(test.get("bidi_component")[place].proto.json)


def links(test: AppTest) -> list[tuple[str, str]]:
    """Return the links of a page to others: what they say, and the parameters of where they lead."""
    return [(each.proto.label, each.proto.query_string) for each in test.main.get("page_link")]


def follow(test: AppTest, label: str) -> AppTest:
    """Open what the last link that says so leads to."""
    link = [each.proto for each in test.get("page_link") if each.proto.label == label][-1]
    return visit(link.page or "home", **parse_qs(link.query_string))
