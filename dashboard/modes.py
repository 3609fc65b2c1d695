"""The ways to search, in a reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import state
from dashboard.components import notes
from dashboard.components.words import clean
from pipeline.retrieval.engine import Engine, Mode


@dataclass(frozen=True)
class SearchMode:
    """A way to search.

    Args:
        short: Its name where room is scarce.
        name: Its name in full.
        help: One line on what it does.
        score: One line on its scores: from where to where, and what they say.
        engine: What the engine calls it.
    """

    short: str
    name: str
    help: str
    score: str
    engine: Mode

    @property
    def told(self) -> str:
        """Its name and what it does, as a sentence."""
        return f"{self.name}: {self.help}."

    @property
    def score_told(self) -> str:
        """What its scores say, as a sentence."""
        return f"The score, {self.score}."


# By the name that the URL gives them.
MODES = {
    "ranked": SearchMode(
        "Ranked",
        "Ranked (learned)",
        "a model orders what words and meaning find",
        "0 to 1, adds the shares of the learned ranker, of words and of meaning; 1 is the best in each",
        "ranked",
    ),
    "fused": SearchMode(
        "Fused",
        "Fused",
        "words and meaning count half each",
        "0 to 1, adds half for the words and half for the meaning; 1 is the best in both",
        "fused",
    ),
    "words": SearchMode(
        "Words",
        "Words (BM25)",
        "only what holds a word of the query, rare words first",
        "0 and up, grows with every word of the query that a product holds, most with rare ones; compare it within one "
        "list only",
        "lexical",
    ),
    "meaning": SearchMode(
        "Meaning",
        "Meaning (MiniLM)",
        "whose text is nearest in meaning to the query",
        "-1 to 1, is the cosine between the meaning of the query and that of a product's text; 1 is the same",
        "semantic",
    ),
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
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.segmented_control(
            "Search by",
            choices,
            format_func=lambda each: MODES[each].short,
            required=True,
            label_visibility="collapsed",
            **state.bound(state.MODE, mode, forget=forget, default=choices[0]),
        )
        with st.popover("Help", type="tertiary", key="mode-help"):
            st.html(
                notes.definitions(
                    [(MODES[each].name, f"{sentence(MODES[each].help)} {MODES[each].score_told}") for each in choices]
                )
            )
    return mode


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
