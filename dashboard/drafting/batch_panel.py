"""Many new products from a file: a row for each, with what was set aside."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, lists, state, tabled
from dashboard.batches import Recent
from dashboard.components import drafted, export, notes
from dashboard.components.export import Cell
from dashboard.components.words import counted, figure, listing
from dashboard.drafting import form
from dashboard.mapping.labels import cluster_name
from dashboard.query_choice import Queries
from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.batch import QUERIES, Summary, summaries
from pipeline.retrieval.drafts.csv_file import COLUMNS, MAX_BYTES, MAX_DRAFTS, STEP, Read, read
from pipeline.retrieval.engine import Engine

FILE, PASTED = "drafts-file", "drafts-pasted"
_found: Recent[object, tuple[Summary, ...]] = Recent(8)


def draw(engine: Engine, mode: str, asked: Queries) -> None:
    """Draw where the products come from, and what came of them."""
    given(form.template(engine))
    problem = st.session_state.get(f"{state.DRAFTS}-problem")
    if isinstance(problem, InvalidRequest):
        st.html(notes.message(problem.problem, problem.remedy))
        return
    known = st.session_state.get(state.DRAFTS)
    if not isinstance(known, Read):
        words = f"Give up to {MAX_DRAFTS} products to see where each belongs, who would be shown it, and what finds it."
        st.html(notes.message(words, "They are tried in memory: nothing is written to the version.", kind="empty"))
        return
    if known.rejected:
        aside(known)
    if known.drafts:
        table(engine, known, mode, asked)


def given(template: bytes) -> None:
    """Draw the field, the file and the template."""
    left, right = st.columns([1.5, 1], gap="medium")
    left.text_area(
        "Paste CSV",
        key=PASTED,
        height=132,
        placeholder=template.decode("utf-8-sig").replace("\r\n", "\n"),
        help=f"The first line names the columns: title, and any of {', '.join(COLUMNS[1:])}.",
    )
    with right:
        st.file_uploader("Or a CSV file", type=["csv"], key=FILE, max_upload_size=max(MAX_BYTES // 2**20, 1))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Try them", key="try-drafts", type="primary", on_click=_read)
            st.download_button(
                "Template",
                template,
                downloads.named("new-products"),
                "text/csv",
                key="template",
                type="tertiary",
                on_click="ignore",
            )
        st.html(
            notes.small(f"At most {MAX_DRAFTS} products. A file is not part of the address: save the table instead.")
        )


def _read() -> None:
    """Read what was pasted or, where nothing was, the file."""
    file, pasted = st.session_state.get(FILE), st.session_state.get(PASTED) or ""
    for key in (state.DRAFTS, f"{state.DRAFTS}-problem"):
        st.session_state.pop(key, None)
    try:
        if pasted.strip():
            st.session_state[state.DRAFTS] = read(pasted)
        elif file is not None:
            st.session_state[state.DRAFTS] = read(file.getvalue())
        else:
            raise InvalidRequest("Nothing was pasted, and no file is chosen.", "Give one of the two.")
    except InvalidRequest as error:
        st.session_state[f"{state.DRAFTS}-problem"] = error


def aside(known: Read) -> None:
    """Say which rows were set aside, and why."""
    n = len(known.rejected)
    rows: list[dict[str, Cell]] = [
        {"line": each.line, "reason": each.reason, "row": each.text} for each in known.rejected
    ]
    with st.expander(f"{counted(n, 'row')} {'was' if n == 1 else 'were'} set aside"):
        shapes = {
            "line": tabled.rank("Line"),
            "reason": st.column_config.TextColumn("Why", width="large"),
            "row": st.column_config.TextColumn("What it says", width="medium"),
        }
        tabled.table(rows, shapes, "drafts-aside")
        downloads.button(rows, "new-products", "set-aside", key="save-aside")


def table(engine: Engine, known: Read, mode: str, asked: Queries) -> None:
    """Draw a row for each product that could be read."""
    shoppers, found = tried(engine, known, mode, asked)
    rows = [row_of(engine, line, each) for line, each in zip(known.drafts, found, strict=True)]
    twins = sum(row["nearly_same"] == "yes" for row in rows)
    tried_on = [*([counted(shoppers, "shopper")] if shoppers else []), *([asked.said] if asked.texts else [])]
    on = f" on {listing(tried_on)}" if tried_on else ""
    st.html(notes.headline(f"{counted(len(rows), 'product')} tried{on}."))
    if asked.texts:
        st.html(notes.small(f"Of the queries that may list a product, its {QUERIES} likeliest are searched."))
    if twins:
        st.html(
            notes.remarks([f"{counted(twins, 'product')} may be in the catalogue already: see the column The same?"])
        )
    drawn = [{**row, "open": address(engine, each)} for row, each in zip(rows, found, strict=True)]
    shapes: dict[str, Any] = {
        "title": st.column_config.TextColumn("New product", pinned=True, width="medium"),
        "shoppers": tabled.rank("Shoppers", "To how many it would be shown, before any re-ranking"),
        "best_query": st.column_config.TextColumn(
            "Best query", width="small", help="The query that lists it highest, of those searched"
        ),
        "best_rank": tabled.rank("Rank", "For that query"),
        "nearest": st.column_config.TextColumn("Nearest product", width="medium", help="In meaning"),
        "cosine": st.column_config.NumberColumn("Cosine", format="%.3f", help="Of the two texts", width="small"),
        "nearly_same": st.column_config.TextColumn(
            "The same?",
            width="small",
            help=f"Whether the nearest product may be the same: equal titles, or cosine {figure(drafted.DUPLICATE)}",
        ),
        "likely_category": st.column_config.TextColumn("Likely category", help="Of most of the ten nearest products"),
        "cluster": st.column_config.TextColumn("Likely cluster", help="By the map of text"),
        "queries_that_may": tabled.rank("May list it", "Queries that may list it among the first hundred"),
        "open": tabled.link("Open", "Try this one alone"),
    }
    tabled.table(drawn, shapes, "drafts-table")
    before = export.provenance(engine.manifest, downloads.today(), mode=mode, queries=asked.name)
    downloads.button(drafted.cells(rows, before), engine.manifest, "new-products", key="save-drafts")


def tried(engine: Engine, known: Read, mode: str, asked: Queries) -> tuple[int, tuple[Summary, ...]]:
    """Return how many shoppers were asked, and the products as they were tried, with a progress bar."""
    laid = lists.laid(engine)
    shoppers = lists.of_shoppers(engine, "towers") if laid.recommends else None
    drafts = list(known.drafts.values())
    key = (engine.manifest.checksum, tuple(drafts), mode, asked.texts)
    found = _found.get(key)
    if found is None:
        weighed = lists.bounds(engine, mode, asked.texts) if asked.texts else None
        with lists.progress(len(drafts), "products tried") as advance:
            each = []
            for one in summaries(laid, drafts, weighed, shoppers):
                each.append(one)
                advance(1)
        found = tuple(each)
        _found.put(key, found)
    return (len(shoppers) if shoppers else 0), found


def row_of(engine: Engine, line: int, each: Summary) -> dict[str, Any]:
    """Return one product as a row, for the page and for a file."""
    catalogue = engine.catalogue
    near = None if each.nearest is None else catalogue.title(each.nearest)
    drawn = engine.maps.spaces.get("text") if engine.maps else None
    cluster = drawn.described["fine"][each.cluster] if drawn and each.cluster is not None else None
    return {
        "line": line,
        "title": each.draft.title,
        "brand": each.draft.brand,
        "category": STEP.join(each.draft.category),
        "price": each.draft.price,
        "nearest": near,
        "nearest_id": None if each.nearest is None else catalogue.ids[each.nearest],
        "cosine": each.cosine,
        "nearly_same": "yes" if drafted.same(each.cosine, near or "", each.draft.title) else "no",
        "likely_category": STEP.join(each.category) or None,
        "cluster": cluster_name(cluster) if cluster else None,
        "shoppers": each.shoppers,
        "best_query": each.best.query if each.best else None,
        "best_rank": each.best.rank if each.best else None,
        "queries_that_may": each.may,
    }


def address(engine: Engine, each: Summary) -> str:
    """Return the address of this page with one of the products alone."""
    draft = each.draft
    said = {
        state.TITLE: draft.title,
        state.BRAND: draft.brand or "",
        state.CATEGORY: STEP.join(draft.category),
        state.COSTS: "" if draft.price is None else f"{draft.price:g}",
        state.VERSION: engine.name,
    }
    return tabled.address("new-product", **{name: value for name, value in said.items() if value})
