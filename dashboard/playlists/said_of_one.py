"""What a view says of one shopper, one product, or one that is not in the catalogue yet."""

from __future__ import annotations

from collections.abc import Callable

from dashboard import against, modes, query_choice, state
from dashboard.components import because_words, drafted, facts, notes
from dashboard.components.words import clean, listing, money
from dashboard.drafting import form, panels, title_panel, tried
from dashboard.playlists.tables import LISTED, listed, ranks
from dashboard.reaching import finder
from dashboard.reaching import panels as reaching
from dashboard.reaching.reached import query_rows, shopper_rows, side
from dashboard.shoppers import lists_panel, timeline_panel
from dashboard.shoppers.asked import Asked
from pipeline.comparing.reach import of_product, own_queries
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.reading import Whom

Open = Callable[[str | None], Engine]
LATEST = 5  # products of a history that are named


def shopper(engine: Engine, opened: Open) -> str:
    """Say a history in brief and what is recommended to it, each product with its score and because of what."""
    if state.whom() == "basket":
        held = tuple(dict.fromkeys(state.texts(state.BASKET)))
        whom = Whom(history=held) if held else None
    else:
        user_id = state.text(state.SHOPPER).strip()
        hide = state.text(state.HIDE) == "1"
        whom = Whom(user_id=user_id, as_of="test" if hide else "now") if user_id else None
    if whom is None:
        return ""
    asked = Asked.of(engine, whom, LISTED)
    events = [event for _, event in asked.events()]
    said = [notes.headline(timeline_panel.headline(asked.name, events))]
    if words := timeline_panel.held_out(asked):
        said.append(notes.sentence(words))
    own = [f'"{clean(event.title, 120)}"' for event in events if event.change != "added"]
    if own:
        said.append(notes.sentence(f"The latest of them, newest first: {listing(own[: -LATEST - 1 : -1])}."))
    if asked.simulated:
        said.append(notes.headline(f"{lists_panel.changes(asked)}:"))
        both = {lists_panel.BEFORE: asked.before, lists_panel.AFTER: asked.after}
        answers = {name: (engine, answer.hits) for name, answer in both.items()}
        return "".join(said) + listed(answers, "recommendation")
    said.append(notes.headline("Recommendations, and why:"))
    answers = {"Product": (engine, asked.after.hits)}
    said.append(listed(answers, why=lambda hit: lists_panel.reason(asked, hit)))
    if words := because_words.how(asked.because, by_name=asked.by_name, reranked=asked.reranked):
        said.append(notes.small(words))
    return "".join(said)


def new_product(engine: Engine, opened: Open) -> str:
    """Say whom a product would be shown, which queries it would win, and what it is nearest to."""
    draft = None if state.text(state.MANY) == "1" else form.draft()
    if draft is None:
        return ""
    asked = query_choice.chosen(engine, own_queries(draft.title, draft.brand, draft.category))
    own = tried.tried(engine, draft, modes.chosen(engine), asked)
    catalogue = engine.catalogue
    price = [] if draft.price is None else [money(draft.price)]
    words = " · ".join(filter(None, [f'"{clean(draft.title, 200)}"', draft.brand, *draft.category[-1:], *price]))
    said = [notes.sentence(f"Tried: {words}")]
    said.append(notes.headline(drafted.headline(own.placed, catalogue, own.wins, own.vectors, asked.said)))
    remarks = [drafted.duplicate(own.placed, catalogue, draft.title), *own.placed.notes]
    said += [notes.sentence(each) for each in remarks if each]
    if rows := drafted.facts(len(catalogue), own.wins, title_panel.audiences(own), {}):
        said.append(facts.table("Were it in the catalogue", drafted.COLUMNS, rows))
    if words := panels.against(engine, own):
        said.append(notes.small(words))
    near = {drafted.SPACES[each.space]: (engine, each.hits) for each in own.placed.spaces}
    said += [notes.headline("Its nearest products:"), listed(near, "nearest product", "Cosine")]
    if own.wins is not None:
        won = [(row["query"], (row["rank"], row["score"])) for row in drafted.win_rows(own.wins, catalogue)]
        none = f"None of {asked.said} lists it among the first hundred."
        said += [notes.headline("Queries that would list it:"), ranks("Query", ("Rank", "Score"), won, none)]
    return "".join(said)


def reverse_search(engine: Engine, opened: Open) -> str:
    """Say which queries or shoppers find a product, and at what rank, under each version."""
    product_id = state.text(state.PRODUCT)
    if not product_id:
        return ""
    product = engine.catalogue.product(engine.catalogue.row(product_id))
    asked = query_choice.chosen(engine, of_product(product))
    there = against.others(engine)
    names = [name for name in dict.fromkeys(state.texts(state.OTHERS)) if name in there][: finder.MOST]
    sides = [side(each, product_id, asked.texts) for each in (engine, *map(opened, names))]
    said = [notes.headline(f"Who finds {clean(product.title, 160)}?"), notes.sentence(reaching.headline(sides, asked))]
    said.append(reaching.totals(sides))
    if words := reaching.drawn_words(sides):
        said.append(notes.small(words))
    heads = [each.name for each in sides]
    if state.text(state.DETAIL) == "shoppers":
        found = [(str(row["shopper"]), [row[name] for name in heads]) for row in shopper_rows(sides)]
        found = [each for each in found if any(each[1])]
        return "".join(said) + ranks("Shopper", heads, found, "No shopper who was asked is listed it.")
    rows = [row for row in query_rows(asked.texts, sides) if any(row[name] for name in heads)]
    none = f"None of {asked.said} finds it among the first hundred."
    graded = any(row["grade"] is not None for row in rows)
    grades = [[_grade(row["grade"])] if graded else [] for row in rows]
    found = [
        (str(row["query"]), [*grade, *(row[name] for name in heads)]) for row, grade in zip(rows, grades, strict=True)
    ]
    return "".join(said) + ranks("Query", ["Grade", *heads] if graded else heads, found, none)


def _grade(value: object) -> str | None:
    return None if value is None else f"{value:g}"
