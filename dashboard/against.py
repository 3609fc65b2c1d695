"""The choice of a second version of the same dataset, tied to the URL: on every page that sets two side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import loading, state
from dashboard.components import notes, short_names
from dashboard.components.words import clean, listing
from pipeline.retrieval.engine import Engine


def others(engine: Engine) -> list[str]:
    """Return the other versions of a version's dataset that can be served, oldest first."""
    dataset = engine.manifest.dataset.get("name")
    return [
        listed.name
        for listed in loading.versions().listing()
        if listed.name != engine.name
        and listed.manifest is not None
        and listed.reason is None
        and listed.manifest.dataset.get("name") == dataset
    ]


def choose(
    engine: Engine,
    label: str = "Compare with",
    placeholder: str = "None chosen",
    forget: Sequence[str] = (),
    *,
    unlabelled: bool = False,
) -> str | None:
    """Draw the choice; return the name chosen, None where none is.

    Args:
        engine: The first version.
        label: What is chosen.
        placeholder: Shown while nothing is.
        forget: URL parameters that mean nothing beside another version.
        unlabelled: Whether the label is for screen readers only.
    """
    names = others(engine)
    said = state.text(state.AGAINST)
    found = said if said in names else None
    st.selectbox(
        label,
        names,
        format_func=dict(zip(names, short_names.shorter(names), strict=True)).__getitem__,
        placeholder=placeholder if names else "No other version of this dataset",
        disabled=not names,
        label_visibility="collapsed" if unlabelled else "visible",
        **state.bound(state.AGAINST, found, forget=forget),
    )
    if said and said not in names and said not in loading.versions().store.names():
        st.html(gone([said]))
    return found


def gone(names: Sequence[str]) -> str:
    """Return a message on versions that the address names and that are not there."""
    verb = "is" if len(names) == 1 else "are"
    words = listing([f'"{clean(name, 64)}"' for name in names])
    return notes.message(f"{words} {verb} not published here.", "It may have been deleted; choose another one.", "note")
