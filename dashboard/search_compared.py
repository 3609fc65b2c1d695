"""A search in two modes, or of two versions, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import (
    compared,
    controls,
    downloads,
    filtering,
    frame,
    loading,
    modes,
    results,
    state,
    understanding,
    why,
)
from dashboard.compared import Side
from dashboard.components.words import clean, typed
from dashboard.modes import MODES
from pipeline.retrieval.engine import Engine, check_query
from pipeline.retrieval.results import Hit

WHY, SIMILAR, MAP, ADD = "Why", "Similar", "Show on map", "Add to basket"
SECOND = "2"  # what the URL calls the second list
Asked = tuple[Engine, str]  # a version, and a mode by its name in the URL


def second(engine: Engine, other: Engine | None, mode: str) -> Asked | None:
    """Return what the URL compares with, None where that is nothing else.

    Args:
        engine: The first version.
        other: The second version, where the URL names one that can be served.
        mode: The first mode.
    """
    against = other or engine
    said = state.text(state.AGAINST_MODE)
    # Asked for by name a mode is kept, and what cannot answer says so; else a version without it answers in its own.
    possible = modes.offered(against)
    other_mode = said if said in MODES else mode if mode in possible else possible[0]
    return (against, other_mode) if (against.name, other_mode) != (engine.name, mode) else None


def popover(engine: Engine, mode: str) -> None:
    """Draw the choice of what to compare with.

    Args:
        engine: The first version.
        mode: The first mode.
    """
    said, against = state.text(state.AGAINST_MODE), state.text(state.AGAINST)
    names = {
        listed.name: str(listed.manifest.dataset.get("name", ""))
        for listed in loading.versions().listing()
        if listed.name != engine.name and listed.manifest is not None and listed.reason is None
    }
    own = str(engine.manifest.dataset.get("name", ""))
    active = bool(against) or (said in MODES and said != mode)
    with st.popover("Compared" if active else "Compare", width="stretch"):
        others = [each for each in MODES if each != mode]
        st.selectbox(
            "With another mode",
            others,
            format_func=lambda each: MODES[each].name,
            placeholder="The same mode",
            **state.bound(state.AGAINST_MODE, said if said in others else None),
        )
        st.selectbox(
            "With another version",
            list(names),
            format_func=lambda name: name if names[name] == own else f"{name} (of {clean(names[name])})",
            placeholder="The same version" if names else "There is no other version",
            disabled=not names,
            **state.bound(state.AGAINST, against if against in names else None),
        )
        st.button("Stop comparing", key="stop-comparing", disabled=not active, on_click=stop)


def stop() -> None:
    for parameter in (state.AGAINST, state.AGAINST_MODE):
        state.write(parameter, None)


def names(first: Asked, other: Asked) -> tuple[str, str]:
    """Return what tells two sides apart: the mode, the version, or both."""
    same_version, same_mode = first[0].name == other[0].name, first[1] == other[1]
    one, two = (
        MODES[mode].short if same_version else engine.name if same_mode else f"{engine.name}, {MODES[mode].short}"
        for engine, mode in (first, other)
    )
    return one, two


def answer(first: Asked, other: Asked) -> None:
    """Draw both answers to the query in the URL."""
    with filtering.told():
        query = check_query(typed(state.text(state.QUERY)))
        shown = state.how_many(state.SHOWN)
    as_typed = bool(state.text(state.TYPED))
    above = st.container()
    sides: list[Side] = []
    asked = []
    for (engine, mode), name in zip((first, other), names(first, other), strict=True):
        with frame.calm():  # one that cannot answer leaves the other
            found = engine.search(
                query, k=shown, filters=filtering.asked(engine), mode=MODES[mode].engine, as_typed=as_typed
            )
            sides.append(Side(name, engine, found, score=MODES[mode].score_told))
            asked.append((engine, mode, found))
    read = [each.answer.understood for each in sides if each.answer.understood]
    with above:
        understanding.strip(*read, as_typed=as_typed)
    if not sides:
        return
    if len(sides) == 2:
        compared.headline(sides[0], sides[1], "result", lambda: downloads.search(asked, query))
    else:
        results.searched(sides[0].answer, asked[0][1], lambda: downloads.search(asked, query), sides[0].name)
    told = [each.answer.notes for each in sides]
    for side in sides[:1] if len(sides) == 2 and told[0] == told[1] else sides:
        # The chip says for both what both read; what one alone did stands under its name.
        said = results.read(side.answer) if all(each.price and not each.price.unused for each in read) else ()
        results.told(side.answer, "" if told[0] == told[-1] else f"{side.name}: ", said)
    if len(sides) == 2:
        compared.lists(sides[0], sides[1], "result", lambda place, hit: actions(sides, place, hit))
    else:
        only = sides[0]
        results.rows(only.engine, only.answer, only.score, of="" if only.engine is first[0] else only.engine.name)
    results.more(max((side.answer for side in sides), key=lambda found: len(found.hits)), shown)
    why.drawer(*asked[-1 if state.text(state.WHY_SIDE) == SECOND else 0])


def actions(sides: Sequence[Side], place: int, hit: Hit) -> None:
    """Draw what can be done with a result of one of two lists."""
    own = sides[place].engine
    published = hit.row < own.catalogue.published
    ways = [*([controls.WHO] if published else []), *([MAP] if own.maps and published else [])]
    offered = [WHY, SIMILAR, *ways, ADD]
    chosen = st.menu_button(
        "⋯", offered, key=f"act-{place}-{hit.rank}", type="tertiary", help="Why, similar, add to basket and more"
    )
    if chosen == WHY:
        state.write(state.WHY, hit.product_id)
        state.write(state.WHY_SIDE, SECOND if place else None)
    elif chosen == SIMILAR:
        state.write(state.SIMILAR_OF, None if own.name == sides[0].engine.name else own.name)
        state.write(state.SIMILAR, hit.product_id)
    elif chosen == controls.WHO:
        st.switch_page(controls.REVERSE, query_params=controls.on_map(hit.product_id, own.name))
    elif chosen == MAP:
        st.switch_page(controls.MAP, query_params=controls.on_map(hit.product_id, own.name))
    elif chosen == ADD:
        controls.add_to_basket(hit.product_id, in_url=False)
    if chosen:
        st.rerun()
