"""Judge: which grades would tell two versions apart soonest?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from dashboard import against, controls, downloads, frame, loading, state
from dashboard.comparing import judged_lists, judging, voting
from dashboard.comparing.judging import Engines
from dashboard.components import notes
from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.words import clean, counted, figure, signed
from pipeline.comparing.queue import Lists, Queued, queue
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine
from pipeline.workspace.grades import Grade, consensus

KINDS = {"query": "Queries", "shopper": "Shoppers"}


def main() -> None:
    with frame.page("Judge", "Which grades would tell these two versions apart soonest?"):
        first = loading.published(state.version())
        state.pin_version(first.name)
        second, kind = setup(first)
        st.html(notes.row(notes.generated(first.manifest)))
        if second is None:
            words = f"The queue holds what {first.name} and the other one answer differently."
            st.html(notes.message("Choose a second version.", words, kind="empty"))
            return
        engines = (first, second)
        found = judging.lists(engines, kind)
        if (unit := state.text(state.UNIT)) and unit not in found:
            with frame.calm():  # one that cannot be answered leaves the queue
                found = {unit: judging.lists_of(engines, kind, unit), **found}
        if not found:
            st.html(
                notes.message("There is nothing to judge.", "Save a query set on the page Query sets.", kind="empty")
            )
            return
        work(engines, kind, found)


def setup(first: Engine) -> tuple[Engine | None, str]:
    """Draw the choice of the second version and of what is judged; return them."""
    which, what, who = st.columns([3, 2, 2], vertical_alignment="center")
    with which:
        other = against.choose(first, "Against", "Second version", forget=(state.UNIT,), unlabelled=True)
    with what:
        kinds = list(KINDS) if first.shoppers else ["query"]
        kind = controls.pick(state.KIND, "What is judged", kinds, KINDS, forget=(state.UNIT,))
    who.text_input(
        "Nickname",
        key=state.NICKNAME,
        max_chars=voting.LONGEST,
        placeholder="Your nickname (optional)",
        label_visibility="collapsed",
    )
    return loading.published(other) if other else None, kind


def work(engines: Engines, kind: str, found: dict[str, Lists]) -> None:
    """Draw what the grades say, the queue, and the one that is open."""
    given = judging.grades().of(judging.dataset(engines[0]), kind)
    means = consensus(given)
    graded = {asked: set(own) for asked, own in means.items()}
    waiting = queue(found, graded, judging.frequencies() if kind == "query" else None)
    now = judging.standing(found, means, given)
    names = [each.asked for each in waiting]
    alike = judging.alike(found)
    if given or not alike:
        standing(engines, kind, now, given)
    if alike:
        same(engines[0], kind)
        if not state.text(state.UNIT):
            return
    listing(waiting, names, kind)
    said = state.text(state.UNIT)
    asked = said if said in found else names[0]
    if asked != said:
        state.write(state.UNIT, asked)  # else the next grade would move the queue on, away from what is being graded
    if error := st.session_state.pop(judging.PROBLEM, None):
        st.html(notes.message(error.problem, error.remedy))
    st.html(notes.headline(f"{'Query' if kind == 'query' else 'Shopper'}: {clean(asked, 120)}"))
    if kind == "shopper":
        judged_lists.history(engines[0], asked)
    products, rules = st.columns([2.2, 1], gap="large")
    with rules.container(key="guideline"):  # it stays in view beside a long list
        st.html(notes.sentence("How to grade"))
        judged_lists.guideline()
        if now.difference:
            judged_lists.so_far(engines, now)
        st.button("Next in the queue", key="next", on_click=_next, args=(names, asked), type="primary")
    with products:
        mine: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for each in given:
            if each.judge == voting.voter():
                mine[each.asked][each.product_id] = each.grade
        judged_lists.grade(engines, kind, asked, found[asked], mine[asked])
    judged_lists.beside(engines, found[asked], means.get(asked, {}))


def same(first: Engine, kind: str) -> None:
    """Say that no grade can tell the versions apart, and offer what else can be asked."""
    st.html(
        notes.message(
            f"Both versions answer these {KINDS[kind].lower()} alike.",
            "A grade counts the same in both lists, so none tells the versions apart.",
            kind="empty",
        )
    )
    other = "shopper" if kind == "query" else "query"
    if other == "query" or first.shoppers:
        with frame.centred():
            st.button(f"Ask about {KINDS[other].lower()}", key="other-kind", on_click=_ask, args=(other,))


def _ask(kind: str) -> None:
    state.write(state.KIND, kind)
    state.forget_all((state.UNIT,))


def standing(engines: Engines, kind: str, now: judging.Standing, given: Sequence[Grade]) -> None:
    """Say what the grades say so far, and offer them."""
    noun = ("query", "queries") if kind == "query" else ("shopper", "shoppers")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.headline(words(engines, now, noun)), width="content")
        rows: list[dict[str, Cell]] = [
            {
                "dataset": judging.dataset(engines[0]),
                kind: each.asked,
                "product_id": each.product_id,
                "judge": each.judge,
                "grade": each.grade,
                "at": each.at,
            }
            for each in given
        ]
        downloads.button(rows, *(each.manifest for each in engines), kind, "grades", key="grades-csv")
    agreed = "" if now.agreement is None else f" Krippendorff's alpha (ordinal) is {figure(now.agreement)}."
    told = f"{counted(len(given), 'grade')} by {counted(now.judges, 'judge')}.{agreed}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(notes.small(told), width="content")
        if kind == "query" and given:
            st.button(
                "Write a judgements table",
                key="write",
                type="tertiary",
                help="For the [judgements] of a dataset description: bench search and the search ranker read it.",
                on_click=_write,
                args=(judging.dataset(engines[0]),),
            )
    if written := st.session_state.pop("judge-written", None):
        st.html(notes.message(f"Written: {written}", 'Name it in [judgements] with protocol = "judged".', "note"))


def words(engines: Engines, now: judging.Standing, noun: tuple[str, str]) -> str:
    """Return both versions' NDCG and their difference in a sentence."""
    if now.difference is None:
        return f"No {noun[0]} has a product graded above 0 yet."
    said = [
        f"{engine.name} {figure(value)} ({figure(low)}–{figure(high)})"
        for engine, (value, low, high) in zip(engines, now.means, strict=True)
    ]
    one = now.difference
    if now.n == 1:
        values = " and ".join(f"{engine.name} {figure(own[0])}" for engine, own in zip(engines, now.means, strict=True))
        return f"NDCG@10 over {counted(1, *noun)}: {values}; one alone gives no interval."
    return (
        f"NDCG@10 over {counted(now.n, *noun)}: {said[0]}, {said[1]}; difference {signed(one.difference)} "
        f"({signed(one.low)} to {signed(one.high)}), p {p_value(one.p)}."
    )


def listing(waiting: Sequence[Queued], names: Sequence[str], kind: str) -> None:
    """Draw the queue; a click opens one."""
    number = st.column_config.NumberColumn
    st.dataframe(
        judging.written(waiting, kind),
        hide_index=True,
        height=240,
        key="judge-queue",
        on_select=lambda: judged_lists.open_first("judge-queue", names),
        selection_mode="single-row",
        column_config={
            "Priority": number(help="Disagreement × frequency × swing"),
            "Disagreement": number(help="1 - rank-biased overlap of both lists"),
            "Frequency": number(help="In how many query sets it stands; 1 where in none"),
            "Swing": number(help="How far the difference in NDCG@10 can still move, 0 to 2"),
            "Graded": st.column_config.TextColumn(help="Products of either list that are graded"),
        },
    )


def _next(names: Sequence[str], asked: str) -> None:
    rest = [each for each in names if each != asked]
    state.write(state.UNIT, rest[0] if rest else asked)


def _write(dataset: str) -> None:
    try:
        written = judging.grades().write(dataset)
        st.session_state["judge-written"] = f"{written.parent.name}/{written.name} in the artifacts folder"
    except ExplorerError as error:
        st.session_state[judging.PROBLEM] = error


main()
