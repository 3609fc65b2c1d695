"""Every published version in one table, broken ones with their reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import downloads, loading, publishing, state
from dashboard.components import notes, version_words
from dashboard.components.measured import grid
from dashboard.components.words import counted, escape
from dashboard.open_versions import Listed
from pipeline.aliases import PRODUCTION
from pipeline.errors import ExplorerError


def draw(listing: Sequence[Listed], chosen: Listed | None) -> None:
    """Draw the table, and the choice of the version that the rest of the page is about.

    Args:
        listing: Newest first.
        chosen: The one that is looked at; None where the one that the URL names is not there.
    """
    whole = [each for each in listing if each.reason is None and each.manifest is not None]
    broken = [each for each in listing if each.reason is not None]
    aliases = known()
    head, which = st.columns([3, 1.2], vertical_alignment="center")
    names, listed = [each.name for each in whole], [each.name for each in listing]
    shown = chosen.name if chosen else None
    head.html(notes.headline(version_words.in_words(names, len(broken), aliases, serving(aliases))))
    which.selectbox(
        "Look at",
        listed,
        label_visibility="collapsed",
        key="look-at",
        index=listed.index(shown) if shown else None,
        placeholder="Choose a version",
        on_change=look_at,
    )
    manifests = [each.manifest for each in whole if each.manifest is not None]
    body = [version_words.row(each, aliases, chosen=each.name == shown) for each in manifests]
    if body:
        st.html(grid("Version", version_words.HEADS, body))
        flat = [version_words.flat(each, aliases) for each in manifests]
        downloads.button(flat, "versions", *manifests, key="versions-csv")
    if broken:
        st.subheader(f"{counted(len(broken), 'version')} cannot be served", anchor=False)
        rows = [f"<tr><td>{escape(each.name)}</td>{why(each)}</tr>" for each in broken]
        st.html(grid("Version", ['<th scope="col" class="pse-words">Why</th>'], rows))


def why(listed: Listed) -> str:
    return f'<td class="pse-words">{escape(listed.reason or "")}</td>'


def look_at() -> None:
    """Show what was chosen: the URL says it, as on every page."""
    state.write(state.VERSION, st.session_state["look-at"])


def known() -> dict[str, str]:
    """Return the aliases; where they cannot be read, say so and return none."""
    try:
        return publishing.aliases()
    except ExplorerError as error:
        st.html(notes.message(error.problem, error.remedy))
        return {}


def serving(aliases: dict[str, str]) -> str:
    """Return the name of the version that answers where none is named, as far as that is known without opening any."""
    pinned = publishing.pinned()
    if pinned:
        return aliases.get(pinned, pinned)
    return aliases.get(PRODUCTION) or loading.versions().preferred()
