"""Tables of products, queries and shoppers whose rows lead on to their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.components.words import clean
from pipeline.retrieval.engine import Engine

HEIGHT = 420  # pixels of a table that is longer
ROW = 35
LISTED = 500  # rows that are drawn; a file holds all

Shapes = Mapping[str, Any]


def address(page: str, **parameters: str) -> str:
    """Return the address of a page, with URL parameters.

    >>> address("recommend", shopper="a b")
    '/recommend?shopper=a+b'
    """
    return f"/{page}?{urlencode(parameters)}"


def query(engine: Engine, text: str, mode: str) -> str:
    """Return the address of a query on the Search page."""
    return address("search", **{state.QUERY: text, state.VERSION: engine.name, state.MODE: mode})


def shopper(engine: Engine, user_id: str) -> str:
    """Return the address of a shopper: the history, and what is recommended and why."""
    return address("shopper", **{state.SHOPPER: user_id, state.VERSION: engine.name})


def reverse(engine: Engine, product_id: str) -> str:
    """Return the address of who finds a product."""
    return address("reverse-search", **{state.PRODUCT: product_id, state.VERSION: engine.name})


def link(words: str, help_: str) -> Any:
    """Return the shape of a column of addresses."""
    return st.column_config.LinkColumn("", display_text=f"{words} ↗", width="small", help=help_)


def rank(name: str, help_: str = "", width: Literal["small"] | None = "small") -> Any:
    """Return the shape of a column of ranks; a dash stands beyond what was looked at.

    Args:
        name: Its head.
        help_: What it says.
        width: None makes room for the head.
    """
    return st.column_config.NumberColumn(name, format="localized", help=help_ or None, width=width)


def difference(name: str, help_: str) -> Any:
    """Return the shape of a column of whole differences, which `table` draws with their sign."""
    return st.column_config.NumberColumn(name, help=help_, width="small")


def table(rows: Sequence[Mapping[str, Any]], shapes: Shapes, key: str, signed: Sequence[str] = ()) -> None:
    """Draw the columns that have a shape, in that order; nothing of a row is read as markup.

    Args:
        rows: Values by column.
        shapes: How each column is drawn; the text of a title, or what `st.column_config` makes.
        key: Tells tables apart.
        signed: Columns of whole differences: a sign stands before all but 0, which no number format can say.
    """
    shown = rows[:LISTED]
    columns = {name: [_cell(row.get(name)) for row in shown] for name in shapes if any(name in row for row in shown)}
    drawn = pd.DataFrame(columns)
    written: list[Any] = [name for name in signed if name in columns]
    st.dataframe(
        drawn.style.format(lambda value: f"{value:+,.0f}" if value else "0", subset=written) if written else drawn,
        hide_index=True,
        column_config={name: shapes[name] for name in columns},
        height=min(HEIGHT, ROW * (len(shown) + 1) + 3),
        placeholder="–",
        key=key,
    )


def _cell(value: object) -> object:
    return clean(value, 300) if isinstance(value, str) and not value.startswith("/") else value
