"""Taste test: which of two lists do people prefer when they cannot see who made them?"""

from __future__ import annotations

import streamlit as st

from dashboard import against, controls, frame, loading, state
from dashboard.comparing import ballots, judged_lists, tally_panel, voting
from dashboard.comparing.ballots import Ballot
from dashboard.components import cards, notes
from dashboard.components.words import clean
from pipeline.comparing.comparable import obstacles
from pipeline.retrieval.engine import Engine

KINDS = {"query": "Queries", "shopper": "Shoppers"}
DESIGNS = {"sides": "Side by side", "interleaved": "Interleaved"}


def main() -> None:
    with frame.page("Taste test", "Which list do people prefer when they cannot see which version made it?"):
        first = loading.engine(state.version())
        state.pin_version(first.name)
        second, kind, design = setup(first)
        st.html(notes.row(notes.generated(first.manifest)))
        if second is None:
            st.html(
                notes.message(
                    "Choose a second version.",
                    f"People then vote between it and {first.name}, without seeing which list is whose.",
                    kind="empty",
                )
            )
            return
        engines = (first, second)
        if state.text(state.TALLY) == "1":
            tally_panel.draw(first.name, second.name)
            return
        asked = ballots.ballot(engines, kind, number())
        if asked is None:
            same(kind, first)
            return
        vote(engines, kind, design, asked)


def same(kind: str, first: Engine) -> None:
    """Say that there is nothing to vote on, and offer what else can be asked."""
    what = "queries" if kind == "query" else "shoppers"
    st.html(notes.message(f"Both versions answer the {what} that were looked at alike.", kind="empty"))
    other = "shopper" if kind == "query" else "query"
    if other == "query" or first.shoppers:
        with frame.centred():
            st.button(
                f"Ask about {KINDS[other].lower()}", key="other-kind", on_click=state.write, args=(state.KIND, other)
            )


def number() -> int:
    """Return the number of the ballot in the URL, 1 where it names none."""
    said = state.text(state.BALLOT, "1")
    return max(int(said), 1) if said.isdecimal() and len(said) < 9 else 1


def setup(first: Engine) -> tuple[Engine | None, str, str]:
    """Draw the choice of the second version, of what is asked and how; return them."""
    which, what, how, more = st.columns([3, 2, 2.4, 1.6], vertical_alignment="center")
    with which:
        other = against.choose(first, "Against", "Second version", forget=(state.BALLOT,), unlabelled=True)
    kinds = list(KINDS) if first.shoppers else ["query"]
    with what:
        kind = controls.pick(state.KIND, "What is asked", kinds, KINDS)
    with how:
        design = controls.pick(state.DESIGN, "Design", list(DESIGNS), DESIGNS)
    more.toggle(
        "Tally",
        help="What the votes say so far. Seeing it may sway who votes.",
        **state.bound(state.TALLY, state.text(state.TALLY) == "1"),
    )
    second = loading.engine(other) if other else None
    if second and (why := obstacles(first.manifest, second.manifest)):
        st.html(notes.message("The versions were made differently; a vote counts all the same.", " ".join(why), "note"))
    return second, kind, design


def vote(engines: tuple[Engine, Engine], kind: str, design: str, asked: Ballot) -> None:
    """Draw one ballot: what is asked, the lists without names, and the choices."""
    who, what = st.columns([1.2, 3], vertical_alignment="bottom")
    who.text_input("Nickname (optional)", key=state.NICKNAME, max_chars=voting.LONGEST)
    label = "Query" if kind == "query" else "Shopper"
    what.html(notes.headline(f"{label}: {clean(asked.asked, 120)}"))
    if error := st.session_state.pop(voting.PROBLEM, None):
        st.html(notes.message(error.problem, error.remedy))
    if kind == "shopper":
        judged_lists.history(engines[0], asked.asked)
    if design == "sides":
        sides(engines, asked)
    else:
        interleaved(engines, asked)
    st.text_input("Why? (optional)", key=voting.REASON, max_chars=500)
    choices(engines, kind, design, asked)
    last, counted = st.session_state.get(voting.LAST, ("", True))
    if last:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = "Your vote is kept." if counted else "You voted on this before: the first vote stands."
            st.html(notes.small(words), width="content")
            if counted:  # else it may be somebody else's of the same nickname
                st.button("Take it back", key="take-back", type="tertiary", on_click=voting.revoke, args=(last,))


def choices(engines: tuple[Engine, Engine], kind: str, design: str, asked: Ballot) -> None:
    """Draw the buttons."""
    left, right = ("second", "first") if asked.turned else ("first", "second")
    offered = [("Left is better", left), ("Right is better", right), ("Tie", "tie"), ("Both bad", "bad")]
    if design == "interleaved":
        offered = [("Done: the marked ones fit", "tie"), ("None fits", "bad")]
    with st.container(horizontal=True):
        for place, (words, choice) in enumerate(offered):
            st.button(
                words,
                key=f"vote-{place}",
                type="primary" if (place < 2 and design == "sides") or not place else "secondary",
                on_click=voting.cast,
                args=(engines, kind, design, asked, choice),
            )
        st.button("Skip", key="skip", type="tertiary", on_click=state.write, args=(state.BALLOT, asked.number + 1))


def sides(engines: tuple[Engine, Engine], asked: Ballot) -> None:
    """Draw both lists in random order, without names or scores."""
    order = (1, 0) if asked.turned else (0, 1)
    for column, place, name in zip(st.columns(2, gap="large"), order, ("Left", "Right"), strict=True):
        with column:
            st.subheader(name, anchor=False)
            engine = engines[place]
            st.html(
                cards.listed(
                    [cards.card(engine.catalogue.product(hit.row), rank=hit.rank) for hit in asked.lists[place]]
                )
            )


def interleaved(engines: tuple[Engine, Engine], asked: Ballot) -> None:
    """Draw one list drafted from both; people mark what fits."""
    st.html(notes.sentence("Mark every product that fits."))
    rows = [{hit.product_id: hit.row for hit in hits} for hits in asked.lists]
    for rank, each in enumerate(asked.drafted, start=1):
        left, right = st.columns([1, 16], vertical_alignment="center", gap="small")
        left.checkbox(f"Product {rank} fits", key=voting.mark(asked, each.entry), label_visibility="collapsed")
        product = engines[each.team].catalogue.product(rows[each.team][each.entry])
        right.html(cards.listed([cards.card(product, rank=rank)]))


main()
