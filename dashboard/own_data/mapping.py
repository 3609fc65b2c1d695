"""Which column is which, and what a run would make of the first rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import downloads, state
from dashboard.components import notes, own_data
from dashboard.components.export import Cell
from dashboard.components.words import clean
from dashboard.controls import pick
from dashboard.own_data import reading
from dashboard.own_data.draft import NONE, NOT_USED, UNITS, Draft
from pipeline.own_data.suggestions import NEEDED, columns_of

if TYPE_CHECKING:
    from pipeline.own_data.preview import Preview

LOOKS = {"rows": "As a run reads it", "left-out": "Left out", "file": "As the file has it"}
ACROSS = 4  # columns of controls
FEW = 20  # rows of the file


def controls(draft: Draft, merged: bool) -> None:
    """Draw a choice for each canonical column, then what else there is to say about their values."""
    names = columns_of(draft.table, merged=merged)
    places = [place for _ in range(0, len(names) + 2, ACROSS) for place in st.columns(ACROSS, gap="medium")]
    for place, name in zip(places, names, strict=False):
        needed = name in NEEDED[draft.table]
        label, said = own_data.COLUMNS[name]
        suggested = draft.suggestion.columns.get(name)
        why = own_data.WHY.get(draft.suggestion.why.get(name, ""), "")
        place.selectbox(
            f"{label} (needed)" if needed else label,
            [NOT_USED, *draft.head.columns],
            format_func=lambda each: "Not there" if each == NOT_USED else clean(each, 80),
            help=f"{said}." + (f" {clean(suggested, 80)}: {why}." if suggested and why else ""),
            **state.bound(
                state.of_table(draft.table, name), draft.columns.get(name, NOT_USED), default=suggested or NOT_USED
            ),
        )
    for place, draw in zip(places[len(names) :], _others(draft), strict=False):
        with place:
            draw(draft)


def _others(draft: Draft) -> list[Callable[[Draft], None]]:
    """Return what draws the controls about the values of columns that were named."""
    found: list[Callable[[Draft], None]] = []
    if "timestamp" in draft.columns:
        found.append(_unit)
    if "category" in draft.columns:
        found.append(_separator)
    if "price" in draft.columns:
        found.append(_scale)
    return found


def _unit(draft: Draft) -> None:
    st.selectbox(
        "Unit of time",
        list(UNITS),
        format_func=UNITS.__getitem__,
        **state.bound(state.of_table(draft.table, "unit"), draft.unit, default=draft.suggestion.timestamp_unit),
    )


def _separator(draft: Draft) -> None:
    said, suggested = draft.separator or NONE, draft.suggestion.category_separator or NONE
    st.selectbox(
        "Steps of a category",
        list(dict.fromkeys([*own_data.SEPARATORS, suggested, said])),
        format_func=lambda each: own_data.SEPARATORS.get(each, f"divided by {clean(each, 20)}"),
        accept_new_options=True,
        **state.bound(state.of_table(draft.table, "separator"), said, default=suggested),
    )


def _scale(draft: Draft) -> None:
    st.text_input(
        "Prices times",
        help="0.01 where prices are cents.",
        **state.bound(state.of_table(draft.table, "scale"), f"{draft.scale:g}", default="1"),
    )


def shown(draft: Draft, catalogue: Draft | None) -> None:
    """Draw what a run would make of the first rows, what it would leave out, or the file as it is."""
    if draft.missing:
        st.html(notes.message(own_data.missing(draft.table, draft.missing), kind="note"))
        file(draft)
        return
    found = preview(draft, catalogue)
    st.html(notes.headline(own_data.headline(found.read, found.good, whole=draft.head.whole)))
    if 2 * found.good < found.read and (first := next(iter(found.reasons.items()), None)):
        such = [int(each["row"]) for each in found.rejected if each["reason"] == first[0]]
        st.html(notes.message(*own_data.lost(*first, found.read, such[:1]), kind="note"))
    for name, lost in found.emptied.items():
        if 2 * lost.values > lost.of:
            st.html(notes.message(*own_data.emptied(name, lost.values, lost.of, lost.example), kind="note"))
    if draft.table != "products" and not found.known:
        st.html(notes.small("Whether their products are known is found out by the run: here, every id counts."))
    look = pick(state.LOOK, "Look", list(LOOKS), LOOKS)
    if look == "file":
        file(draft)
    elif look == "left-out":
        left_out(draft, found)
    else:
        rows = own_data.canonical(found.rows, list(draft.columns))
        table(rows, draft, "rows") if rows else st.html(notes.nothing("No row can be used."))


def preview(draft: Draft, catalogue: Draft | None) -> Preview:
    """Return what a run would make of the first rows of a table whose columns are named.

    Raises:
        DatasetError: It cannot be read.
    """
    beside: tuple[object, Path] | None = None
    if catalogue is not None and not catalogue.missing and draft.table != "products":
        beside = catalogue.source(), catalogue.file
    return reading.preview(draft.table, draft.source(), draft.file, beside)


def left_out(draft: Draft, found: Preview) -> None:
    """Draw why rows are left out, and the first of them."""
    if not found.reasons and not found.emptied:
        st.html(notes.nothing("Nothing is left out of these rows."))
        return
    left, _ = st.columns([1, 1])
    left.html(own_data.reasons(found.read, found.reasons, {name: lost.values for name, lost in found.emptied.items()}))
    if found.rejected:
        table(own_data.rejected(found.rejected), draft, "left-out")


def file(draft: Draft) -> None:
    """Draw the first rows of the file."""
    table(own_data.raw(draft.head.rows[:FEW]), draft, "file")


def table(rows: Sequence[Mapping[str, Cell]], draft: Draft, name: str) -> None:
    """Draw rows, and offer them as CSV."""
    st.dataframe(rows, hide_index=True, height="content" if len(rows) <= 10 else 420, placeholder="–")
    downloads.button(rows, draft.file.stem, draft.table, name, key=f"csv-{draft.table}-{name}")
