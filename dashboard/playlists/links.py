"""The playlist as a list of links: for a message, or for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import streamlit as st

from dashboard import downloads, views
from dashboard.components import export, provenance
from dashboard.components.export import Cell
from dashboard.components.words import plain
from dashboard.playlists import pinning
from pipeline.workspace.playlist import Pin


def buttons(pins: Sequence[Pin]) -> None:
    """Offer the links as Markdown and as CSV."""
    base = origin()
    pages = views.titles(pin.page for pin in pins)  # asked here: the files are made outside the session
    for label, kind, made in (
        ("Links (Markdown)", "md", lambda: markdown(pins, pages, base)),
        ("Links (CSV)", "csv", lambda: export.as_csv(rows(pins, pages, base))),
    ):
        st.download_button(
            label,
            made,
            downloads.named("playlist", *pinning.manifests(pins), kind=kind),
            "text/markdown" if kind == "md" else "text/csv",
            key=f"links-{kind}",
            type="tertiary",
            on_click="ignore",
        )


def origin() -> str:
    """Return where this app is reached, as the browser that asks has it; "" where that is not known."""
    try:
        parts = urlsplit(str(st.context.url or ""))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def markdown(pins: Sequence[Pin], pages: Mapping[str, str], base: str) -> str:
    """Return the links as Markdown, each with its note, then where they come from.

    Args:
        pins: In order.
        pages: What each page is called.
        base: What stands before each address.
    """
    lines = []
    for place, pin in enumerate(pins, start=1):
        # An address from `urlencode` holds no bracket and no blank: nothing ends the link early.
        lines.append(f"{place}. [{plain(pin.title)}](<{base}{pinning.view(pin).address()}>)")
        lines += [f"   {plain(line)}" for line in pin.note.splitlines() if line.strip()]
        lines.append(f"   {plain(pinning.about(pin, pages[pin.page]))}")
    today = downloads.today()
    ends = [provenance.line([each], today) for each in pinning.manifests(pins)] or [provenance.line([], today)]
    return "\n".join([*lines, "", *(f"- {plain(end)}" for end in ends)]) + "\n"


def rows(pins: Sequence[Pin], pages: Mapping[str, str], base: str) -> list[dict[str, Cell]]:
    """Return a row for each link, with the provenance of its versions that are published still.

    Args:
        pins: In order.
        pages: What each page is called.
        base: What stands before each address.
    """
    today = downloads.today()
    return [
        {
            "place": place,
            "title": pin.title,
            "note": pin.note,
            "link": base + pinning.view(pin).address(),
            "page": pages[pin.page],
            "versions": " ".join(pin.versions),
            "checksums": " ".join(pin.versions.values()),
            "pinned": pin.saved,
            **provenance.columns(pinning.manifests([pin]), today),
        }
        for place, pin in enumerate(pins, start=1)
    ]
