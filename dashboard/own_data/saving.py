"""The description that comes of it: shown, saved, and the way to a run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import allowed, frame, state
from dashboard.components import notes, own_data
from dashboard.components.words import plain
from dashboard.own_data import mapping
from dashboard.own_data.draft import TABLES, Draft
from dashboard.own_data.files_row import name
from pipeline.data.sources import Source
from pipeline.errors import DatasetError, ExplorerError, InvalidRequest
from pipeline.jobs.asked import Asked
from pipeline.own_data import described
from pipeline.readable import Readable

PROBLEM = "description-problem"


def draw(drafts: Sequence[Draft], readable: Readable) -> None:
    """Draw what stands in the way of a description, else the description and what to do with it."""
    st.subheader("Description", anchor=False)
    if obstacle := missing(drafts) or unusable(drafts):
        frame.say(obstacle)
        return
    with frame.calm(), readable.named():
        text = described.toml(name() or "my-data", {each.table: _source(each, readable) for each in drafts})
        saved = readable.artifacts / described.FOLDER / f"{name()}.toml"
        same = bool(name()) and saved.is_file() and saved.read_text("utf-8") == text
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Saved" if same else "Replace the description" if name() and saved.is_file() else "Save",
                key="save-description",
                type="primary",
                disabled=same or not (name() and allowed.uploads()),
                help=None if name() else "Name the dataset first.",
                on_click=_save,
                args=(text, saved.is_file()),
            )
            st.download_button(
                "Download", text, f"{name() or 'my-data'}.toml", key="description-file", type="tertiary",
                on_click="ignore",
            )  # fmt: skip
            if same:
                st.page_link(
                    "app_pages/runs.py",
                    label=f"Start a run with {plain(name())}",
                    query_params={state.DATASET: readable.said(saved), state.NAME: f"{name()}-history"[:64]},
                )
        if error := st.session_state.pop(PROBLEM, None):
            st.html(notes.message(error.problem, error.remedy))
        st.code(text, language=None, wrap_lines=True)
        if same and not allowed.runs():
            asked = Asked(str(saved), "history", f"{name()}-history"[:64])
            st.code(asked.command(readable.artifacts), language=None, wrap_lines=True)


def missing(drafts: Sequence[Draft]) -> str:
    """Return what a description still needs; "" where it needs nothing.

    Products come from a table of their own, or from interactions that carry a title.
    """
    for draft in drafts:
        if draft.missing:
            return f"{TABLES[draft.table]}: {own_data.missing(draft.table, draft.missing)}"
    tables = {draft.table: draft for draft in drafts}
    interactions = tables.get("interactions")
    if "products" not in tables and (interactions is None or "title" not in interactions.columns):
        return "Choose a file of products, or of interactions that carry their product's title."
    return ""


def unusable(drafts: Sequence[Draft]) -> str:
    """Return which table no run could read; "" where each has rows that can be used."""
    catalogue = next((draft for draft in drafts if draft.table == "products"), None)
    for draft in drafts:
        called = TABLES[draft.table].lower()
        try:
            found = mapping.preview(draft, catalogue)
        except DatasetError:  # its table says why
            return f"Once the {called} can be read, the description stands here."
        if not found.good and draft.head.whole:
            return f"Once a row of the {called} can be used, the description stands here."
    return ""


def _source(draft: Draft, readable: Readable) -> Source:
    return draft.source(described.path_from(readable.artifacts, draft.file))


def _save(text: str, replace: bool) -> None:
    try:
        if not allowed.uploads():
            raise InvalidRequest("Descriptions cannot be saved here.")
        with allowed.readable().named():
            described.save(allowed.artifacts(), name(), text, replace=replace)
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
    except OSError as error:
        st.session_state[PROBLEM] = DatasetError(
            f"The description could not be saved: {error.strerror or error}.", "Check the disk and the folder's owner."
        )
