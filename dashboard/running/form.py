"""What is to be run: dataset, recipe and name, tied to the URL; a button that starts it, or the command to type."""

from __future__ import annotations

import streamlit as st

from dashboard import allowed, frame, state
from dashboard.components import notes
from pipeline.errors import ExplorerError, InvalidRequest, VersionExists
from pipeline.jobs.asked import SAMPLE, Asked, descriptions, own_recipes, shipped_recipes
from pipeline.readable import Readable

PROBLEM = "run-problem"  # why a run could not be started
ASKED = (state.DATASET, state.RECIPE, state.NAME, state.SPLIT, state.SEED, state.K_CORE, state.REPLACE)
SPLITS = {
    "": "As described",
    "leave-one-out": "Leave one out",
    "leave-one-out-shuffled": "Leave one out, ties by chance",
    "time": "By time",
    "given": "As given in the data",
}
DEFAULT = "history"
REPLACES = "Replace a version of that name"


def draw(readable: Readable) -> None:
    """Draw the control row and, below it, what stands in the way or what to type."""
    datasets = _with(state.text(state.DATASET, SAMPLE), [SAMPLE, *descriptions(readable)])
    recipes = _with(state.text(state.RECIPE, DEFAULT), [*shipped_recipes(), *own_recipes(readable)])
    which, how, called, more, go = st.columns([3, 2, 3, 1.6, 1.4], vertical_alignment="bottom")
    which.selectbox(
        "Dataset",
        datasets,
        format_func=lambda said: "Sample (generated)" if said == SAMPLE else readable.told(said),
        help="The generated sample, or a description of your own data.",
        **state.bound(state.DATASET, state.text(state.DATASET, SAMPLE), default=SAMPLE),
    )
    how.selectbox(
        "Recipe",
        recipes,
        format_func=lambda said: readable.told(said),
        **state.bound(state.RECIPE, state.text(state.RECIPE, DEFAULT), default=DEFAULT),
    )
    called.text_input(
        "Version name",
        placeholder="beauty-history",
        max_chars=64,
        **state.bound(state.NAME, state.text(state.NAME)),
    )
    with more.popover("Options", width="stretch"):
        options()
    go.button(
        "Start",
        key="start",
        type="primary",
        width="stretch",
        disabled=not (allowed.runs() and state.text(state.NAME)),
        help="Name the version first." if allowed.runs() and not state.text(state.NAME) else None,
        on_click=_start,
    )
    with st.container(key="own-data", width="content"):
        st.page_link("app_pages/own_data.py", label=":primary[Describe your own data →]")
    if error := st.session_state.pop(PROBLEM, None):
        st.html(notes.message(error.problem, error.remedy))
    if not allowed.runs():
        switched_off(readable)


def options() -> None:
    """Draw what few runs need."""
    split = state.text(state.SPLIT)
    st.selectbox(
        "Split",
        list(SPLITS),
        format_func=SPLITS.__getitem__,
        help="How interactions are divided into train, validation and test.",
        **state.bound(state.SPLIT, split if split in SPLITS else "", default=""),
    )
    st.text_input("Seed", placeholder="the recipe's", **state.bound(state.SEED, state.text(state.SEED)))
    st.text_input(
        "k-core",
        placeholder="none",
        help="Leave out shoppers and products with fewer interactions, until none are left.",
        **state.bound(state.K_CORE, state.text(state.K_CORE)),
    )
    st.toggle(
        REPLACES,
        help="The old version answers until the new one is in its place.",
        **state.bound(state.REPLACE, state.text(state.REPLACE) == "1", default=False),
    )


def switched_off(readable: Readable) -> None:
    """Say that runs cannot be started here, how they could, and what to type instead."""
    st.html(
        notes.message(
            "Runs cannot be started from this page.",
            f"Whoever serves it allows that with {allowed.RUNS}=1 in the environment (on Linux). In a terminal:",
            kind="note",
        )
    )
    if not state.text(state.NAME):
        frame.say("Name the version above, and its command stands here.")
        return
    with frame.calm(), readable.named():
        checked, _ = asked().checked(readable)
        st.code(checked.command(readable.artifacts), language=None, wrap_lines=True)


def asked() -> Asked:
    """Return what the URL asks for.

    Raises:
        InvalidRequest: A number is none.
    """
    return Asked(
        dataset=state.text(state.DATASET, SAMPLE),
        recipe=state.text(state.RECIPE, DEFAULT),
        name="-".join(state.text(state.NAME).casefold().split()),
        split=state.text(state.SPLIT),
        seed=_whole(state.SEED, "The seed"),
        k_core=_whole(state.K_CORE, "The k-core"),
        replace=state.text(state.REPLACE) == "1",
    )


def _start() -> None:
    st.session_state.pop(PROBLEM, None)
    if not allowed.runs():
        return
    try:
        with allowed.readable().named():
            job = allowed.jobs().start(asked())
    except VersionExists as error:  # its remedy is a flag of the command line
        st.session_state[PROBLEM] = InvalidRequest(
            error.problem, f'Choose another name, or turn on "{REPLACES}" under Options.'
        )
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
    except OSError as error:
        st.session_state[PROBLEM] = InvalidRequest(
            f"The run could not be started: {error.strerror or error}.", "Check the disk and the folder's owner."
        )
    else:
        state.forget_all((state.REPLACE,))
        state.write(state.JOB, job.id)


def _whole(parameter: str, what: str) -> int | None:
    if not (said := state.text(parameter).strip()):
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 12):
        raise InvalidRequest(f'{what} is "{said[:40]}", which is no whole number.', "Give one, or leave it empty.")
    return int(said)


def _with(said: str, known: list[str]) -> list[str]:
    """Return a list that holds what the URL says, whether or not it can be run."""
    return known if said in known else [*known, said]
