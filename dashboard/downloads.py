"""Buttons that save what is on screen, under a name that says where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

import streamlit as st

from dashboard.components import export, provenance
from dashboard.components.export import Cell
from dashboard.components.facts import Table
from dashboard.components.provenance import Part
from dashboard.modes import MODES
from pipeline.manifest import Manifest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Results

Searched = tuple[Engine, str, Results]  # a version, a mode by its name in the URL, and the answer


def today() -> date:
    return datetime.now(UTC).date()


def named(*parts: Part, kind: str = "csv") -> str:
    """Return the name of a file that is saved today: what it holds, version, data and days.

    Args:
        parts: What it holds; a manifest stands for its version.
        kind: Of the file; "" for a chart, to whose name the browser adds the kind.
    """
    return provenance.file_name(*parts, when=today(), kind=kind) if kind else provenance.stem(*parts, when=today())


def search(found: Sequence[Searched], query: str) -> None:
    """Offer the results of a search, of one list or of two."""
    rows = []
    for place, (engine, mode, answer) in enumerate(found, start=1):
        understood = answer.understood
        before = export.provenance(
            engine.manifest,
            today(),
            mode=MODES[mode].engine,
            query=query,
            searched=understood.words if understood else query,
            filters=export.filter_words(understood.filters if understood else None),
        )
        rows += export.hits(engine.catalogue, answer.hits, ({"list": place} if len(found) > 1 else {}) | before)
    (first, mode, _), *others = found
    names = [first.manifest, mode, *(part for engine, mode, _ in others for part in (engine.manifest, mode))]
    button(rows, *names, query)


def recommendations(found: Mapping[str, tuple[Engine, Results]], k: int, whom: str, read: Sequence[str]) -> None:
    """Offer the recommendations of one version or of two.

    Args:
        found: By name of the version: the version and its answer.
        k: How many of each list are shown.
        whom: "shopper" or "basket".
        read: The shopper's id, or the product ids of the basket.
    """
    rows = []
    for place, (engine, answer) in enumerate(found.values(), start=1):
        before = export.provenance(engine.manifest, today(), **{whom: " ".join(read)})
        rows += export.hits(engine.catalogue, answer.hits[:k], ({"list": place} if len(found) > 1 else {}) | before)
    versions = [engine.manifest for engine, _ in found.values()]
    button(rows, *versions, "recommendations", whom, *(read if whom == "shopper" else ()))


def content(rows: Iterable[Mapping[str, Cell]], *name: Part) -> bytes:
    """Return rows as CSV, with the provenance of the versions among the parts of its name at their end.

    Rows that begin with `export.provenance` say their own version already.
    """
    known = provenance.columns([each for each in name if isinstance(each, Manifest)], today())
    return export.as_csv([row if "data_fingerprint" in row else {**row, **known} for row in rows])


def facts(shown: Table, *name: Part, key: str) -> None:
    """Draw facts as a table, and offer them."""
    st.html(shown.html())
    button(shown.rows(), *name, key=key)


def button(rows: Sequence[Mapping[str, Cell]], *name: Part, key: str = "download", label: str = "Download CSV") -> None:
    """Draw the button; nothing where there are no rows.

    Args:
        rows: Cells by column.
        name: What the file holds, for its name; a manifest stands for its version, its data and its day.
        key: Of the button.
        label: What it says.
    """
    if rows:
        st.download_button(
            label,
            content(rows, *name),
            named(*name),
            "text/csv",
            key=key,
            type="tertiary",
            help="Download what is listed here, for a spreadsheet.",
            on_click="ignore",
        )
