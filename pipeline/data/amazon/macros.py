"""SQL functions that clean what the generations leave in their texts: markup, entities, prices, days, paths."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pyarrow as pa
from duckdb.func import ARROW

from pipeline.data import duck

ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Of tags, only what can be one: "3 < 5" and "I <3 it" are texts.
SCRIPTS = r"(?is)<(script|style)\b.*?</(script|style)\s*>"
TAGS = r"(?s)</?[a-zA-Z][^<>]*>|<!--.*?-->|<[a-zA-Z]+\s+[a-zA-Z-]+=[^<>]*$"
NO_PRICE = ("", "—", "–", "-", "None", "none", "null", "nan", "N/A")
AMOUNT = r"(?:\p{Sc}|[A-Z]{3} ?|[A-Z]{1,2}\$)?\d[\d,]*(?:\.\d+)?"
PRICE = rf"^(?i:from )?({AMOUNT})(?: ?[-–] ?{AMOUNT})?$"  # the lowest, where there are several
DAYS = "['%B %d, %Y', '%b %d, %Y', '%Y-%m-%d', '%d %B %Y', '%d %b %Y']"

MACROS = {
    "without_markup(t)": "CASE WHEN contains(t, '<') THEN "
    f"regexp_replace(regexp_replace(t, {duck.text(SCRIPTS)}, ' ', 'g'), {duck.text(TAGS)}, ' ', 'g') ELSE t END",
    "unescaped(t)": r"CASE WHEN regexp_matches(t, '&#?\w+;') THEN entities_read(t) ELSE t END",
    "spaced(t)": r"regexp_replace(t, '[\t\n\v\f\r]\s*|\s\s+', ' ', 'g')",
    "plain(t)": "nullif(trim(spaced(unescaped(without_markup(t)))), '')",
    # Some titles of 2018 are the page's own script.
    "title_of(t)": "CASE WHEN NOT contains(plain(t), 'getTime()') THEN plain(t) END",
    "brand_of(t)": r"plain(regexp_replace(t, '(?i)^\s*by\s*[\r\n]\s*', ''))",
    "is_list(t)": "coalesce(t LIKE '[%' AND json_valid(t), false)",
    "list_of(t)": "CASE WHEN t IS NULL THEN []::VARCHAR[] WHEN is_list(t) THEN CAST(t::JSON AS VARCHAR[]) ELSE [t] END",
    "path_of(t)": "list_filter(list_transform(list_of(t), lambda step: plain(step)), lambda step: step IS NOT NULL)",
    "path_or(p, t)": "CASE WHEN len(p) > 0 THEN p ELSE path_of(t) END",
    "paragraphs_of(t)": "nullif(array_to_string(path_of(t), ' '), '')",
    # What is no price stays a text, which `prepare` counts as unreadable.
    "priced(t)": f"CASE WHEN t IN ({', '.join(map(duck.text, NO_PRICE))}) THEN NULL "
    f"WHEN regexp_matches(t, {duck.text(PRICE)}) THEN regexp_extract(t, {duck.text(PRICE)}, 1) ELSE left(t, 100) END",
    "price_of(t)": "priced(plain(t))",
    "day_of(t)": f"CAST(try_strptime(trim(t), {DAYS}) AS DATE)",
    "seconds_of(t)": "CAST(epoch(try_strptime(trim(t), ['%m %d, %Y', '%m %-d, %Y'])) AS VARCHAR)",
    # Milliseconds are whole numbers in a double until the year 287396; what is beyond an integer is null.
    "milliseconds_of(t, unit)": "TRY_CAST(floor(TRY_CAST(t AS DOUBLE) * unit) AS BIGINT)",
    "inside(t, p)": "CASE WHEN t LIKE '{%' AND json_valid(t) THEN json_extract_string(t, p) END",
}


def define(connection: duck.Connection) -> None:
    """Define the functions on a connection."""
    by_text(connection, "entities_read", _unescaped)
    for head, body in MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def by_text(connection: duck.Connection, name: str, function: Callable[[str], str]) -> None:
    """Define a function from text to text in Python; it is slow, so only few texts should come to it."""

    def batch(texts: pa.ChunkedArray) -> pa.Array:
        return pa.array([None if text is None else function(text) for text in texts.to_pylist()], pa.string())

    connection.create_function(name, batch, ["VARCHAR"], "VARCHAR", type=ARROW)


def _unescaped(text: str) -> str:
    """Replace HTML entities, once; the macro hands over only texts that seem to hold one."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)
