"""Named segments: a selection is saved, shown again on any version of its dataset, and forgotten."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import loading, state
from dashboard.components import notes
from dashboard.components.words import counted, plain
from dashboard.mapping.selection import Rows
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine
from pipeline.workspace.segments import LONGEST, Segments


def kept() -> Segments:
    return Segments(loading.versions().store.artifacts)


def dataset(engine: Engine) -> str:
    return str(engine.manifest.dataset.get("name", ""))


def chosen(engine: Engine) -> Rows | None:
    """Return the rows of the segment that the address names, those that the version holds; None where it names none.

    Raises:
        InvalidRequest: There is no such segment.
    """
    name = state.text(state.SEGMENT)
    return rows_of(engine, name) if name else None


def rows_of(engine: Engine, name: str) -> Rows:
    """Return the rows of a segment, those that the version holds, lowest first.

    Raises:
        InvalidRequest: There is no such segment.
    """
    catalogue = engine.catalogue
    ids = kept().products(dataset(engine), name)
    return np.unique(np.array([catalogue.row(each) for each in ids if each in catalogue], np.int32))


def saver(engine: Engine, rows: Rows) -> None:
    """Offer to save a selection under a name."""
    with st.popover("Save as segment"):
        st.text_input("Name of the segment", key=state.SEGMENT_NAME, max_chars=LONGEST, placeholder="Winter offers")
        typed = " ".join(str(st.session_state.get(state.SEGMENT_NAME, "")).split())
        there = next((each for each in kept().of(dataset(engine)) if each.name == typed), None)
        if there is not None:
            words = f'There is a segment "{typed}" with {counted(there.products, "product")}.'
            st.html(notes.message(words, "Replace it, or use another name.", "note"))
        label, key = ("Save", "save-segment") if there is None else ("Replace it", "replace-segment")
        replaces = there is not None
        st.button(label, key=key, type="primary", on_click=_save, args=(engine, rows, replaces))
        if problem := st.session_state.pop(state.SEGMENT_PROBLEM, ""):
            st.html(notes.message(problem))


def listing(engine: Engine) -> None:
    """Draw the segments of the dataset, each with what can be done with it."""
    known = kept().of(dataset(engine))
    if not known:
        return
    st.subheader("Saved segments", anchor=False)
    for place, each in enumerate(known):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                f"{plain(each.name)} ({counted(each.products, 'product')})",
                key=f"segment-{place}",
                on_click=_show,
                args=(each.name,),
            )
            st.button("Forget", key=f"forget-{place}", type="tertiary", on_click=_forget, args=(engine, each.name))


def _save(engine: Engine, rows: Rows, replaces: bool) -> None:
    typed = " ".join(str(st.session_state.get(state.SEGMENT_NAME, "")).split())
    if not replaces and any(each.name == typed for each in kept().of(dataset(engine))):
        return  # typed and saved in one go: the page asks first
    try:
        ids = [engine.catalogue.ids[row] for row in rows.tolist()]
        name = kept().save(dataset(engine), st.session_state.get(state.SEGMENT_NAME, ""), ids)
    except ExplorerError as error:
        st.session_state[state.SEGMENT_PROBLEM] = str(error)
        return
    _show(name)


def _show(name: str) -> None:
    state.write(state.AREA, None)
    state.write(state.SEGMENT, name)


def _forget(engine: Engine, name: str) -> None:
    kept().delete(dataset(engine), name)
    if state.text(state.SEGMENT) == name:
        state.write(state.SEGMENT, None)
