"""What came of running a query set: the figures, and a row for each query."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard import batches, downloads, frame, search_compared, state
from dashboard.batches import Asked
from dashboard.components import batch, export, measured, notes
from dashboard.components.words import DASH, figure, milliseconds, plain, signed
from dashboard.modes import MODES
from pipeline.evaluation.batch import Answer, by_chance
from pipeline.retrieval.engine import Engine
from pipeline.workspace.query_sets import QuerySet

SEEN = 0.01  # NDCG@10 of chance from which it is shown: over a whole catalogue it is next to nothing
HEIGHT = 520  # pixels of a table that is longer


def show(asked: list[Asked], chosen: QuerySet) -> None:
    """Run the query set where that was not done yet, and draw what came of it."""
    names = search_compared.names(*asked) if len(asked) == 2 else (MODES[asked[0][1]].short,)
    sides = dict(zip(names, batches.run(asked, chosen.queries), strict=True))
    measured_ = batch.rows_of(sides, {} if len(asked) == 2 else beside(*asked[0], chosen.queries))
    taught = {name: each for (name, answers), each in zip(sides.items(), asked, strict=True) if learned(*each, answers)}
    st.html(notes.headline(batch.headline(sides, measured_, taught)))
    frame.say(f"{batch.provenance(sides, taught)} {batch.protocol(protocols(asked, sides))}")
    for engine in {engine.name: engine for engine, _ in taught.values()}.values():
        flattered(engine)
    if figures := batch.figures(measured_):
        st.html(f'<div class="pse-wide">{figures}</div>')
    st.html(notes.small(batch.times(sides)))
    catalogues = [engine.catalogue for engine, _ in asked]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Each query", anchor=False, width="content")
        before = [
            export.provenance(engine.manifest, downloads.today(), mode=MODES[mode].engine, query_set=chosen.name)
            for engine, mode in asked
        ]
        downloads.button(batch.download(sides, catalogues, before), *(e.manifest for e, _ in asked), chosen.name)
    rows = batch.table(sides, catalogues, link)
    st.dataframe(
        written(rows),
        hide_index=True,
        column_config=columns(list(rows[0])),
        placeholder="–",
        height=HEIGHT if len(rows) > 10 else "auto",
        key="answers",
    )
    st.html(notes.small("A click on a column's head sorts by it."))


def beside(engine: Engine, mode: str, queries: Sequence[str]) -> dict[str, Sequence[Answer]]:
    """Return what one mode is to be read beside, by name: words alone, and chance where it is not next to nothing."""
    judgements = batches.judgements(engine)
    judged = tuple(query for query in queries if judgements and judgements.any_good(query))
    if not judgements or not judged:
        return {}
    found: dict[str, Sequence[Answer]] = {}
    if mode != "words":
        (found[batch.BM25],) = batches.run([(engine, "words")], judged)
    drawn = by_chance(judged, len(engine.catalogue), judgements)
    if sum(each.value("ndcg", 10) or 0.0 for each in drawn) >= SEEN * len(drawn):
        found[batch.CHANCE] = drawn
    return found


def written(rows: list[dict[str, Any]]) -> Styler:
    """Return a table whose figures have three significant digits; it sorts by the numbers themselves."""
    frame_ = pd.DataFrame(rows)
    names = map(str, frame_)
    forms = {name: milliseconds if name.startswith("Time") else figure for name in names if is_figure(name)}
    if "Difference" in frame_:
        forms["Difference"] = signed
    return frame_.style.format({name: _or_dash(form) for name, form in forms.items()})


def is_figure(name: str) -> bool:
    return "@" in name or name.startswith("Time")


def _or_dash(form: Callable[[float], str]) -> Callable[[Any], str]:
    return lambda value: DASH if value is None or math.isnan(value) else form(value)


def learned(engine: Engine, mode: str, answers: Sequence[Answer]) -> bool:
    """Return whether figures are of an order that learned from the very judgements that measure it."""
    judgements = batches.judgements(engine)
    return mode == "ranked" and judgements is not None and judgements.learned and batch.judged_of(answers) > 0


def flattered(engine: Engine) -> None:
    """Say what the figures of an order that learned from its judgements are worth, and where honest ones are."""
    honest = [each for each in measured.of(engine.metrics, "ndcg", 10) if each.system == "ranked"]
    reached = f" On queries that it had not seen, NDCG@10 is {figure(honest[0].value)}." if honest else ""
    st.html(
        notes.message(
            f"The order Ranked of {engine.name} learned from judged queries: on them, figures flatter it.{reached}",
            "The Evaluation page compares it fairly: there a ranker that has not seen a query answers it.",
            kind="note",
        )
    )
    st.page_link(
        "app_pages/evaluation.py",
        label=f"Evaluation of {plain(engine.name)}",
        query_params={state.VERSION: engine.name, state.TASK: "search"},
    )


def protocols(asked: Sequence[Asked], sides: batch.Sides) -> list[str]:
    """Return the protocol of each side that anything was measured of."""
    found = []
    for (engine, _), answers in zip(asked, sides.values(), strict=True):
        judgements = batches.judgements(engine)
        if judgements and batch.judged_of(answers):
            found.append(judgements.protocol)
    return found


def link(query: str) -> str:
    """Return the address of a query on the Search page, asked of the same versions in the same modes."""
    kept = (state.VERSION, state.MODE, state.AGAINST, state.AGAINST_MODE)
    return address(query, {each: state.text(each) for each in kept if state.text(each)})


def address(query: str, more: Mapping[str, str]) -> str:
    """Return the address of a query on the Search page."""
    return "/search?" + urlencode({state.QUERY: query, **more})


def columns(names: list[str]) -> dict[str, Any]:
    """Return how each column of the table is drawn."""
    found: dict[str, Any] = {
        "Query": st.column_config.TextColumn(pinned=True, width="medium"),
        "Open": st.column_config.LinkColumn(display_text="Open ↗", width="small", help="On the Search page"),
        "Found": st.column_config.NumberColumn(format="localized", help="Products that the list was chosen from"),
        "Difference": st.column_config.NumberColumn(help="NDCG@10 of the first less the second"),
        "Shared": st.column_config.NumberColumn(help="Of the first ten, how many are in both lists"),
    }
    for name in names:
        if name.startswith("Time"):
            found[name] = st.column_config.NumberColumn(help="The search alone, the query already read and encoded")
        elif name.startswith("Top"):
            found[name] = st.column_config.TextColumn(width="large" if name == "Top result" else "medium")
    return found
