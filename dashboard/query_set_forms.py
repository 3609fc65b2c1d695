"""Making, renaming and deleting query sets."""

from __future__ import annotations

import random
from collections.abc import Callable

import streamlit as st

from dashboard import batches, choices, state
from dashboard.components import notes
from dashboard.components.words import counted, plain
from dashboard.open_versions import CAPACITY
from pipeline.errors import ExplorerError, QuerySetError
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.limits import MAX_QUERY
from pipeline.workspace.queries import MAX_BYTES, MAX_QUERIES, checked, from_file, from_text
from pipeline.workspace.query_sets import QuerySet

SOURCES = {"typed": "Type or paste", "file": "File", "judged": "Judged queries"}
NAME, SOURCE, TYPED, FILE, NEW_NAME = "set-name", "set-source", "set-typed", "set-file", "set-new-name"
_judged: batches.Recent[str, tuple[str, ...]] = batches.Recent(CAPACITY)
PROBLEM = "set-problem"  # a form, and why what was asked for in it could not be done
MADE = "sets-made"  # how often; another number is another popover, and closed


def judged_queries(engine: Engine) -> tuple[str, ...]:
    """Return the judged queries of a version that fit into a query set; of very many, the same thousand every time."""
    known = _judged.get(engine.manifest.checksum)
    if known is None:  # the page is drawn again with every click
        known = _judged_queries(engine)
        _judged.put(engine.manifest.checksum, known)
    return known


def _judged_queries(engine: Engine) -> tuple[str, ...]:
    judgements = batches.judgements(engine)
    known = [each.query for each in judgements.queries] if judgements else choices.judged_queries(engine)
    kept = [query for query in known if query.strip() and len(query) <= MAX_QUERY]
    if len(kept) > MAX_QUERIES:
        kept = [kept[place] for place in sorted(random.Random(0).sample(range(len(kept)), MAX_QUERIES))]
    return checked(kept) if kept else ()


def new(engine: Engine, label: str = "New set") -> None:
    """Draw the form for a new query set, in a popover."""
    judged = judged_queries(engine)
    with st.popover(label, width="stretch", key=f"new-set-{st.session_state.get(MADE, 0)}"):
        sources = [each for each in SOURCES if each != "judged" or judged]
        source = st.segmented_control(
            "Queries", sources, format_func=SOURCES.__getitem__, required=True, default="typed", key=SOURCE
        )
        if source == "typed":
            st.text_area(
                "One query a line",
                key=TYPED,
                height=160,
                placeholder="canon eos 6d battery\nusb c to hdmi",
            )
        elif source == "file":
            st.file_uploader(
                "A CSV file with a column named query, or a text file with one query a line",
                type=["csv", "txt"],
                key=FILE,
                max_upload_size=MAX_BYTES // 2**20,
            )
        else:
            st.html(notes.small(f"{counted(len(judged), 'query', 'queries')} that this version was measured by."))
        st.text_input("Name", key=NAME, placeholder="camera-queries", max_chars=64)
        st.html(notes.small(f"At most {MAX_QUERIES:,} queries of {MAX_QUERY} characters."))
        problem("save")
        st.button("Save", key="save-set", type="primary", on_click=_save, args=(judged,))


def save_judged(engine: Engine) -> None:
    """Keep a version's judged queries under its dataset's name; what is there already is opened."""
    name = _slug(f"{engine.manifest.dataset.get('name', 'dataset')}-judged")[:64]
    if name not in batches.store().names():
        _try("judged", lambda: batches.store().save(name, judged_queries(engine)))
    if PROBLEM not in st.session_state:
        state.write(state.SET, name)


def manage(chosen: QuerySet) -> None:
    """Draw what can be done with a query set: see its queries, rename it, delete it."""
    with st.popover("Queries", type="tertiary"):
        st.dataframe([{"Query": query} for query in chosen.queries], hide_index=True, height=300)
    with st.popover("Rename", type="tertiary", key=f"rename-{st.session_state.get(MADE, 0)}"):
        st.text_input("New name", key=NEW_NAME, placeholder=chosen.name, max_chars=64)
        problem("rename")
        st.button("Rename", key="rename-set", on_click=_rename, args=(chosen.name,))
    delete(chosen.name, counted(len(chosen.queries), "query", "queries"))


def delete(name: str, size: str = "") -> None:
    """Draw the question whether a query set shall go, in a popover."""
    with st.popover("Delete", type="tertiary", key=f"delete-{name}"):
        what = f" with its {size}" if size else ""
        st.html(notes.sentence(f'The query set "{name}"{what} will be gone for everyone, for good.'))
        problem("delete")
        st.button(f"Delete {plain(name)}", key="delete-set", type="primary", on_click=_delete, args=(name,))


def problem(form: str) -> None:
    """Say once why what was asked for in a form could not be done."""
    asked, error = st.session_state.get(PROBLEM, ("", None))
    if asked == form:
        del st.session_state[PROBLEM]
        st.html(notes.message(error.problem, error.remedy))


def _save(judged: tuple[str, ...]) -> None:
    name, source = _slug(st.session_state.get(NAME, "")), st.session_state.get(SOURCE)

    def save() -> None:
        if source == "judged":
            queries = judged
        elif source == "file":
            file = st.session_state.get(FILE)
            if file is None:
                raise QuerySetError("No file is chosen.", "Choose one, or type the queries.")
            queries = from_file(file.name, file.getvalue())
        else:
            queries = from_text(st.session_state.get(TYPED, ""))
        batches.store().save(name, queries)
        for key in (NAME, TYPED):
            st.session_state[key] = ""
        _show(name)

    _try("save", save)


def _rename(name: str) -> None:
    new_name = _slug(st.session_state.get(NEW_NAME, ""))

    def rename() -> None:
        batches.store().rename(name, new_name)
        st.session_state[NEW_NAME] = ""
        st.session_state[MADE] = st.session_state.get(MADE, 0) + 1
        state.write(state.SET, new_name)  # a run stays in view: its queries are the same

    _try("rename", rename)


def _delete(name: str) -> None:
    def delete() -> None:
        batches.store().delete(name)
        _show(None)

    _try("delete", delete)


def _show(name: str | None) -> None:
    """Put another query set into view, and close what is unfolded."""
    st.session_state[MADE] = st.session_state.get(MADE, 0) + 1
    state.write(state.SET, name)
    state.write(state.RUN, None)


def _try(form: str, act: Callable[[], object]) -> None:
    st.session_state.pop(PROBLEM, None)
    try:
        act()
    except ExplorerError as error:
        st.session_state[PROBLEM] = form, error


def _slug(typed: str) -> str:
    """Return a name as it was meant: lower case, dashes for blanks; what else is wrong with it is said."""
    return "-".join(typed.casefold().split())
