"""The ways to search, in a reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import state
from dashboard.components.words import clean
from pipeline.retrieval.engine import Engine, Mode


@dataclass(frozen=True)
class SearchMode:
    """A way to search.

    Args:
        short: Its name where room is scarce.
        name: Its name in full.
        help: One line on what it does.
        engine: What the engine calls it.
    """

    short: str
    name: str
    help: str
    engine: Mode

    @property
    def told(self) -> str:
        """Its name and what it does, as a sentence."""
        return f"{self.name}: {self.help}."


# By the name that the URL gives them.
MODES = {
    "ranked": SearchMode("Ranked", "Ranked (learned)", "a model orders what words and meaning find", "ranked"),
    "fused": SearchMode("Fused", "Fused", "words and meaning count half each", "fused"),
    "words": SearchMode("Words", "Words (BM25)", "only what holds a word of the query, rare words first", "lexical"),
    "meaning": SearchMode("Meaning", "Meaning (MiniLM)", "whose text is nearest in meaning to the query", "semantic"),
}


def offered(engine: Engine) -> list[str]:
    """Return the modes that a version can answer in, the one that it answers in unless asked otherwise first."""
    return [name for name in MODES if name != "ranked" or engine.has_search_ranker]


def chosen(engine: Engine) -> str:
    """Return the mode that the URL names, the version's own where it names none that the version has."""
    modes = offered(engine)
    said = state.text(state.MODE)
    return said if said in modes else modes[0]


def replaced(engine: Engine) -> str:
    """Return a sentence where the URL names a mode that the version does not have, else ""."""
    said = state.text(state.MODE)
    if not said or said in offered(engine):
        return ""
    name = MODES[said].name if said in MODES else clean(said, 40)
    return f'This version cannot search by "{name}"; these are the results of {MODES[chosen(engine)].name}.'


def pick(engine: Engine, forget: Sequence[str] = ()) -> str:
    """Draw the choice of the mode, tied to the URL, and return it.

    Args:
        engine: The version that answers.
        forget: URL parameters that lose their meaning when the mode changes.
    """
    mode, choices = chosen(engine), offered(engine)
    st.segmented_control(
        "Search by",
        choices,
        format_func=lambda each: MODES[each].short,
        required=True,
        label_visibility="collapsed",
        **state.bound(state.MODE, mode, forget=forget, default=choices[0]),
    )
    return mode
