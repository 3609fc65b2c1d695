"""Query sets: how does a version answer a whole list of queries?"""

from __future__ import annotations

import streamlit as st

from dashboard import batches, frame, modes, query_set_answers, query_set_forms, search_compared, state
from dashboard.batches import Asked
from dashboard.components import notes
from dashboard.components.words import counted, day
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine
from pipeline.workspace.query_sets import QuerySet


def main() -> None:
    with frame.page("Query sets", "How does a version, or one mode beside another, answer a whole list of queries?"):
        engine, other = frame.engine(with_other=True)
        names = batches.store().names()
        said = state.text(state.SET)
        name = said or (names[0] if names else "")
        if not name:
            invite(engine)
            return
        asked = control_row(engine, other, name, names)
        try:
            chosen = batches.store().open(name)
        except ExplorerError:
            if name in names:
                query_set_forms.delete(name)
            raise
        about(engine, chosen)
        if state.text(state.RUN) == "1":
            query_set_answers.show(asked, chosen)
        else:
            st.html(
                notes.message(
                    "Run the query set to see what each of its queries finds.",
                    "Where a query was judged, its figures stand beside it.",
                    kind="empty",
                )
            )


def control_row(engine: Engine, other: Engine | None, name: str, names: list[str]) -> list[Asked]:
    """Draw query set, mode, comparison and the button that runs it; return who is asked."""
    which, ways, beside, making, go = st.columns([2.6, 5.7, 1.8, 1.95, 1.15], vertical_alignment="center")
    which.selectbox(
        "Query set",
        names,
        label_visibility="collapsed",
        placeholder="Choose a query set",
        **state.bound(state.SET, name if name in names else None, forget=[state.RUN]),
    )
    with ways:
        mode = modes.pick(engine)
    with beside:
        search_compared.popover(engine, mode)
    with making:
        query_set_forms.new(engine)
    go.button(
        "Run",
        key="run",
        type="primary",
        width="stretch",
        disabled=name not in names,
        on_click=state.write,
        args=(state.RUN, True),
    )
    second = search_compared.second(engine, other, mode)
    return [(engine, mode), second] if second else [(engine, mode)]


def invite(engine: Engine) -> None:
    """Say what a query set is, and how to make the first one."""
    judged = query_set_forms.judged_queries(engine)
    st.html(
        notes.message(
            "No query set is saved yet.",
            "A query set is a list of queries to run again and again: on another version, in another mode, next month.",
            kind="empty",
        )
    )
    query_set_forms.problem("judged")
    with frame.centred():
        if judged:
            st.button(
                f"Save the {counted(len(judged), 'judged query', 'judged queries')}",
                key="save-judged",
                type="primary",
                on_click=query_set_forms.save_judged,
                args=(engine,),
            )
        with st.container(width=230):
            query_set_forms.new(engine, "Type or upload queries")


def about(engine: Engine, chosen: QuerySet) -> None:
    """Say what the query set holds, and offer to change it."""
    measured = batches.measurable(engine, chosen.queries)
    by = "" if measured is None else f"; {measured or 'none'} can be measured by this version's judgements"
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"{counted(len(chosen.queries), 'query', 'queries')}{by}; saved {day(chosen.saved)}"
        st.html(notes.sentence(words), width="content")
        query_set_forms.manage(chosen)


main()
