"""Views: a page and its URL parameters, so that what is on screen can be kept, listed and opened again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import loading, state
from pipeline.errors import ExplorerError
from pipeline.own_data.suggestions import TABLES, columns_of

# Every name that `state` knows; a session key among them means nothing in a URL, and does no harm there.
NAMES = frozenset(value for name, value in vars(state).items() if name.isupper() and isinstance(value, str))
AROUND = frozenset({state.TOUR, state.PRESENT})  # what is around a page, and no part of its view
VALUES = ("file", "unit", "separator", "scale")  # what the URL says of a table besides its columns
OF_TABLES = frozenset(
    state.of_table(table, what) for table in TABLES for what in (*VALUES, *columns_of(table, merged=True))
)
KEPT = NAMES - AROUND | OF_TABLES  # what a view is made of
OF_VERSIONS = (state.VERSION, state.AGAINST, state.OTHERS, state.SIMILAR_OF)

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    """A page and its URL parameters.

    Args:
        page: The page's path, "" for the first one.
        parameters: Name and value, in order; a name may repeat.
    """

    page: str
    parameters: Parameters = ()

    @property
    def by_name(self) -> dict[str, list[str]]:
        """Every value by its name, as `state.as_if` takes them."""
        return _by_name(self.parameters)

    def query(self, **more: object) -> dict[str, list[str]]:
        """Return the parameters with others besides, as Streamlit takes them: of pairs it would keep the last."""
        return self.by_name | {name: [str(value)] for name, value in more.items()}

    def address(self, **more: object) -> str:
        """Return the address within this app: it begins with "/", and so leads nowhere else.

        >>> View("search", (("q", "a&b"), ("brand", "=c"))).address(tour=1)
        '/search?q=a%26b&brand=%3Dc&tour=1'
        """
        asked = urlencode([*self.parameters, *more.items()])
        return f"/{self.page}" + (f"?{asked}" if asked else "")


def know(pages: Iterable[Page]) -> None:
    """Remember the pages that there are: only they can be linked to."""
    st.session_state[state.PAGES] = {page.url_path: page for page in pages}


def page_of(path: str) -> Page | None:
    """Return the page of a path, None where there is none."""
    known: Mapping[str, Page] = st.session_state.get(state.PAGES, {})
    return known.get(path)


def title_of(path: str) -> str:
    """Return what a page is called, its path where there is no such page any more."""
    page = page_of(path)
    return page.title if page else path


def titles(paths: Iterable[str]) -> dict[str, str]:
    """Return what each page is called, by its path: for a file, which is made where no page is known."""
    return {path: title_of(path) for path in paths}


def on_screen(path: str) -> View:
    """Return what is on screen: the page with its known parameters, the version among them.

    Args:
        path: The page's.
    """
    parameters = tuple((name, value) for name, value in _said() if name in KEPT)
    if not any(name == state.VERSION for name, _ in parameters):
        with suppress(ExplorerError):  # where nothing can be opened there is none to keep
            parameters += ((state.VERSION, loading.published(state.version()).name),)
    return View(path, parameters)


def versions_of(view: View) -> dict[str, str]:
    """Return the checksum of every version that a view names and that is published."""
    named = {value for name, value in view.parameters if name in OF_VERSIONS}
    return {
        each.name: each.manifest.checksum
        for each in loading.versions().listing()
        if each.name in named and each.manifest is not None
    }


def of_search() -> dict[str, list[str]]:
    """Return the URL's parameters where they ask for a search: Search was the first page once, and links remain."""
    found = _by_name(_said())
    return found if found.keys() & KEPT - {state.VERSION} else {}


def _by_name(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    return found


def _said() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
