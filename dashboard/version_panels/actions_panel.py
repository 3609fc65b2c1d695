"""What can be done to a version: verify it, let an alias stand for it, delete it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import loading, publishing, state
from dashboard.components import notes
from dashboard.components.words import counted
from dashboard.publishing import DELETE, PROMOTE
from pipeline.aliases import ALIASES
from pipeline.comparing.cost import cost
from pipeline.errors import ExplorerError, VersionNotFound

DOOMED = "version-doomed"  # session key: the version that the reader is asked about before it is deleted
ASKED = "version-asked"  # session key: the version that is to be verified
DONE = "version-done"  # session key: what the last action came to, and whether it failed


def draw(name: str) -> None:
    """Draw the three actions of a version."""
    st.subheader("Is it whole?", anchor=False)
    st.button(
        "Verify every file",
        key="verify",
        help="Compares size and SHA-256 of every file with the manifest.",
        on_click=ask_verify,
        args=(name,),
    )
    st.subheader("Aliases", anchor=False)
    aliases(name)
    st.subheader("Delete", anchor=False)
    removal(name)


def ask_verify(name: str) -> None:
    """Remember which version was clicked: by the time the page is drawn anew it may show another one."""
    st.session_state[ASKED] = name


def verify(name: str) -> None:
    """Check every sum with a bar, and say in words what came of it."""
    try:
        kept = cost(loading.versions().store.manifest(name))
        whole, done = max(kept.disk + kept.encoder, 1), 0
        bar = st.progress(0.0, "Checking the sums")

        def told(size: int) -> None:
            nonlocal done
            done += size
            bar.progress(min(done / whole, 1.0), f"Checking the sums: {100 * done / whole:.0f} %")

        version = publishing.verify(name, told)
    except VersionNotFound:
        st.html(notes.message(f"{name} was not verified: it is no longer published."))
        return
    except ExplorerError as error:
        st.html(notes.message(error.problem, error.remedy))
        return
    bar.empty()
    files = counted(len(version.manifest.files) + len(version.manifest.encoder["files"]), "file")
    st.html(
        notes.message(
            f"{name} is whole: {files}, its text encoder's among them, are as they were published.", kind="note"
        )
    )


def aliases(name: str) -> None:
    """Draw what the aliases stand for, and the buttons that change it; why not, where that is off."""
    found = publishing.aliases()
    st.html(notes.definitions([(alias.capitalize(), found.get(alias, "not set")) for alias in ALIASES]))
    why = publishing.may(PROMOTE)
    with st.container(horizontal=True, gap="small"):
        for alias in ALIASES:
            if found.get(alias) == name:
                st.button(
                    f"{alias.capitalize()} no longer",
                    key=f"demote-{alias}",
                    disabled=bool(why),
                    on_click=demote,
                    args=(alias,),
                )
            else:
                st.button(
                    f"Make it {alias}", key=f"promote-{alias}", disabled=bool(why), on_click=promote, args=(alias, name)
                )
    st.html(notes.small(why or "The version is verified first. Servers follow within a moment, without a restart."))


def promote(alias: str, name: str) -> None:
    _attempt(lambda: publishing.promote(alias, name), f"{alias.capitalize()} now stands for {name}.")


def demote(alias: str) -> None:
    _attempt(lambda: publishing.demote(alias), f"{alias.capitalize()} stands for nothing now.")


def removal(name: str) -> None:
    """Draw the button that asks before it deletes; why not, where it must not."""
    why = publishing.may(DELETE) or publishing.held_by(name)
    st.button("Delete this version", key="delete", disabled=bool(why), on_click=doom, args=(name,))
    if st.session_state.get(DOOMED) == name and not why:
        ask(name)
    st.html(notes.small(why or "It is asked for again before anything is removed."))


def doom(name: str = "") -> None:
    """Remember which version the reader is asked about; none once the question is closed."""
    st.session_state[DOOMED] = name


@st.dialog("Delete a version for good?", on_dismiss=doom)
def ask(name: str) -> None:
    """Ask for the name, and delete once it is typed."""
    st.html(notes.message(f"All files of {name} are removed. There is no way back.", kind="note"))
    with st.form("delete-form", border=False):  # so that Enter goes on, too
        typed = st.text_input(f"Type {name} to go on", key="delete-name")
        sure = st.form_submit_button("Delete for good", key="delete-sure", type="primary")
    if sure and typed != name:
        st.html(notes.message("What was typed is not the name of the version.", f"Type {name}."))
    elif sure:
        delete(name, typed)
        st.rerun()  # a dialog draws itself alone: only the whole page closes it


def delete(name: str, typed: str) -> None:
    """Delete a version, and look at another one."""
    doom()
    _attempt(lambda: publishing.delete(name, typed), f"{name} is deleted.")
    if name not in loading.versions().store.names():
        state.write(state.VERSION, None)
        st.session_state.pop(state.KEPT_VERSION, None)


def outcome() -> None:
    """Say what the last action came to, once; verify what is to be verified."""
    if name := st.session_state.pop(ASKED, ""):
        verify(name)
    if (done := st.session_state.pop(DONE, None)) is not None:
        words, failed = done
        st.html(notes.message(words, kind="problem" if failed else "note"))


def _attempt(action: Callable[[], None], words: str) -> None:
    """Do something, and remember what to say of it once the page is drawn anew."""
    try:
        action()
        st.session_state[DONE] = words, False
    except ExplorerError as error:
        st.session_state[DONE] = publishing.told(error), True
