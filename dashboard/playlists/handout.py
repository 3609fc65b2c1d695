"""The playlist as one file for a meeting: what each view says, its link, and where it comes from."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from dashboard import downloads, loading, views
from dashboard.components import document, notes
from dashboard.components.words import counted, escape
from dashboard.playlists import links, pinning, said
from pipeline.errors import ExplorerError
from pipeline.workspace.playlist import Pin

TITLE = "Playlist"

log = logging.getLogger(__name__)


def button(pins: Sequence[Pin]) -> None:
    """Offer the handout; it is made when asked for."""
    base = links.origin()
    pages = views.titles(pin.page for pin in pins)  # asked here: the file is made outside the session
    st.download_button(
        "Save as HTML",
        lambda: page(pins, pages, base),
        downloads.named("playlist", *pinning.manifests(pins), kind="html"),
        "text/html",
        key="playlist-html",
        type="tertiary",
        on_click="ignore",
        help="One file with every view's note, figures and link: it opens and prints without this server.",
    )


def page(pins: Sequence[Pin], pages: dict[str, str], base: str) -> str:
    """Return the handout.

    Args:
        pins: In order.
        pages: What each page is called.
        base: Where this app is reached: what stands before each address.
    """
    manifests = pinning.manifests(pins)
    parts = [f"<h1>{TITLE}</h1>", notes.row(notes.generated(*manifests)), notes.small(counted(len(pins), "view"))]
    for place, pin in enumerate(pins, start=1):
        parts += _section(place, pin, pages[pin.page], base)
    return document.page(TITLE, parts, manifests, downloads.today())


def _section(place: int, pin: Pin, title: str, base: str) -> list[str]:
    view = pinning.view(pin)
    parts = [f"<section><h2>{place}. {escape(pin.title)}</h2>"]
    parts += [notes.sentence(line) for line in pin.note.splitlines() if line.strip()]
    if told := pinning.changed(pin):
        parts.append(notes.message(told, kind="note"))
    parts.append(_told(pin))
    address = escape(base + view.address())
    words = escape(pinning.about(pin, title))
    parts.append(f'<p class="pse-small"><a href="{address}">Open this view</a> · {words}</p></section>')
    return parts


def _told(pin: Pin) -> str:
    """Return what a view says as HTML; why it says nothing, where it cannot be answered any more."""
    try:
        return said.of(pinning.view(pin), loading.published)
    except ExplorerError as error:
        return notes.message(error.problem, error.remedy, kind="note")
    except Exception:  # one view that cannot be told leaves the others
        log.exception("What a pinned view says could not be told")
        return notes.message("What this view says could not be told here.", "Open it by its link.", kind="note")
