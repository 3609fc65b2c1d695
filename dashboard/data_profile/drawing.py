"""What the panels share: a chart in the version's colour that can be saved, and a table that can be downloaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard import controls, downloads
from dashboard.components import charts, colours
from dashboard.components.export import Cell
from dashboard.components.words import clean
from pipeline.retrieval.engine import Engine

FEW = 10  # rows that are shown without scrolling


def dark() -> bool:
    return bool(st.context.theme.type == "dark")


def colour(engine: Engine) -> str:
    return colours.of_versions(engine.name)[engine.name]


def chart(engine: Engine, drawn: go.Figure, name: str, alt: str) -> None:
    """Draw a chart; its camera saves it under the version's name."""
    st.plotly_chart(
        drawn,
        theme=None,
        config=charts.config(controls.saved_as(), downloads.named(engine.manifest, name, kind="")),
        key=name,
        alt=alt,
    )


def table(
    engine: Engine,
    rows: Sequence[Mapping[str, Cell]],
    name: str,
    columns: Mapping[str, Any],
    height: int = 420,
) -> None:
    """Draw rows as a table, and offer them as CSV.

    Args:
        engine: The version.
        rows: Cells by the key of their column.
        name: Tells the table and its file from others.
        columns: By key, how a column is drawn and called.
        height: In pixels, where there are more rows than a few.
    """
    shown = [{key: clean(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows]
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= FEW else height,
        column_config=dict(columns),
        placeholder="–",
        key=f"table-{name}",
    )
    downloads.button(rows, engine.manifest, name, key=f"csv-{name}")


def number(name: str, said: str) -> Any:
    return st.column_config.NumberColumn(name, format="localized", help=said)


def percent(name: str, said: str) -> Any:
    """Return a column of shares, given in percent."""
    return st.column_config.NumberColumn(name, format="%.1f %%", help=said)


def words(name: str, said: str, *, wide: bool = False) -> Any:
    return st.column_config.TextColumn(name, help=said, width="large" if wide else None)
