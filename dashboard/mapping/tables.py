"""Tables of products in which a click marks the product on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from dashboard import state
from dashboard.components.words import clean

LISTED = 500  # rows of a table; a file holds all
NAMES = {
    "title": "Product",
    "brand": "Brand",
    "category": "Category",
    "price": "Price",
    "rating": "Rating",
    "interactions": "Interactions",
    "cluster": "Cluster",
    "faithfulness": "Kept here",
}
SHARES = ("faithfulness", "purity", "found", "overlap")  # 0..1, drawn in percent, all with one decimal
PERCENT = "%.1f %%"
SHAPES: dict[str, Any] = {
    "title": st.column_config.TextColumn("Product", width="large"),
    "price": st.column_config.NumberColumn("Price", format="%.2f"),
    "rating": st.column_config.NumberColumn("Rating", format="%.1f"),
    "faithfulness": st.column_config.NumberColumn(
        "Kept here", format=PERCENT, help="Share of the product's true neighbours that lie near it on this map."
    ),
}


def table(
    records: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    key: str,
    shapes: Mapping[str, Any] | None = None,
    height: int = 320,
    parameter: str = state.PRODUCT,
    value: str = "product_id",
) -> None:
    """Draw records; choosing one writes its `value` into the address, as `parameter`.

    Args:
        records: At most `LISTED` are drawn.
        columns: Which of their values, in that order; those known of no record are left out.
        key: Tells tables apart.
        shapes: How further columns are drawn.
        height: In pixels.
        parameter: The URL parameter that a choice sets.
        value: The value of a record that it is set to.
    """
    drawn = records[:LISTED]
    known = [name for name in columns if any(each.get(name) is not None for each in drawn)]
    values = {name: [_cell(name, each.get(name)) for each in drawn] for name in known}
    st.dataframe(
        pa.table(values),
        hide_index=True,
        height=min(height, 38 + 35 * max(len(drawn), 1)),
        column_config={**{name: NAMES.get(name, name) for name in known}, **SHAPES, **(shapes or {})},
        on_select=lambda: _choose(key, [each[value] for each in drawn], parameter),
        selection_mode="single-row",
        placeholder="–",
        key=key,
    )


def _choose(key: str, values: Sequence[object], parameter: str) -> None:
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(values):
        state.write(parameter, values[rows[0]])


def _cell(name: str, value: object) -> object:
    if name in SHARES and isinstance(value, (int, float, np.floating)):
        return 100 * float(value)
    return clean(value, 300) if isinstance(value, str) else value
