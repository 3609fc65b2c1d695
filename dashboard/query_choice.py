"""Which queries are asked: the judged ones, a query set, or those made from a product's own words."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import batches, lists, state
from pipeline.retrieval.engine import Engine

SET = "set:"  # begins the value that names a query set


@dataclass(frozen=True)
class Queries:
    """What is asked.

    Args:
        kind: judged, own or set.
        name: What they are called in a sentence.
        texts: The queries.
        of: How many there are to ask; more than `texts` where a draw of them is asked.
    """

    kind: str
    name: str
    texts: tuple[str, ...]
    of: int

    @property
    def said(self) -> str:
        """How many are asked, of how many."""
        whole = f"{len(self.texts):,} {self.name}" if len(self.texts) != 1 else f"1 {self.name}"
        return f"{whole}, drawn from {self.of:,} by a fixed seed" if self.of > len(self.texts) else whole


def pick(engine: Engine, own: tuple[str, ...]) -> Queries:
    """Draw the choice, tied to the URL, and return the queries.

    Args:
        engine: The version; its judged queries come first where it has any.
        own: Those made from the product's own words.

    Raises:
        InvalidName, QuerySetError: The URL names a query set that cannot be read.
    """
    names, value = _named(engine, own)
    st.selectbox(
        "Queries",
        list(names),
        format_func=lambda each: names.get(each, each),
        label_visibility="collapsed",
        help="Which queries are asked: those that were judged, a saved query set, or words of the product itself.",
        **state.bound(state.QUERIES, value if value in names else None, default=next(iter(names))),
    )
    return chosen(engine, own)


def chosen(engine: Engine, own: tuple[str, ...]) -> Queries:
    """Return the queries that the URL names, the first choice where it names none; arguments and errors of `pick`."""
    _, value = _named(engine, own)
    if value.startswith(SET):
        chosen = batches.store().open(value.removeprefix(SET))
        return Queries("set", f'queries of the set "{chosen.name}"', chosen.queries, len(chosen.queries))
    if value == "judged":
        return Queries("judged", "judged queries", *lists.judged(engine))
    return Queries("own", "queries made from its own words", own, len(own))


def _named(engine: Engine, own: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """Return every choice with its name, and the one that the URL names; it may be a query set that is gone."""
    judged, of = lists.judged(engine)
    names = {"judged": f"Judged queries ({of:,})"} if judged else {}
    names |= {"own": f"Its own words ({len(own):,})"}
    names |= {f"{SET}{name}": f"Query set {name}" for name in lists.saved_sets()}
    standard = next(iter(names))
    said = state.text(state.QUERIES, standard)
    return names, said if said in names or said.startswith(SET) else standard
