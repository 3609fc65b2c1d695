"""One spelling for one thing: of brands, and category steps, that differ in writing alone, the most frequent.

What counts as writing alone: upper and lower case, white space, HTML entities, and the wrappings that Amazon's pages
put around a brand. Nothing else does, so that no two brands are taken for one: "Marc" and "Marc by Marc Jacobs",
"Nikon" and "Nikkon", "TP-Link" and "TP Link" stay apart.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from pipeline.data.engine import Engine

# `&amp;` last: "&amp;lt;" is the text "&lt;".
ENTITIES = {
    "&nbsp;": " ", "&quot;": '"', "&#34;": '"', "&apos;": "'", "&#39;": "'", "&#039;": "'", "&lt;": "<", "&gt;": ">",
    "&reg;": "®", "&trade;": "™", "&#38;": "&", "&amp;": "&",
}  # fmt: skip
# Not "generic", "no name", "na" or a dash: there are goods that are sold under these, or may be.
PLACEHOLDERS = ("unknown", "(unknown)", "n/a", "none", "null", "nan", "not available", "unbranded", "no brand")


def plain(table: Any, column: str) -> Any:
    """Return the table with that column's texts without HTML entities and with single spaces; null is nothing left."""
    text = table[column]
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return table.mutate(**{column: text.re_replace(r"\p{Z}+", " ").strip().nullif("")})


def brand(table: Any, column: str) -> Any:
    """Return the table with that column's brands plain and without the wrappings of a page; null is a placeholder.

    "Visit the Sony Store" and "Brand: Sony" are Sony, "Sony by Sony" too, and "by", then a run of white space, then a
    name, as the byline in the files of 2018 reads. A byline with a single space stays: there is a brand "By Terry".
    """
    # Step by step: an expression that repeats another one's text makes Spark compile it as often.
    table = plain(table.mutate(**{column: table[column].re_replace(r"^by\p{Z}{2,}", "")}), column)
    table = table.mutate(half=((table[column].length() - 4) / 2).floor().cast("int64"))
    table = table.mutate(half=table[column].substr(0, ibis.greatest(table.half, 0)))
    text, half = table[column], table.half
    named = ibis.cases(
        (text.re_search(r"^Visit the [^ ].* Store\z"), text.substr(10, text.length() - 16)),
        (text.re_search(r"^Brand: ."), text.substr(7)),
        (text.lower() == half.lower() + " by " + half.lower(), half),
        else_=text,
    )
    table = table.mutate(**{column: named}).drop("half")
    text = table[column]
    return table.mutate(**{column: ibis.cases((text.lower().isin(PLACEHOLDERS), None), else_=text)})


def normalised(engine: Engine, products: Any) -> tuple[Any, dict[str, dict[str, int]]]:
    """Return the products with one spelling for each brand and category step, and how many products that changed.

    Of spellings that differ in writing alone the most frequent among the products is taken; of equally frequent ones
    the first in the order of their characters. A step is the same wherever in a path it stands.

    Args:
        engine: Holds the tables.
        products: Has `row`, `brand` and `category`.

    Returns:
        The table, and {respelled | placeholders: {table.column: products}}, without what did not occur.
    """
    counts: dict[str, dict[str, int]] = {}
    products, respelled, emptied = _brands(engine, products)
    if emptied:
        counts["placeholders"] = {"products.brand": emptied}
    products, moved = _categories(engine, products)
    found = {column: rows for column, rows in (("products.brand", respelled), ("products.category", moved)) if rows}
    return products, counts | ({"respelled": found} if found else {})


def _brands(engine: Engine, products: Any) -> tuple[Any, int, int]:
    """Return the products with their brands' spellings, how many were respelled, and how many had a placeholder."""
    written = products.filter(_.brand.notnull()).group_by("brand").agg(rows=_.count())
    spelled = _spellings(engine, "brand_spellings", written.rename(said="brand"), brand)
    sums = spelled.agg(all=_.rows.sum(), emptied=_.rows.sum(where=_.spelling.isnull()))
    changed, emptied = (int(rows or 0) for rows in engine.rows(sums)[0])
    if not changed:
        return products, 0, 0
    joined = products.left_join(spelled.select("said", "spelling"), products.brand == spelled.said)
    branded = joined.mutate(brand=ibis.cases((_.said.notnull(), _.spelling), else_=_.brand)).drop("said", "spelling")
    return engine.create("branded_products", branded), changed - emptied, emptied


def _categories(engine: Engine, products: Any) -> tuple[Any, int]:
    """Return the products with the spellings of their paths' steps, and how many changed."""
    # Each path once: there are few, however many products there are.
    paths = engine.create(
        "category_paths", products.filter(_.category.length() > 0).group_by("category").agg(rows=_.count())
    )
    steps = paths.mutate(step=_.category).unnest("step", offset="place")
    written = steps.group_by(said="step").agg(rows=_.rows.sum())
    spelled = _spellings(engine, "step_spellings", written, plain)
    if engine.count(spelled) == 0:
        return products, 0
    joined = steps.left_join(spelled.select("said", "spelling"), steps.step == spelled.said)
    respelled = joined.mutate(step=ibis.cases((_.said.notnull(), _.spelling), else_=_.step)).filter(_.step.notnull())
    placed = respelled.group_by("category").agg(
        steps=ibis.struct({"place": respelled.place, "step": respelled.step}).collect()
    )
    rebuilt = engine.create(
        "respelled_paths", placed.select(was="category", now=_.steps.sort().map(lambda each: each.step))
    )
    nowhere = ibis.literal([], type="array<string>")  # what is left of a path of blanks
    moved = products.left_join(rebuilt, products.category == rebuilt.was)
    differ = moved.filter(ibis.coalesce(_.now, nowhere) != _.category)
    rows = engine.count(differ)
    changed = moved.mutate(category=ibis.coalesce(_.now, nowhere)).drop("was", "now")
    return engine.create("categorised_products", changed), rows


def _spellings(engine: Engine, name: str, written: Any, tidied: Any) -> Any:
    """Return the table of the texts that change: `said`, `rows` and `spelling`.

    Args:
        engine: Holds the tables.
        name: What to call the table.
        written: `said`, each once, and `rows`, how often.
        tidied: Turns a column into the texts that are compared without regard to case; null is no name at all.
    """
    # There are few texts, and how they are tidied is long: it is kept apart from what is made of it.
    tidy = engine.create(f"{name}_tidied", tidied(written.mutate(tidy=written.said), "tidy").mutate(key=_.tidy.lower()))
    best = ibis.row_number().over(group_by="key", order_by=[ibis.desc("total"), "tidy"])
    leading = (
        tidy.filter(_.tidy.notnull()).group_by("key", "tidy").agg(total=_.rows.sum())
        .mutate(rank=best).filter(_.rank == 0).select(known="key", spelling="tidy")
    )  # fmt: skip
    chosen = tidy.left_join(leading, tidy.key == leading.known).select("said", "rows", "spelling")
    return engine.create(name, chosen.filter(_.spelling.isnull() | (_.said != _.spelling)))
