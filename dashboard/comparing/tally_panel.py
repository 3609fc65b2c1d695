"""What the votes say so far, and the votes themselves."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from dashboard import downloads
from dashboard.comparing import voting
from dashboard.components import notes
from dashboard.components.differing import p_value
from dashboard.components.export import Cell
from dashboard.components.measured import grid
from dashboard.components.words import clean, counted, escape
from pipeline.comparing.taste import Tally, tally
from pipeline.workspace.votes import Vote

LISTED = 50


def draw(first: str, second: str) -> None:
    """Draw the running sign test of two versions, the latest votes, and how to export and revoke them."""
    found = voting.votes().of(first, second)
    result = tally([each.choice for each in found])  # type: ignore[misc]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.headline(words(result, second)), width="content")
        downloads.button(rows(voting.votes().of(first, second, revoked=True)), first, second, "votes", key="votes-csv")
    heads = [f'<th scope="col">{name}</th>' for name in (escape(first), escape(second), "Tie", "Both bad")]
    heads += [
        '<th scope="col" title="Of the decided votes, for the second version; 95 % interval of Clopper and Pearson">'
        f"For {escape(second)}</th>",
        '<th scope="col" title="Sign test: how often a fair coin would be as one-sided">p</th>',
    ]
    counts = "".join(f"<td>{result.counts[each]:,}</td>" for each in ("first", "second", "tie", "bad"))
    share = "–" if result.share is None else f"{100 * result.share:.0f} %"
    interval = f"{100 * result.low:.0f}–{100 * result.high:.0f} %" if result.share is not None else ""
    cells = f"{counts}<td>{share}<small>{interval}</small></td><td>{p_value(result.p)}</td>"
    st.html(grid("Votes", heads, [f"<tr><td>{result.votes:,}</td>{cells}</tr>"]))
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


def words(result: Tally, second: str) -> str:
    """Return the tally in a sentence."""
    if result.share is None:
        return f"{counted(result.votes, 'vote')}, none decided yet."
    sure = "more than a coin would" if result.p < 0.05 else "which a fair coin could well do"
    return f"{result.counts['second']} of {counted(result.decided, 'decided vote')} are for {second}, {sure}."


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
