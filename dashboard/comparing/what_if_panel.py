"""What if candidates were put in another order: sliders, the figures, and the frontier."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, downloads, frame, loading, re_ranking, state
from dashboard.batches import Recent
from dashboard.comparing.chosen import Chosen
from dashboard.components import charts, compare_charts, notes, what_if_table
from dashboard.components.words import counted
from dashboard.controls import pick
from pipeline.comparing.candidates import Pool, collect, folder_of
from pipeline.comparing.what_if import WhatIf
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.rebalancing import Rebalance

# Name, URL parameter, lowest weight, what it does.
WEIGHTS = {
    "popularity": ("Popularity penalty", state.POPULARITY, 0.0, "Takes popular products down."),
    "diversity": ("Diversity (MMR)", state.DIVERSITY, 0.0, "Takes down what is like a product listed already."),
    "price": ("Price", state.PRICE_WISH, -1.0, "Below 0 cheaper products come first, above 0 dearer ones."),
    "freshness": ("Freshness", state.FRESHNESS, 0.0, "Brings newly released products up."),
}
NAME, PROBLEM = "preset-name", "preset-problem"

_opened: Recent[str, WhatIf] = Recent(2)


def draw(chosen: Chosen) -> None:
    """Draw the sliders of one version's candidates, or offer to collect these."""
    names = [each.manifest.name for each in (chosen.baseline, *chosen.others) if not each.is_run]
    name = pick(state.WHAT_IF, "Candidates of", names, {})
    engine = loading.published(name)
    if engine.shoppers is None:
        st.html(notes.message("This version knows no shoppers.", "Choose one with interactions.", kind="empty"))
        return
    what_if = opened(engine)
    if what_if is None:
        offer(engine)
        return
    sliders(engine, what_if)


def opened(engine: Engine) -> WhatIf | None:
    """Return the candidates of a version, ready to be put in another order; None where they were not collected."""
    key = engine.manifest.checksum
    found = _opened.get(key)
    if found is None and (pool := Pool.load(folder_of(loading.versions().store.artifacts, key))) is not None:
        found = WhatIf(pool, engine.traits)
        _opened.put(key, found)
    return found


def offer(engine: Engine) -> None:
    """Draw the button that collects the candidates of every evaluation user."""
    st.html(
        notes.message(
            "The candidates of this version are not collected yet.",
            "Every shopper with a held-out product is asked once: a few minutes for 20,000 of them. The result is kept "
            "beside the versions, in the cache, and may be deleted.",
            kind="empty",
        )
    )
    with frame.centred():
        go = st.button("Collect candidates", key="collect", type="primary")
    if go:
        bar = st.progress(0.0, "Asking for candidates")

        def advance(done: int, whole: int) -> None:
            bar.progress(done / whole, f"{done:,} of {counted(whole, 'shopper')}")

        assert engine.shoppers is not None
        pool = collect(engine.recommender, engine.shoppers, engine.text_vectors, advance)
        pool.save(folder_of(loading.versions().store.artifacts, engine.manifest.checksum))
        st.rerun()


@st.fragment
def sliders(engine: Engine, what_if: WhatIf) -> None:
    """Draw the weights, what comes of them, and the frontier; a slider redraws only this."""
    wish = read()
    lacking = {"price": not engine.catalogue.has_prices, "freshness": not (engine.catalogue.release_years > 0).any()}
    columns = st.columns(4, gap="medium")
    for column, (name, (label, parameter, low, meaning)) in zip(columns, WEIGHTS.items(), strict=True):
        lacks = lacking.get(name, False)
        column.slider(
            label,
            low,
            1.0,
            step=0.05,
            help=meaning + (" This dataset does not say." if lacks else ""),
            disabled=lacks,
            **state.bound(parameter, getattr(wish, name), default=0.0),
        )
    own = what_if.served
    asked = own if wish.neutral else what_if.outcome(wish)
    st.html(notes.headline(what_if_table.headline(own, asked)))
    st.html(what_if_table.table(own, asked))
    if sure := what_if_table.certainty(own, asked):
        st.html(notes.small(sure))
    movable = [name for name in WEIGHTS if not lacking.get(name, False)]
    moving = pick(state.MOVES, "Frontier", movable, {name: each[0] for name, each in WEIGHTS.items()}, "diversity")
    swept = what_if.frontier(wish, moving)
    dark = st.context.theme.type == "dark"
    for column, measure in zip(st.columns(2, gap="large"), ("coverage", "diversity"), strict=True):
        chart = compare_charts.frontier(swept, wish, moving, measure, dark=dark)
        behaviour = charts.config(controls.saved_as(), downloads.named(engine.manifest, moving, measure, kind=""))
        column.plotly_chart(
            chart, theme=None, config=behaviour, key=f"frontier-{measure}", alt=f"NDCG@10 against {measure}"
        )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            notes.small(
                f"The figures above are over {counted(what_if.users, 'shopper')}; the frontier moves one weight and is "
                "over a sample of them, so its coverage is lower. Only the best 100 candidates of each are re-ordered."
            ),
            width="stretch",
        )
        downloads.button(
            what_if_table.as_rows(engine.name, [own, asked, *swept]), engine.manifest, "what-if", key="what-csv"
        )
    presets(wish)


def read() -> Rebalance:
    """Return the weights in the URL; a wrong one counts as 0."""
    found = {}
    for name, (_, parameter, low, _) in WEIGHTS.items():
        try:
            value = float(state.text(parameter, "0"))
        except ValueError:
            value = 0.0
        found[name] = value if low <= value <= 1 else 0.0
    return Rebalance(**found)


def presets(wish: Rebalance) -> None:
    """Draw what saves the weights as a preset, and those that there are."""
    with st.popover("Presets", key="presets"):
        st.text_input("Name", key=NAME, placeholder="fresh-and-varied", max_chars=64)
        error = st.session_state.pop(PROBLEM, None)
        if error is not None:
            st.html(notes.message(error.problem, error.remedy))
        st.button(
            "Save these weights", key="save-preset", type="primary", disabled=wish.neutral, on_click=_save, args=(wish,)
        )
        st.html(notes.small("Recommend offers presets under Options; the REST API takes preset=name."))
        for name in re_ranking.names():
            left, middle, right = st.columns([3, 1, 1], vertical_alignment="center")
            left.html(notes.sentence(name))
            middle.button("Use", key=f"use-{name}", type="tertiary", on_click=_use, args=(name,))
            right.button(
                "Delete", key=f"delete-{name}", type="tertiary", on_click=re_ranking.presets().delete, args=(name,)
            )


def _save(wish: Rebalance) -> None:
    try:
        re_ranking.presets().save("-".join(st.session_state.get(NAME, "").casefold().split()), wish)
    except ExplorerError as error:
        st.session_state[PROBLEM] = error


def _use(name: str) -> None:
    try:
        wish = re_ranking.presets().open(name)
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
        return
    for weight, (_, parameter, _, _) in WEIGHTS.items():
        state.write(parameter, getattr(wish, weight) or None)
