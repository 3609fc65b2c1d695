"""The ways to search, in a reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import state
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
