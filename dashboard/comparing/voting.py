"""Casting and revoking votes."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from dashboard import loading, state
from dashboard.comparing.ballots import Ballot
from pipeline.comparing.taste import Choice, credited
from pipeline.errors import ExplorerError, InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.workspace.votes import Vote, Votes

REASON, LAST, PROBLEM, SESSION = "taste-reason", "taste-last", "taste-problem", "taste-session"
LONGEST = 40  # characters of a nickname


def votes() -> Votes:
    """Return the votes beside the versions in view."""
    return Votes(loading.versions().store.artifacts)


def voter() -> str:
    """Return the nickname of this session, "" where none was given."""
    return " ".join(str(st.session_state.get(state.NICKNAME, "")).split())[:LONGEST]


def identity() -> str:
    """Return what tells this session's voter from others: the nickname, or what was drawn for a session without one."""
    return voter() or str(st.session_state.setdefault(SESSION, f"session {uuid4()}"))


def cast(engines: tuple[Engine, Engine], kind: str, design: str, ballot: Ballot, choice: Choice) -> None:
    """Keep a vote and go on to the next ballot; what cannot be kept is said, and the ballot stays."""
    first, second = (engine.name for engine in engines)
    wanted: tuple[str, ...] = ()
    if design == "interleaved" and choice != "bad":
        drafted = ballot.drafted
        wanted = tuple(each.entry for each in drafted if st.session_state.get(mark(ballot, each.entry)))
        if not wanted:
            st.session_state[PROBLEM] = InvalidRequest("No product is marked.", "Mark what fits, or choose None fits.")
            return
        choice = credited(drafted, wanted)
    vote = Vote(
        ballot=ballot.name(first, second, kind, identity()),
        voter=voter(),
        dataset=str(engines[0].manifest.dataset.get("name", "")),
        first=first,
        second=second,
        kind=kind,
        asked=ballot.asked,
        design=design,
        choice=choice,
        reason=str(st.session_state.get(REASON, "")).strip()[:500],
        first_list=ballot.ids[0],
        second_list=ballot.ids[1],
        wanted=wanted,
    )
    try:
        st.session_state[LAST] = (vote.ballot, votes().cast(vote))
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
        return
    st.session_state[REASON] = ""
    state.write(state.BALLOT, ballot.number + 1)


def mark(ballot: Ballot, product_id: str) -> str:
    """Return the session key of the mark of a product in an interleaved list."""
    return f"taste-{ballot.number}-{product_id}"


def revoke(ballot: str) -> None:
    """Take a vote back."""
    try:
        votes().revoke(ballot)
        if st.session_state.get(LAST, ("", False))[0] == ballot:
            del st.session_state[LAST]
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
