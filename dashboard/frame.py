"""What every page shares: its title and question, the versions in view, and calm words when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import loading, state
from dashboard.components import colours, notes
from dashboard.open_versions import NothingPublished
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)
COMPLETE = '<i class="pse-complete" hidden></i>'  # frame.css shows a page once this is there


@contextmanager
def page(title: str, question: str) -> Iterator[None]:
    """Draw a page's head, then its body; a failure becomes a sentence, the traceback goes to the log."""
    head = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="head")
    with head:
        st.title(title, anchor=False, width="content")
        st.html(notes.question(question), width="content")
    with calm():
        yield
    head.html(COMPLETE, width="content")


@contextmanager
def calm() -> Iterator[None]:
    """Turn a failure of what is drawn inside into a sentence, and go on after it."""
    try:
        yield
    except NothingPublished as error:
        st.html(notes.message(error.problem, "Build one from the built-in sample with either of these commands:"))
        st.code("python -m pipeline demo\nmake demo", language=None)
    except state.WrongNumber as error:
        st.html(notes.message(error.problem, error.remedy))
        st.button(
            f"Show {state.FEW}", key="show-few", on_click=state.write, args=(error.parameter, None), type="primary"
        )
    except ExplorerError as error:
        st.html(notes.message(error.problem, error.remedy))
    except Exception:
        log.exception("A page could not be drawn")
        st.html(
            notes.message(
                "This part of the page could not be shown.", "The reason is in the server's log. Reload to retry."
            )
        )


def engine(*, with_other: bool = False, name: str = "", added: bool = False) -> tuple[Engine, Engine | None]:
    """Open the version in view and draw its chips; with the second version too, where the page compares.

    Args:
        with_other: Whether the page compares.
        name: Another version to open for this once; the one in view stays in the URL.
        added: Whether the page also answers with products that were added since; what was measured or drawn knows none.

    Raises:
        ExplorerError: The version cannot be served. A second version that cannot is told on the spot, and left out.
    """
    opened = loading.engine if added else loading.published
    first = opened(name or state.version())
    if not name:
        state.pin_version(first.name)
    second = None
    failure: ExplorerError | None = None
    if with_other and (name := state.text(state.AGAINST)) and name != first.name:
        try:
            second = opened(name)
        except ExplorerError as error:
            failure = error
    in_view = [each for each in (first, second) if each is not None]
    colour = colours.of_versions(*(each.name for each in in_view))
    pieces = ["<span>beside</span>".join(notes.chip(each.manifest, colour[each.name]) for each in in_view)]
    pieces.append(notes.generated(*(each.manifest for each in in_view)))
    st.html(notes.row(*pieces))
    if failure is not None:
        st.html(notes.message(failure.problem, failure.remedy))
    return first, second


def centred() -> DeltaGenerator:
    """Return a row for the buttons below a centred message."""
    return st.container(horizontal=True, horizontal_alignment="center")


def say(words: str) -> None:
    """Write a line of plain text; nothing in it is read as markup."""
    st.html(notes.sentence(words))
