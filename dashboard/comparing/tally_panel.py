"""What the votes say so far, and the votes themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from dashboard import downloads, loading
from dashboard.comparing import voting
from dashboard.components import notes
from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.measured import grid
from dashboard.components.words import clean, counted, escape
from pipeline.comparing.taste import CHOICES, Choice, Tally, tally
from pipeline.workspace.votes import Vote

LISTED = 50
KINDS = {"query": "queries", "shopper": "shoppers"}
DESIGNS = {"sides": "side by side", "interleaved": "interleaved"}


def draw(first: str, second: str) -> None:
    """Draw the running sign test of two versions, the latest votes, and how to export and revoke them."""
    found = voting.votes().of(first, second)
    result = tally([each.choice for each in found])  # type: ignore[misc]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.headline(words(result, second)), width="content")
        versions = [loading.published(name).manifest for name in (first, second)]
        downloads.button(rows(voting.votes().of(first, second, revoked=True)), *versions, "votes", key="votes-csv")
    st.html(table(result, first, second))
    if len(parts := by_kind(found)) > 1:
        st.html(
            notes.small(" ".join(f"{name.capitalize()}: {words(tally(own), second)}" for name, own in parts.items()))
        )
    st.html(
        notes.small(
            "Ties and both bad are left out of the test. Who stops when p is small finds differences that are not "
            "there: decide beforehand how many votes to collect."
        )
    )
    for each in found[::-1][:LISTED]:
        left, right = st.columns([8, 1], vertical_alignment="center")
        left.html(notes.sentence(line(each)))
        right.button(
            "Revoke", key=f"revoke-{each.ballot}", type="tertiary", on_click=voting.revoke, args=(each.ballot,)
        )


def by_kind(found: Sequence[Vote]) -> dict[str, list[Choice]]:
    """Return the choices by what was asked and how: one test over all of them takes them for the same question."""
    parts: defaultdict[str, list[Choice]] = defaultdict(list)
    for each in found:
        kind, design = KINDS.get(each.kind, each.kind), DESIGNS.get(each.design, each.design)
        parts[f"{kind} {design}"].append(each.choice)  # type: ignore[arg-type]
    return dict(parts)


def table(result: Tally, first: str, second: str) -> str:
    """Return how often each choice was made, with the share of the decided votes."""
    heads = [
        '<th scope="col">Votes</th>',
        '<th scope="col" title="Of the votes for either version; interval of Clopper and Pearson">Of the decided</th>',
    ]
    share, low, high = result.share, result.low, result.high
    shares = (
        {"first": None, "second": None}
        if share is None
        else {
            "first": (1 - share, 1 - high, 1 - low),
            "second": (share, low, high),
        }
    )
    names: dict[Choice, str] = {"first": first, "second": second, "tie": "Tie", "bad": "Both bad"}
    body = []
    for choice in CHOICES:
        name = names[choice]
        own = shares.get(choice)
        cell = f"{100 * own[0]:.0f} %<small>{100 * own[1]:.0f}–{100 * own[2]:.0f} %</small>" if own else "–"
        body.append(f"<tr><td>{escape(name)}</td><td>{result.counts[choice]:,}</td><td>{cell}</td></tr>")
    return grid("Choice", heads, body)


def words(result: Tally, second: str) -> str:
    """Return the tally in a sentence."""
    if result.share is None:
        return f"{counted(result.votes, 'vote')}, none decided yet."
    sure = "more than a coin would" if result.p < 0.05 else "which a fair coin could well do"
    how = f"{sure} (sign test, p {p_value(result.p)})"
    return f"{result.counts['second']} of {counted(result.decided, 'decided vote')} are for {second}, {how}."


def line(vote: Vote) -> str:
    """Return one vote in a line."""
    said = {"first": vote.first, "second": vote.second, "tie": "tie", "bad": "both bad"}[vote.choice]
    why = f": {clean(vote.reason, 120)}" if vote.reason else ""
    return f"{vote.at[:16].replace('T', ' ')} · {vote.voter or 'no name'} · {clean(vote.asked, 60)} · {said}{why}"


def rows(found: list[Vote]) -> list[dict[str, Cell]]:
    """Return votes for a spreadsheet, those taken back too."""
    return [
        {name: " ".join(value) if isinstance(value, tuple) else value for name, value in asdict(vote).items()}
        for vote in found
    ]
