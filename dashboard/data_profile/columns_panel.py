"""Which columns the data has, and of how much of it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import frame
from dashboard.components import data_words, notes
from dashboard.components.data_words import TABLES
from dashboard.components.export import Cell
from dashboard.data_profile import drawing
from pipeline.profile.figures import Coverage, Profile
from pipeline.retrieval.engine import Engine

SAID = {
    "title": "What the product is called",
    "brand": "Who makes it",
    "category": "The path, from general to specific",
    "price": "What it costs, in the source's currency",
    "released": "When it came out",
    "image_url": "Where its picture is",
    "description": "What is said of it beyond the title",
    "timestamp": "When the interaction was made",
    "rating": "How the shopper rated the product",
}


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the share of rows, and of interactions, that have each column."""
    st.html(notes.headline(data_words.coverage(profile)))
    frame.say("What is missing is left empty, never invented: filters, features and charts go on without it.")
    known = [each for each in profile.coverage if each.of]
    bar = partial(st.column_config.ProgressColumn, format="%.1f %%", min_value=0, max_value=100)
    shares = {
        "of_rows": bar("Of rows", help="Share of products, or of interactions, that have it"),
        "of_interactions": bar("Of interactions", help="Share of interactions that are with such a product"),
    }
    columns = {
        "table": drawing.words("Table", "Products or interactions"),
        "column": drawing.words("Column", "What is known of a product or an interaction"),
        "rows": drawing.number("Rows", "How many have it"),
        **shares,
        "said": drawing.words("What it is", "What the column holds", wide=True),
    }
    drawing.table(engine, [row(each) for each in known], "columns", columns, height=520)


def row(each: Coverage) -> dict[str, Cell]:
    """Return the coverage of a column as cells; shares are in percent."""
    return {
        "table": TABLES.get(each.table, each.table),
        "column": data_words.column(each.column),
        "rows": each.rows,
        "of_rows": 100 * each.rows / each.of,
        "of_interactions": 100 * each.interactions / each.of_interactions if each.of_interactions else None,
        "said": SAID.get(each.column, "A block of features" if each.column.startswith("feature:") else ""),
    }
