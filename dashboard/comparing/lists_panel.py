"""The lists of several versions for one shopper, query or product."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import streamlit as st

from dashboard import choices, compared, downloads, frame, loading, modes, shopping, state
from dashboard.compared import Side
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import cards, export, notes, overlap
from dashboard.components.measured import grid
from dashboard.components.words import escape, figure, plain
from dashboard.controls import pick
from dashboard.modes import MODES
from pipeline.comparing import overlap as shared
from pipeline.comparing import runs
from pipeline.errors import ExplorerError, InvalidRequest
from pipeline.retrieval.engine import MAX_K, Engine, check_query
from pipeline.retrieval.results import Hit, Results, ScorePart

KINDS = {"shopper": "Shopper", "query": "Query", "product": "Product"}
SHOWN = 10


def draw(chosen: Chosen, each: Group) -> None:
    """Draw what to look at, then the lists of every version."""
    kinds = list(KINDS) if loading.published(chosen.baseline.manifest.name).shoppers else ["query", "product"]
    which, who = st.columns([1.4, 3], vertical_alignment="center")
    with which:
        kind = pick(state.KIND, "Lists for", kinds, KINDS, default=chosen.who)
    who.text_input(
        "Whose lists",
        type="search",
        placeholder={"shopper": "A shopper's id", "query": "A query", "product": "A product's id"}[kind],
        label_visibility="collapsed",
        **state.bound(state.UNIT, state.text(state.UNIT)),
    )
    unit = state.text(state.UNIT).strip()
    if unit:
        opened(chosen, each, kind, unit)
        return
    engine = loading.published(chosen.baseline.manifest.name)
    st.html(notes.message("Name one, or begin with one of these.", kind="empty"))
    with frame.centred():
        for place, name in enumerate(examples(engine, kind)):
            st.button(name[:40], key=f"example-{place}", on_click=state.write, args=(state.UNIT, name))


def examples(engine: Engine, kind: str) -> list[str]:
    if kind == "shopper":
        return [name for name, _ in choices.example_shoppers(engine)]
    return choices.example_queries(engine) if kind == "query" else engine.catalogue.ids[:4]


def opened(chosen: Chosen, each: Group, kind: str, unit: str) -> None:
    """Draw the baseline's list and the version's joined by lines, then how alike all versions' lists are."""
    st.html(notes.headline(f"{KINDS[kind]} {unit[:80]}"))
    found: dict[str, tuple[Engine, Results]] = {}
    for group in (chosen.baseline, *chosen.others):
        name = group.manifest.name
        try:
            engine = loading.published(chosen.baseline.manifest.name if group.is_run else name)
            found[name] = engine, listed(engine, name, kind, unit) if group.is_run else ask(engine, kind, unit)
        except ExplorerError as error:
            st.html(notes.message(f"{name}: {error.problem}", error.remedy))
    with st.container(horizontal=True, gap="medium"):
        if kind != "product" and len(found) > 1 and not each.is_run:
            judge(chosen, each, kind, unit)
        if kind == "shopper" and not each.is_run and each.manifest.name in found:
            st.page_link(
                shopping.SHOPPER,
                label=f"Why, and what if, under {plain(each.name)}",
                query_params={state.SHOPPER: unit, state.HIDE: "1", state.VERSION: each.manifest.name},
            )
    pair = [name for name in (chosen.baseline.manifest.name, each.manifest.name) if name in found]
    if len(pair) == 2:
        joined(found, pair, kind)
    if len(found) > 1:
        alike(found, unit)


def judge(chosen: Chosen, each: Group, kind: str, unit: str) -> None:
    """Offer to grade the products of both lists."""
    parameters = {state.VERSION: chosen.baseline.manifest.name, state.AGAINST: each.manifest.name}
    st.page_link(
        "app_pages/judge.py",
        label="Judge both lists",
        help="Grade their products 0 to 3 on the page Judge.",
        query_params=parameters | {state.KIND: kind, state.UNIT: unit},
    )


def ask(engine: Engine, kind: str, unit: str) -> Results:
    """Return a version's answer, as it was measured: a shopper's held-out products are hidden."""
    if kind == "query":
        return engine.search(check_query(unit), k=SHOWN, mode=MODES[modes.offered(engine)[0]].engine)
    if kind == "product":
        return engine.similar(unit, k=SHOWN, space="towers")
    return engine.recommend(user_id=unit, k=MAX_K, as_of="test")


def listed(engine: Engine, name: str, kind: str, unit: str) -> Results:
    """Return what an imported run lists; products that the catalogue lacks are left out, their ranks stay.

    Raises:
        InvalidRequest: It lists nothing for this one.
    """
    own = runs.lists(runs.find(loading.versions().store, name)[0], unit) if kind != "product" else []
    rows = [
        Hit(rank, engine.catalogue.row(product), product, score, (ScorePart("run", score, rank, score),))
        for rank, (product, score) in enumerate(own, start=1)
        if product in engine.catalogue
    ]
    if not rows:
        raise InvalidRequest(f"The run lists nothing for this {kind}.", "Choose another one.")
    held: tuple[str, ...] = ()
    if kind == "shopper" and engine.shoppers and unit in engine.shoppers:
        wanted = engine.shoppers.within(engine.shoppers.index(unit), "test")
        held = tuple(engine.catalogue.ids[int(row)] for row in wanted)
    return Results(tuple(rows[:MAX_K]), {}, len(own), held_out=held)


def joined(found: dict[str, tuple[Engine, Results]], pair: Sequence[str], kind: str) -> None:
    """Draw two lists with lines between the same products, and say what moved."""
    sides = []
    for name in pair:
        engine, answer = found[name]
        badges = {
            hidden: cards.badge("wanted", "hit", "Held out: the versions were asked to find it")
            for hidden in answer.held_out
        }
        sides.append(Side(name, engine, compared.cut(answer, SHOWN), badges))
    if kind == "shopper":
        st.html(notes.sentence(hidden_words(found, pair)))
    noun = "result" if kind == "query" else "product" if kind == "product" else "recommendation"
    compared.headline(sides[0], sides[1], noun, lambda: save(found, kind))
    st.html(notes.sentence(moved_words(sides[0].ids, sides[1].ids)))
    compared.lists(sides[0], sides[1], noun)


def moved_words(first: Sequence[str], second: Sequence[str]) -> str:
    """Return how many products improved, worsened, are new or gone.

    >>> moved_words(["a", "b", "c"], ["b", "a", "x"])
    '1 improved, 1 worsened, 0 the same, 1 new, 1 gone.'
    """
    places = overlap.places(first, second)
    up = sum(after < before for before, after in places)
    down = sum(after > before for before, after in places)
    new, gone = len(second) - len(places), len(first) - len(places)
    return f"{up} improved, {down} worsened, {len(places) - up - down} the same, {new} new, {gone} gone."


def hidden_words(found: dict[str, tuple[Engine, Results]], pair: Sequence[str]) -> str:
    """Return where each of two versions has the held-out product."""
    said = []
    for name in pair:
        _, answer = found[name]
        ranks = [hit.rank for hit in answer.hits if hit.product_id in answer.held_out]
        said.append(f"{name}: rank {ranks[0]}" if ranks else f"{name}: not among the first {MAX_K}")
    held = found[pair[0]][1].held_out
    return f"The wanted product. {'; '.join(said)}." if held else "This shopper has no held-out product."


def alike(found: dict[str, tuple[Engine, Results]], unit: str) -> None:
    """Draw how alike the lists of every two versions are."""
    ids = {name: [hit.product_id for hit in answer.hits[:SHOWN]] for name, (_, answer) in found.items()}
    heads = [
        '<th scope="col" title="Products that both lists hold, of the longer one\'s">In common</th>',
        '<th scope="col" title="Rank-biased overlap, p = 0.9: 1 the same list, 0 nothing shared; the top counts most">'
        "Rank-biased overlap</th>",
    ]
    body = []
    for one, other in combinations(ids, 2):
        both = 100 * shared.overlap(ids[one], ids[other], SHOWN)
        biased = shared.rank_biased_overlap(ids[one], ids[other])
        body.append(
            f"<tr><td>{escape(one)} and {escape(other)}</td><td>{both:.0f} %</td><td>{figure(biased)}</td></tr>"
        )
    st.html(grid(f"First {SHOWN} of", heads, body))
    if len(ids) > 2:
        every = list(dict.fromkeys(product for own in ids.values() for product in own))
        engine = next(iter(found.values()))[0]
        rows = [
            f'<tr><td class="pse-long">{escape(_title(engine, product))}</td>'
            + "".join(f"<td>{own.index(product) + 1 if product in own else '–'}</td>" for own in ids.values())
            + "</tr>"
            for product in every
        ]
        st.html(grid("Rank under", [f'<th scope="col" class="pse-long">{escape(name)}</th>' for name in ids], rows))


def _title(engine: Engine, product_id: str) -> str:
    known = product_id in engine.catalogue
    return engine.catalogue.product(engine.catalogue.row(product_id)).title[:90] if known else product_id


def save(found: dict[str, tuple[Engine, Results]], kind: str) -> None:
    """Offer all lists as one file."""
    rows = []
    for name, (engine, answer) in found.items():
        before = export.provenance(engine.manifest, downloads.today(), **{kind: state.text(state.UNIT)})
        before["version"] = name  # a run's products are looked up in the baseline
        rows += export.hits(engine.catalogue, answer.hits[:SHOWN], before)
    named = [engine.manifest if engine.name == name else name for name, (engine, _) in found.items()]
    downloads.button(rows, *named, kind, state.text(state.UNIT), key="lists-csv")
