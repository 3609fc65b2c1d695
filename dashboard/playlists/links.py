"""The playlist as a list of links: for a message, or for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from dashboard import downloads, views
from dashboard.components import export
from dashboard.components.export import Cell
from dashboard.components.words import plain
from dashboard.playlists import pinning
from pipeline.workspace.playlist import Pin


def buttons(pins: Sequence[Pin]) -> None:
    """Offer the links as Markdown and as CSV."""
    base = origin()
    for label, kind, made in (
        ("Links (Markdown)", "md", lambda: markdown(pins, base)),
        ("Links (CSV)", "csv", lambda: export.as_csv(rows(pins, base))),
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


def markdown(pins: Sequence[Pin], base: str) -> str:
    """Return the links as Markdown, each with its note.

    Args:
        pins: In order.
        base: What stands before each address.
    """
    lines = []
    for place, pin in enumerate(pins, start=1):
        # An address from `urlencode` holds no bracket and no blank: nothing ends the link early.
        lines.append(f"{place}. [{plain(pin.title)}](<{base}{pinning.view(pin).address()}>)")
        lines += [f"   {plain(line)}" for line in pin.note.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"


def rows(pins: Sequence[Pin], base: str) -> list[dict[str, Cell]]:
    """Return a row for each link."""
    return [
        {
            "place": place,
            "title": pin.title,
            "note": pin.note,
            "link": base + pinning.view(pin).address(),
            "page": views.title_of(pin.page),
            "versions": " ".join(pin.versions),
            "checksums": " ".join(pin.versions.values()),
            "pinned": pin.saved,
        }
        for place, pin in enumerate(pins, start=1)
    ]
